using System;
using System.Collections.Generic;
using System.Globalization;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization;

/// <summary>
/// What a training run needs to go on as if it had never stopped: named arrays and named texts, each under the prefix of
/// the part it belongs to. A safetensors file with a checksum, replaced atomically; the one before it is kept.
/// </summary>
public sealed class CheckpointWriter
{
    private readonly SafetensorsWriter _writer = new() { AddChecksum = true };

    /// <summary>An empty checkpoint.</summary>
    /// <param name="kind">What it belongs to; reading asks for the same.</param>
    public CheckpointWriter(string kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        _writer.Metadata[CheckpointReader.KindKey] = kind;
        _writer.Metadata[CheckpointReader.VersionKey] = CheckpointReader.Version;
    }

    /// <summary>Adds an array.</summary>
    /// <param name="name">Unique.</param>
    /// <param name="values">Copied.</param>
    public void Add(string name, ReadOnlySpan<float> values) => _writer.Add(name, [values.Length], values);

    /// <summary>Adds a text.</summary>
    public void Add(string name, string text) => _writer.Metadata[name] = text;

    /// <summary>Adds a whole number.</summary>
    public void Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a number; it is read back with the same bits.</summary>
    public void Add(string name, double value) => Add(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Writes the file: to a temporary one, flushed, renamed; the older one is kept beside it.</summary>
    /// <exception cref="System.IO.IOException">It can't be written; the older file is untouched.</exception>
    public void Save(string path) => _writer.Save(path, keepPrevious: true);
}

/// <summary>Reads what a <see cref="CheckpointWriter"/> wrote; the checksum is verified first.</summary>
public sealed class CheckpointReader
{
    internal const string KindKey = "rnn.checkpoint";
    internal const string VersionKey = "rnn.version";
    internal const string Version = "1";

    private readonly SafetensorsReader _reader;

    private CheckpointReader(SafetensorsReader reader) => _reader = reader;

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it must belong to.</param>
    /// <exception cref="System.IO.FileNotFoundException">There is no such file.</exception>
    /// <exception cref="System.IO.InvalidDataException">
    /// The file is damaged, or no checkpoint, or one of another kind or version.
    /// </exception>
    public static CheckpointReader Open(string path, string kind)
    {
        SafetensorsReader reader = SafetensorsReader.Open(path);
        IReadOnlyDictionary<string, string> metadata = reader.Metadata;
        if (!metadata.TryGetValue(KindKey, out string? actual))
        {
            Throw.NoCheckpoint(path);
        }

        if (!reader.VerifyChecksum())
        {
            Throw.NoChecksum(path);
        }

        if (actual != kind)
        {
            Throw.CheckpointKind(path, kind, actual);
        }

        if (metadata.GetValueOrDefault(VersionKey) != Version)
        {
            Throw.CheckpointVersion(path, Version, metadata.GetValueOrDefault(VersionKey) ?? "none");
        }

        return new CheckpointReader(reader);
    }

    /// <summary>Where it came from.</summary>
    public string Name => _reader.Name;

    /// <summary>Whether there is an array of that name.</summary>
    public bool Contains(string name) => _reader.Contains(name);

    /// <summary>Reads an array of known length.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none, or its length is another.</exception>
    public void CopyTo(string name, Span<float> values)
    {
        if (!_reader.TryGetEntry(name, out SafetensorsEntry? entry))
        {
            Throw.MissingTensor(Name, name, $"[{values.Length}]");
        }

        if (entry.ElementCount != values.Length)
        {
            Throw.TensorShape(Name, name, $"[{values.Length}]", $"[{entry.ElementCount}]");
        }

        _reader.CopyTo(name, values);
    }

    /// <summary>A text.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name.</exception>
    public string Text(string name)
    {
        if (!_reader.Metadata.TryGetValue(name, out string? text))
        {
            Throw.MissingEntry(Name, name);
        }

        return text;
    }

    /// <summary>A whole number.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name.</exception>
    public long WholeNumber(string name)
    {
        if (!long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            Throw.MissingEntry(Name, name);
        }

        return value;
    }

    /// <summary>A number, with the bits it was written with.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name.</exception>
    public double Number(string name)
    {
        if (!double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            Throw.MissingEntry(Name, name);
        }

        return value;
    }
}
