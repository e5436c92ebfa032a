namespace Rnn.Samples.Common;

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
