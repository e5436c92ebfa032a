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

/// <summary>How a training run stands. A value: reporting allocates nothing.</summary>
public readonly record struct TrainingReport
{
    /// <summary>What happened.</summary>
    public required TrainingEvent Event { get; init; }

    /// <summary>Steps done, from 1.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>The epoch of the step, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs of the whole run.</summary>
    public required int TotalEpochs { get; init; }

    /// <summary>Mean training loss of the step.</summary>
    public required double Loss { get; init; }

    /// <summary>Mean training loss of the epoch so far.</summary>
    public required double EpochLoss { get; init; }

    /// <summary>The newest validation loss, or NaN before the first.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>The lowest validation loss so far, or NaN before the first.</summary>
    public required double BestValidationLoss { get; init; }

    /// <summary>Norm of the gradient before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The learning rate of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Time since this run began or was resumed, validation included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Targets trained on a second, since this run began or was resumed.</summary>
    public required double ItemsPerSecond { get; init; }

    /// <summary>Estimate of the time to the last step.</summary>
    public required TimeSpan Remaining { get; init; }
}

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>The validation loss had not fallen for as long as the options allow.</summary>
    EarlyStopping,

    /// <summary>It was cancelled; a checkpoint was saved where the options name one.</summary>
    Cancelled,
}

/// <summary>How a run ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Steps">Steps done in all.</param>
/// <param name="Loss">Mean training loss of the last step.</param>
/// <param name="ValidationLoss">The last validation loss, or NaN without validation.</param>
/// <param name="BestValidationLoss">The lowest validation loss, or NaN without validation.</param>
/// <param name="BestStep">The step of the lowest validation loss, or 0.</param>
public sealed record TrainingResult(StopReason Reason, long Steps, double Loss, double ValidationLoss,
    double BestValidationLoss, long BestStep);

/// <summary>A loss or a gradient is not finite; the parameters are as before that step.</summary>
public sealed class NotFiniteException : Exception
{
    /// <summary>A failed step.</summary>
    public NotFiniteException(string message, long step, string tensor)
        : base(message)
    {
        Step = step;
        Tensor = tensor;
    }

    /// <summary>A failure without details.</summary>
    public NotFiniteException()
        : this("A loss or a gradient is not finite.", 0, "")
    {
    }

    /// <summary>A failure without details.</summary>
    public NotFiniteException(string message)
        : this(message, 0, "")
    {
    }

    /// <summary>A failure without details.</summary>
    public NotFiniteException(string message, Exception inner)
        : base(message, inner) => Tensor = "";

    /// <summary>The step that failed, from 1.</summary>
    public long Step { get; }

    /// <summary>"loss", or the name of the parameter whose gradient is not finite.</summary>
    public string Tensor { get; }
}
