namespace Rnn.Core.Losses;

/// <summary>The losses of some targets, not yet averaged, so that batches of unequal size add up correctly.</summary>
/// <param name="Sum">The sum of the targets' losses.</param>
/// <param name="Count">How many targets were counted; ignored ones are not.</param>
public readonly record struct LossSum(double Sum, long Count)
{
    /// <summary>Sum / Count. NaN if nothing was counted: no data is no good result.</summary>
    public double Mean => Sum / Count;

    /// <summary>The losses of both together.</summary>
    public static LossSum operator +(LossSum a, LossSum b) => new(a.Sum + b.Sum, a.Count + b.Count);
}
