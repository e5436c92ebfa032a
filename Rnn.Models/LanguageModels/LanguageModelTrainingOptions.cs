using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.LanguageModels;

/// <summary>How a <see cref="LanguageModel"/> is trained.</summary>
public sealed record LanguageModelTrainingOptions : TrainingOptions
{
    /// <summary>B: the text is cut into so many pieces, read side by side; 20 by default.</summary>
    public int BatchSize { get; init; } = 20;

    /// <summary>T: tokens of a window of truncated backpropagation, after which the state is carried to the next; 35 by
    /// default.</summary>
    public int SequenceLength { get; init; } = 35;

    /// <summary>
    /// The most that a border between windows may lie off its place, as a share of T: each epoch draws them anew, so that not
    /// always the same words stand at a window's beginning. 0 (the default) or more and below 0.5. Source: Merity, Keskar and
    /// Socher 2018, who draw lengths instead, and scale the learning rate with them.
    /// </summary>
    public double VaryLength { get; init; }

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="System.ArgumentException">Says which option, and what was expected.</exception>
    public override void Check()
    {
        base.Check();
        Throw.IfBelow(nameof(BatchSize), BatchSize, 1);
        Throw.IfBelow(nameof(SequenceLength), SequenceLength, 1);
        if (!(VaryLength >= 0 && VaryLength < 0.5))
            Throw.Outside(nameof(VaryLength), VaryLength, "0 or more and below 0.5");
    }

    /// <inheritdoc/>
    public override void Describe(RunIdentity identity)
    {
        System.ArgumentNullException.ThrowIfNull(identity);
        identity.Add(this, LanguageModelJson.Default.LanguageModelTrainingOptions);
    }
}
