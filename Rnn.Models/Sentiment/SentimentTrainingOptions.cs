using System;
using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.Sentiment;

/// <summary>How a <see cref="SentimentModel"/> is trained, or pre-trained.</summary>
public sealed record SentimentTrainingOptions : TrainingOptions
{
    /// <summary>Texts of a step; 50 by default.</summary>
    public int BatchSize { get; init; } = 50;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Throw.IfBelow(nameof(BatchSize), BatchSize, 1);
    }

    /// <inheritdoc/>
    public override void Describe(RunIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        identity.Add(this, SentimentJson.Default.SentimentTrainingOptions);
    }
}
