using System;
using System.Collections.Generic;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;

namespace Rnn.Tests.Infrastructure;

/// <summary>The losses' part of the catalogue: each as a mean, and as a sum times a scale.</summary>
internal static class GradientLossCases
{
    private const ulong Seed = 20;
    private const float Scale = 0.3f;

    private delegate LossSum Mean(float[] x, float[] dX);

    private delegate LossSum Scaled(float[] x, float scale, float[] dX);

    public static IEnumerable<GradientCase> All => [.. Softmax(), .. Sigmoid(), .. Squared()];

    private static IEnumerable<GradientCase> Softmax()
    {
        const int n = 5, v = 7;
        foreach ((string options, int[] targets) in new[]
        {
            ("all targets count", new[] { 2, 0, 6, 3, 2 }),
            ("some targets ignored", [2, LossOracle.Ignored, 6, LossOracle.Ignored, 2]),
        })
        {
            foreach (GradientCase check in Both("SoftmaxCrossEntropy", options, n * v,
                (x, dX) => SoftmaxCrossEntropy.ForwardBackward(
                    new ReadOnlyMatrixView(x, n, v), targets, new MatrixView(dX, n, v)),
                (x, scale, dX) => SoftmaxCrossEntropy.ForwardBackward(
                    new ReadOnlyMatrixView(x, n, v), targets, scale, new MatrixView(dX, n, v)),
                x => LossOracle.SoftmaxCrossEntropy(x, targets)))
            {
                yield return check;
            }
        }
    }

    private static IEnumerable<GradientCase> Sigmoid()
    {
        float[] targets = [0, 1, 0.25f, 1, 0, 0.9f, 0, 1, 1, 0, 0.5f];
        foreach ((string options, float[] weights) in new[]
        {
            ("no weights", Array.Empty<float>()),
            ("weights, some 0", [1, 0, 2, 0.5f, 1, 1, 0, 3, 1, 1, 0.1f]),
        })
        {
            foreach (GradientCase check in Both("SigmoidCrossEntropy", options, targets.Length,
                (x, dX) => SigmoidCrossEntropy.ForwardBackward(x, targets, weights, dX),
                (x, scale, dX) => SigmoidCrossEntropy.ForwardBackward(x, targets, weights, scale, dX),
                x => LossOracle.SigmoidCrossEntropy(x, targets, weights)))
            {
                yield return check;
            }
        }
    }

    private static IEnumerable<GradientCase> Squared()
    {
        float[] targets = TestNumbers.Uniform(11, Seed, stream: 3);
        return Both("MeanSquaredError", "all elements", targets.Length,
            (x, dX) => MeanSquaredError.ForwardBackward(x, targets, dX),
            (x, scale, dX) => MeanSquaredError.ForwardBackward(x, targets, scale, dX),
            x => LossOracle.MeanSquaredError(x, targets));
    }

    private static IEnumerable<GradientCase> Both(string loss, string options, int count, Mean mean, Scaled scaled,
        Func<double[], (double Sum, int Count)> oracle)
    {
        yield return new(loss, "mean", options, (name, shape) => Check(name, shape, count,
            (x, dX) => mean(x, dX).Mean, x => oracle(x).Sum / oracle(x).Count, 1));
        yield return new(loss, "sum times a scale", options, (name, shape) => Check(name, shape, count,
            (x, dX) => scaled(x, Scale, dX).Sum, x => oracle(x).Sum, Scale));
    }

    private static GradientReportRow Check(string name, string options, int count, Func<float[], float[], double> loss,
        Func<double[], double> oracle, float cotangent)
    {
        float[] x = TestNumbers.Uniform(count, Seed, stream: 2, limit: 2), dX = new float[count];
        double value = loss(x, dX);
        double[] xDouble = TestNumbers.ToDouble(x);
        return GradientCheck.Run(name, options, [new("x", xDouble, dX)], [new("loss", [(float)value], [cotangent])],
            () => [[oracle(xDouble)]]);
    }
}
