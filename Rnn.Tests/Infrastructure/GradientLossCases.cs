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
    private const int N = 5, F = 3;

    private static readonly (string Options, float[] RowWeights)[] s_weights =
    [
        ("no weights", []),
        ("weights of rows, one 0", [1, 0.5f, 0, 2, -0.25f]),
    ];

    private delegate LossSum OfMean(float[] x, float[] dX);

    private delegate LossSum OfRows(ReadOnlyMatrixView x, float scale, MatrixView dX);

    private delegate LossSum Scaled(float[] x, float scale, float[] dX);

    public static IEnumerable<GradientCase> All =>
        [.. Softmax(), .. Sigmoid(), .. Squared(), .. Huber(), .. Pinball(), .. Penalties(), .. Likelihoods()];

    private static IEnumerable<GradientCase> Softmax()
    {
        const int v = 7, ignored = LossOracle.Ignored;
        int[] all = [2, 0, 6, 3, 2], some = [2, ignored, 6, ignored, 2];
        float[] classes = [1, 0.5f, 3, 0, 0.1f, 1, 2], rows = s_weights[1].RowWeights;
        foreach ((string options, int[] targets, float smoothing, float[] classWeights, float[] rowWeights) in new[]
        {
            ("all targets count", all, 0f, Array.Empty<float>(), Array.Empty<float>()),
            ("some targets ignored", some, 0, [], []),
            ("label smoothing", all, 0.1f, [], []),
            ("weights of classes, one 0", all, 0, classes, []),
            ("weights of rows, one 0", all, 0, [], rows),
            ("label smoothing, weights of classes and rows", all, 0.2f, classes, rows),
            ("label smoothing, some targets ignored", some, 1, [], []),
        })
        {
            foreach (GradientCase check in Both("SoftmaxCrossEntropy", options, N * v,
                (x, dX) => SoftmaxCrossEntropy.ForwardBackward(new ReadOnlyMatrixView(x, N, v), targets, Options(),
                    new MatrixView(dX, N, v)),
                (x, scale, dX) => SoftmaxCrossEntropy.ForwardBackward(new ReadOnlyMatrixView(x, N, v), targets,
                    Options(), scale, new MatrixView(dX, N, v)),
                x => LossOracle.SoftmaxCrossEntropy(x, targets, smoothing, classWeights, rowWeights)))
            {
                yield return check;
            }

            SoftmaxCrossEntropyOptions Options() =>
                new() { LabelSmoothing = smoothing, ClassWeights = classWeights, RowWeights = rowWeights };
        }
    }

    private static IEnumerable<GradientCase> Sigmoid()
    {
        float[] targets = [0, 1, 0.25f, 1, 0, 0.9f, 0, 1, 1, 0, 0.5f, 1, 0.75f, 0, 1];
        foreach ((string options, float[] weights) in s_weights)
        {
            foreach (GradientCase check in Both("SigmoidCrossEntropy", options, N * F,
                (x, dX) => SigmoidCrossEntropy.ForwardBackward(View(x), View(targets), weights, Written(dX)),
                (x, scale, dX) => SigmoidCrossEntropy.ForwardBackward(View(x), View(targets), weights, scale,
                    Written(dX)),
                x => LossOracle.SigmoidCrossEntropy(x, targets, F, weights)))
            {
                yield return check;
            }
        }
    }

    private static IEnumerable<GradientCase> Squared()
    {
        float[] targets = TestNumbers.Uniform(N * F, Seed, stream: 3);
        foreach ((string options, float[] weights) in s_weights)
        {
            foreach (GradientCase check in Both("MeanSquaredError", options, N * F,
                (x, dX) => MeanSquaredError.ForwardBackward(View(x), View(targets), weights, Written(dX)),
                (x, scale, dX) => MeanSquaredError.ForwardBackward(View(x), View(targets), weights, scale,
                    Written(dX)),
                x => LossOracle.MeanSquaredError(x, targets, F, weights)))
            {
                yield return check;
            }
        }
    }

    private static IEnumerable<GradientCase> Huber()
    {
        const float delta = 0.8f;   // the differences are up to 3, on both sides of it
        float[] targets = TestNumbers.Uniform(N * F, Seed, stream: 3);
        foreach ((string options, float[] weights) in s_weights)
        {
            foreach (GradientCase check in Both("HuberLoss", options, N * F,
                (x, dX) => new HuberLoss(delta).ForwardBackward(View(x), View(targets), weights, Written(dX)),
                (x, scale, dX) => new HuberLoss(delta).ForwardBackward(View(x), View(targets), weights, scale,
                    Written(dX)),
                x => LossOracle.Huber(x, targets, F, delta, weights)))
            {
                yield return check;
            }
        }
    }

    private static IEnumerable<GradientCase> Pinball()
    {
        float[] targets = TestNumbers.Uniform(N, Seed, stream: 3), levels = [0.1f, 0.5f, 0.95f];
        foreach ((string options, float[] weights) in s_weights)
        {
            foreach (GradientCase check in Both("PinballLoss", options, N * F,
                (x, dX) => PinballLoss.ForwardBackward(View(x), targets, levels, weights, Written(dX)),
                (x, scale, dX) => PinballLoss.ForwardBackward(View(x), targets, levels, weights, scale, Written(dX)),
                x => LossOracle.Pinball(x, targets, levels, weights)))
            {
                yield return check;
            }
        }
    }

    private static IEnumerable<GradientCase> Penalties()
    {
        const int steps = 4, batch = 3, features = 5;
        foreach ((string options, int[] lengths) in new[] { ("full windows", Array.Empty<int>()), ("ragged", [4, 1, 2]) })
        {
            foreach (GradientCase check in Both("ActivationPenalty", options, steps * batch * features,
                (x, dX) => Mean(ActivationPenalty.ForwardBackward(H(x), lengths, 1, DH(dX)), dX),
                (x, scale, dX) => ActivationPenalty.ForwardBackward(H(x), lengths, scale, DH(dX)),
                x => LossOracle.ActivationPenalty(x, steps, batch, lengths)))
            {
                yield return check;
            }

            foreach (GradientCase check in Both("TemporalActivationPenalty", options, steps * batch * features,
                (x, dX) => Mean(TemporalActivationPenalty.ForwardBackward(H(x), lengths, 1, DH(dX)), dX),
                (x, scale, dX) => TemporalActivationPenalty.ForwardBackward(H(x), lengths, scale, DH(dX)),
                x => LossOracle.TemporalActivationPenalty(x, steps, batch, lengths)))
            {
                yield return check;
            }
        }

        static ReadOnlySequenceView H(float[] x) => new(x, steps, batch, features);

        static SequenceView DH(float[] dX) => new(dX, steps, batch, features);
    }

    private static IEnumerable<GradientCase> Likelihoods()
    {
        const float least = 0.1f;
        float[] targets = TestNumbers.Uniform(N, Seed, stream: 3), counts = [0, 3, 1, 12, 5], scales = [1, 0.5f, 2, 4, 0.25f];
        foreach ((string options, float[] weights) in s_weights)
        {
            foreach (GradientCase check in Rows("NormalLikelihood", options, columns: 2,
                (x, scale, dX) => new NormalLikelihood(least).ForwardBackward(x, targets, weights, scale, dX),
                x => LossOracle.Normal(x, targets, least, weights)))
            {
                yield return check;
            }

            foreach (GradientCase check in Rows("StudentTLikelihood", options, columns: 3,
                (x, scale, dX) => new StudentTLikelihood(least).ForwardBackward(x, targets, weights, scale, dX),
                x => LossOracle.StudentT(x, targets, least, weights)))
            {
                yield return check;
            }

            foreach (float[] own in (float[][])[[], scales])
            {
                foreach (GradientCase check in Rows("NegativeBinomialLikelihood",
                    own.Length == 0 ? options : $"{options}, scales", columns: 2,
                    (x, scale, dX) =>
                        NegativeBinomialLikelihood.ForwardBackward(x, counts, own, weights, scale, dX),
                    x => LossOracle.NegativeBinomial(x, counts, own, weights)))
                {
                    yield return check;
                }
            }
        }
    }

    private static IEnumerable<GradientCase> Rows(string loss, string options, int columns, OfRows run,
        Func<double[], (double Sum, int Count)> oracle)
    {
        return Both(loss, options, N * columns, (x, dX) => Mean(Run(x, 1, dX), dX), Run, oracle);

        LossSum Run(float[] x, float scale, float[] dX) =>
            run(new ReadOnlyMatrixView(x, N, columns), scale, new MatrixView(dX, N, columns));
    }

    // The count is known after the call; gradients are linear in the scale.
    private static LossSum Mean(LossSum loss, float[] dX)
    {
        for (int i = 0; i < dX.Length; i++)
            dX[i] /= loss.Count;

        return loss;
    }

    private static ReadOnlyMatrixView View(float[] x) => new(x, N, F);

    private static MatrixView Written(float[] dX) => new(dX, N, F);

    private static IEnumerable<GradientCase> Both(string loss, string options, int count, OfMean mean, Scaled scaled,
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
