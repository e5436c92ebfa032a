using System;
using System.Diagnostics.CodeAnalysis;

namespace Rnn.Models.Diagnostics;

/// <summary>Every exception text of Rnn.Models: who speaks, what was expected, what came, what to do.</summary>
internal static class Throw
{
    // ---- Corpora ----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void GrammarLine(int line, string text, string expected) =>
        throw new FormatException($"Grammar line {line}: expected {expected}, got '{text}'.");

    [DoesNotReturn]
    public static void GrammarReference(string symbol, string inside) =>
        throw new FormatException(
            $"Grammar: <{symbol}> in the rule '{inside}' is not defined. Add a rule or a word list of that name.");

    [DoesNotReturn]
    public static void GrammarDoesNotEnd() =>
        throw new FormatException(
            "Grammar: the expected length of a text is not finite. Give the rules that do not recur more weight.");

    [DoesNotReturn]
    public static void MinimumLength(int minimumLength) =>
        throw new ArgumentOutOfRangeException(nameof(minimumLength),
            $"minimumLength is {minimumLength}; expected 0 or more characters.");

    [DoesNotReturn]
    public static void NGramOrder(int order) =>
        throw new ArgumentOutOfRangeException(nameof(order), $"CharNGram: order is {order}; expected 1 or more.");

    [DoesNotReturn]
    public static void NGramText(string argument) =>
        throw new ArgumentException("CharNGram: the training text is empty; expected at least 1 character.", argument);

    [DoesNotReturn]
    public static void NGramCharacter(char value) =>
        throw new ArgumentException(
            $"CharNGram: the character U+{(int)value:X4} is not in the alphabet. Name it in 'alphabet' when training.");
}
