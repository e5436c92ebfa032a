using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// loss(n) = -log p(y[n]) of a negative binomial distribution, nats, times the row's weight: with r = 1/alpha it is
/// log Gamma(r) + log Gamma(y+1) - log Gamma(y+r) + (r+y)*log(1 + alpha*mean) - y*log(alpha*mean). The outputs (a, b)
/// of a row mean mean = s*(1e-6 + softplus(a)) and alpha = (1e-3 + softplus(b))/sqrt(s), s being the row's scale; the
/// variance is mean + alpha*mean^2. Targets are counts. A row is one target, and the mean is over rows. Nothing is
/// allocated; the bits don't depend on the number of threads. The derivation is in NegativeBinomialLikelihood.md. For
/// forecasts: Salinas, Flunkert, Gasthaus and Januschowski 2020 (DeepAR).
/// </summary>
public static class NegativeBinomialLikelihood
{
    /// <summary>Numbers of a row of outputs.</summary>
    public const int Outputs = 2;

    /// <summary>The parameters that a row of outputs means.</summary>
    /// <param name="output">[2]. Read.</param>
    /// <param name="scale">s, more than 0; 1 by default.</param>
    /// <exception cref="ArgumentException">It has another length, or the scale is not more than 0.</exception>
    public static (double Mean, double Dispersion) Parameters(ReadOnlySpan<float> output, float scale = 1)
    {
        if (output.Length != Outputs)
            Throw.SpanLength(nameof(NegativeBinomialLikelihood), nameof(output), Outputs, output.Length);

        if (!(scale > 0))
            Throw.NotPositive(nameof(scale), scale);

        return (LikelihoodKernels.CountMean(output[0], scale), LikelihoodKernels.CountDispersion(output[1], scale));
    }

    /// <summary>The losses of all rows.</summary>
    /// <param name="outputs">[N, 2], a and b of each target. Read.</param>
    /// <param name="targets">[N], whole numbers of 0 or more. Read.</param>
    /// <param name="scales">[N], s of each row, more than 0, or empty, the default: all 1. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty, the default: all 1. A row of weight 0 may hold anything: it isn't counted. Read.
    /// </param>
    /// <exception cref="ArgumentException">A shape differs, a target is no count, or a scale is not more than
    /// 0.</exception>
    public static LossSum Forward(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> scales = default, ReadOnlySpan<float> rowWeights = default)
    {
        long count = Count(outputs, targets, scales, rowWeights);
        return new LossSum(LikelihoodKernels.NegativeBinomial(
            outputs.Span, targets, rowWeights, scales, 0, default), count);
    }

    /// <summary>The same without scales and weights; dOutputs is the gradient of the mean.</summary>
    /// <param name="outputs">[N, 2], a and b of each target. Read.</param>
    /// <param name="targets">[N], whole numbers of 0 or more. Read.</param>
    /// <param name="dOutputs">[N, 2]; may be the same memory as outputs. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, or a target is no count.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets,
        MatrixView dOutputs) =>
        ForwardBackward(outputs, targets, [], [], LossArguments.MeanScale(targets.Length), dOutputs);

    /// <summary>The same; dOutputs is the gradient of scale * Sum.</summary>
    /// <param name="outputs">[N, 2], a and b of each target. Read.</param>
    /// <param name="targets">[N], whole numbers of 0 or more. Read.</param>
    /// <param name="scales">[N], s of each row, more than 0, or empty: all 1. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dOutputs">[N, 2]; may be the same memory as outputs. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs, a target is no count, or a scale is not more than
    /// 0.</exception>
    public static LossSum ForwardBackward(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> scales, ReadOnlySpan<float> rowWeights, float scale, MatrixView dOutputs)
    {
        long count = Count(outputs, targets, scales, rowWeights);
        LossArguments.CheckShape(nameof(NegativeBinomialLikelihood), nameof(dOutputs), outputs, dOutputs);
        return new LossSum(LikelihoodKernels.NegativeBinomial(
            outputs.Span, targets, rowWeights, scales, scale, dOutputs.Span), count);
    }

    private static long Count(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> scales,
        ReadOnlySpan<float> rowWeights)
    {
        const string loss = nameof(NegativeBinomialLikelihood);
        long count = LossArguments.CountTargets(loss, Outputs, outputs, targets, rowWeights);
        LossArguments.CheckWeights(loss, nameof(scales), outputs.Rows, scales);
        for (int n = 0; n < targets.Length; n++)
        {
            if (!rowWeights.IsEmpty && rowWeights[n] == 0)
                continue;

            if (!(targets[n] >= 0 && float.IsInteger(targets[n])))
                Throw.TargetCount(loss, n, targets[n]);

            if (!scales.IsEmpty && !(scales[n] > 0 && float.IsFinite(scales[n])))
                Throw.RowScale(loss, n, scales[n]);
        }

        return count;
    }
}
