using System;
using System.Collections.Generic;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;

namespace Rnn.Tests.Infrastructure;

/// <summary>Negative sampling's part of the catalogue.</summary>
internal static class GradientSamplingCases
{
    private const ulong Seed = 20;
    private const string Layer = "NegativeSampling";

    public static IEnumerable<GradientCase> All =>
    [
        new(Layer, "weights by row", "repeated negatives, and targets among them",
            (name, options) => Check(name, options, new())),
        new(Layer, "weights by row", "sum times a scale", (name, options) => Check(name, options, new(Scale: 0.3f))),
        new(Layer, "weights by row", "no input gradient",
            (name, options) => Check(name, options, new(InputGradient: false))),
        new(Layer, "weights by row", "some targets ignored",
            (name, options) => Check(name, options, new(IgnoreSome: true))),
        new(Layer, "weights by row", "one negative", (name, options) => Check(name, options, new(K: 1))),
        new(Layer, "weights by row", "no negatives", (name, options) => Check(name, options, new(K: 0))),
        new(Layer, "weights by row", "seven negatives, whole vectors and a rest",
            (name, options) => Check(name, options, new(N: 3, K: 7, V: 5, E: 83))),
        new(Layer, "weights by row", "several chunks of rows and columns",
            (name, options) => Check(name, options, new(N: 35, K: 2, V: 4, E: 65, Scale: 0.3f))),
        new(Layer, "dense weights", "repeated negatives, and targets among them",
            (name, options) => Check(name, options, new(Storage: SlotStorage.Dense))),
        new(Layer, "dense weights", "some targets ignored",
            (name, options) => Check(name, options, new(Storage: SlotStorage.Dense, IgnoreSome: true))),
        new(Layer, "weights of an embedding by row", "repeated and untouched rows",
            (name, options) => CheckTied(name, options, SlotStorage.ByRow)),
        new(Layer, "weights of a dense embedding", "repeated and untouched rows",
            (name, options) => CheckTied(name, options, SlotStorage.Dense)),
    ];

    private static GradientReportRow Check(string name, string options, Setting s)
    {
        ParameterLayout layout = new();
        NegativeSampling head = new(layout, "out", s.E, s.V, s.Storage);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        NegativeSamplingTape tape = head.CreateTape(s.N, s.K);
        float[] x = TestNumbers.Uniform(s.N * s.E, Seed, 2), dX = new float[s.InputGradient ? x.Length : 0];
        int[] targets = TestNumbers.Indices(s.N, s.V, Seed, 3);
        int[] negatives = TestNumbers.Indices(s.N * s.K, s.V, Seed, 4);
        if (s.K > 1)
        {
            negatives[0] = targets[0];                                       // left out
            negatives[(2 * s.K) - 1] = negatives[(2 * s.K) - 2];             // counts twice
        }

        for (int row = 1; row < s.N && s.IgnoreSome; row += 3)
            targets[row] = LossOracle.Ignored;

        ReadOnlyMatrixView input = new(x, s.N, s.E);
        MatrixView dInput = s.InputGradient ? new MatrixView(dX, s.N, s.E) : default;
        LossSum loss = s.Scale is { } factor
            ? head.ForwardBackward(p, input, targets, negatives, factor, tape, g, dInput)
            : head.ForwardBackward(p, input, targets, negatives, tape, g, dInput);

        double[] xDouble = TestNumbers.ToDouble(x), w = TestNumbers.ToDouble(p[head.Weights].Span);
        List<GradientVariable> variables = [new("weight", w, Gradient(g, head.Weights))];
        if (s.InputGradient)
            variables.Add(new GradientVariable("x", xDouble, dX));

        return GradientCheck.Run(name, options, variables,
            [new("loss", [(float)(s.Scale is null ? loss.Mean : loss.Sum)], [s.Scale ?? 1])],
            () =>
            {
                (double sum, int count) = NegativeSamplingOracle.Run(xDouble, w, targets, negatives);
                return [[s.Scale is null ? sum / count : sum]];
            });
    }

    /// <summary>The embedding reads the table, the loss reads it again: both gradients go to one slot.</summary>
    private static GradientReportRow CheckTied(string name, string options, SlotStorage storage)
    {
        const int v = 7, e = 3;
        int[] indices = [4, 1, 4, 0, 4], targets = [1, 4, 0, LossOracle.Ignored, 6];
        int[] negatives = [4, 0, 3, 3, 0, 1, 5, 5, 4, 6];
        int n = indices.Length;
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "words", v, e, storage);
        NegativeSampling head = new(layout, "out", embedding.Table);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        MatrixView x = new(new float[n * e], n, e), dX = new(new float[n * e], n, e);
        embedding.Forward(p, indices, x);
        LossSum loss = head.ForwardBackward(p, x, targets, negatives, head.CreateTape(n, 2), g, dX);
        embedding.Backward(indices, dX, g);

        double[] table = TestNumbers.ToDouble(p[embedding.Table].Span);
        return GradientCheck.Run(name, options, [new("weight", table, Gradient(g, embedding.Table))],
            [new("loss", [(float)loss.Mean], [1])], () =>
            {
                double[] input = EmbeddingOracle.Run(table, indices, e);
                (double sum, int count) = NegativeSamplingOracle.Run(input, table, targets, negatives);
                return [[sum / count]];
            });
    }

    /// <summary>The whole table's gradient, zeros in the rows that weren't touched.</summary>
    public static float[] Gradient(GradientBuffer g, ParameterSlot slot)
    {
        if (slot.Storage == SlotStorage.Dense)
            return g[slot].Span.ToArray();

        float[] whole = new float[slot.Count];
        RowGradients rows = g.Rows(slot);
        for (int i = 0; i < rows.Count; i++)
            rows.Values.Row(i).CopyTo(whole.AsSpan(rows.Touched[i] * slot.Cols, slot.Cols));

        return whole;
    }

    private sealed record Setting(int N = 5, int K = 4, int V = 7, int E = 3, SlotStorage Storage = SlotStorage.ByRow,
        bool IgnoreSome = false, bool InputGradient = true, float? Scale = null);
}
