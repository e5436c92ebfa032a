using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Tensors;

namespace Rnn.Core.Losses;

/// <summary>
/// loss(n) = -log of Student's t density at y[n], nats, times the row's weight: with z = (y - location)/scale it is
/// log Gamma(v/2) - log Gamma((v+1)/2) + log(v*pi)/2 + log(scale) + (v+1)/2 * log(1 + z^2/v), where location = a,
/// scale = least + softplus(b), v = 2 + softplus(c) degrees of freedom, (a, b, c) being the row of outputs. Its tails
/// are heavy: an outlier pulls with less the farther it is. A row is one target, and the mean is over rows. NaN stays
/// NaN. Nothing is allocated; the bits don't depend on the number of threads. The derivation is in
/// StudentTLikelihood.md. For forecasts: Salinas, Flunkert, Gasthaus and Januschowski 2020 (DeepAR).
/// </summary>
public readonly record struct StudentTLikelihood
{
    /// <summary>Numbers of a row of outputs.</summary>
    public const int Outputs = 3;

    private const float UsualLeast = 1e-3f;

    private readonly float _least;

    /// <summary>A likelihood with a least scale: without one, targets that are met exactly have no least
    /// loss.</summary>
    /// <param name="leastScale">What the scale is never below, in units of the targets. More than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not more than 0.</exception>
    public StudentTLikelihood(float leastScale)
    {
        if (!(leastScale > 0))
            Throw.NotPositive(nameof(leastScale), leastScale);

        _least = leastScale;
    }

    /// <summary>What the scale is never below, in units of the targets; 0.001 by default.</summary>
    public float LeastScale => _least > 0 ? _least : UsualLeast;

    /// <summary>Whether both have the same least scale.</summary>
    public bool Equals(StudentTLikelihood other) => LeastScale.Equals(other.LeastScale);

    /// <inheritdoc/>
    public override int GetHashCode() => LeastScale.GetHashCode();

    /// <summary>The parameters that a row of outputs means.</summary>
    /// <param name="output">[3]. Read.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public (double Location, double Scale, double Freedom) Parameters(ReadOnlySpan<float> output)
    {
        if (output.Length != Outputs)
            Throw.SpanLength(nameof(StudentTLikelihood), nameof(output), Outputs, output.Length);

        return (output[0], LeastScale + LikelihoodKernels.Softplus(output[1]),
            2 + LikelihoodKernels.Softplus(output[2]));
    }

    /// <summary>The losses of all rows.</summary>
    /// <param name="outputs">[N, 3], a, b and c of each target. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty, the default: all 1. A row of weight 0 may hold anything: it isn't counted. Read.
    /// </param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum Forward(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> rowWeights = default)
    {
        long count = LossArguments.CountTargets(nameof(StudentTLikelihood), Outputs, outputs, targets, rowWeights);
        return new LossSum(LikelihoodKernels.StudentT(outputs.Span, targets, rowWeights, LeastScale, 0, default), count);
    }

    /// <summary>The same without weights; dOutputs is the gradient of the mean.</summary>
    /// <param name="outputs">[N, 3], a, b and c of each target. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="dOutputs">[N, 3]; may be the same memory as outputs. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum ForwardBackward(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets, MatrixView dOutputs) =>
        ForwardBackward(outputs, targets, [], LossArguments.MeanScale(targets.Length), dOutputs);

    /// <summary>The same; dOutputs is the gradient of scale * Sum.</summary>
    /// <param name="outputs">[N, 3], a, b and c of each target. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="rowWeights">
    /// [N], or empty: all 1. A row of weight 0 may hold anything: it isn't counted, and its gradient is 0. Read.
    /// </param>
    /// <param name="scale">For instance 1 / number of targets of the whole step.</param>
    /// <param name="dOutputs">[N, 3]; may be the same memory as outputs. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape differs.</exception>
    public LossSum ForwardBackward(ReadOnlyMatrixView outputs, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> rowWeights, float scale, MatrixView dOutputs)
    {
        long count = LossArguments.CountTargets(nameof(StudentTLikelihood), Outputs, outputs, targets, rowWeights);
        LossArguments.CheckShape(nameof(StudentTLikelihood), nameof(dOutputs), outputs, dOutputs);
        return new LossSum(LikelihoodKernels.StudentT(
            outputs.Span, targets, rowWeights, LeastScale, scale, dOutputs.Span), count);
    }
}
