using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;

namespace Rnn.Models.Diagnostics;

internal static partial class Throw
{
    // ---- Word vocabulary --------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void WordOutside(string what, int index, int count) =>
        throw new ArgumentOutOfRangeException(what, $"WordVocabulary: {what} is {index}, expected 0 to {count - 1}.");

    [DoesNotReturn]
    public static void EmptyWord(string what, long position) =>
        throw new ArgumentException(
            $"{what}: word {position} is null or empty; a word has at least one character.", what);

    [DoesNotReturn]
    public static void DuplicateWord(string what, string word, int first, int second) =>
        throw new ArgumentException(
            $"WordVocabulary: {what} has '{Short(word)}' at {first} and again at {second}; each word may occur once.",
            what);

    [DoesNotReturn]
    public static void WordCountNegative(string what, string word, long count) =>
        throw new ArgumentOutOfRangeException(what,
            $"WordVocabulary: the count of '{Short(word)}' is {count}; expected 0 or more.");

    [DoesNotReturn]
    public static void WordCounts(string what, int actual, int expected) =>
        throw new ArgumentException(
            $"WordVocabulary: {what} has {actual} elements, expected {expected}, one a word.", what);

    [DoesNotReturn]
    public static void NoWordsToCount(string what) =>
        throw new InvalidDataException($"WordVocabulary: {what} has no word; a vocabulary needs at least one.");

    [DoesNotReturn]
    public static void NoWordFrequentEnough(long minCount, string mostFrequent, long count) =>
        throw new InvalidDataException(
            $"No word reaches the minimum count {minCount}; the most frequent word '{Short(mostFrequent)}' has count " +
            $"{count}. Lower the minimum count, or use a longer text.");

    // ---- Word corpus ------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoWords(string source, bool orPunctuation) =>
        throw new InvalidDataException(
            $"{source} holds no word, only white space{(orPunctuation ? " and punctuation" : "")}. Name a text with some.");

    [DoesNotReturn]
    public static void NoFiles(string what) =>
        throw new ArgumentException("WordCorpus: no file was named; expected one or more.", what);

    [DoesNotReturn]
    public static void NoTextInSource(string source) =>
        throw new InvalidDataException($"{source} is empty. Name a text with some words.");

    [DoesNotReturn]
    public static void CorpusIsOther(string source, string kind, string remedy) =>
        throw new InvalidDataException($"{source} is {kind}; expected text. {remedy}.");

    [DoesNotReturn]
    public static void CorpusEncoding(string source, long invalid, long bytes) =>
        throw new InvalidDataException(
            $"{source} is not valid utf-8: {invalid} of its {bytes} bytes are not. Name its encoding, for example " +
            "latin1 or windows-1252.");

    public static Exception CorpusNotValid(string source, string encoding, Exception inner) =>
        new InvalidDataException($"{source} is not valid {encoding}. Name its encoding.", inner);

    [DoesNotReturn]
    public static void NoKnownWord(string source, long words, int vocabulary) =>
        throw new InvalidDataException(
            $"None of the {words} words of {source} is one of the {vocabulary} words of the given vocabulary. Give " +
            "the vocabulary of such texts, or none; look at its upper and lower case.");

    [DoesNotReturn]
    public static void EntriesOutside(string what, long start, int count, long length) =>
        throw new ArgumentOutOfRangeException(what,
            $"WordCorpus: entries {start} to {start + count - 1} were asked for, there are 0 to {length - 1}.");

    [DoesNotReturn]
    public static void StreamNotReadable(string what) =>
        throw new ArgumentException("WordCorpus: the stream cannot be read (closed, or for writing alone).", what);

    public static IOException TemporaryFile(string folder, Exception inner) => new(
        $"The temporary file of a corpus in '{folder}' cannot be written: {inner.Message.TrimEnd('.')}. Name another " +
        "folder (TemporaryFolder), or keep the corpus in memory.", inner);

    // ---- Phrases ----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void PhraseWhiteSpace(string what, string? word) =>
        throw new ArgumentException($"PhraseOptions.{what} has '{word}'; expected text without white space.", what);

    [DoesNotReturn]
    public static void PhraseConnectors(string what, int count, int most) =>
        throw new ArgumentException($"PhraseOptions.{what} has {count} words; expected at most {most}.", what);

    [DoesNotReturn]
    public static void PhraseNotSaved(string word) =>
        throw new InvalidDataException(
            $"The word '{Short(word)}' holds a tab or a line end, which a table of phrases can't. Learn from a text " +
            "without such words.");

    [DoesNotReturn]
    public static void PhraseLine(string path, int line, string expected) =>
        throw new InvalidDataException($"'{path}' is no table of phrases: line {line}: expected {expected}.");
}
