using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;

namespace Rnn.Models.Diagnostics;

/// <content>Pairs of texts, and what measures translations.</content>
internal static partial class Throw
{
    // ---- Parallel text ----------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NullPair(string what, int index) =>
        throw new ArgumentException($"ParallelText: a side of {what}[{index}] is null, expected two texts.", what);

    [DoesNotReturn]
    public static void SameColumn(string what, string other, int column) =>
        throw new ArgumentException(
            $"ParallelText: {what} and {other} are both {column}; expected two columns. A target is not its source.", what);

    [DoesNotReturn]
    public static void PairWithoutTab(string path, int line) =>
        throw new InvalidDataException(
            $"'{path}', line {line}: there is no tab; expected a source, a tab and a target. If the targets are in a file of " +
            "their own, name it too.");

    [DoesNotReturn]
    public static void PairColumns(string path, int line, int columns, int column) =>
        throw new InvalidDataException(
            $"'{path}', line {line}: there are {columns} columns, and column {column} (from 0) was asked for. Add what is " +
            "missing, or name other columns.");

    [DoesNotReturn]
    public static void PairSideEmpty(string path, int line, string side) =>
        throw new InvalidDataException(
            $"'{path}', line {line}: the {side} is empty. Write one there, or remove the pair.");

    [DoesNotReturn]
    public static void SourcesAndTargets(string sourcePath, int sources, string targetPath, int targets) =>
        throw new InvalidDataException(
            $"The file '{sourcePath}' has {sources} lines and '{targetPath}' has {targets}; expected a text a line, and its " +
            "translation in the same line of the other. Look for line ends inside a text, and for missing lines.");

    [DoesNotReturn]
    public static void DateWithoutSeparator(string path, int line, char separator) =>
        throw new InvalidDataException(
            $"'{path}', line {line}: there is no '{separator}'; expected a source, '{separator}' and a target. If tabs part " +
            "them, read the file as tab-separated pairs.");

    [DoesNotReturn]
    public static void SubwordsOf(string what, string units, bool isGiven) =>
        throw new ArgumentException(
            $"SentenceTokenizer: {what} is {(isGiven ? "given" : "null")} and Units is {units}. " +
            (isGiven ? "Only subwords need an encoding: set Units to Subwords." : "Give a BytePairEncoding, trained on words."),
            what);

    // ---- Scores -----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NothingToScore(string who, string what) =>
        throw new ArgumentException($"{who}: {what} has no element; expected at least one.", what);

    [DoesNotReturn]
    public static void ReferenceCount(string who, string what, int actual, int expected) =>
        throw new ArgumentException(
            $"{who}: {what} has {actual} elements for {expected} texts; expected one for each.", what);

    [DoesNotReturn]
    public static void NoSmoothingValue(string what, string smoothing) =>
        throw new ArgumentException(
            $"BleuOptions.{what} is given, and the smoothing is {smoothing}, which has none. Leave it null.", what);

    [DoesNotReturn]
    public static void OrderCounts(string what, int matches, int totals, int orders) =>
        throw new ArgumentException(
            $"Bleu: there are matches of {matches} orders and totals of {totals}; expected {orders} (MaxOrder) of both.", what);
}
