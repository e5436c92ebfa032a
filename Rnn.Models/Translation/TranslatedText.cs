using System.Collections.Generic;

namespace Rnn.Models.Translation;

/// <summary>A target that a <see cref="Translator"/> found.</summary>
/// <param name="Text">As it is read.</param>
/// <param name="Tokens">Of the text, without its end; a word that was copied from the source stands as there.</param>
/// <param name="SourceTokens">Of the source.</param>
/// <param name="LogProbability">ln p of all tokens and the end together, given that a start (and an unknown word, where
/// it is avoided) never comes.</param>
/// <param name="Score">What targets of one source are compared by.</param>
/// <param name="IsEnded">Whether its end came; else it was cut at the greatest length.</param>
public sealed record TranslatedText(string Text, IReadOnlyList<string> Tokens, IReadOnlyList<string> SourceTokens,
    double LogProbability, double Score, bool IsEnded);
