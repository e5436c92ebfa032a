using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// loss(n) = -log N(y[n]; mean, sigma^2) = log(sigma) + ((y - mean)/sigma)^2/2 + log(2*pi)/2, nats, times the row's
/// weight, with mean = a and sigma = least + softplus(b), (a, b) being the row of outputs: any numbers that a linear
/// layer gives are parameters. A row is one target, and the mean is over rows. NaN stays NaN. Nothing is allocated; the
/// bits don't depend on the number of threads. The derivation is in NormalLikelihood.md.
/// </summary>
public readonly record struct NormalLikelihood
{
    /// <summary>Numbers of a row of outputs.</summary>
    public const int Outputs = 2;

    private const float UsualLeast = 1e-3f;

    private readonly float _least;

    /// <summary>A likelihood with a least scale: without one, targets that are met exactly have no least
    /// loss.</summary>
    /// <param name="leastScale">What the standard deviation is never below, in units of the targets. More than
    /// 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not more than 0.</exception>
    public NormalLikelihood(float leastScale)
    {
        if (!(leastScale > 0))
            Throw.NotPositive(nameof(leastScale), leastScale);

        _least = leastScale;
    }

    /// <summary>What the standard deviation is never below, in units of the targets; 0.001 by default.</summary>
    public float LeastScale => _least > 0 ? _least : UsualLeast;

    /// <summary>Whether both have the same least scale.</summary>
    public bool Equals(NormalLikelihood other) => LeastScale.Equals(other.LeastScale);

    /// <inheritdoc/>
    public override int GetHashCode() => LeastScale.GetHashCode();

    /// <summary>The parameters that a row of outputs means.</summary>
    /// <param name="output">[2]. Read.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public (double Mean, double Deviation) Parameters(ReadOnlySpan<float> output)
    {
        if (output.Length != Outputs)
            Throw.SpanLength(nameof(NormalLikelihood), nameof(output), Outputs, output.Length);

        return (output[0], LeastScale + LikelihoodKernels.Softplus(output[1]));
    }

    /// <summary>The losses of all rows.</summary>
    /// <param name="outputs">[N, 2], a and b of each target. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty, the default: all 1. A row of weight 0 may hold anything: it isn't counted. Read.
    /// </param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum Forward(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> rowWeights = default)
    {
        long count = LossArguments.CountTargets(nameof(NormalLikelihood), Outputs, outputs, targets, rowWeights);
        return new LossSum(LikelihoodKernels.Normal(outputs.Span, targets, rowWeights, LeastScale, 0, default), count);
    }

    /// <summary>The same without weights; dOutputs is the gradient of the mean.</summary>
    /// <param name="outputs">[N, 2], a and b of each target. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="dOutputs">[N, 2]; may be the same memory as outputs. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum ForwardBackward(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets, MatrixView dOutputs) =>
        ForwardBackward(outputs, targets, [], LossArguments.MeanScale(targets.Length), dOutputs);

    /// <summary>The same; dOutputs is the gradient of scale * Sum.</summary>
    /// <param name="outputs">[N, 2], a and b of each target. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dOutputs">[N, 2]; may be the same memory as outputs. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum ForwardBackward(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> rowWeights, float scale, MatrixView dOutputs)
    {
        long count = LossArguments.CountTargets(nameof(NormalLikelihood), Outputs, outputs, targets, rowWeights);
        LossArguments.CheckShape(nameof(NormalLikelihood), nameof(dOutputs), outputs, dOutputs);
        return new LossSum(LikelihoodKernels.Normal(
            outputs.Span, targets, rowWeights, LeastScale, scale, dOutputs.Span), count);
    }
}
