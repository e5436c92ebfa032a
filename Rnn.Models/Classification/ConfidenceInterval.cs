namespace Rnn.Models.Classification;

/// <summary>Where a share is likely to be.</summary>
/// <param name="Low">0 to High.</param>
/// <param name="High">Low to 1.</param>
public readonly record struct ConfidenceInterval(double Low, double High);
