using System;
using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.CharRnn;

/// <summary>
/// How a <see cref="CharRnnModel"/> is trained. What is not set is chosen from the length of the text, as
/// <see cref="CharRnnRecipe"/> says. Learning rate, schedule and optimiser belong together: the recipe's are chosen
/// where none of the three is set, and with them how often to measure and to save. A trainer of batches of one's own takes
/// the general options alone.
/// </summary>
public sealed record CharRnnTrainingOptions : TrainingOptions
{
    /// <summary>B: the text is cut into so many pieces, read side by side; 0 (the default) is chosen from the
    /// text.</summary>
    public int BatchSize { get; init; }

    /// <summary>T: characters of a window of truncated backpropagation, after which the state is carried to the next; 0
    /// (the default) is chosen from the text.</summary>
    public int SequenceLength { get; init; }

    /// <summary>The last part of the text that is held out for validation, 0 (none) or more and below 1; NaN (the
    /// default) is chosen from the text.</summary>
    public double ValidationFraction { get; init; } = double.NaN;

    /// <summary>Leaves out what doesn't fill a window of all rows, up to B*T characters of each part, as many published
    /// set-ups do. False (the default) reads all, in a last window that is shorter.</summary>
    public bool DropLast { get; init; }

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Throw.IfBelow(nameof(BatchSize), BatchSize, 0);
        Throw.IfBelow(nameof(SequenceLength), SequenceLength, 0);
        if (ValidationFraction < 0 || ValidationFraction >= 1)
            Throw.Outside(nameof(ValidationFraction), ValidationFraction, "0 or more and below 1");
    }

    /// <inheritdoc/>
    public override void Describe(RunIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        identity.Add(this, CharRnnJson.Default.CharRnnTrainingOptions);
    }
}
