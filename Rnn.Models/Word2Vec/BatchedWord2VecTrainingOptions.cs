using System;
using System.Text.Json.Serialization;
using Rnn.Core.Optimizers;
using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.Word2Vec;

/// <summary>
/// How a <see cref="BatchedWord2Vec"/> is trained: by batches and Adam, not word by word as word2vec does. The defaults
/// are the lesson's figures; it also leaves words out that occur fewer than <see cref="LessonMinimumCount"/> times,
/// which is the vocabulary's business.
/// </summary>
public sealed record BatchedWord2VecTrainingOptions : TrainingOptions
{
    /// <summary>Least occurrences of a word in the lesson's vocabulary.</summary>
    public const int LessonMinimumCount = 6;

    private new const double UsualRate = 3e-3;
    private const int UsualEpochs = 5;

    /// <summary>No clipping unless it is set; where they are not set, five epochs and a learning rate of 0.003.</summary>
    public BatchedWord2VecTrainingOptions() => ClipNorm = 0;

    /// <summary>Centre words of a batch, at least 1.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>The farthest that a context word may be; for each centre word, how far is drawn from 1 to
    /// this.</summary>
    public int Window { get; init; } = 5;

    /// <summary>K: words drawn from the noise for each prediction, 0 or more. The full softmax has none.</summary>
    public int Negatives { get; init; } = 5;

    /// <summary>The noise is proportional to the words' counts to this power.</summary>
    public double NoisePower { get; init; } = 0.75;

    /// <summary>
    /// t of the subsampling: a word of relative frequency f is kept with probability min(1, sqrt(t/f)); 0 keeps all.
    /// Source: Mikolov et al. 2013, equation 5.
    /// </summary>
    public double SubsamplingThreshold { get; init; } = 1e-5;

    /// <summary>The last part of the text that is held out for validation, in [0, 1).</summary>
    public double ValidationFraction { get; init; }

    /// <summary>
    /// What Adam does with vectors that a batch doesn't touch. The lesson's PyTorch code is dense: each step passes
    /// over both tables, which costs much where the vocabulary is large. Unused if an optimiser is given.
    /// </summary>
    [JsonIgnore]
    public ByRowUpdate RowUpdate { get; init; } = ByRowUpdate.Lazy;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Throw.IfBelow(nameof(BatchSize), BatchSize, 1);
        Throw.IfBelow(nameof(Window), Window, 1);
        Throw.IfBelow(nameof(Negatives), Negatives, 0);
        if (!(SubsamplingThreshold >= 0 && double.IsFinite(SubsamplingThreshold)))
            Throw.Outside(nameof(SubsamplingThreshold), SubsamplingThreshold, "0 or more, and finite");

        if (!double.IsFinite(NoisePower))
            Throw.Outside(nameof(NoisePower), NoisePower, "a finite number");

        if (!(ValidationFraction >= 0 && ValidationFraction < 1))
            Throw.Outside(nameof(ValidationFraction), ValidationFraction, "0 or more and below 1");
    }

    /// <inheritdoc/>
    public override void Describe(RunIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        identity.Add(this, Word2VecJson.Default.BatchedWord2VecTrainingOptions);
    }

    /// <inheritdoc/>
    protected internal override BatchedWord2VecTrainingOptions Complete() => this with
    {
        Epochs = Epochs == 0 ? UsualEpochs : Epochs,
        LearningRate = LearningRate == 0 && Schedule is null ? UsualRate : LearningRate,
        Optimizer = Optimizer ?? (layout => new Adam(layout, byRow: RowUpdate)),
    };
}
