namespace Rnn.Models.Training;

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
