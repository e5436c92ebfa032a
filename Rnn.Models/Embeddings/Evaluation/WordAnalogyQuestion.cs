
namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>a : b = c : expected.</summary>
/// <param name="A">A word.</param>
/// <param name="B">What belongs to a.</param>
/// <param name="C">A word of a's kind.</param>
/// <param name="Expected">What belongs to c: the one right answer.</param>
public readonly record struct WordAnalogyQuestion(string A, string B, string C, string Expected);
