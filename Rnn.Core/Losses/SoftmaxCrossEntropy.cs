using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// loss(n) = -log softmax(logits[n])[targets[n]] = log(sum over v of exp(logits[n, v])) - logits[n, targets[n]], nats.
/// Each row's maximum is subtracted first. A logit of -Inf has probability 0; NaN and +Inf give NaN. Nothing is
/// allocated; the bits don't depend on the number of threads.
/// </summary>
public static class SoftmaxCrossEntropy
{
    /// <summary>The target of a row that doesn't count: no loss, gradient 0. PyTorch's ignore_index.</summary>
    public const int IgnoredTarget = -100;

    /// <summary>The losses of all rows.</summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="targets">[N], each 0 .. V-1 or <see cref="IgnoredTarget"/>. Read.</param>
    /// <exception cref="ArgumentException">N differs, or a target is out of range.</exception>
    public static LossSum Forward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets)
    {
        long count = Count(logits, targets);
        return new LossSum(
            LossKernels.SoftmaxCrossEntropy(logits.Span, logits.Cols, targets, IgnoredTarget, 0, default), count);
    }

    /// <summary>The same; dLogits is the gradient of the mean over counted rows.</summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="targets">[N], each 0 .. V-1 or <see cref="IgnoredTarget"/>. Read.</param>
    /// <param name="dLogits">[N, V]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is out of range.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets, MatrixView dLogits)
    {
        long count = Count(logits, targets);
        return ForwardBackward(logits, targets, count, (float)(1.0 / Math.Max(1, count)), dLogits);
    }

    /// <summary>dLogits[n] = scale * (softmax(logits[n]) - onehot(targets[n])): the gradient of scale * Sum.</summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="targets">[N], each 0 .. V-1 or <see cref="IgnoredTarget"/>. Read.</param>
    /// <param name="scale">For instance 1 / number of targets in all shards of a batch.</param>
    /// <param name="dLogits">[N, V]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is out of range.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets, float scale,
        MatrixView dLogits) => ForwardBackward(logits, targets, Count(logits, targets), scale, dLogits);

    private static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets, long count,
        float scale, MatrixView dLogits)
    {
        if (dLogits.Rows != logits.Rows || dLogits.Cols != logits.Cols)
            Throw.ShapeMismatch(nameof(SoftmaxCrossEntropy), nameof(dLogits), logits.ToString(), dLogits.ToString());

        return new LossSum(
            LossKernels.SoftmaxCrossEntropy(logits.Span, logits.Cols, targets, IgnoredTarget, scale, dLogits.Span),
            count);
    }

    private static long Count(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets)
    {
        if (targets.Length != logits.Rows)
            Throw.SpanLength(nameof(SoftmaxCrossEntropy), nameof(targets), logits.Rows, targets.Length);

        long count = 0;
        for (int n = 0; n < targets.Length; n++)
        {
            if ((uint)targets[n] < (uint)logits.Cols)
                count++;
            else if (targets[n] != IgnoredTarget)
                Throw.Target(nameof(SoftmaxCrossEntropy), n, targets[n], logits.Cols, IgnoredTarget);
        }

        return count;
    }
}
