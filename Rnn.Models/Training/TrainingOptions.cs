using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Text.Json.Serialization;
using System.Threading;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Training;

/// <summary>
/// How a <see cref="Trainer{TBatch}"/> trains. The options of a model's training are these and its own. Losses are in
/// the model's unit: nats per target where it predicts classes.
/// </summary>
/// <remarks>What JSON holds of them must agree when a run is resumed; the trainer sees to the rest.</remarks>
public record TrainingOptions
{
    internal const double UsualRate = 1e-3;

    /// <summary>The seed of everything random in training; 1 by default.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Passes over the training batches; 0 (the default) is the model's choice, or 1.</summary>
    [JsonIgnore]
    public int Epochs { get; init; }

    /// <summary>Ends the run after this many steps; 0 (the default) for all of the epochs.</summary>
    [JsonIgnore]
    public long MaxSteps { get; init; }

    /// <summary>The learning rate of all steps; 0 (the default) is the model's choice, or 0.001.</summary>
    [JsonIgnore]
    public double LearningRate { get; init; }

    /// <summary>
    /// Learning rates that change from step to step, in place of <see cref="LearningRate"/>; null by default. The
    /// trainer works on a copy: the same options serve any number of runs.
    /// </summary>
    [JsonIgnore]
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>Makes the optimiser of the model's parameters; null (the default) is the model's choice, or Adam with
    /// PyTorch's defaults.</summary>
    [JsonIgnore]
    public Func<ParameterLayout, Optimizer>? Optimizer { get; init; }

    /// <summary>Largest Euclidean norm of a step's gradient, over all parameters; 5 by default, 0 for no
    /// limit.</summary>
    public double ClipNorm { get; init; } = 5;

    /// <summary>Batches of a step, at least 1 (the default): the step's gradient is that of the mean over all their
    /// targets. What doesn't fill a step is left out of an epoch.</summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>
    /// Measures on the validation batches after every so many steps; 0 (the default) for each epoch's end. It is
    /// measured after the last step too: this result may be the best, but where no period ends it counts neither for
    /// <see cref="Patience"/> nor for the schedule, and a run that is resumed with more steps forgets it.
    /// </summary>
    [JsonIgnore]
    public long ValidateEvery { get; init; }

    /// <summary>
    /// What else is measured with the validation batches: each function is called after them, with the run's
    /// cancellation, and gives the value (a BLEU of translations, say). None by default.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<Measure, Func<CancellationToken, double>> AlsoMeasure { get; init; } =
        ReadOnlyDictionary<Measure, Func<CancellationToken, double>>.Empty;

    /// <summary>What decides which parameters are the best; <see cref="Measure.Loss"/> by default. (A schedule that
    /// observes the run observes the loss.)</summary>
    [JsonIgnore]
    public Measure Decisive { get; init; } = Measure.Loss;

    /// <summary>Stops when the decisive measure has not become better than its best for so many measurements; 0 (the
    /// default) for never.</summary>
    [JsonIgnore]
    public int Patience { get; init; }

    /// <summary>
    /// From when on the parameters of the steps are averaged; null (the default) for never. From there on the average is
    /// what is measured, kept as the best, and left in the model at the end. Training goes on from the parameters of the last
    /// step, which are what the model holds in between, whenever the trainer reports.
    /// </summary>
    [JsonIgnore]
    public ParameterAveraging? Averaging { get; init; }

    /// <summary>Leaves the best parameters in the model at the end, those of the last step (or their average) if nothing was
    /// measured; true by default.</summary>
    [JsonIgnore]
    public bool KeepBest { get; init; } = true;

    /// <summary>
    /// Training has diverged when the mean loss of the last steps (each weighing a tenth less than the next) is above
    /// this. 0 (the default) is ten times the first loss that isn't 0 (of one below 0: as far above), or what a model
    /// knows better.
    /// </summary>
    [JsonIgnore]
    public double DivergenceLoss { get; init; }

    /// <summary>Texts that every checkpoint carries for whoever resumes it, such as the command that began the run;
    /// none by default. They don't have to agree.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Notes { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The file of checkpoints, or null (the default) for none.</summary>
    [JsonIgnore]
    public string? CheckpointPath { get; init; }

    /// <summary>Saves a checkpoint after every so many steps; 0 (the default) for each epoch's end. One is always
    /// saved at the end and on cancellation.</summary>
    [JsonIgnore]
    public long CheckpointEvery { get; init; }

    /// <summary>How several processes train one model; <see cref="SingleProcess"/> by default. Process 0 saves the
    /// checkpoints.</summary>
    [JsonIgnore]
    public IGradientExchange Exchange { get; init; } = SingleProcess.Instance;

    /// <summary>These with what is not set chosen, where a model has a choice.</summary>
    protected internal virtual TrainingOptions Complete() => this;

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="ArgumentException">Says which option, and what was expected.</exception>
    public virtual void Check()
    {
        Throw.IfBelow(nameof(Epochs), Epochs, 0);
        Throw.IfBelow(nameof(MaxSteps), MaxSteps, 0);
        if (!(LearningRate >= 0 && double.IsFinite(LearningRate)))
            Throw.Outside(nameof(LearningRate), LearningRate, "0 or more, and finite");

        if (LearningRate > 0 && Schedule is not null)
            Throw.TwoRates(nameof(LearningRate), LearningRate, nameof(Schedule), Schedule.Description);

        if (!(ClipNorm >= 0 && double.IsFinite(ClipNorm)))
            Throw.Outside(nameof(ClipNorm), ClipNorm, "0 (no limit) or more, and finite");

        Throw.IfBelow(nameof(BatchesPerStep), BatchesPerStep, 1);
        Throw.IfBelow(nameof(ValidateEvery), ValidateEvery, 0);
        Throw.IfBelow(nameof(Patience), Patience, 0);
        Throw.IfBelow(nameof(CheckpointEvery), CheckpointEvery, 0);
        Throw.IfBelow(nameof(DivergenceLoss), DivergenceLoss, 0);
        ArgumentNullException.ThrowIfNull(AlsoMeasure);
        ArgumentNullException.ThrowIfNull(Decisive);
        ArgumentNullException.ThrowIfNull(Notes);
        ArgumentNullException.ThrowIfNull(Exchange);
        if (Exchange.Rank < 0 || Exchange.Rank >= Exchange.Size)
            Throw.ExchangeRank(nameof(Exchange), Exchange.Rank, Exchange.Size);
    }

    /// <summary>Adds what must agree when a run is resumed. A record of a model's own training options overrides it
    /// with its own JSON.</summary>
    public virtual void Describe(RunIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        identity.Add(this, TrainingJson.Default.TrainingOptions);
    }
}
