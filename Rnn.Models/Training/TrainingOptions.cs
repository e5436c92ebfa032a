using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using Rnn.Core.Optimizers;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Training;

/// <summary>How a <see cref="Trainer{TBatch}"/> trains. Losses are in the model's unit: nats per target where it
/// predicts classes.</summary>
public sealed record TrainingOptions
{
    /// <summary>The seed of everything random in training; 1 by default.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Passes over the training batches, at least 1 (the default).</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Ends the run after this many steps; 0 (the default) for all of the epochs.</summary>
    public long MaxSteps { get; init; }

    /// <summary>Learning rate by step; 0.001 at all of them by default. The trainer works on a copy: the same options
    /// serve any number of runs.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantSchedule(1e-3);

    /// <summary>Largest Euclidean norm of a step's gradient, over all parameters; 5 by default, 0 for no
    /// limit.</summary>
    public double ClipNorm { get; init; } = 5;

    /// <summary>Batches whose gradients are averaged in a step, at least 1 (the default). What doesn't fill a step is
    /// left out of an epoch.</summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>
    /// Measures the validation loss after every so many steps; 0 (the default) for each epoch's end. It is measured
    /// after the last step too: this result may be the best, but where no period ends it counts neither for
    /// <see cref="Patience"/> nor for the schedule, and a run that is resumed with more steps forgets it.
    /// </summary>
    public long ValidateEvery { get; init; }

    /// <summary>Stops when the validation loss has not fallen below its lowest for so many measurements; 0 (the
    /// default) for never.</summary>
    public int Patience { get; init; }

    /// <summary>Leaves the parameters of the lowest validation loss in the model at the end, those of the last step if
    /// nothing was measured; true by default.</summary>
    public bool KeepBest { get; init; } = true;

    /// <summary>
    /// Training has diverged when the mean loss of the last steps (each weighing a tenth less than the next) is above
    /// this. 0 (the default) is ten times the loss of the first step, or what a model knows better.
    /// </summary>
    public double DivergenceLoss { get; init; }

    /// <summary>Texts that every checkpoint carries for whoever resumes it, such as the command that began the run;
    /// none by default. They don't have to agree.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The file of checkpoints, or null (the default) for none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Saves a checkpoint after every so many steps; 0 (the default) for each epoch's end. One is always
    /// saved at the end and on cancellation.</summary>
    public long CheckpointEvery { get; init; }

    internal void Check()
    {
        Throw.IfBelow(nameof(Epochs), Epochs, 1);
        Throw.IfBelow(nameof(MaxSteps), MaxSteps, 0);
        Throw.IfBelow(nameof(ClipNorm), ClipNorm, 0);
        Throw.IfBelow(nameof(BatchesPerStep), BatchesPerStep, 1);
        Throw.IfBelow(nameof(ValidateEvery), ValidateEvery, 0);
        Throw.IfBelow(nameof(Patience), Patience, 0);
        Throw.IfBelow(nameof(CheckpointEvery), CheckpointEvery, 0);
        Throw.IfBelow(nameof(DivergenceLoss), DivergenceLoss, 0);
        ArgumentNullException.ThrowIfNull(Notes);
    }
}
