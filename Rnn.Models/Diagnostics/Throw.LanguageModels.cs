using System;
using System.Diagnostics.CodeAnalysis;

namespace Rnn.Models.Diagnostics;

/// <content>Tokens, and models that count them.</content>
internal static partial class Throw
{
    // ---- Token vocabulary -------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoTokens(string who, string what) =>
        throw new ArgumentException($"{who}: {what} has no token; expected at least one. Give a text with some.", what);

    [DoesNotReturn]
    public static void EmptyToken(string what, long position) =>
        throw new ArgumentException(
            $"TokenVocabulary: token {position} of {what} is null or empty; expected at least one character.", what);

    [DoesNotReturn]
    public static void TokenSymbols(string problem) =>
        throw new FormatException(
            $"TokenVocabulary: {problem}; expected a JSON array with each token once, '<unk>' among them, as Symbols gives " +
            "it.");

    public static Exception TokenSymbolsNoJson(Exception inner) => new FormatException(
        "TokenVocabulary: the text is no JSON; expected an array with each token once, as Symbols gives it.", inner);

    // ---- N-grams ----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NGramOrder(string who, string what, int order, int most) =>
        throw new ArgumentOutOfRangeException(what, $"{who}: {what} is {order}; expected 1 to {most}.");

    [DoesNotReturn]
    public static void NGramText(string argument) =>
        throw new ArgumentException("CharNGram: the training text is empty; expected at least 1 character.", argument);

    [DoesNotReturn]
    public static void NGramCharacter(char value) =>
        throw new ArgumentException(
            $"CharNGram: the character U+{(int)value:X4} is not in the alphabet. Name it in 'alphabet' when training.");

    [DoesNotReturn]
    public static void IdOutside(string who, string what, int position, int id, int vocabulary) =>
        throw new ArgumentOutOfRangeException(what,
            $"{who}: {what}[{position}] is {id}; expected 0 to {vocabulary - 1}. Encode the text with the vocabulary of " +
            "the training text.");

    [DoesNotReturn]
    public static void IdOutside(string who, string what, int id, int vocabulary) =>
        throw new ArgumentOutOfRangeException(what, $"{who}: {what} is {id}; expected 0 to {vocabulary - 1}.");

    [DoesNotReturn]
    public static void ProbabilityCount(string who, string what, int actual, int vocabulary) =>
        throw new ArgumentException(
            $"{who}: {what} has {actual} elements; expected {vocabulary}, one a word of the vocabulary.", what);

    [DoesNotReturn]
    public static void TooFewTokens(string who, string what, int actual, int least) =>
        throw new ArgumentException($"{who}: {what} has {actual} tokens; expected {least} or more.", what);

    // ---- Script grammar ---------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void GrammarMemory(string name, string inside, string problem) =>
        throw new FormatException($"Grammar: <{name}> in the rule '{inside}' {problem}.");

    [DoesNotReturn]
    public static void TokenNotOfGrammar(string what, int position, string token) =>
        throw new ArgumentException(
            $"ScriptGrammar: the grammar can't go on with token {position} of {what}, '{Short(token)}'. Give the beginning " +
            "of a text that the grammar wrote.", what);
}
