using System;
using System.Collections.Generic;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization;

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
        CheckLength(name, values.Length);
        _reader.CopyTo(name, values);
    }

    /// <summary>Overwrites all parameters.</summary>
    /// <exception cref="System.IO.InvalidDataException">There are none of that name, or of another network.</exception>
    public void CopyTo(string name, ParameterBuffer parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        CheckLength($"{name}.dense", parameters.Dense.Length);
        CheckLength($"{name}.by_row", parameters.ByRow.Length);
        ParameterWriter values = parameters.BeginWrite();
        CopyTo($"{name}.dense", values.Dense);
        CopyTo($"{name}.by_row", values.ByRow);
    }

    /// <summary>Overwrites the state of an optimiser.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or of another
    /// optimiser.</exception>
    public void CopyTo(string name, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        foreach (OptimizerBuffer buffer in optimizer.State)
        {
            CopyTo($"{name}.{buffer.Name}.dense", buffer.Dense);
            CopyTo($"{name}.{buffer.Name}.by_row", buffer.ByRow);
        }

        optimizer.StepCount = WholeNumber($"{name}.step_count");
    }

    /// <summary>Overwrites the state of a schedule.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name.</exception>
    public void CopyTo(string name, LearningRateSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (!_reader.TryGetEntry(name, out SafetensorsEntry? entry))
        {
            Throw.MissingEntry(Name, name);
        }

        double[] state = new double[entry.ElementCount];
        _reader.CopyTo(name, state);
        try
        {
            schedule.SetState(state);
        }
        catch (ArgumentException)
        {
            Throw.MissingEntry(Name, name);
        }
    }

    /// <summary>Overwrites a recurrent state.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or of another shape.</exception>
    public void CopyTo(string name, RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        for (int i = 0; i < state.Count; i++)
        {
            CopyTo($"{name}.{i}", state[i].Span);
        }
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
        if (!NumberText.TryParseWhole(Text(name), out long value))
        {
            Throw.MissingEntry(Name, name);
        }

        return value;
    }

    /// <summary>A number, with the bits it was written with.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name.</exception>
    public double Number(string name)
    {
        if (!NumberText.TryParse(Text(name), out double value))
        {
            Throw.MissingEntry(Name, name);
        }

        return value;
    }

    private void CheckLength(string name, int length)
    {
        if (!_reader.TryGetEntry(name, out SafetensorsEntry? entry))
        {
            Throw.MissingTensor(Name, name, $"[{length}]");
        }

        if (entry.ElementCount != length)
        {
            Throw.TensorShape(Name, name, $"[{length}]", $"[{entry.ElementCount}]");
        }
    }
}
