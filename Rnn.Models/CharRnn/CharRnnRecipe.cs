using System;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;

namespace Rnn.Models.CharRnn;

/// <summary>
/// A network and a way of training it that suit a text of some length: one layer of GRU units, trained by AdamW with a
/// rate that rises for some steps and falls to 0 along half a cosine. The best of some dozens of settings on held-out
/// parts of texts of 2 kB to 2 MB; a short text is read more often, by a smaller network, with more dropout.
/// </summary>
/// <remarks>
/// By characters of the text, up to:
/// <code>
///            1,000  5,000  50,000  500,000  1,500,000  more
/// units         64     64     256      256        256   256
/// dropout      0.3    0.3     0.3      0.2        0.1     0
/// B              4      4       8       16         16    16
/// T             25     25      50       64         64    64
/// epochs        16     16      11        8          7     7
/// held out      20%    10%    10%      10%        10%   10%
/// </code>
/// </remarks>
public sealed record CharRnnRecipe
{
    /// <summary>The largest learning rate.</summary>
    public const double LearningRate = 5e-3;

    /// <summary>Steps in which the rate rises to it; in a short run a tenth of the steps.</summary>
    public const int WarmUpSteps = 50;

    /// <summary>Adam's memory for squared gradients: 1/(1-Beta2) = 100 steps, few beside those of the run.</summary>
    public const double Beta2 = 0.99;

    /// <summary>AdamW's.</summary>
    public const double WeightDecay = 0.01;

    /// <summary>How often a run measures the validation loss, and saves a checkpoint where one is named.</summary>
    public const int Measurements = 20;

    private CharRnnRecipe(long characters) => Characters = characters;

    /// <summary>Code points of the text, the held-out part included.</summary>
    public long Characters { get; }

    /// <summary>H, units of the layer.</summary>
    public int HiddenSize => Characters <= 5_000 ? 64 : 256;

    /// <summary>Dropout before the output.</summary>
    public double Dropout => Characters switch
    {
        <= 50_000 => 0.3,
        <= 500_000 => 0.2,
        <= 1_500_000 => 0.1,
        _ => 0,
    };

    /// <summary>B, pieces read side by side.</summary>
    public int BatchSize => Characters <= 5_000 ? 4 : Characters <= 50_000 ? 8 : 16;

    /// <summary>T, characters of a window.</summary>
    public int SequenceLength => Characters <= 5_000 ? 25 : Characters <= 50_000 ? 50 : 64;

    /// <summary>Passes over the text.</summary>
    public int Epochs => Characters switch
    {
        <= 5_000 => 16,
        <= 50_000 => 11,
        <= 500_000 => 8,
        _ => 7,
    };

    /// <summary>The part of the text that is held out.</summary>
    public double ValidationFraction => Characters <= 1_000 ? 0.2 : 0.1;

    /// <summary>What suits a text.</summary>
    /// <param name="characters">Its code points, the part that will be held out included.</param>
    public static CharRnnRecipe ForText(long characters) => new(characters);

    /// <summary>The network.</summary>
    public CharRnnOptions Network() => new()
    {
        Cell = RecurrentCell.Gru,
        HiddenSize = HiddenSize,
        Layers = 1,
        Dropout = Dropout,
    };

    /// <summary>How it is trained.</summary>
    /// <param name="seed">Of everything random in training.</param>
    public CharRnnTrainingOptions Training(ulong seed = 1) => Complete(new CharRnnTrainingOptions { Seed = seed });

    /// <summary>Options with all that is not set chosen.</summary>
    internal CharRnnTrainingOptions Complete(CharRnnTrainingOptions options)
    {
        bool isFree = options.LearningRate == 0 && options.Schedule is null && options.Optimizer is null;
        options = options with
        {
            BatchSize = options.BatchSize > 0 ? options.BatchSize : BatchSize,
            SequenceLength = options.SequenceLength > 0 ? options.SequenceLength : SequenceLength,
            ValidationFraction = double.IsNaN(options.ValidationFraction)
                ? ValidationFraction
                : options.ValidationFraction,
            Epochs = options.Epochs > 0 ? options.Epochs : Epochs,
        };
        if (!isFree)
            return options;

        long steps = Steps(options), period = Math.Max(1, steps / Measurements);
        return options with
        {
            Optimizer = layout => new AdamW(layout, beta2: Beta2, weightDecay: WeightDecay),
            Schedule = new CosineSchedule(LearningRate, steps, Math.Min(WarmUpSteps, steps / 10)),
            ValidateEvery = options.ValidateEvery > 0 ? options.ValidateEvery : period,
            CheckpointEvery = options.CheckpointEvery > 0 ? options.CheckpointEvery : period,
        };
    }

    /// <summary>Steps of all epochs.</summary>
    private long Steps(CharRnnTrainingOptions options)
    {
        long training = Characters - (long)(Characters * options.ValidationFraction);
        double windows = (training - 1) / ((double)options.BatchSize * options.SequenceLength);
        long perEpoch = (long)(options.DropLast ? Math.Floor(windows) : Math.Ceiling(windows));
        return options.Epochs * Math.Max(1, perEpoch / options.BatchesPerStep);
    }
}
