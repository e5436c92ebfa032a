using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// loss(n) = -log softmax(logits[n])[targets[n]] = log(sum over v of exp(logits[n, v])) - logits[n, targets[n]], nats.
/// With <see cref="SoftmaxCrossEntropyOptions"/>, smoothing s, class weights c and row weights r, and with
/// l[n, v] = -log softmax(logits[n])[v]: loss(n) = r[n] * ((1-s)*c[t]*l[n, t] + s/V * sum over v of c[v]*l[n, v]),
/// t = targets[n], as PyTorch defines it. Each row's maximum is subtracted first. A logit of -Inf has probability 0; NaN
/// and +Inf give NaN. Nothing is allocated; the bits don't depend on the number of threads. The derivation is in
/// SoftmaxCrossEntropy.md.
/// </summary>
public static class SoftmaxCrossEntropy
{
    /// <summary>The target of a row that doesn't count: no loss, gradient 0. PyTorch's ignore_index.</summary>
    public const int IgnoredTarget = -100;

    /// <summary>The losses of all rows.</summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="targets">[N], each 0 .. V-1 or <see cref="IgnoredTarget"/>. Read.</param>
    /// <param name="options">Smoothing and weights; none by default. Read.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing is not in 0 .. 1.</exception>
    public static LossSum Forward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets,
        SoftmaxCrossEntropyOptions options = default)
    {
        long count = Count(logits, targets, options);
        return Run(logits, targets, options, count, 0, default);
    }

    /// <summary>The same without options; dLogits is the gradient of the mean over counted rows.</summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="targets">[N], each 0 .. V-1 or <see cref="IgnoredTarget"/>. Read.</param>
    /// <param name="dLogits">[N, V]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is out of range.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets, MatrixView dLogits) =>
        ForwardBackward(logits, targets, default(SoftmaxCrossEntropyOptions), dLogits);

    /// <summary>
    /// The same without options; dLogits[n] = scale * (softmax(logits[n]) - onehot(targets[n])): the gradient of
    /// scale * Sum.
    /// </summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="targets">[N], each 0 .. V-1 or <see cref="IgnoredTarget"/>. Read.</param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dLogits">[N, V]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is out of range.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets, float scale,
        MatrixView dLogits) =>
        ForwardBackward(logits, targets, default, scale, dLogits);

    /// <summary>
    /// The same; dLogits is the gradient of Sum / Count. Count is the number of rows that aren't ignored and whose
    /// weights don't make their loss 0, not the sum of weights: with row weights of 0 and 1, the mean over those of 1.
    /// PyTorch divides by the sum of the class weights of the targets: the same where there are none.
    /// </summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="targets">[N], each 0 .. V-1 or <see cref="IgnoredTarget"/>. Read.</param>
    /// <param name="options">Smoothing and weights. Read.</param>
    /// <param name="dLogits">[N, V]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing is not in 0 .. 1.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets,
        SoftmaxCrossEntropyOptions options, MatrixView dLogits)
    {
        long count = Count(logits, targets, options);
        return ForwardBackward(logits, targets, options, count, LossArguments.MeanScale(count), dLogits);
    }

    /// <summary>
    /// dLogits[n, v] = scale * r[n] * (U*softmax(logits[n])[v] - u[v]): the gradient of scale * Sum, where
    /// u[v] = (1-s)*c[t]*[v = t] + s/V*c[v] is the factor of l[n, v] and U the sum of them.
    /// </summary>
    /// <param name="logits">[N, V]. Read.</param>
    /// <param name="targets">[N], each 0 .. V-1 or <see cref="IgnoredTarget"/>. Read.</param>
    /// <param name="options">Smoothing and weights. Read.</param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dLogits">[N, V]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing is not in 0 .. 1.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets,
        SoftmaxCrossEntropyOptions options, float scale, MatrixView dLogits) =>
        ForwardBackward(logits, targets, options, Count(logits, targets, options), scale, dLogits);

    private static LossSum ForwardBackward(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets,
        SoftmaxCrossEntropyOptions options, long count, float scale, MatrixView dLogits)
    {
        LossArguments.CheckShape(nameof(SoftmaxCrossEntropy), nameof(dLogits), logits, dLogits);
        return Run(logits, targets, options, count, scale, dLogits.Span);
    }

    private static LossSum Run(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets, SoftmaxCrossEntropyOptions options,
        long count, float scale, Span<float> dLogits) =>
        new(CrossEntropyKernel.Run(logits.Span, logits.Cols, targets, IgnoredTarget, options.RowWeights,
            options.ClassWeights, options.LabelSmoothing, scale, dLogits), count);

    /// <summary>How many rows count.</summary>
    private static long Count(ReadOnlyMatrixView logits, ReadOnlySpan<int> targets, SoftmaxCrossEntropyOptions options)
    {
        const string loss = nameof(SoftmaxCrossEntropy);
        if (targets.Length != logits.Rows)
            Throw.SpanLength(loss, nameof(targets), logits.Rows, targets.Length);

        ReadOnlySpan<float> rowWeights = options.RowWeights, classWeights = options.ClassWeights;
        LossArguments.CheckWeights(loss, nameof(options.RowWeights), logits.Rows, rowWeights);
        LossArguments.CheckWeights(loss, nameof(options.ClassWeights), logits.Cols, classWeights);
        if (!(options.LabelSmoothing >= 0 && options.LabelSmoothing <= 1))
            Throw.LabelSmoothing(loss, options.LabelSmoothing);

        long count = 0;
        for (int n = 0; n < targets.Length; n++)
        {
            float rowWeight = rowWeights.IsEmpty ? 1 : rowWeights[n];
            if (rowWeight != 0 && targets[n] != IgnoredTarget && (uint)targets[n] >= (uint)logits.Cols)
                Throw.Target(loss, n, targets[n], logits.Cols, IgnoredTarget);

            double weight = CrossEntropyKernel.RowWeight(
                targets[n], IgnoredTarget, rowWeight, classWeights, options.LabelSmoothing);
            count += weight != 0 ? 1 : 0;
        }

        return count;
    }
}
