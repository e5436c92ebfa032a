using System;
using System.Collections.Generic;
using System.Globalization;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;

namespace Rnn.Core.Serialization.Checkpoints;

/// <summary>
/// What a training run needs to go on as if it had never stopped: named arrays and named texts, each under the
/// prefix of the part it belongs to. A safetensors file with a checksum, replaced atomically; the one before it is
/// kept (design decision D23).
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
    /// <exception cref="ArgumentException">There is an array of that name.</exception>
    public void Add(string name, ReadOnlySpan<float> values) => _writer.Add(name, [values.Length], values);

    /// <summary>Adds a text.</summary>
    /// <param name="name">Unique.</param>
    /// <param name="text">May be empty.</param>
    /// <exception cref="ArgumentException">There is a text or number of that name.</exception>
    public void Add(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(text);
        if (!_writer.Metadata.TryAdd(name, text))
            Throw.DuplicateEntry(name);
    }

    /// <summary>Adds a whole number.</summary>
    public void Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a number; it is read back with the same bits.</summary>
    public void Add(string name, double value) => Add(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Adds all parameters, as they lie in memory.</summary>
    public void Add(string name, ParameterBuffer parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Add($"{name}.dense", parameters.Dense);
        Add($"{name}.by_row", parameters.ByRow);
    }

    /// <summary>Adds the state of an optimiser.</summary>
    public void Add(string name, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Add($"{name}.step_count", optimizer.StepCount);
        foreach (OptimizerBuffer buffer in optimizer.State)
        {
            Add($"{name}.{buffer.Name}.dense", buffer.Dense);
            Add($"{name}.{buffer.Name}.by_row", buffer.ByRow);
        }
    }

    /// <summary>Adds the state of a schedule.</summary>
    public void Add(string name, LearningRateSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        double[] state = schedule.GetState();
        _writer.Add(name, [state.Length], state);
    }

    /// <summary>Adds a recurrent state.</summary>
    public void Add(string name, RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        for (int i = 0; i < state.Count; i++)
            Add($"{name}.{i}", state[i].Span);
    }

    /// <summary>Writes the file: to a temporary one, flushed, renamed; the older one is kept beside it.</summary>
    /// <exception cref="System.IO.IOException">It can't be written; the older file is untouched.</exception>
    public void Save(string path) => _writer.Save(path, keepPrevious: true);
}
