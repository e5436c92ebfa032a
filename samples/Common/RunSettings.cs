using System;
using System.Text.Json.Serialization;
using Rnn.Core.Optimizers;
using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>All that decides what a training run computes, apart from its data: a preset, changed by options.</summary>
public abstract record RunSettings
{
    /// <summary>The preset's name.</summary>
    public required string Preset { get; init; }

    /// <summary>Whether a run may be given more steps when it goes on: its rate doesn't depend on how many there
    /// are.</summary>
    [JsonIgnore]
    public virtual bool MayGrow => true;
}

/// <summary>The settings of a run that a trainer drives: the library's own records, and how the rate changes.</summary>
/// <typeparam name="TNetwork">The shape of the model.</typeparam>
/// <typeparam name="TTraining">How it is trained.</typeparam>
public record RunSettings<TNetwork, TTraining> : RunSettings
    where TNetwork : class, new()
    where TTraining : TrainingOptions, new()
{
    /// <summary>The shape of the model.</summary>
    public TNetwork Network { get; init; } = new();

    /// <summary>How it is trained; its learning rate is the largest.</summary>
    public TTraining Training { get; init; } = new();

    /// <summary>How the rate changes.</summary>
    public RateKind Rate { get; init; }

    /// <summary>Steps in which a rate rises that falls later (a constant one doesn't); of one that falls to 0, a tenth of
    /// the run at most.</summary>
    public int WarmUp { get; init; }

    /// <summary>Adam's memory for squared gradients, 1/(1-Beta2) steps: few beside those of the run.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>AdamW's; 0 is plain Adam.</summary>
    public double WeightDecay { get; init; }

    /// <summary>How often a run is measured and saved, where the two periods are 0; 0 is every epoch.</summary>
    public int Measurements { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool MayGrow => Rate != RateKind.Cosine;

    /// <summary>Steps of the whole run.</summary>
    /// <param name="perEpoch">Steps of an epoch.</param>
    public long Steps(long perEpoch) =>
        Training.MaxSteps > 0 ? Training.MaxSteps : Math.Max(1, Training.Epochs) * perEpoch;

    /// <summary>What the trainer is told.</summary>
    /// <param name="perEpoch">Steps of an epoch.</param>
    public virtual TTraining Options(long perEpoch)
    {
        long steps = Steps(perEpoch), period = Measurements > 0 ? Math.Max(1, steps / Measurements) : 0;
        return Training with
        {
            Epochs = (int)Math.Min(int.MaxValue, (steps + perEpoch - 1) / perEpoch),
            MaxSteps = steps,
            LearningRate = 0,
            Schedule = Rate switch
            {
                RateKind.Cosine => new CosineSchedule(Training.LearningRate, steps, Math.Min(WarmUp, steps / 10)),
                RateKind.InverseRoot => new InverseSquareRootSchedule(Training.LearningRate, Math.Max(1, WarmUp)),
                _ => new ConstantSchedule(Training.LearningRate),
            },
            Optimizer = layout => WeightDecay > 0
                ? new AdamW(layout, beta2: Beta2, weightDecay: WeightDecay)
                : new Adam(layout, beta2: Beta2),
            ValidateEvery = Training.ValidateEvery > 0 ? Training.ValidateEvery : period,
            CheckpointEvery = Training.CheckpointEvery > 0 ? Training.CheckpointEvery : period,
        };
    }
}
