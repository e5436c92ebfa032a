using System;
using Rnn.Core.Layers;
using Rnn.Core.Optimizers;
using Rnn.Models.CharRnn;
using Rnn.Models.Training;

namespace Rnn.Samples.CharRnn;

/// <summary>All that decides what a training run computes, apart from its text. A preset, changed by options.</summary>
internal sealed record TrainSettings
{
    public required string Preset { get; init; }

    public ulong Seed { get; init; } = 1;

    public RecurrentCell Cell { get; init; } = RecurrentCell.Lstm;

    public int Hidden { get; init; } = 512;

    public int Layers { get; init; } = 2;

    public double Dropout { get; init; }

    public bool TwoBiases { get; init; }

    public RecurrentInitialization Initialization { get; init; } = RecurrentInitialization.Orthogonal;

    public int Batch { get; init; } = 128;

    /// <summary>T, characters of a window of truncated backpropagation.</summary>
    public int Length { get; init; } = 100;

    public int Epochs { get; init; } = 1;

    /// <summary>Steps of the whole run; 0 for all of the epochs.</summary>
    public long Steps { get; init; }

    /// <summary>The learning rate; with <see cref="Cosine"/> its largest value.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>The rate rises for <see cref="WarmUp"/> steps and then falls to 0 along half a cosine.</summary>
    public bool Cosine { get; init; }

    public int WarmUp { get; init; }

    /// <summary>Adam's memory for squared gradients, 1/(1-Beta2) steps: few beside those of the run.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>AdamW's; 0 is plain Adam.</summary>
    public double WeightDecay { get; init; }

    public double Clip { get; init; } = 5;

    public double ValidationFraction { get; init; } = 0.1;

    public long ValidateEvery { get; init; }

    public int Patience { get; init; }

    public long CheckpointEvery { get; init; }

    /// <summary>The network.</summary>
    public CharRnnOptions Network() => new()
    {
        Cell = Cell,
        HiddenSize = Hidden,
        Layers = Layers,
        Dropout = Dropout,
        TwoBiases = TwoBiases,
        Initialization = Initialization,
    };

    /// <summary>How it is trained.</summary>
    /// <param name="characters">Code points of the text, the validation part included.</param>
    /// <param name="checkpoint">The file of the checkpoint.</param>
    public CharRnnTrainingOptions Training(int characters, string checkpoint)
    {
        long training = characters - (int)(characters * ValidationFraction);
        long stepsPerEpoch = Math.Max(1, (training - 1) / ((long)Batch * Length));
        long steps = Steps > 0 ? Steps : Epochs * stepsPerEpoch;
        return new CharRnnTrainingOptions
        {
            BatchSize = Batch,
            SequenceLength = Length,
            ValidationFraction = ValidationFraction,
            Optimizer = layout => WeightDecay > 0
                ? new AdamW(layout, beta2: Beta2, weightDecay: WeightDecay)
                : new Adam(layout, beta2: Beta2),
            Training = new TrainingOptions
            {
                Seed = Seed,
                Epochs = (int)((steps + stepsPerEpoch - 1) / stepsPerEpoch),
                MaxSteps = steps,
                Schedule = Cosine
                    ? new CosineSchedule(Rate, steps, Math.Min(WarmUp, steps / 2))
                    : new ConstantSchedule(Rate),
                ClipNorm = Clip,
                ValidateEvery = ValidateEvery,
                Patience = Patience,
                CheckpointPath = checkpoint,
                CheckpointEvery = CheckpointEvery,
            },
        };
    }
}
