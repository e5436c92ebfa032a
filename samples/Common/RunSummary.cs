using System;
using System.Collections.Generic;

namespace Rnn.Samples.Common;

/// <summary>A measured loss.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Nats">Per character.</param>
/// <param name="Bits">Per character.</param>
/// <param name="Characters">How many were predicted.</param>
public sealed record MeasuredLoss(string Name, double Nats, double Bits, long Characters)
{
    /// <summary>A mean in nats, and the same in bits.</summary>
    public MeasuredLoss(string name, double nats, long characters)
        : this(name, nats, nats / Math.Log(2), characters)
    {
    }
}

/// <summary>summary.json: all that is needed to repeat a run and to compare with it.</summary>
public sealed record RunSummary
{
    public required string Command { get; init; }

    public required DateTime FinishedUtc { get; init; }

    public required Machine Machine { get; init; }

    /// <summary>The sample's settings.</summary>
    public required object Settings { get; init; }

    /// <summary>The text that it learnt from.</summary>
    public required string Text { get; init; }

    public required long Parameters { get; init; }

    public required long Steps { get; init; }

    /// <summary>Of training, validation included, over all resumptions.</summary>
    public required double Seconds { get; init; }

    public required double CharactersPerSecond { get; init; }

    public required double TrainingLoss { get; init; }

    public required double BestValidationLoss { get; init; }

    public required long BestStep { get; init; }

    public required IReadOnlyList<MeasuredLoss> Losses { get; init; }

    /// <summary>Writes the file.</summary>
    /// <exception cref="System.IO.IOException">It can't be written.</exception>
    public void Save(string path) => SummaryFile.Save(path, this);
}
