using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Serialization;

namespace Rnn.Samples.Common;

/// <summary>A measured loss.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Nats">A target: a character, a word.</param>
/// <param name="Bits">The same in bits.</param>
/// <param name="Count">How many targets were predicted.</param>
public sealed record MeasuredLoss(string Name, double Nats, double Bits, long Count)
{
    /// <summary>A mean in nats, and the same in bits.</summary>
    public MeasuredLoss(string name, double nats, long count)
        : this(name, nats, nats / Math.Log(2), count)
    {
    }

    /// <summary>A line a loss.</summary>
    /// <param name="losses">Any number.</param>
    /// <param name="perTarget">"char".</param>
    /// <param name="targets">"characters".</param>
    public static string Table(IEnumerable<MeasuredLoss> losses, string perTarget, string targets) => TextTable.Format(
    [
        ["", $"nats/{perTarget}", $"bits/{perTarget}", targets],
        .. losses.Select(loss => new[]
        {
            loss.Name,
            loss.Nats.ToString("F4", CultureInfo.InvariantCulture),
            loss.Bits.ToString("F4", CultureInfo.InvariantCulture),
            loss.Count.ToString(CultureInfo.InvariantCulture),
        }),
    ]);
}

/// <summary>summary.json: all that is needed to repeat a run and to compare with it. Samples add their results.</summary>
public record RunSummary
{
    [JsonPropertyOrder(-5)]
    public required string Command { get; init; }

    [JsonPropertyOrder(-4)]
    public DateTime FinishedUtc { get; init; } = DateTime.UtcNow;

    [JsonPropertyOrder(-3)]
    public Machine Machine { get; init; } = Machine.Current();

    /// <summary>The sample's settings, of whatever type.</summary>
    [JsonPropertyOrder(-2)]
    public required object Settings { get; init; }

    /// <summary>What it learnt from.</summary>
    [JsonPropertyOrder(-1)]
    public required string Data { get; init; }

    /// <summary>Writes the file.</summary>
    /// <exception cref="System.IO.IOException">It can't be written.</exception>
    public void Save(string path) => SummaryFile.Save(path, this);
}

/// <summary>The summary of a run that a trainer drove.</summary>
public sealed record TrainingSummary : RunSummary
{
    public required long Parameters { get; init; }

    public required long Steps { get; init; }

    /// <summary>Of training, validation included, over all resumptions.</summary>
    public required double Seconds { get; init; }

    /// <summary>What is counted a second: "chars".</summary>
    public required string Unit { get; init; }

    public required double UnitsPerSecond { get; init; }

    public required double TrainingLoss { get; init; }

    public required double BestValidationLoss { get; init; }

    public required long BestStep { get; init; }

    /// <summary>What the sample measured besides: losses on several texts, an accuracy.</summary>
    public object? Results { get; init; }
}
