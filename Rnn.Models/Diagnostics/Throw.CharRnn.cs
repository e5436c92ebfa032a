using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;

namespace Rnn.Models.Diagnostics;

/// <content>The character model.</content>
internal static partial class Throw
{
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
    public static void NoCharacterOption(string option) =>
        throw new ArgumentException(
            $"{option} is not for character models: characters are one-hot, read in one direction, and each window goes on " +
            "from the last. Leave it as it is by default.", option);

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
}
