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

    // ---- Training ---------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoBatches(string what, int count, int needed) =>
        throw new ArgumentException($"The {what} set has {count} batches, expected at least {needed}.", what);

    [DoesNotReturn]
    public static void OtherModelsOptimizer() =>
        throw new ArgumentException(
            "The optimiser was made for another layout. Make it from the layout of the model's parameters.",
                "optimizer");

    [DoesNotReturn]
    public static void OtherConfiguration(string file, string key, string saved, string now) =>
        throw new InvalidDataException(
            $"'{file}' was saved with another configuration: {key} was '{Short(saved)}' there and is " +
            $"'{Short(now)}' now. " +
            "Resume with the options of the run that saved it.");

    public static string NotFinite(long step, string tensor, double rate) =>
        FormattableString.Invariant(
            $"Training diverged: in step {step} {(tensor == "loss" ? "the loss" : $"the gradient of '{tensor}'")} is ") +
        FormattableString.Invariant(
            $"not finite. The parameters are as before that step. Choose a lower learning rate (it was {rate:G3}), or ") +
        "clip the gradient's norm.";

    public static string Diverged(long step, double loss, double most, double rate) =>
        FormattableString.Invariant(
            $"Training diverged: after step {step} the mean loss of the last steps is {loss:G4}, expected at most ") +
        FormattableString.Invariant($"{most:G4}. Choose a lower learning rate (it was {rate:G3}).");

    [DoesNotReturn]
    public static void TwoRates(string first, double rate, string second, string description) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"{first} is {rate} and {second} is '{description}'; expected one of them. Leave {first} at 0 where {second} ") +
            "gives the rates.", second);

    [DoesNotReturn]
    public static void MeasureTwice(string what, string name) =>
        throw new ArgumentException($"There are two measures named '{name}'; expected each name once.", what);

    [DoesNotReturn]
    public static void NotMeasured(string name, string known) =>
        throw new ArgumentException($"'{name}' is not measured here; expected one of: {known}.", "measure");

    // ---- Model files ------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void OtherModelFormat(string file, string expected, string? actual) =>
        throw new InvalidDataException(
            $"'{file}' is no model of this kind: its format is {(actual is null ? "not given" : $"'{actual}'")}, " +
            $"expected '{expected}'.");

    [DoesNotReturn]
    public static void UnknownModelOption(string file, string name) =>
        throw new InvalidDataException(
            $"'{file}' has an option '{name}' that this version doesn't know; it was saved by a newer one.");

    public static Exception TooFewTensors(string file, int actual, Exception inner) =>
        new InvalidDataException(
            $"'{file}' claims options that need more than the {actual} tensors that it has. It is damaged or was " +
            "altered; use another copy.", inner);

    public static Exception ModelNotComplete(string model) =>
        new InvalidOperationException($"{model}: the parameters have no values yet; its constructor ends with Complete.");

    // ---- Batches ----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void LabelCount(string what, int labels, int sequences) =>
        throw new ArgumentException(
            $"There are {sequences} sequences and {labels} {what}; expected one label for each of at least one sequence.",
            what);

    public static ArgumentException EmptySequence(string what, int index) =>
        new($"Sequence {index} of '{what}' is empty; expected one token at least. Leave it out, or give it a token.",
            what);

    // ---- Networks ---------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void EncoderTapeTooSmall(string who, int steps, int rows, int maxSteps, int maxRows) =>
        throw new ArgumentException(
            $"{who}: the window is [T={steps}, B={rows}], but the tape holds up to {maxSteps} steps of {maxRows} rows. " +
            "Create a larger tape.", "tape");

    // ---- Character model --------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void TextTooShort(string what, int length, int batch, int steps) =>
        throw new ArgumentException(
            $"{what} has {length} {(length == 1 ? "character" : "characters")}, expected at least " +
            $"{((long)batch * steps) + 1}" + ((long)batch * steps == 1
                ? ": one to read and one to predict. Use a longer text."
                : $": one window of {batch} pieces of {steps} characters, and one more. Use a longer text, fewer " +
                    "pieces or shorter windows."));

    [DoesNotReturn]
    public static void NothingToLearn(string what, Rune symbol) =>
        throw new ArgumentException(
            $"There is nothing to learn: the only character is '{symbol}' (U+{symbol.Value:X4}), so each next one is " +
            $"certain. Use a text with at least two different characters.", what);

    [DoesNotReturn]
    public static void ModelWithoutChecksum(string file) =>
        throw new InvalidDataException(
            $"'{file}' has no checksum, expected the one that saving writes: another program saved it, or it " +
            $"was altered.");

    [DoesNotReturn]
    public static void ModelSize(string file, string claim, string expected, string actual) =>
        throw new InvalidDataException($"'{file}' claims {claim}, which needs {expected}, but it has {actual}. It is " +
            "damaged or was altered; use another copy.");

    public static Exception ModelEntry(string file, string key, Exception inner) =>
        new InvalidDataException($"'{file}' has no valid entry '{key}'; it was not saved by this version.", inner);

    [DoesNotReturn]
    public static void NothingToRead(string what) =>
        throw new ArgumentException($"{what} has no character that the model knows; give at least one.", what);

    [DoesNotReturn]
    public static void StopText(string? text, int position) =>
        throw new ArgumentException(string.IsNullOrEmpty(text)
            ? $"CharRnnGenerationOptions.Stop[{position}] is empty, expected at least one character. Leave it out."
            : $"CharRnnGenerationOptions.Stop[{position}] holds a lone surrogate: one half of a character that takes two " +
                "chars, which is never written.", "Stop");

    [DoesNotReturn]
    public static void NothingRead() =>
        throw new InvalidOperationException("The generator has read nothing yet. Call Read with a prime text first.");

    // ---- Word vectors trained by batches ----------------------------------------------------------------------------

    [DoesNotReturn]
    public static void WordOutside(string what, int place, int word, int count) =>
        throw new ArgumentException(
            $"{what}: word {place} is {word}, expected 0 to {count - 1}, or -1 for the end of a sentence.", what);

    [DoesNotReturn]
    public static void WordCounts(int actual, int expected) =>
        throw new ArgumentException(
            $"counts has {actual} elements, expected {expected}: one for each word of the network.", "counts");

    [DoesNotReturn]
    public static void NoContexts(string what, int length, int kept) =>
        throw new ArgumentException(
            $"{what} has {length} entries, of which subsampling keeps {kept} words, and none has another beside it " +
            "in its sentence. Use a longer text, or a higher subsampling threshold.", what);

    private static string Short(string text) => text.Length <= 60 ? text : $"{text[..57]}...";
}
