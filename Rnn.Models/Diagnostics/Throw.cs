using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO;
using System.Text;

namespace Rnn.Models.Diagnostics;

/// <summary>Every exception text of the library: who speaks, what was expected, what came, what to do.</summary>
internal static partial class Throw
{
    // ---- Vocabulary -------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoSymbols(string what) =>
        throw new ArgumentException($"Vocabulary: {what} is empty; a vocabulary needs at least one symbol.", what);

    [DoesNotReturn]
    public static void LoneSurrogate(string what, char half, int position) =>
        throw new ArgumentException(
            $"Vocabulary: {what} holds a lone surrogate (U+{(int)half:X4}) at position {position}: one half of a " +
            "character that takes two chars. Cut strings between characters, not inside one.", what);

    [DoesNotReturn]
    public static void DuplicateSymbol(string what, Rune symbol, int position) =>
        throw new ArgumentException(
            $"Vocabulary: {what} holds {Name(symbol)} a second time at position {position}; each may occur once.",
            what);

    [DoesNotReturn]
    public static void UnknownSymbol(string what, Rune symbol, int position, int count) =>
        throw new ArgumentException(
            $"Vocabulary: {what} holds {Name(symbol)} at position {position}, which is not one of the {count} " +
            "symbols of this vocabulary. Remove or replace it, skip what is unknown (skipUnknown), or build the " +
            "vocabulary from a text that has it.", what);

    [DoesNotReturn]
    public static void SymbolOutside(string what, int position, int index, int count) =>
        throw new ArgumentOutOfRangeException(what,
            $"Vocabulary: {what}[{position}] is {index}, expected 0 to {count - 1}.");

    [DoesNotReturn]
    public static void SymbolOutside(string what, int index, int count) =>
        throw new ArgumentOutOfRangeException(what, $"Vocabulary: {what} is {index}, expected 0 to {count - 1}.");

    // ---- Sampling ---------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void OptionOutside(string owner, string option, double value, string expected) =>
        throw new ArgumentOutOfRangeException(option, FormattableString.Invariant(
            $"{owner}.{option} is {value}; expected {expected}."));

    [DoesNotReturn]
    public static void NotPositive(string who, string what, long value) =>
        throw new ArgumentOutOfRangeException(what, $"{who}: {what} is {value}; expected more than 0.");

    [DoesNotReturn]
    public static void LogitCount(string what, int actual, int expected) =>
        throw new ArgumentException(
            $"TextSampler: {what} has {actual} elements, expected {expected} (VocabularySize).", what);

    [DoesNotReturn]
    public static void TokenOutside(string what, int position, int token, int count) =>
        throw new ArgumentOutOfRangeException(what,
            $"TextSampler: {what}[{position}] is {token}, expected 0 to {count - 1}.");

    [DoesNotReturn]
    public static void LogitNotFinite(string what, int index, float value) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"TextSampler: {what}[{index}] is {value}, expected a finite number. The model has diverged: go back to ") +
            "an earlier checkpoint, and train with a lower learning rate or stronger clipping.", what);

    [DoesNotReturn]
    public static void BeamRows(int rows) =>
        throw new InvalidOperationException(
            $"BeamSearch: the model has {rows} rows, expected 1. Clear it, and let it read what comes before.");

    [DoesNotReturn]
    public static void BeamNotFinite(int row, double value) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"BeamSearch: the logits of row {row} have no finite sum ({value}): one is NaN or +Inf, or all are -Inf. The model ") +
            "has diverged, or forbids everything.", "logits");

    // ---- Text files -------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void UnknownEncoding(string what, string name) =>
        throw new ArgumentException(
            $"There is no encoding named '{name}'; expected for example utf-8, latin1, windows-1252 or utf-16.", what);

    [DoesNotReturn]
    public static void TextFileMissing(string path, string fullPath) =>
        throw new FileNotFoundException(
            path == fullPath
                ? $"There is no file '{path}'. Check the path."
                : $"There is no file '{path}' (that is '{fullPath}'). Check the path.",
            fullPath);

    [DoesNotReturn]
    public static void TextFileIsFolder(string path) =>
        throw new InvalidDataException($"'{path}' is a folder, expected a text file. Name a file inside it.");

    [DoesNotReturn]
    public static void NoTextFiles(string what) =>
        throw new ArgumentException("TextFile: no file was named; expected one or more.", what);

    [DoesNotReturn]
    public static void TextFileEmpty(string path) =>
        throw new InvalidDataException($"The file '{path}' holds no text. Name a file with some.");

    [DoesNotReturn]
    public static void TextFileTooLarge(string path, long limit) =>
        throw new InvalidDataException(
            $"The file '{path}' has more than {limit} bytes, the most that is read into one string. Split it.");

    [DoesNotReturn]
    public static void TextFileInvalid(string path, string encoding, int offset, byte value) =>
        throw new InvalidDataException(
            $"The file '{path}' is not valid {encoding}: byte 0x{value:X2} at offset {offset}. " +
            "If it is in another encoding, name its encoding, for example latin1, windows-1252 or utf-16.");

    [DoesNotReturn]
    public static void TextFileOther(string path, string kind, string remedy) =>
        throw new InvalidDataException($"The file '{path}' is {kind}; expected text. {remedy}.");

    // ---- Data sets --------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void UnknownDataSet(string what, string name, IEnumerable<string> known) =>
        throw new ArgumentException(
            $"There is no data set named '{name}'; the known ones are {string.Join(", ", known)}.", what);

    [DoesNotReturn]
    public static void DataSetNotFound(string set, long size, Uri url, IReadOnlyList<string> lookedAt, string target) =>
        throw new FileNotFoundException(
            $"The data set '{set}' was not found. Looked for '{string.Join("', '", lookedAt)}'. Ask for its " +
            $"download ({size} bytes), or get {url} and save it as '{target}'.",
            target);

    [DoesNotReturn]
    public static void DataSetFileMissing(string set, Uri url, string path) =>
        throw new FileNotFoundException(
            $"The data set '{set}' cannot be checked: there is no file '{path}'. Its source is {url}.", path);

    [DoesNotReturn]
    public static void DataSetChanged(string set, string path, string expected, string actual, Uri url) =>
        throw new InvalidDataException(
            $"The file '{path}' is not the data set '{set}': expected {expected}, came {actual}. Move it away " +
            $"or delete " +
            $"it, and get it again from {url}.");

    [DoesNotReturn]
    public static void NoCacheFolder() =>
        throw new IOException(
            "This user has no cache folder, since there is no home folder. Name the folder to download into.");

    // ---- Downloads: texts for the exception that Data throws. Each ends with what did not happen, since a user's next
    // question is what is on the disk.

    private const string NothingSaved = "Nothing was saved.";

    public static string DownloadHash(string set, Uri url, string expected, string actual) =>
        $"The download of '{set}' from {url} has the wrong sha256: expected {expected}, came {actual}. The file has " +
        $"changed at its source, or on its way. {NothingSaved}";

    public static string DownloadTooLarge(string set, Uri url, long size) =>
        $"The download of '{set}' from {url} has more than the expected {size} bytes: the file has changed at its " +
        $"source. {NothingSaved}";

    public static string DownloadTruncated(string set, Uri url, long size, long received) =>
        $"The download of '{set}' from {url} ended after {received} of {size} bytes. Try again. {NothingSaved}";

    public static string DownloadTooSmall(string set, Uri url, long size, long announced) =>
        $"The download of '{set}' from {url} announces {announced} bytes, expected {size}: the file has changed " +
        $"at its " +
        $"source. {NothingSaved}";

    public static string DownloadStatus(string set, Uri url, int status, string? reason) =>
        $"The download of '{set}' failed: {url} answered with status {status}" +
        (string.IsNullOrEmpty(reason) ? "" : $" ({reason})") +
        $". Try again later, or get the file elsewhere. {NothingSaved}";

    public static string DownloadUnreachable(string set, Uri url, string reason) =>
        $"The download of '{set}' failed: {url} cannot be reached ({reason.TrimEnd('.')}). Check the network " +
        $"connection. {NothingSaved}";

    public static string DownloadTimeout(string set, Uri url, long size, TimeSpan? timeout, long received) =>
        $"The download of '{set}' from {url} was given up after " +
        (timeout is { } limit ? FormattableString.Invariant($"{limit.TotalSeconds} seconds") : "a timeout") +
        $", with {received} of {size} bytes received. Try again, or allow more time. {NothingSaved}";

    // 'x' (U+0078); what has no picture of its own is shown by its number alone.
    private static string Name(Rune symbol)
    {
        string number = $"U+{symbol.Value:X4}";
        bool invisible = Rune.GetUnicodeCategory(symbol) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned;
        string picture = symbol.Value switch
        {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ => invisible ? number : symbol.ToString(),
        };
        return picture == number ? number : $"'{picture}' ({number})";
    }

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

    // ---- Options ----------------------------------------------------------------------------------------------------

    public static void IfBelow(string what, double value, double least)
    {
        if (!(value >= least))
            Outside(what, value, FormattableString.Invariant($"{least} or more"));
    }

    public static void IfNoRate(string what, double value)
    {
        if (!(value >= 0 && value < 1))
            Outside(what, value, "0 or more and below 1");
    }

    [DoesNotReturn]
    public static void Outside(string what, double value, string expected) =>
        throw new ArgumentOutOfRangeException(what,
            FormattableString.Invariant($"{what} is {value}; expected {expected}."));

    public static void IfUndefined<T>(string what, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(what,
                $"{what} is {value}; expected {string.Join(" or ", Enum.GetNames<T>())}.");
        }
    }

    private static string Short(string text) => text.Length <= 60 ? text : $"{text[..57]}...";
}
