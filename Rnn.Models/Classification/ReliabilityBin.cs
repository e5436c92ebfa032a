namespace Rnn.Models.Classification;

/// <summary>Predictions of about the same probability, and how often they were right: of a calibrated classifier the
/// two agree.</summary>
/// <param name="Low">The least probability of the bin.</param>
/// <param name="High">The least of the next bin; that of the last belongs to it.</param>
/// <param name="Count">Number of items.</param>
/// <param name="MeanProbability">Of its items; NaN without any.</param>
/// <param name="Share">The share of its items that are positive (of two classes), or predicted right (of more); NaN
/// without any.</param>
public readonly record struct ReliabilityBin(double Low, double High, long Count, double MeanProbability, double Share);
