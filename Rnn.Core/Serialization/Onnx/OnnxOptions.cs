using System;
using System.Collections.Generic;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>What an <see cref="OnnxNetwork"/>'s file says about itself.</summary>
public sealed record OnnxOptions
{
    /// <summary>The name of the graph, "rnn" by default.</summary>
    public string GraphName { get; init; } = "rnn";

    /// <summary>Text entries for the file's <c>metadata_props</c>, written in the order of their keys; none by
    /// default.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    internal void Check()
    {
        if (string.IsNullOrEmpty(GraphName))
            Throw.OnnxEmptyName(nameof(GraphName));

        ArgumentNullException.ThrowIfNull(Metadata);
        foreach ((string key, string value) in Metadata)
        {
            if (string.IsNullOrEmpty(key))
                Throw.OnnxEmptyName("a key of " + nameof(Metadata));

            if (value is null)
                Throw.NullEntry(nameof(Metadata), key);
        }
    }
}
