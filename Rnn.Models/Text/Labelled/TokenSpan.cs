namespace Rnn.Models.Text.Labelled;

/// <summary>A word, and where in the raw text it was found.</summary>
/// <param name="Start">The first char.</param>
/// <param name="Length">Chars of the raw text: an entity counts with all of its own, "isn t" with its blank.</param>
/// <param name="Word">What became of them.</param>
public readonly record struct TokenSpan(int Start, int Length, string Word);
