
namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>Two words and how similar people find them.</summary>
/// <param name="First">A word.</param>
/// <param name="Second">A word.</param>
/// <param name="Score">The human score, finite; the scale is the data set's.</param>
public readonly record struct WordPair(string First, string Second, double Score);
