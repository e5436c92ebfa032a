using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;

namespace Rnn.Models.Diagnostics;

/// <content>Word vectors: the table, its files, what they are measured by, pictures of them.</content>
internal static partial class Throw
{
    private const int QuotedCharacters = 40;

    [DoesNotReturn]
    public static void NoVectors(string what) =>
        throw new ArgumentException($"WordVectors: {what} is empty; expected at least one word.", what);

    [DoesNotReturn]
    public static void VectorTableLength(string what, long length, int words, int dimensions) =>
        throw new ArgumentException(
            $"WordVectors: {what} has {length} numbers, expected {(long)words * dimensions}: {words} words of " +
            $"{dimensions}.", what);

    [DoesNotReturn]
    public static void VectorWordEmpty(string what, int index) =>
        throw new ArgumentException($"WordVectors: {what}[{index}] is null or empty; expected a word.", what);

    [DoesNotReturn]
    public static void VectorWordTwice(string what, string word, int first, int second) =>
        throw new ArgumentException(
            $"WordVectors: {what} has {Quote(word)} at {first} and again at {second}; each word may occur once.", what);

    [DoesNotReturn]
    public static void VectorOfWordNotFinite(string what, int index, string word) =>
        throw new ArgumentException(
            $"WordVectors: row {index} of {what}, the vector of {Quote(word)}, is not finite. If it was trained, the " +
            "model has diverged: train with a lower learning rate.", what);

    [DoesNotReturn]
    public static void VectorLength(string what, int length, int dimensions) =>
        throw new ArgumentException($"WordVectors: {what} has {length} elements, expected {dimensions} (Dimensions).",
            what);

    [DoesNotReturn]
    public static void QueryNotFinite(string what) =>
        throw new ArgumentException($"WordVectors: {what} is not finite.", what);

    [DoesNotReturn]
    public static void UnknownWord(string word, IReadOnlyList<string> nearest) =>
        throw new KeyNotFoundException(
            $"There is no vector of the word {Quote(word)}. " + (nearest.Count == 0
                ? "No known word is spelt like it. "
                : $"The nearest spellings are '{string.Join("', '", nearest)}'. ") +
            "Look words up with TryGet if they may be unknown.");

    [DoesNotReturn]
    public static void NoQueryWords(string what, int least, int count) =>
        throw new ArgumentException($"WordVectors: {what} has {count} words, expected at least {least}.", what);

    // ---- Files of word vectors --------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void VectorFileIsFolder(string path) =>
        throw new InvalidDataException($"'{path}' is a folder, expected a file. Name a file inside it.");

    [DoesNotReturn]
    public static void VectorFileEmpty(string path) =>
        throw new InvalidDataException($"The file '{path}' is empty; expected word vectors. Get it again.");

    [DoesNotReturn]
    public static void VectorFileUnknown(string path, ReadOnlySpan<byte> line) =>
        throw new InvalidDataException(
            $"The file '{path}' holds no word vectors: line 1 is {Quote(line)}, expected two integers (word2vec) or " +
            "a word and its numbers (GloVe). Name a file in one of these formats.");

    [DoesNotReturn]
    public static void VectorFileOther(string path, string kind, string remedy) =>
        throw new InvalidDataException($"The file '{path}' holds no word vectors: it is {kind}. {remedy}.");

    [DoesNotReturn]
    public static void VectorRowsAllOdd(string path, long skipped) =>
        throw new InvalidDataException(
            $"The file '{path}' holds no word vectors: none of its {skipped} rows is a word and its numbers. Name " +
            "another file.");

    [DoesNotReturn]
    public static void VectorHeader(string path, ReadOnlySpan<byte> line) =>
        throw new InvalidDataException(
            $"The file '{path}' is not in word2vec's format: line 1 is {Quote(line)}, expected two integers, the " +
            "numbers of words and of dimensions. If it has none, read it as GloVe's text.");

    [DoesNotReturn]
    public static void VectorHeaderRange(string path, ReadOnlySpan<byte> line, int maxDimensions) =>
        throw new InvalidDataException(
            $"The file '{path}' is damaged: line 1 is {Quote(line)}, expected 1 to {int.MaxValue} words of 1 to " +
            $"{maxDimensions} dimensions. Get it again, or correct line 1.");

    [DoesNotReturn]
    public static void VectorFileTooShort(string path, long words, int dimensions, long rows, bool binary, long needed,
        long left) =>
        throw new InvalidDataException(
            $"The file '{path}' is truncated, or its line 1 is wrong: that announces {words} words of {dimensions} " +
            $"dimensions, {rows} of which take at least {needed} bytes as word2vec {(binary ? "binary" : "text")}, " +
            $"but {left} follow. Get it again, correct line 1, or read what is there (SkipOddRows).");

    [DoesNotReturn]
    public static void VectorRowsMissing(string path, long words, long rows, bool binary) =>
        throw new InvalidDataException(
            $"The file '{path}' is truncated, or its line 1 is wrong: that announces {words} words, but the file " +
            $"(word2vec {(binary ? "binary" : "text")}) ends after {rows}. Get it again, correct line 1, " +
            "or read what is there (SkipOddRows).");

    [DoesNotReturn]
    public static void VectorRowsExtra(string path, long words, string where) =>
        throw new InvalidDataException(
            $"The file '{path}' has more than the {words} words that its line 1 announces: they end before {where}. " +
            $"Correct line 1, read the first {words} words alone (Limit), or all there are (SkipOddRows).");

    [DoesNotReturn]
    public static void VectorTableTooLarge(string path, int dimensions, int most) =>
        throw new InvalidDataException(
            $"The file '{path}' has more than {most} words of {dimensions} dimensions, the most that fits into one " +
            "table. Read fewer of them (Limit).");

    [DoesNotReturn]
    public static void VectorColumns(string path, long line, int dimensions, int numbers) =>
        throw new InvalidDataException(
            $"Line {line} of '{path}': expected a word and {dimensions} numbers, " +
            (numbers <= 0 ? "got no numbers" : $"got {numbers} numbers") +
            ". Correct or remove the line, or skip such lines (SkipOddRows); the number of dimensions is that of line " +
            "1.");

    [DoesNotReturn]
    public static void VectorNumber(string path, long line, int number, ReadOnlySpan<byte> text) =>
        throw new InvalidDataException(
            $"Line {line} of '{path}': expected number {number} of the vector, got {Quote(text)}" +
            (text.StartsWith("\u2212"u8)
                ? ", whose minus is the character U+2212. Replace it by '-' (U+002D)"
                : ". Correct or remove the line") + ", or skip such lines (SkipOddRows).");

    [DoesNotReturn]
    public static void VectorNotFinite(string path, string where, ReadOnlySpan<byte> word, int number, float value) =>
        throw new InvalidDataException(FormattableString.Invariant(
            $"'{path}', {where} ({Quote(word)}): number {number} is {value}, expected a finite one. ") +
            "The file is damaged, or training had diverged. Get it again, remove the word, or skip it (SkipOddRows).");

    [DoesNotReturn]
    public static void VectorWordMissing(string path, long line) =>
        throw new InvalidDataException(
            $"Line {line} of '{path}': expected a word before its numbers, got none. Correct or remove the line, " +
            "or skip such lines (SkipOddRows).");

    [DoesNotReturn]
    public static void VectorWordTooLong(string path, string where, int maxBytes) =>
        throw new InvalidDataException(
            $"'{path}', {where}: expected a word of at most {maxBytes} bytes, got no end of it within those. The " +
            "file is damaged, or no word2vec file. Get it again.");

    [DoesNotReturn]
    public static void VectorBinaryWordEmpty(string path, long row) =>
        throw new InvalidDataException(
            $"'{path}', word {row}: expected a word, got a space, so that words and numbers (word2vec binary) are " +
            "out of step. The file is damaged, its line 1 is wrong, or the word is empty. Get it again, correct " +
            "line 1, or skip such words (SkipOddRows).");

    [DoesNotReturn]
    public static void VectorLineTooLong(string path, long line, int dimensions, int bytes) =>
        throw new InvalidDataException(
            $"Line {line} of '{path}': expected a word and {dimensions} numbers, got no line end within {bytes} " +
            "bytes. The file is damaged. Get it again.");

    public static Exception VectorFileGzip(string path, Exception inner) =>
        new InvalidDataException(
            $"The file '{path}' is damaged: it begins as a gzip file, but cannot be decompressed " +
            $"({inner.Message.TrimEnd('.')}). Get it again.", inner);

    [DoesNotReturn]
    public static void WordWithWhiteSpace(string what, string word, int index) =>
        throw new ArgumentException(
            $"Word {index}, {Quote(word)}, has white space, which ends a word in word2vec's formats. Say what takes " +
            "its place, for example \"_\".", what);

    [DoesNotReturn]
    public static void WhiteSpaceReplacement(string what) =>
        throw new ArgumentException($"{what} has white space itself; expected for example \"_\".", what);

    [DoesNotReturn]
    public static void VectorDimensions(string what, int dimensions, int most) =>
        throw new ArgumentOutOfRangeException(what, $"{what} is {dimensions}, expected 1 to {most}: no more are read.");

    [DoesNotReturn]
    public static void VectorWordBlank(string what, string word, int index) =>
        throw new ArgumentException(
            $"Word {index}, {Quote(word)}, is white space alone, and nothing takes its place; give for example \"_\".",
            what);

    [DoesNotReturn]
    public static void VectorWordLong(string what, string word, int index, int most) =>
        throw new ArgumentException(
            $"Word {index}, {Quote(word)}, has more than {most} bytes of UTF-8, the most that is read. Leave it out.",
            what);

    [DoesNotReturn]
    public static void VectorWordUnicode(string what, string word, int index) =>
        throw new ArgumentException(
            $"Word {index}, {Quote(word)}, has half of a surrogate pair, which UTF-8 can't write. Leave it out.", what);

    [DoesNotReturn]
    public static void VectorWordsAlike(string what, string first, string second, string written) =>
        throw new ArgumentException(
            $"The words {Quote(first)} and {Quote(second)} would both be written as {Quote(written)}. Replace white " +
            "space by something else.", what);

    [DoesNotReturn]
    public static void ProjectorCounts(string what, int counts, int words) =>
        throw new ArgumentException($"{what} has {counts} elements, expected at least {words}, one a word.", what);

    // ---- Evaluation -------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void EvaluationFileEmpty(string path, string expected) =>
        throw new InvalidDataException($"The file '{path}' is empty; expected {expected}.");

    [DoesNotReturn]
    public static void EvaluationFileTooLarge(string path, long bytes, long limit) =>
        throw new InvalidDataException(
            $"The file '{path}' has {bytes} bytes, expected at most {limit}. Name a file of questions or word pairs.");

    public static Exception EvaluationFileInvalid(string path, Exception inner) =>
        new InvalidDataException($"The file '{path}' is not valid utf-8. Save it in that encoding.", inner);

    [DoesNotReturn]
    public static void EvaluationLine(string path, int line, string expected, string text) =>
        throw new InvalidDataException(
            $"Line {line} of '{path}': expected {expected}, got {Quote(text)}. Correct or remove the line.");

    [DoesNotReturn]
    public static void NothingToEvaluate(string what, string expected) =>
        throw new ArgumentException($"{what} is empty; expected at least one {expected}.", what);

    // ---- Projections ------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void ProjectionPoints(string who, string what, string shape, string expected) =>
        throw new ArgumentException($"{who}: {what} is {shape}, expected {expected}.", what);

    [DoesNotReturn]
    public static void ProjectionNotFinite(string who, string what, int row) =>
        throw new ArgumentException($"{who}: row {row} of {what} is not finite.", what);

    [DoesNotReturn]
    public static void ProjectionDiverged(int iteration) =>
        throw new ArithmeticException(
            $"TSne: after iteration {iteration} the points are not finite. Use a lower learning rate (0 chooses one).");

    private static string Quote(ReadOnlySpan<byte> utf8) =>
        Quote(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * QuotedCharacters)]));

    // Short, and without what a terminal would obey.
    private static string Quote(string text)
    {
        StringBuilder quoted = new("'");
        for (int i = 0; i < text.Length && i < QuotedCharacters; i++)
        {
            if (char.IsControl(text[i]))
                quoted.Append($"\\x{(int)text[i]:X2}");
            else
                quoted.Append(text[i]);
        }

        return quoted.Append(text.Length > QuotedCharacters ? "'..." : "'").ToString();
    }
}
