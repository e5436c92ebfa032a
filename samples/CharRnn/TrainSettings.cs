using System;
using System.Collections.Generic;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;
using Rnn.Models.CharRnn;

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

    /// <summary>Leaves out what doesn't fill a window of all rows, as the lesson does.</summary>
    public bool DropLast { get; init; }

    public long ValidateEvery { get; init; }

    /// <summary>How often a run is measured and saved, where the two periods are 0; 0 is every epoch.</summary>
    public int Measurements { get; init; }

    public int Patience { get; init; }

    public long CheckpointEvery { get; init; }

    /// <summary>What suits a text of so many characters.</summary>
    public static TrainSettings For(long characters)
    {
        CharRnnRecipe recipe = CharRnnRecipe.ForText(characters);
        return new TrainSettings
        {
            Preset = Presets.Automatic,
            Cell = RecurrentCell.Gru,
            Hidden = recipe.HiddenSize,
            Layers = 1,
            Dropout = recipe.Dropout,
            Batch = recipe.BatchSize,
            Length = recipe.SequenceLength,
            Epochs = recipe.Epochs,
            Rate = CharRnnRecipe.LearningRate,
            Cosine = true,
            WarmUp = CharRnnRecipe.WarmUpSteps,
            Beta2 = CharRnnRecipe.Beta2,
            WeightDecay = CharRnnRecipe.WeightDecay,
            ValidationFraction = recipe.ValidationFraction,
            Measurements = CharRnnRecipe.Measurements,
        };
    }

    /// <summary>These settings with a network that exists already.</summary>
    public TrainSettings With(CharRnnOptions network) => this with
    {
        Cell = network.Cell,
        Hidden = network.HiddenSize,
        Layers = network.Layers,
        Dropout = network.Dropout,
        TwoBiases = network.TwoBiases,
        Initialization = network.Initialization,
    };

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

    /// <summary>How many steps the whole run has.</summary>
    /// <param name="characters">Code points of the text, the validation part included.</param>
    public (long Steps, long PerEpoch) Plan(long characters)
    {
        long training = characters - (int)(characters * ValidationFraction), window = (long)Batch * Length;
        long perEpoch = Math.Max(1, DropLast ? (training - 1) / window : (training - 1 + window - 1) / window);
        return (Steps > 0 ? Steps : Epochs * perEpoch, perEpoch);
    }

    /// <summary>How it is trained.</summary>
    /// <param name="characters">Code points of the text, the validation part included.</param>
    /// <param name="checkpoint">The file of the checkpoint.</param>
    /// <param name="notes">What the checkpoint carries for those who resume it.</param>
    public CharRnnTrainingOptions Training(int characters, string checkpoint,
        IReadOnlyDictionary<string, string> notes)
    {
        (long steps, long perEpoch) = Plan(characters);
        long period = Measurements > 0 ? Math.Max(1, steps / Measurements) : 0;
        return new CharRnnTrainingOptions
        {
            BatchSize = Batch,
            SequenceLength = Length,
            ValidationFraction = ValidationFraction,
            DropLast = DropLast,
            Seed = Seed,
            Epochs = (int)Math.Min(int.MaxValue, (steps + perEpoch - 1) / perEpoch),
            MaxSteps = steps,
            Optimizer = layout => WeightDecay > 0
                ? new AdamW(layout, beta2: Beta2, weightDecay: WeightDecay)
                : new Adam(layout, beta2: Beta2),
            Schedule = Cosine
                ? new CosineSchedule(Rate, steps, Math.Min(WarmUp, steps / 10))
                : new ConstantSchedule(Rate),
            ClipNorm = Clip,
            ValidateEvery = ValidateEvery > 0 ? ValidateEvery : period,
            Patience = Patience,
            CheckpointPath = checkpoint,
            CheckpointEvery = CheckpointEvery > 0 ? CheckpointEvery : period,
            Notes = notes,
        };
    }
}
