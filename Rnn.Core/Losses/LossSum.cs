namespace Rnn.Core.Losses;

/// <summary>The losses of some targets, not yet averaged, so that batches of unequal size add up correctly.</summary>
/// <param name="Sum">The sum of the targets' losses, each times its weight.</param>
/// <param name="Count">
/// How many targets were counted. Ignored ones are not, nor those of weight 0; any other weight counts as 1. So
/// the mean under weights of 0 and 1 is that over those of 1, and twice the weight is twice the pull, whatever the other
/// weights. Where PyTorch's mean divides by something else, the loss says so.
/// </param>
public readonly record struct LossSum(double Sum, long Count)
{
    /// <summary>Sum / Count. NaN if nothing was counted: no data is no good result.</summary>
    public double Mean => Sum / Count;

    /// <summary>The losses of both together.</summary>
    public static LossSum operator +(LossSum a, LossSum b) => new(a.Sum + b.Sum, a.Count + b.Count);
}
