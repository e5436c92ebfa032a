using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;

namespace Rnn.Core.Losses;

/// <summary>
/// Binary cross-entropy from logits x with targets y: loss = w * (max(x, 0) - x*y + log(1 + exp(-|x|))), in nats, which
/// is -w * (y*log(sigmoid(x)) + (1-y)*log(1 - sigmoid(x))) without overflow. NaN stays NaN. Nothing is allocated; the
/// bits don't depend on the number of threads.
/// </summary>
public static class SigmoidCrossEntropy
{
    /// <summary>The losses of all elements.</summary>
    /// <param name="logits">[n]. Read.</param>
    /// <param name="targets">[n], each 0 .. 1. Read.</param>
    /// <param name="weights">
    /// [n], or empty, the default: all 1. Elements of weight 0 are not counted, whatever their logits and targets hold. Read.
    /// </param>
    /// <exception cref="ArgumentException">A length differs, or a target is not in 0 .. 1.</exception>
    public static LossSum Forward(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> weights = default)
    {
        long count = Count(logits, targets, weights);
        return new LossSum(LossKernels.SigmoidCrossEntropy(logits, targets, weights, 0, default), count);
    }

    /// <summary>
    /// The same; dLogits is the gradient of Sum / Count. Count is the number of elements whose weight is not 0, not the
    /// sum of weights: with weights of 0 and 1, the mean over those of 1 (PyTorch divides by n).
    /// </summary>
    /// <param name="logits">[n]. Read.</param>
    /// <param name="targets">[n], each 0 .. 1. Read.</param>
    /// <param name="weights">[n], or empty, the default: all 1. Elements of weight 0 are not counted. Read.</param>
    /// <param name="dLogits">[n]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A length differs, or a target is not in 0 .. 1.</exception>
    public static LossSum ForwardBackward(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> weights, Span<float> dLogits)
    {
        long count = Count(logits, targets, weights);
        return ForwardBackward(logits, targets, weights, count, (float)(1.0 / Math.Max(1, count)), dLogits);
    }

    /// <summary>dLogits = scale * w * (sigmoid(x) - y): the gradient of scale * Sum.</summary>
    /// <param name="logits">[n]. Read.</param>
    /// <param name="targets">[n], each 0 .. 1. Read.</param>
    /// <param name="weights">[n], or empty, the default: all 1. Elements of weight 0 are not counted. Read.</param>
    /// <param name="scale">For instance 1 / number of targets in all shards of a batch.</param>
    /// <param name="dLogits">[n]; may be the same memory as logits. Overwritten.</param>
    /// <exception cref="ArgumentException">A length differs, or a target is not in 0 .. 1.</exception>
    public static LossSum ForwardBackward(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> weights, float scale, Span<float> dLogits) =>
        ForwardBackward(logits, targets, weights, Count(logits, targets, weights), scale, dLogits);

    private static LossSum ForwardBackward(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> weights, long count, float scale, Span<float> dLogits)
    {
        if (dLogits.Length != logits.Length)
            Throw.SpanLength(nameof(SigmoidCrossEntropy), nameof(dLogits), logits.Length, dLogits.Length);

        return new LossSum(LossKernels.SigmoidCrossEntropy(logits, targets, weights, scale, dLogits), count);
    }

    private static long Count(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
    {
        if (targets.Length != logits.Length)
            Throw.SpanLength(nameof(SigmoidCrossEntropy), nameof(targets), logits.Length, targets.Length);

        if (!weights.IsEmpty && weights.Length != logits.Length)
            Throw.SpanLength(nameof(SigmoidCrossEntropy), nameof(weights), logits.Length, weights.Length);

        long count = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (!weights.IsEmpty && weights[i] == 0)
                continue;

            if (!(targets[i] >= 0 && targets[i] <= 1))
                Throw.TargetProbability(nameof(SigmoidCrossEntropy), i, targets[i]);

            count++;
        }

        return count;
    }
}
