using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.Translation;

/// <summary>How a <see cref="TranslationModel"/> is trained.</summary>
public sealed record TranslationTrainingOptions : TrainingOptions
{
    /// <summary>B, pairs of a batch; 64 by default. Pairs of similar length stand together.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="System.ArgumentException">Says which option, and what was expected.</exception>
    public override void Check()
    {
        base.Check();
        Throw.IfBelow(nameof(BatchSize), BatchSize, 1);
    }

    /// <inheritdoc/>
    public override void Describe(RunIdentity identity)
    {
        System.ArgumentNullException.ThrowIfNull(identity);
        identity.Add(this, TranslationJson.Default.TranslationTrainingOptions);
    }
}
