using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;

namespace Rnn.Models.Diagnostics;

/// <content>Tokens, and models that count them.</content>
internal static partial class Throw
{
    // ---- Token vocabulary -------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoTokens(string who, string what) =>
        throw new ArgumentException($"{who}: {what} has no token; expected at least one. Give a text with some.", what);

    [DoesNotReturn]
    public static void EmptyToken(string who, string what, long position) =>
        throw new ArgumentException(
            $"{who}: token {position} of {what} is null or empty; expected at least one character.", what);

    [DoesNotReturn]
    public static void TokenSymbols(string who, string problem, string expected) =>
        throw new FormatException($"{who}: {problem}; expected a JSON array with {expected}, as Symbols gives it.");

    public static Exception TokenSymbolsNoJson(string who, string expected, Exception inner) => new FormatException(
        $"{who}: the text is no JSON; expected an array with {expected}, as Symbols gives it.", inner);

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

    // ---- Language models --------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoLanguageModelOption(string option) =>
        throw new ArgumentException(
            $"{option} is not for language models: they are read in one direction, and each window goes on from the last. " +
            "Leave it as it is by default.", option);

    [DoesNotReturn]
    public static void AdaptiveIsNotTied(string tied, string head) =>
        throw new ArgumentException(
            $"{tied} needs weights for every word, and the clusters of an adaptive softmax see smaller vectors than the " +
            $"embedding's: use {tied} = false, or a {head} of all words.", tied);

    [DoesNotReturn]
    public static void NoCacheOfSeveralRows(string rows, int count) =>
        throw new ArgumentException(
            $"A continuous cache remembers one text, and {count} are read side by side: use {rows} = 1, or no cache.", rows);

    [DoesNotReturn]
    public static void UnknownSpeaker(string what, string speaker, IReadOnlyList<string> known)
    {
        const int Shown = 12;
        string names = known.Count == 0 ? "none: its texts have no speakers"
            : string.Join(", ", known.Take(Shown)) + (known.Count > Shown ? $" and {known.Count - Shown} others" : "");
        throw new ArgumentException($"'{speaker}' is no speaker that the model knows; it knows {names}.", what);
    }

    [DoesNotReturn]
    public static void WikiTextPart(string path, string name) =>
        throw new InvalidDataException(
            $"'{path}' has no file '{name}', expected the archive of WikiText-2 with its three parts. Download it again.");

    [DoesNotReturn]
    public static void TiedIsTrained(string frozen, string tied) =>
        throw new ArgumentException(
            $"{frozen} leaves the embedding as it is, and with {tied} it is the output's weights, which are trained: set one of " +
            "them to false.", frozen);

    [DoesNotReturn]
    public static void NoFiniteLoss(string what) =>
        throw new ArgumentException(
            $"The losses of {what} are not finite: the model's parameters are not numbers. Load a model that has been trained.",
            what);

    [DoesNotReturn]
    public static void CacheBlock(string what, int rows, int most) =>
        throw new ArgumentException($"{what} has {rows} rows, expected {most} at most: make the cache with a larger block.", what);

    [DoesNotReturn]
    public static void OtherCache(string what) =>
        throw new ArgumentException($"{what} remembers another number of tokens, or states of another size.", what);
}
