using System;
using System.Collections.Generic;
using System.Globalization;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;

namespace Rnn.Core.Serialization.Checkpoints;

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
    /// <param name="kind">What it must belong to; null (the default) takes any.</param>
    /// <exception cref="System.IO.FileNotFoundException">There is no such file.</exception>
    /// <exception cref="System.IO.InvalidDataException">
    /// The file is damaged, or no checkpoint, or one of another kind or version.
    /// </exception>
    public static CheckpointReader Open(string path, string? kind = null)
    {
        SafetensorsReader reader = SafetensorsReader.Open(path);
        IReadOnlyDictionary<string, string> metadata = reader.Metadata;
        if (!metadata.TryGetValue(KindKey, out string? actual))
            Throw.NoCheckpoint(path);

        if (!reader.VerifyChecksum())
            Throw.NoChecksum(path);

        if (kind is not null && actual != kind)
            Throw.CheckpointKind(path, kind, actual);

        if (metadata.GetValueOrDefault(VersionKey) != Version)
            Throw.CheckpointVersion(path, Version, metadata.GetValueOrDefault(VersionKey) ?? "none");

        return new CheckpointReader(reader);
    }

    /// <summary>Where it came from.</summary>
    public string Name => _reader.Name;

    /// <summary>The names of all texts and numbers.</summary>
    public IEnumerable<string> TextNames => _reader.Metadata.Keys;

    /// <summary>Whether there is an array of that name.</summary>
    public bool Contains(string name) => _reader.Contains(name);

    /// <summary>Checks that an array can be copied, and copies nothing.</summary>
    /// <param name="name">Of the array.</param>
    /// <param name="length">How many numbers it must have.</param>
    /// <exception cref="System.IO.InvalidDataException">There is none, or its length or type is another.</exception>
    public void Check(string name, long length)
    {
        if (!_reader.TryGetEntry(name, out SafetensorsEntry? entry))
            Throw.MissingTensor(Name, name, $"[{length}]");

        if (entry.ElementCount != length)
            Throw.TensorShape(Name, name, $"[{length}]", $"[{entry.ElementCount}]");

        if (entry.Type == SafetensorsType.Other)
            Throw.SafetensorsType(Name, entry.ToString());
    }

    /// <summary>Checks that all parameters can be copied, and copies nothing.</summary>
    /// <exception cref="System.IO.InvalidDataException">There are none of that name, or of another network.</exception>
    public void Check(string name, ParameterBuffer parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Check($"{name}.dense", parameters.Dense.Length);
        Check($"{name}.by_row", parameters.ByRow.Length);
    }

    /// <summary>Checks that the state of an optimiser can be copied, and copies nothing.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or of another optimiser, or its
    /// number of steps is below 0.</exception>
    public void Check(string name, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        foreach (OptimizerBuffer buffer in optimizer.State)
        {
            Check($"{name}.{buffer.Name}.dense", buffer.Dense.Length);
            Check($"{name}.{buffer.Name}.by_row", buffer.ByRow.Length);
        }

        StepCount(name);
    }

    /// <summary>Checks that the state of a schedule can be copied, and copies nothing.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or of another schedule.</exception>
    public void Check(string name, LearningRateSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        CopyTo(name, schedule.Clone());
    }

    /// <summary>Checks that a recurrent state can be copied, and copies nothing.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or of another shape.</exception>
    public void Check(string name, RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        for (int i = 0; i < state.Count; i++)
            Check($"{name}.{i}", state[i].Span.Length);
    }

    /// <summary>Reads an array of known length.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none, or its length or type is another.</exception>
    public void CopyTo(string name, Span<float> values)
    {
        Check(name, values.Length);
        _reader.CopyTo(name, values);
    }

    /// <summary>Overwrites all parameters; none if they don't fit.</summary>
    /// <exception cref="System.IO.InvalidDataException">There are none of that name, or of another network.</exception>
    public void CopyTo(string name, ParameterBuffer parameters)
    {
        Check(name, parameters);
        ParameterWriter values = parameters.BeginWrite();
        CopyTo($"{name}.dense", values.Dense);
        CopyTo($"{name}.by_row", values.ByRow);
    }

    /// <summary>Overwrites the state of an optimiser; nothing of it if it doesn't fit.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or of another optimiser, or its
    /// number of steps is below 0.</exception>
    public void CopyTo(string name, Optimizer optimizer)
    {
        Check(name, optimizer);
        foreach (OptimizerBuffer buffer in optimizer.State)
        {
            CopyTo($"{name}.{buffer.Name}.dense", buffer.Dense);
            CopyTo($"{name}.{buffer.Name}.by_row", buffer.ByRow);
        }

        optimizer.StepCount = StepCount(name);
    }

    /// <summary>Overwrites the state of a schedule; nothing of it if it doesn't fit.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or of another schedule.</exception>
    public void CopyTo(string name, LearningRateSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        double[] state = schedule.GetState();
        Check(name, state.Length);
        _reader.CopyTo(name, state);
        try
        {
            schedule.SetState(state);
        }
        catch (ArgumentException e)
        {
            string[] numbers = Array.ConvertAll(state, number => number.ToString(CultureInfo.InvariantCulture));
            Throw.EntryState(Name, name, string.Join(", ", numbers), e);
        }
    }

    /// <summary>Overwrites a recurrent state; nothing of it if it doesn't fit.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or of another shape.</exception>
    public void CopyTo(string name, RecurrentState state)
    {
        Check(name, state);
        for (int i = 0; i < state.Count; i++)
            CopyTo($"{name}.{i}", state[i].Span);
    }

    /// <summary>A text.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name.</exception>
    public string Text(string name)
    {
        if (!_reader.Metadata.TryGetValue(name, out string? text))
            Throw.MissingEntry(Name, name);

        return text;
    }

    /// <summary>A whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="least">The least that is accepted; without, any is.</param>
    /// <param name="most">The most that is accepted; without, any is.</param>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or it lies outside.</exception>
    public long WholeNumber(string name, long least = long.MinValue, long most = long.MaxValue)
    {
        string text = Text(name);
        if (!NumberText.TryParseWhole(text, out long value))
            Throw.EntryRange(Name, name, text, "a whole number");

        if (value < least || value > most)
            Throw.EntryRange(Name, name, text, most == long.MaxValue ? $"{least} or more" : $"{least} to {most}");

        return value;
    }

    /// <summary>A number, with the bits it was written with; it may be infinite or NaN.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name.</exception>
    public double Number(string name)
    {
        string text = Text(name);
        if (!NumberText.TryParse(text, out double value))
            Throw.EntryRange(Name, name, text, "a number");

        return value;
    }

    /// <summary>A number that is neither infinite nor NaN, with the bits it was written with.</summary>
    /// <exception cref="System.IO.InvalidDataException">There is none of that name, or it is not finite.</exception>
    public double FiniteNumber(string name)
    {
        double value = Number(name);
        if (!double.IsFinite(value))
            Throw.EntryRange(Name, name, Text(name), "a finite number");

        return value;
    }

    private long StepCount(string name) => WholeNumber($"{name}.step_count", least: 0);
}
