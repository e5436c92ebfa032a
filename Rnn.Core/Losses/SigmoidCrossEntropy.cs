using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// Binary cross-entropy from logits x with targets y: loss = w * (max(x, 0) - x*y + log(1 + exp(-|x|))), in nats, which
/// is -w * (y*log(sigmoid(x)) + (1-y)*log(1 - sigmoid(x))) without overflow; w is the row's weight. NaN stays NaN.
/// Weights of single elements: give all as views [N*F, 1]. Nothing is allocated; the bits don't depend on the number of
/// threads. The derivation is in SigmoidCrossEntropy.md.
/// </summary>
public static class SigmoidCrossEntropy
{
    /// <summary>The losses of all elements.</summary>
    /// <param name="logits">[N, F]. Read.</param>
    /// <param name="targets">[N, F], each 0 .. 1. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty, the default: all 1. A row of weight 0 may hold anything: it isn't counted. Read.
    /// </param>
    /// <exception cref="ArgumentException">A shape differs, or a target is not in 0 .. 1.</exception>
    public static LossSum Forward(ReadOnlyMatrixView logits, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights = default)
    {
        long count = Count(logits, targets, rowWeights);
        return new LossSum(LossKernels.SigmoidCrossEntropy(
            logits.Span, targets.Span, logits.Cols, rowWeights, 0, default), count);
    }

    /// <summary>The same without weights; dLogits is the gradient of the mean.</summary>
    /// <param name="logits">[N, F]. Read.</param>
    /// <param name="targets">[N, F], each 0 .. 1. Read.</param>
    /// <param name="dLogits">[N, F]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is not in 0 .. 1.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlyMatrixView targets, MatrixView dLogits) =>
        ForwardBackward(logits, targets, [], dLogits);

    /// <summary>The same without weights; dLogits is the gradient of scale * Sum.</summary>
    /// <param name="logits">[N, F]. Read.</param>
    /// <param name="targets">[N, F], each 0 .. 1. Read.</param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dLogits">[N, F]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is not in 0 .. 1.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlyMatrixView targets, float scale,
        MatrixView dLogits) => ForwardBackward(logits, targets, [], scale, dLogits);

    /// <summary>
    /// The same; dLogits is the gradient of Sum / Count. Count is the number of elements of rows whose weight is not 0,
    /// not the sum of weights: with weights of 0 and 1, the mean over those of 1 (PyTorch divides by N*F).
    /// </summary>
    /// <param name="logits">[N, F]. Read.</param>
    /// <param name="targets">[N, F], each 0 .. 1. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="dLogits">[N, F]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is not in 0 .. 1.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights, MatrixView dLogits)
    {
        long count = Count(logits, targets, rowWeights);
        return ForwardBackward(logits, targets, rowWeights, count, LossArguments.MeanScale(count), dLogits);
    }

    /// <summary>dLogits = scale * w * (sigmoid(x) - y): the gradient of scale * Sum.</summary>
    /// <param name="logits">[N, F]. Read.</param>
    /// <param name="targets">[N, F], each 0 .. 1. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dLogits">[N, F]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is not in 0 .. 1.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights, float scale, MatrixView dLogits) =>
        ForwardBackward(logits, targets, rowWeights, Count(logits, targets, rowWeights), scale, dLogits);

    private static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights, long count, float scale, MatrixView dLogits)
    {
        LossArguments.CheckShape(nameof(SigmoidCrossEntropy), nameof(dLogits), logits, dLogits);
        return new LossSum(LossKernels.SigmoidCrossEntropy(
            logits.Span, targets.Span, logits.Cols, rowWeights, scale, dLogits.Span), count);
    }

    private static long Count(ReadOnlyMatrixView logits, ReadOnlyMatrixView targets, ReadOnlySpan<float> rowWeights)
    {
        LossArguments.CheckShape(nameof(SigmoidCrossEntropy), nameof(targets), logits, targets);
        LossArguments.CheckWeights(nameof(SigmoidCrossEntropy), nameof(rowWeights), logits.Rows, rowWeights);
        long count = 0;
        for (int n = 0; n < targets.Rows; n++)
        {
            if (!rowWeights.IsEmpty && rowWeights[n] == 0)
                continue;

            ReadOnlySpan<float> row = targets.Row(n);
            for (int k = 0; k < row.Length; k++)
            {
                if (!(row[k] >= 0 && row[k] <= 1))
                    Throw.TargetProbability(nameof(SigmoidCrossEntropy), n, k, row[k]);
            }

            count += row.Length;
        }

        return count;
    }
}
