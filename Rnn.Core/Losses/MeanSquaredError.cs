using System;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// loss = w * (prediction - target)^2, averaged over elements (not rows), as PyTorch does; w is the row's weight. NaN
/// stays NaN. Weights of single elements: give all as views [N*F, 1]. Nothing is allocated; the bits don't depend on
/// the number of threads. The derivation is in MeanSquaredError.md.
/// </summary>
public static class MeanSquaredError
{
    /// <summary>The losses of all elements.</summary>
    /// <param name="predictions">[N, F]. Read.</param>
    /// <param name="targets">[N, F]. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty, the default: all 1. A row of weight 0 may hold anything: it isn't counted. Read.
    /// </param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public static LossSum Forward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights = default)
    {
        long count = Count(predictions, targets, rowWeights);
        return new LossSum(LossKernels.SquaredError(
            predictions.Span, targets.Span, predictions.Cols, rowWeights, 0, default), count);
    }

    /// <summary>The same without weights; dPredictions is the gradient of the mean.</summary>
    /// <param name="predictions">[N, F]. Read.</param>
    /// <param name="targets">[N, F]. Read.</param>
    /// <param name="dPredictions">[N, F]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        MatrixView dPredictions) =>
        ForwardBackward(predictions, targets, [], dPredictions);

    /// <summary>The same without weights; dPredictions is the gradient of scale * Sum.</summary>
    /// <param name="predictions">[N, F]. Read.</param>
    /// <param name="targets">[N, F]. Read.</param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dPredictions">[N, F]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets, float scale,
        MatrixView dPredictions) => ForwardBackward(predictions, targets, [], scale, dPredictions);

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
    public static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights, MatrixView dPredictions)
    {
        long count = Count(predictions, targets, rowWeights);
        return ForwardBackward(predictions, targets, rowWeights, count, LossArguments.MeanScale(count), dPredictions);
    }

    /// <summary>dPredictions = scale * w * 2*(prediction - target): the gradient of scale * Sum.</summary>
    /// <param name="predictions">[N, F]. Read.</param>
    /// <param name="targets">[N, F]. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dPredictions">[N, F]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights, float scale, MatrixView dPredictions) =>
        ForwardBackward(predictions, targets, rowWeights, Count(predictions, targets, rowWeights), scale, dPredictions);

    private static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights, long count, float scale, MatrixView dPredictions)
    {
        LossArguments.CheckShape(nameof(MeanSquaredError), nameof(dPredictions), predictions, dPredictions);
        return new LossSum(LossKernels.SquaredError(
            predictions.Span, targets.Span, predictions.Cols, rowWeights, scale, dPredictions.Span), count);
    }

    private static long Count(ReadOnlyMatrixView predictions, ReadOnlyMatrixView targets,
        ReadOnlySpan<float> rowWeights)
    {
        LossArguments.CheckShape(nameof(MeanSquaredError), nameof(targets), predictions, targets);
        LossArguments.CheckWeights(nameof(MeanSquaredError), nameof(rowWeights), predictions.Rows, rowWeights);
        return LossArguments.CountRows(predictions.Rows, rowWeights) * predictions.Cols;
    }
}
