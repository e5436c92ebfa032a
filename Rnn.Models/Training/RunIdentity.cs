using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using Rnn.Models.Saving;

namespace Rnn.Models.Training;

/// <summary>
/// What must agree when a run goes on from a checkpoint: sizes of the model, options, the data. Names and values, which
/// the checkpoint holds as texts.
/// </summary>
public sealed class RunIdentity
{
    private readonly Dictionary<string, string> _entries = new(StringComparer.Ordinal);

    /// <summary>Names and values.</summary>
    public IReadOnlyDictionary<string, string> Entries => _entries;

    /// <summary>Adds a text, or puts it in the place of the one of that name.</summary>
    public RunIdentity Add(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        _entries[name] = value;
        return this;
    }

    /// <summary>Adds a number; 0.1 is written as "0.1", whatever the culture.</summary>
    public RunIdentity Add(string name, double value) => Add(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Adds every option that JSON holds: the name of HiddenSize is "hidden size".</summary>
    public RunIdentity Add<T>(T options, JsonTypeInfo<T> json)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(json);
        foreach ((string name, string value) in JsonOptions.Properties(json, options))
            Add(name.Replace('_', ' '), value);

        return this;
    }

    /// <summary>Adds data by length and hash: "5 words, sha256 1a2b...".</summary>
    /// <param name="name">What the data is: "text".</param>
    /// <param name="values">Read.</param>
    /// <param name="unit">What the values are: "words".</param>
    public RunIdentity AddData<T>(string name, ReadOnlySpan<T> values, string unit)
        where T : unmanaged =>
        Add(name, string.Create(CultureInfo.InvariantCulture, $"{values.Length} {unit}, sha256 {Hash(values)}"));

    private static string Hash<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values)))[..16];
}
