using System;
using System.Diagnostics.CodeAnalysis;

namespace Rnn.Core.Diagnostics;

/// <content>Optimisers, heads and losses.</content>
internal static partial class Throw
{
    [DoesNotReturn]
    public static void StateTwice(string optimizer, string state) =>
        throw new ArgumentException($"'{optimizer}': there are two states '{state}'. Name each once.", "states");

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
    public static void Cutoff(string head, int index, int value, int previous, int vocabulary) =>
        throw new ArgumentException($"'{head}': cutoffs[{index}] is {value}, expected {previous + 1} to " +
            $"{vocabulary - 1}: cutoffs ascend, and each cluster has a word.", "cutoffs");

    [DoesNotReturn]
    public static void ProjectedSize(string head, int cluster, int inputSize, double divisor) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"'{head}': {inputSize} inputs divided by {divisor} to the power {cluster + 1} leave cluster {cluster} no ") +
            "numbers. Use a smaller divisor or fewer cutoffs.", nameof(divisor));

    [DoesNotReturn]
    public static void ProposalWeight(string head, int index, double weight) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"'{head}': proposal[{index}] is {weight}; expected more than 0, and finite: every word may be drawn."),
            "proposal");

    [DoesNotReturn]
    public static void TargetProbability(string loss, int row, int col, float target) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"{loss}: targets[{row}, {col}] is {target}, expected 0 to 1."), "targets");

    [DoesNotReturn]
    public static void LabelSmoothing(string loss, float smoothing) =>
        throw new ArgumentOutOfRangeException("options", FormattableString.Invariant(
            $"{loss}: LabelSmoothing is {smoothing}, expected 0 to 1."));

    [DoesNotReturn]
    public static void HeadSmoothing(string head, float smoothing) =>
        throw new ArgumentOutOfRangeException("labelSmoothing", FormattableString.Invariant(
            $"{head}: labelSmoothing is {smoothing}, expected 0 to 1."));

    [DoesNotReturn]
    public static void QuantileLevel(string loss, int index, float level) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"{loss}: levels[{index}] is {level}, expected more than 0 and less than 1."), "levels");

    [DoesNotReturn]
    public static void TargetCount(string loss, int index, float target) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"{loss}: targets[{index}] is {target}, expected a count: a whole number of 0 or more."), "targets");

    [DoesNotReturn]
    public static void RowScale(string loss, int index, float scale) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"{loss}: scales[{index}] is {scale}, expected more than 0, and finite."), "scales");

    [DoesNotReturn]
    public static void ScheduleState(string schedule, int expected, int actual) =>
        throw new ArgumentException($"{schedule}: the state has {actual} numbers, expected {expected}.", "state");
}
