using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// With e = prediction - target, loss = w * e^2/2 where |e| is at most delta, and w * delta*(|e| - delta/2) beyond:
/// squared near 0, absolute far away, so that outliers pull with at most delta; w is the row's weight. Averaged over
/// elements, as PyTorch's HuberLoss does (its SmoothL1Loss is this divided by delta). NaN stays NaN. Weights of single
/// elements: give all as views [N*F, 1]. Nothing is allocated; the bits don't depend on the number of threads. Huber
/// 1964; the derivation is in HuberLoss.md.
/// </summary>
public readonly record struct HuberLoss
{
    private readonly float _delta;

    /// <summary>A loss that is squared up to an error of delta.</summary>
    /// <param name="delta">Where the square ends, in units of the targets. More than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">delta is not more than 0.</exception>
    public HuberLoss(float delta)
    {
        if (!(delta > 0))
            Throw.NotPositive(nameof(delta), delta);

        _delta = delta;
    }

    /// <summary>Where the square ends, in units of the targets; 1 by default.</summary>
    public float Delta => _delta > 0 ? _delta : 1;

    /// <summary>Whether both have the same delta.</summary>
    public bool Equals(HuberLoss other) => Delta.Equals(other.Delta);

    /// <inheritdoc/>
    public override int GetHashCode() => Delta.GetHashCode();

    /// <summary>The losses of all elements.</summary>
    /// <param name="predictions">[N, F]. Read.</param>
    /// <param name="targets">[N, F]. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty, the default: all 1. A row of weight 0 may hold anything: it isn't counted. Read.
    /// </param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum Forward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights = default)
    {
        long count = Count(predictions, targets, rowWeights);
        return new LossSum(LossKernels.Huber(
            predictions.Span, targets.Span, predictions.Cols, Delta, rowWeights, 0, default), count);
    }

    /// <summary>The same without weights; dPredictions is the gradient of the mean.</summary>
    /// <param name="predictions">[N, F]. Read.</param>
    /// <param name="targets">[N, F]. Read.</param>
    /// <param name="dPredictions">[N, F]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        MatrixView dPredictions) =>
        ForwardBackward(predictions, targets, [], dPredictions);

    /// <summary>The same without weights; dPredictions is the gradient of scale * Sum.</summary>
    /// <param name="predictions">[N, F]. Read.</param>
    /// <param name="targets">[N, F]. Read.</param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dPredictions">[N, F]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        float scale, MatrixView dPredictions) => ForwardBackward(predictions, targets, [], scale, dPredictions);

    /// <summary>
    /// The same; dPredictions is the gradient of Sum / Count. Count is the number of elements of rows whose weight is
    /// not 0, not the sum of weights.
    /// </summary>
    /// <param name="predictions">[N, F]. Read.</param>
    /// <param name="targets">[N, F]. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="dPredictions">[N, F]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights, MatrixView dPredictions)
    {
        long count = Count(predictions, targets, rowWeights);
        float scale = LossArguments.MeanScale(count);
        return ForwardBackward(predictions, targets, rowWeights, count, scale, dPredictions);
    }

    /// <summary>dPredictions = scale * w * (e cut to +-delta): the gradient of scale * Sum.</summary>
    /// <param name="predictions">[N, F]. Read.</param>
    /// <param name="targets">[N, F]. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dPredictions">[N, F]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights, float scale, MatrixView dPredictions) =>
        ForwardBackward(predictions, targets, rowWeights, Count(predictions, targets, rowWeights),
            scale, dPredictions);

    private LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights, long count, float scale, MatrixView dPredictions)
    {
        LossArguments.CheckShape(nameof(HuberLoss), nameof(dPredictions), predictions, dPredictions);
        return new LossSum(LossKernels.Huber(
            predictions.Span, targets.Span, predictions.Cols, Delta, rowWeights, scale, dPredictions.Span), count);
    }

    private static long Count(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights)
    {
        LossArguments.CheckShape(nameof(HuberLoss), nameof(targets), predictions, targets);
        LossArguments.CheckWeights(nameof(HuberLoss), nameof(rowWeights), predictions.Rows, rowWeights);
        return LossArguments.CountRows(predictions.Rows, rowWeights) * predictions.Cols;
    }
}
