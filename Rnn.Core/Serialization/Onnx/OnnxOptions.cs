using System;
using System.Collections.Generic;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>What an exported network is given.</summary>
public enum OnnxInput
{
    /// <summary>float [T, B, I]; where the rows are one-hot, the caller forms them.</summary>
    Numbers,

    /// <summary>
    /// int64 [T, B]: the place of the 1 in each one-hot row, -I to I-1 (below 0 counts from the end). An index outside
    /// is a row of zeros, as ONNX defines it.
    /// </summary>
    Indices,
}

/// <summary>How <see cref="OnnxExport"/> writes a network.</summary>
public sealed record OnnxOptions
{
    /// <summary>What the network is given; <see cref="OnnxInput.Numbers"/> by default.</summary>
    public OnnxInput Input { get; init; } = OnnxInput.Numbers;

    /// <summary>The name of the graph, "rnn" by default.</summary>
    public string GraphName { get; init; } = "rnn";

    /// <summary>The name of the input beside <c>h0</c> and <c>c0</c>, "x" by default.</summary>
    public string InputName { get; init; } = "x";

    /// <summary>The name of the output beside <c>hn</c> and <c>cn</c>, "y" by default.</summary>
    public string OutputName { get; init; } = "y";

    /// <summary>Text entries for the file's <c>metadata_props</c>, written in the order of their keys; none by
    /// default.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    internal void Check()
    {
        if (!Enum.IsDefined(Input))
            Throw.OutOfRange(nameof(Input), (int)Input, "an OnnxInput");

        CheckName(nameof(GraphName), GraphName);
        CheckName(nameof(InputName), InputName);
        CheckName(nameof(OutputName), OutputName);
        ArgumentNullException.ThrowIfNull(Metadata);
        foreach ((string key, string value) in Metadata)
        {
            CheckName("a key of " + nameof(Metadata), key);
            if (value is null)
                Throw.NullEntry(nameof(Metadata), key);
        }
    }

    private static void CheckName(string what, string name)
    {
        if (string.IsNullOrEmpty(name))
            Throw.OnnxEmptyName(what);
    }
}
