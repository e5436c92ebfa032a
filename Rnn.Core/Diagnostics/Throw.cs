using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;

namespace Rnn.Core.Diagnostics;

/// <summary>Every exception text of the library: who speaks, what was expected, what came, what to do.</summary>
internal static class Throw
{
    // ---- Buffers, tensors -------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NegativeSize(string what, long value) =>
        throw new ArgumentOutOfRangeException(what, $"{what} is {value}; expected 0 or more.");

    [DoesNotReturn]
    public static void NotPositive(string what, double value) =>
        throw new ArgumentOutOfRangeException(what, FormattableString.Invariant(
            $"{what} is {value}; expected more than 0."));

    [DoesNotReturn]
    public static void OutOfRange(string what, double value, string expected) =>
        throw new ArgumentOutOfRangeException(what, FormattableString.Invariant(
            $"{what} is {value}; expected {expected}."));

    [DoesNotReturn]
    public static void TooLarge(string what, long elements) =>
        throw new ArgumentOutOfRangeException(what,
            $"{what} would need {elements} floats; the most one buffer holds is {Array.MaxLength - 16}. Use smaller sizes.");

    [DoesNotReturn]
    public static void SpanLength(string who, string what, int expected, int actual) =>
        throw new ArgumentException($"{who}: {what} has {actual} elements, expected {expected}.", what);

    [DoesNotReturn]
    public static void ShapeMismatch(string who, string what, string expected, string actual) =>
        throw new ArgumentException($"{who}: {what} is {actual}, expected {expected}.", what);

    [DoesNotReturn]
    public static void IndexOutside(string who, string what, long index, long limit) =>
        throw new ArgumentOutOfRangeException(what, $"{who}: {what} holds {index}, expected 0 to {limit - 1}.");

    // ---- Serialization ----------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void CannotWrite(string path, string reason, bool existed, Exception inner) =>
        throw new IOException(
            $"Cannot write '{path}': {reason}.{(existed ? " The previous file is untouched." : "")}", inner);

    // The reasons that no operation reports clearly; CannotWrite makes the sentence.
    [DoesNotReturn]
    public static void IsFolder() => throw new IOException("it is a folder, expected a file");

    [DoesNotReturn]
    public static void ParentIsFile(string folder) => throw new IOException($"'{folder}' is a file, expected a folder");

    [DoesNotReturn]
    public static void ParentMissing(string folder) =>
        throw new IOException($"the folder '{folder}' does not exist; create it first");
}
