using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;

namespace Rnn.Core.Losses;

/// <summary>
/// loss = (prediction - target)^2, averaged over elements (not rows), as PyTorch does. NaN stays NaN. Nothing is
/// allocated; the bits don't depend on the number of threads.
/// </summary>
public static class MeanSquaredError
{
    /// <summary>The losses of all elements.</summary>
    /// <param name="predictions">[n]. Read.</param>
    /// <param name="targets">[n]. Read.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static LossSum Forward(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets)
    {
        CheckLength(nameof(targets), predictions.Length, targets.Length);
        return new LossSum(LossKernels.SquaredError(predictions, targets, 0, default), predictions.Length);
    }

    /// <summary>The same; dPredictions = 2/n * (prediction - target), the gradient of the mean.</summary>
    /// <param name="predictions">[n]. Read.</param>
    /// <param name="targets">[n]. Read.</param>
    /// <param name="dPredictions">[n]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static LossSum ForwardBackward(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets,
        Span<float> dPredictions) =>
        ForwardBackward(predictions, targets, (float)(1.0 / Math.Max(1, predictions.Length)), dPredictions);

    /// <summary>dPredictions = scale * 2*(prediction - target): the gradient of scale * Sum.</summary>
    /// <param name="predictions">[n]. Read.</param>
    /// <param name="targets">[n]. Read.</param>
    /// <param name="scale">For instance 1 / number of targets in all shards of a batch.</param>
    /// <param name="dPredictions">[n]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static LossSum ForwardBackward(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, float scale,
        Span<float> dPredictions)
    {
        CheckLength(nameof(targets), predictions.Length, targets.Length);
        CheckLength(nameof(dPredictions), predictions.Length, dPredictions.Length);
        return new LossSum(LossKernels.SquaredError(predictions, targets, scale, dPredictions), predictions.Length);
    }

    private static void CheckLength(string what, int expected, int actual)
    {
        if (actual != expected)
            Throw.SpanLength(nameof(MeanSquaredError), what, expected, actual);
    }
}
