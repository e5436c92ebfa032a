namespace Rnn.Models.Classification;

/// <summary>Two classifiers on the same items.</summary>
/// <param name="OnlyFirst">Items that the first alone predicts right.</param>
/// <param name="OnlySecond">Items that the second alone predicts right.</param>
/// <param name="PValue">
/// The probability of a difference at least so large between classifiers that are equally good: 2 * P(X &lt;= the
/// lesser of the two), X being binomial with their sum and 1/2, and at most 1.
/// </param>
public readonly record struct McNemarResult(long OnlyFirst, long OnlySecond, double PValue);
