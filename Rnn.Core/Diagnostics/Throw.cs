using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Rnn.Core.Diagnostics;

/// <summary>Every exception text of the library: who speaks, what was expected, what came, what to do.</summary>
internal static partial class Throw
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
            $"{what} would need {elements} floats; the most one buffer holds is {Array.MaxLength - 16}. Use " +
            $"smaller sizes.");

    [DoesNotReturn]
    public static void SpanLength(string who, string what, int expected, int actual) =>
        throw new ArgumentException($"{who}: {what} has {actual} elements, expected {expected}.", what);

    [DoesNotReturn]
    public static void ShapeMismatch(string who, string what, string expected, string actual) =>
        throw new ArgumentException($"'{who}': {what} is {actual}, expected {expected}.", what);

    [DoesNotReturn]
    public static void WrongRank(string who, int rank, string shape) =>
        throw new InvalidOperationException($"{who} needs a tensor of rank {rank}; this one is {shape}.");

    [DoesNotReturn]
    public static void IndexOutside(string who, string what, long index, long limit) =>
        throw new ArgumentOutOfRangeException(what, $"{who}: {what} holds {index}, expected 0 to {limit - 1}.");

    [DoesNotReturn]
    public static void ElementOutside(string who, int row, int col, int rows, int cols) =>
        throw new ArgumentOutOfRangeException((uint)row >= (uint)rows ? nameof(row) : nameof(col),
            $"{who}: there is no element ({row}, {col}) in a matrix [{rows}, {cols}].");

    [DoesNotReturn]
    public static void RangeOutside(string who, string what, int first, int count, int limit) =>
        throw new ArgumentOutOfRangeException(nameof(first),
            $"{who}: {count} {what} from number {first} on don't fit in {limit} {what}.");

    [DoesNotReturn]
    public static void NotContiguous(string who, int rows, int cols, int stride) =>
        throw new InvalidOperationException($"{who}: a view [{rows}, {cols}] with rows {stride} apart has no Span; " +
            $"use Row(i), or copy it into a contiguous one with CopyTo.");

    [DoesNotReturn]
    public static void HeadsDontDivide(string who, int heads, int features) =>
        throw new ArgumentException($"{who}: {features} features can't be cut into {heads} heads of equal size.",
            nameof(heads));

    [DoesNotReturn]
    public static void HeadsOutside(string who, int first, int heads, int size, int features) =>
        throw new ArgumentException($"{who}: {heads} heads of {size} columns from number {first} on don't fit in " +
            $"{features} features.", nameof(heads));

    [DoesNotReturn]
    public static void UnknownChoice<T>(string what, T value)
        where T : struct, Enum =>
        throw new ArgumentOutOfRangeException(what,
            $"{what} is {value}; expected one of {string.Join(", ", Enum.GetNames<T>())}.");

    // ---- Parameters -------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void LayoutClosed(string name) =>
        throw new InvalidOperationException(
            $"Parameter '{name}' is declared after a buffer was made from the layout. Construct all layers first.");

    [DoesNotReturn]
    public static void DuplicateSlot(string name) =>
        throw new ArgumentException($"The layout already has a parameter '{name}'. Give each layer a name of " +
            $"its own.", nameof(name));

    [DoesNotReturn]
    public static void TooManyTensors(string what, string name, int most) =>
        throw new ArgumentException(
            $"'{name}' would be one tensor more than the {most} that this layout may have ({what}).", what);

    [DoesNotReturn]
    public static void NoSuchSlot(string name) =>
        throw new KeyNotFoundException($"The layout has no parameter '{name}'.");

    [DoesNotReturn]
    public static void SlotIsByRow(string name) =>
        throw new ArgumentException($"The gradient of '{name}' is kept by row. Use Rows(slot).", "slot");

    [DoesNotReturn]
    public static void SlotIsDense(string name) =>
        throw new ArgumentException($"The gradient of '{name}' is dense. Use the indexer.", "slot");

    [DoesNotReturn]
    public static void OtherLayout() =>
        throw new ArgumentException(
            "The buffer belongs to another layout. Use buffers made from the same ParameterLayout.", "other");

    [DoesNotReturn]
    public static void SlotOfOtherLayout(string? name) =>
        throw new ArgumentException(
            $"Parameter '{name}' is not in this buffer's layout. Make the buffer from the ParameterLayout that the " +
            $"layers were constructed with.", "slot");

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

    [DoesNotReturn]
    public static void Weight(string who, string what, int index, double weight) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"{who}: {what}[{index}] is {weight}; expected 0 or more, and finite."), what);

    [DoesNotReturn]
    public static void NoWeight(string who, string what) =>
        throw new ArgumentException($"{who}: all of {what} are 0; expected at least one more than 0.", what);

    [DoesNotReturn]
    public static void ProductShapes(string who, string form, string a, string b, string c, string expected) =>
        throw new ArgumentException($"{who}: {form} of A {a} and B {b} into C {c} is no product; expected {expected}.");

    [DoesNotReturn]
    public static void MatricesOverlap(string who, string what, string layout) =>
        throw new ArgumentException($"{who}: the matrices of {what} ({layout}) share elements, but each is written " +
            $"by itself. Use strides that keep them apart.", what);
}
