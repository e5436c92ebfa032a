
namespace Rnn.Models.Text.Phrases;

/// <summary>Words that follow each other often enough to be one: new york, state of affairs.</summary>
/// <param name="First">The first word.</param>
/// <param name="Between">The connector words in the middle, a space between two of them; mostly empty.</param>
/// <param name="Second">The last word.</param>
/// <param name="Joined">The one word that replaces them.</param>
/// <param name="Count">How often they followed each other.</param>
/// <param name="Score">How much more often than by chance; see <see cref="PhraseScoring"/>.</param>
public sealed record Phrase(string First, string Between, string Second, string Joined, long Count, double Score);
