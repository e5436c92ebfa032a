namespace Rnn.Models.Training;

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>The decisive measure had not become better for as long as the options allow.</summary>
    EarlyStopping,

    /// <summary>It was cancelled; a checkpoint was saved where the options name one.</summary>
    Cancelled,
}

/// <summary>How a run ended. Losses are in the model's unit: nats per target where it predicts classes.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Steps">Steps done in all, those before a resumed checkpoint included.</param>
/// <param name="Loss">Mean training loss of the last step.</param>
/// <param name="ValidationLoss">The last validation loss, or NaN without validation.</param>
/// <param name="BestValidationLoss">The validation loss of the best measurement, or NaN without validation.</param>
/// <param name="BestStep">The step of the best measurement, from 1, or 0 without validation.</param>
public sealed record TrainingResult(StopReason Reason, long Steps, double Loss, double ValidationLoss,
    double BestValidationLoss, long BestStep)
{
    /// <summary>The best value of what decided (<see cref="TrainingOptions.Decisive"/>): by default, of the validation
    /// loss. NaN without validation.</summary>
    public double Best { get; init; } = double.NaN;
}
