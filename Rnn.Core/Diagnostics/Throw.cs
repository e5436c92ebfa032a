using System;
using System.Collections.Generic;
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
    public static void WrongRank(string who, int rank, string shape) =>
        throw new InvalidOperationException($"{who} needs a tensor of rank {rank}; this one is {shape}.");

    [DoesNotReturn]
    public static void IndexOutside(string who, string what, long index, long limit) =>
        throw new ArgumentOutOfRangeException(what, $"{who}: {what} holds {index}, expected 0 to {limit - 1}.");

    // ---- Parameters -------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void LayoutClosed(string name) =>
        throw new InvalidOperationException(
            $"Parameter '{name}' is declared after a buffer was made from the layout. Construct all layers first.");

    [DoesNotReturn]
    public static void DuplicateSlot(string name) =>
        throw new ArgumentException($"The layout already has a parameter '{name}'. Give each layer a name of its own.", nameof(name));

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
        throw new ArgumentException("The gradients belong to another layout. Use buffers made from the same ParameterLayout.", "other");

    // ---- Layers -----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void InputSize(string layer, int expected, int actual, string shape) =>
        throw new ArgumentException($"'{layer}': x has {actual} features, expected {expected} (InputSize). x is {shape}.", "x");

    [DoesNotReturn]
    public static void TapeNotRecorded(string stage) =>
        throw new InvalidOperationException(
            $"Backward needs a tape recorded by Forward; this one is {stage}. Call Forward first, and Backward once per Forward.");

    [DoesNotReturn]
    public static void TapeNotBegun(string stage) =>
        throw new InvalidOperationException($"A Forward step needs a tape that was begun; this one is {stage}. Call Begin first.");

    [DoesNotReturn]
    public static void OtherLayersTape(string layer, string other) =>
        throw new ArgumentException($"'{layer}': the tape was made by '{other}'. Use the tape that this layer's CreateTape gave.", "tape");

    [DoesNotReturn]
    public static void OtherLayersState(string layer) =>
        throw new ArgumentException($"'{layer}': the state has another layer's shape. Use the state that this layer's CreateState gave.", "state");

    [DoesNotReturn]
    public static void TapeTooSmall(string layer, int steps, int batch, int maxSteps, int maxBatch) =>
        throw new ArgumentException(
            $"'{layer}': the window is [T={steps}, B={batch}], but the tape holds 1 to {maxSteps} steps of 1 to {maxBatch} rows. Create a larger tape.", "tape");

    [DoesNotReturn]
    public static void NoSteps(string layer) =>
        throw new NotSupportedException($"'{layer}' reads the sequence in both directions and can't run step by step. Use Forward.");

    [DoesNotReturn]
    public static void NoGradientOfIndices(string layer) =>
        throw new ArgumentException($"'{layer}': one-hot input has no gradient. Pass default for dX.", "dX");

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
