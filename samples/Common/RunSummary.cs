using System;
using System.Text.Json.Serialization;

namespace Rnn.Samples.Common;

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
