using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// Regression of quantiles: with e = target - prediction, loss(n) = w * sum over levels q of max(q*e, (q-1)*e), w the
/// row's weight. Its mean is least where a share q of the targets lies below the prediction. At e = 0 the gradient is
/// 0, one of the subgradients -q .. 1-q. A row is one target, and the mean is over rows. NaN stays NaN. Nothing keeps
/// the predictions of a row in the order of their levels. Nothing is allocated; the bits don't depend on the number of
/// threads. Koenker and Bassett 1978; the derivation is in PinballLoss.md.
/// </summary>
public static class PinballLoss
{
    /// <summary>The losses of all rows.</summary>
    /// <param name="predictions">[N, Q], one for each level. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="levels">[Q], each more than 0 and less than 1, for instance 0.1, 0.5, 0.9. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty, the default: all 1. A row of weight 0 may hold anything: it isn't counted. Read.
    /// </param>
    /// <exception cref="ArgumentException">A shape differs, or a level is out of range.</exception>
    public static LossSum Forward(ReadOnlyMatrixView predictions, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> levels, ReadOnlySpan<float> rowWeights = default)
    {
        long count = Count(predictions, targets, levels, rowWeights);
        return new LossSum(LossKernels.Pinball(
            predictions.Span, targets, levels, rowWeights, 0, default), count);
    }

    /// <summary>The same without weights; dPredictions is the gradient of the mean.</summary>
    /// <param name="predictions">[N, Q], one for each level. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="levels">[Q], each more than 0 and less than 1, for instance 0.1, 0.5, 0.9. Read.</param>
    /// <param name="dPredictions">[N, Q]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a level is out of range.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> levels, MatrixView dPredictions) =>
        ForwardBackward(predictions, targets, levels, [], dPredictions);

    /// <summary>The same without weights; dPredictions is the gradient of scale * Sum.</summary>
    /// <param name="predictions">[N, Q], one for each level. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="levels">[Q], each more than 0 and less than 1, for instance 0.1, 0.5, 0.9. Read.</param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dPredictions">[N, Q]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a level is out of range.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> levels, float scale, MatrixView dPredictions) =>
        ForwardBackward(predictions, targets, levels, [], scale, dPredictions);

    /// <summary>
    /// The same; dPredictions is the gradient of Sum / Count. Count is the number of rows whose weight is not 0, not
    /// the sum of weights.
    /// </summary>
    /// <param name="predictions">[N, Q], one for each level. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="levels">[Q], each more than 0 and less than 1, for instance 0.1, 0.5, 0.9. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="dPredictions">[N, Q]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a level is out of range.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> levels, ReadOnlySpan<float> rowWeights, MatrixView dPredictions)
    {
        long count = Count(predictions, targets, levels, rowWeights);
        float scale = LossArguments.MeanScale(count);
        return ForwardBackward(predictions, targets, levels, rowWeights, count, scale, dPredictions);
    }

    /// <summary>
    /// dPredictions = scale * w * (-q where e is above 0, 1-q where it is below): the gradient of scale * Sum.
    /// </summary>
    /// <param name="predictions">[N, Q], one for each level. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="levels">[Q], each more than 0 and less than 1, for instance 0.1, 0.5, 0.9. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dPredictions">[N, Q]; may be the same memory as predictions. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a level is out of range.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> levels, ReadOnlySpan<float> rowWeights, float scale, MatrixView dPredictions) =>
        ForwardBackward(predictions, targets, levels, rowWeights, Count(predictions, targets, levels, rowWeights),
            scale, dPredictions);

    private static LossSum ForwardBackward(ReadOnlyMatrixView predictions, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> levels, ReadOnlySpan<float> rowWeights, long count, float scale, MatrixView dPredictions)
    {
        LossArguments.CheckShape(nameof(PinballLoss), nameof(dPredictions), predictions, dPredictions);
        return new LossSum(LossKernels.Pinball(
            predictions.Span, targets, levels, rowWeights, scale, dPredictions.Span), count);
    }

    private static long Count(ReadOnlyMatrixView predictions, ReadOnlySpan<float> targets, ReadOnlySpan<float> levels,
        ReadOnlySpan<float> rowWeights)
    {
        if (targets.Length != predictions.Rows)
            Throw.SpanLength(nameof(PinballLoss), nameof(targets), predictions.Rows, targets.Length);

        if (levels.Length != predictions.Cols)
            Throw.SpanLength(nameof(PinballLoss), nameof(levels), predictions.Cols, levels.Length);

        LossArguments.CheckWeights(nameof(PinballLoss), nameof(rowWeights), predictions.Rows, rowWeights);
        for (int k = 0; k < levels.Length; k++)
        {
            if (!(levels[k] > 0 && levels[k] < 1))
                Throw.QuantileLevel(nameof(PinballLoss), k, levels[k]);
        }

        return LossArguments.CountRows(predictions.Rows, rowWeights);
    }
}
