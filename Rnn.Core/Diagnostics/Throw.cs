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

    // ---- Layers -----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void InputSize(string layer, int expected, int actual, string shape) =>
        throw new ArgumentException($"'{layer}': x has {actual} features, expected {expected} (InputSize). x is " +
            $"{shape}.", "x");

    [DoesNotReturn]
    public static void TapeNotRecorded(string stage) =>
        throw new InvalidOperationException(
            $"Backward needs a tape recorded by Forward; this one is {stage}. Call Forward first, and Backward " +
            $"once per Forward.");

    [DoesNotReturn]
    public static void TapeForInference(string layer) =>
        throw new InvalidOperationException($"'{layer}': the tape was made for inference and holds nothing for " +
            $"Backward to read. Create it for TapeUse.Training.");

    [DoesNotReturn]
    public static void TapeNotBegun(string stage) =>
        throw new InvalidOperationException($"A Forward step needs a tape that was begun; this one is {stage}. " +
            $"Call Begin first.");

    [DoesNotReturn]
    public static void TapeNotBegunBack(string stage) =>
        throw new InvalidOperationException(
            $"A Backward step needs a tape on its way back; this one is {stage}. Call BeginBackward first.");

    [DoesNotReturn]
    public static void StepOutOfOrder(string layer, int t, int expected) =>
        throw new InvalidOperationException(
            $"'{layer}': step {t} came, expected {expected}. Forward steps go from 0 up, Backward steps from " +
            $"T-1 down to 0.");

    [DoesNotReturn]
    public static void StepsMissing(string layer, int done, int steps) =>
        throw new InvalidOperationException($"'{layer}': {done} of {steps} steps were done. Do them all before " +
            $"the end.");

    [DoesNotReturn]
    public static void ParametersChanged(string layer) =>
        throw new InvalidOperationException(
            $"'{layer}': the parameters are not those that Forward read. Call Backward before changing them.");

    [DoesNotReturn]
    public static void OtherLayersTape(string layer, string other) =>
        throw new ArgumentException($"'{layer}': the tape was made by '{other}'. Use the tape that this layer's " +
            $"CreateTape gave.", "tape");

    [DoesNotReturn]
    public static void OtherLayersState(string layer) =>
        throw new ArgumentException($"'{layer}': the state has another layer's shape. Use the state that this " +
            $"layer's CreateState gave.", "state");

    [DoesNotReturn]
    public static void NoCellState(string what, int layer) =>
        throw new ArgumentException(
            $"RecurrentState: layer {layer} has an h, but no c; only LSTM cells have one. Ask for Hidden.", what);

    [DoesNotReturn]
    public static void OneDirection(string what, int layer) =>
        throw new ArgumentException(
            $"RecurrentState: layer {layer} reads in one direction, from the first step on; ask without '{what}'.",
            what);

    [DoesNotReturn]
    public static void OwnRows(string what) =>
        throw new ArgumentException(
            $"RecurrentState: '{what}' is this state itself; rows would be overwritten before they are read. Gather " +
            "from a copy.", what);

    [DoesNotReturn]
    public static void TapeTooSmall(string layer, int steps, int batch, int maxSteps, int maxBatch) =>
        throw new ArgumentException(
            $"'{layer}': the window is [T={steps}, B={batch}], but the tape holds 1 to {maxSteps} steps of 1 to " +
            $"{maxBatch} rows. Create a larger tape.", "tape");

    [DoesNotReturn]
    public static void NoSteps(string layer) =>
        throw new NotSupportedException($"'{layer}' reads the sequence in both directions and can't run step by " +
            $"step. Use Forward.");

    [DoesNotReturn]
    public static void StateTwice(string optimizer, string state) =>
        throw new ArgumentException($"'{optimizer}': there are two states '{state}'. Name each once.", "states");

    [DoesNotReturn]
    public static void OtherLayoutsGradients(string layer) =>
        throw new ArgumentException($"'{layer}': the gradients are of another layout than the parameters that Forward " +
            "read. Make the GradientBuffer from the same ParameterLayout.", "g");

    [DoesNotReturn]
    public static void LstmOption(string layer, string option) =>
        throw new ArgumentException($"'{layer}': {option} is an option of LSTM cells alone. Leave it false.", "options");

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

    // ---- Optimizers, losses -----------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void OtherOptimizersLayout(string optimizer, string what) =>
        throw new ArgumentException(
            $"'{optimizer}': the {what} belong to another layout. Make buffers and optimizer from the same " +
            $"ParameterLayout.", what);

    [DoesNotReturn]
    public static void Target(string loss, int index, int target, int limit, int ignored) =>
        throw new ArgumentException(
            $"{loss}: targets[{index}] is {target}, expected 0 to {limit - 1}, or {ignored} for an ignored " +
            $"row.", "targets");

    [DoesNotReturn]
    public static void TapeRows(string head, int rows, int maxRows) =>
        throw new ArgumentException($"'{head}': x has {rows} rows, but the tape holds up to {maxRows}. Create a " +
            $"larger tape.", "tape");

    [DoesNotReturn]
    public static void NegativeCount(string head, int negatives, int rows) =>
        throw new ArgumentException($"'{head}': negatives has {negatives} elements, expected the same number for " +
            $"each of the {rows} rows of x.", nameof(negatives));

    [DoesNotReturn]
    public static void Negative(string head, int index, int negative, int limit) =>
        throw new ArgumentException($"'{head}': negatives[{index}] is {negative}, expected 0 to {limit - 1}.",
            "negatives");

    [DoesNotReturn]
    public static void TapeNegatives(string head, int negatives, int maxNegatives) =>
        throw new ArgumentException($"'{head}': there are {negatives} negatives a row, but the tape holds up to " +
            $"{maxNegatives}. Create a larger tape.", "tape");

    [DoesNotReturn]
    public static void Overlap(string who, string input, string output) =>
        throw new ArgumentException($"'{who}': {output} overlaps {input}, which is still read when {output} is " +
            $"written. Use memory of its own.", output);

    [DoesNotReturn]
    public static void NoiseCount(string head, int expected, int actual) =>
        throw new ArgumentException($"'{head}': the noise distribution has {actual} words, expected {expected} " +
            $"(Vocabulary).", "noise");

    [DoesNotReturn]
    public static void TableByRow(string head, string table) =>
        throw new ArgumentException($"'{head}': the gradient of '{table}' is kept by row, but a softmax touches " +
            $"every row. Declare its embedding with SlotStorage.Dense.", nameof(table));

    [DoesNotReturn]
    public static void TableOfOtherLayout(string head, string table) =>
        throw new ArgumentException($"'{head}': '{table}' is no parameter of this layout. Use the slot of a layer " +
            $"that was constructed with the same ParameterLayout.", nameof(table));

    [DoesNotReturn]
    public static void TargetProbability(string loss, int row, int col, float target) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"{loss}: targets[{row}, {col}] is {target}, expected 0 to 1."), "targets");

    [DoesNotReturn]
    public static void LabelSmoothing(string loss, float smoothing) =>
        throw new ArgumentOutOfRangeException("options", FormattableString.Invariant(
            $"{loss}: LabelSmoothing is {smoothing}, expected 0 to 1."));

    [DoesNotReturn]
    public static void QuantileLevel(string loss, int index, float level) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"{loss}: levels[{index}] is {level}, expected more than 0 and less than 1."), "levels");

    [DoesNotReturn]
    public static void ScheduleState(string schedule, int expected, int actual) =>
        throw new ArgumentException($"{schedule}: the state has {actual} numbers, expected {expected}.", "state");
}
