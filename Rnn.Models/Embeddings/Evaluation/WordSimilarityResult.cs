
namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>How well cosines of word vectors agree with human scores.</summary>
public sealed record WordSimilarityResult
{
    /// <summary>
    /// Spearman's rank correlation of cosines and scores, -1 to 1, equal values having the mean of their ranks; NaN
    /// when fewer than two pairs were found, or all cosines or all scores are equal.
    /// </summary>
    public required double Spearman { get; init; }

    /// <summary>Pearson's correlation of cosines and scores, -1 to 1, or NaN in the same cases.</summary>
    public required double Pearson { get; init; }

    /// <summary>Pairs of which both words are known.</summary>
    public required int Found { get; init; }

    /// <summary>Pairs with an unknown word; they count for nothing.</summary>
    public required int Skipped { get; init; }

    /// <summary>Found / (Found + Skipped), 0 to 1.</summary>
    public double Coverage => (double)Found / (Found + Skipped);
}
