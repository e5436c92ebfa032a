using System;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.Word2Vec;

/// <summary>
/// How a <see cref="Word2VecNetwork"/> is trained: by batches and Adam, not word by word as word2vec does. The defaults
/// are the lesson's figures; it also leaves words out that occur fewer than <see cref="LessonMinimumCount"/> times,
/// which is the vocabulary's business.
/// </summary>
public sealed record AdamTrainingOptions
{
    /// <summary>Least occurrences of a word in the lesson's vocabulary.</summary>
    public const int LessonMinimumCount = 6;

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
    public ByRowUpdate RowUpdate { get; init; } = ByRowUpdate.Lazy;

    /// <summary>Makes the optimiser of the network's parameters; Adam with PyTorch's defaults if null.</summary>
    public Func<ParameterLayout, Optimizer>? Optimizer { get; init; }

    /// <summary>Epochs, learning rate, checkpoints, seed.</summary>
    public TrainingOptions Training { get; init; } = new()
    {
        Epochs = 5,
        Schedule = new ConstantSchedule(3e-3),
        ClipNorm = 0,
    };

    internal void Check()
    {
        Throw.IfBelow(nameof(BatchSize), BatchSize, 1);
        Throw.IfBelow(nameof(Window), Window, 1);
        Throw.IfBelow(nameof(Negatives), Negatives, 0);
        Throw.IfBelow(nameof(SubsamplingThreshold), SubsamplingThreshold, 0);
        if (!double.IsFinite(NoisePower))
            Throw.Outside(nameof(NoisePower), NoisePower, "a finite number");

        if (!(ValidationFraction >= 0 && ValidationFraction < 1))
            Throw.Outside(nameof(ValidationFraction), ValidationFraction, "0 or more and below 1");
    }
}
