using System;

namespace Rnn.Models.Training;

/// <summary>What a report is about.</summary>
public enum TrainingEvent
{
    /// <summary>A step was done.</summary>
    Step,

    /// <summary>The validation loss was measured.</summary>
    Validation,

    /// <summary>A checkpoint was saved.</summary>
    Checkpoint,
}

/// <summary>How a training run stands. Losses are in the model's unit: nats per target where it predicts classes. A
/// value: reporting allocates nothing.</summary>
public readonly record struct TrainingReport
{
    /// <summary>What happened.</summary>
    public required TrainingEvent Event { get; init; }

    /// <summary>Steps done: 1 after the first.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>The epoch of the step, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs of the whole run.</summary>
    public required int TotalEpochs { get; init; }

    /// <summary>Mean training loss of the step, before the parameters were changed by it.</summary>
    public required double Loss { get; init; }

    /// <summary>Mean training loss of the epoch's steps so far.</summary>
    public required double EpochLoss { get; init; }

    /// <summary>The newest validation loss, or NaN before the first.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>The validation loss of the best measurement so far, or NaN before the first.</summary>
    public required double BestValidationLoss { get; init; }

    /// <summary>The newest results of a measurement: the loss, and what else is measured. All NaN before the first. The
    /// trainer's own: the next measurement overwrites them.</summary>
    public required Measurements Results { get; init; }

    /// <summary>Euclidean norm of the step's gradient, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The learning rate of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Time since this run began or was resumed, validation included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Targets trained on a second, since this run began or was resumed.</summary>
    public required double ItemsPerSecond { get; init; }

    /// <summary>Estimate of the time to the last step; zero before a step is done.</summary>
    public required TimeSpan Remaining { get; init; }
}
