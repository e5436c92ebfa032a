using System;
using System.Diagnostics.CodeAnalysis;

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

    // ---- Kernels ----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void EmptySpan(string who, string what) =>
        throw new ArgumentException($"{who}: {what} is empty, expected at least one element.", what);

    [DoesNotReturn]
    public static void EmptyRange(string who, string what, double min, double max) =>
        throw new ArgumentOutOfRangeException(what, FormattableString.Invariant(
            $"{who}: the range is {min} to {max}; expected the first to be at most the second, and neither NaN."));

    [DoesNotReturn]
    public static void ColumnsOutside(string who, int firstColumn, int columns, int stride) =>
        throw new ArgumentException(
            $"{who}: columns {firstColumn} to {firstColumn + (long)columns - 1} don't fit in rows of {stride}.");

    [DoesNotReturn]
    public static void NotWholeRows(string who, string what, int length, int columns) =>
        throw new ArgumentException(
            $"{who}: {what} has {length} elements, expected a whole number of rows of {columns}.", what);
}
