
namespace Rnn.Models.Embeddings;

/// <summary>A word that a search found.</summary>
/// <param name="Word">The word.</param>
/// <param name="Index">Its row.</param>
/// <param name="Score">
/// The cosine with what was searched for, -1 to 1; with <see cref="AnalogyMethod.CosMul"/> a quotient of shifted
/// cosines, 0 or more.
/// </param>
public readonly record struct WordNeighbour(string Word, int Index, float Score);
