using System;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Losses;

public class SoftmaxHeadTests
{
    private const int Ignored = SoftmaxCrossEntropy.IgnoredTarget;

    [Fact]
    public void LinearAndCrossEntropyGiveTheSame()
    {
        foreach ((int n, int v, int e) in new[]
        {
            (1, 1, 1), (4, 5, 3), (17, 112, 16), (33, 113, 40), (256, 300, 7), (257, 229, 33), (896, 113, 5),
            (897, 112, 5), (1200, 1000, 64), (40, 700, 520),
        })
        {
            foreach (bool bias in new[] { true, false })
                SameAsApart(n, v, e, bias);
        }
    }

    /// <summary>Gradients without a scale are those of the mean: of one row, of that row.</summary>
    [Fact]
    public void TheMeanOfOneRowIsTheRow()
    {
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "head", 3, 5);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3);
        GradientBuffer mean = new(layout), sum = new(layout);
        float[] x = TestNumbers.Uniform(6, 3, 2), dMean = new float[6], dSum = new float[6];
        SoftmaxHeadTape tape = head.CreateTape(2);
        head.ForwardBackward(p, new(x, 2, 3), [4, Ignored], tape, mean, new MatrixView(dMean, 2, 3));
        head.ForwardBackward(p, new(x, 2, 3), [4, Ignored], 1f, tape, sum, new MatrixView(dSum, 2, 3));
        Assert.True(sum.Norm() > 0);
        Bits.Same(sum.Dense, mean.Dense, "gradients");
        Bits.Same(dSum, dMean, "dX");
    }

    [Fact]
    public void ExtremeLogits()
    {
        const int v = 300, e = 2;
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "head", e, v);
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        Span<float> b = p.BeginWrite()[head.Bias!.Value].Span;
        b.Fill(-1e4f);
        (b[1], b[250], b[299]) = (1e4f, 1e4f, float.NegativeInfinity);
        float[] x = new float[3 * e];
        LossSum loss = head.ForwardBackward(p, new(x, 3, e), [1, 250, 7], 1f, head.CreateTape(3), g, default);
        Compare.Near([2e4 + (3 * Math.Log(2))], [loss.Sum]);
        double[] expected = new double[v];
        (expected[1], expected[250], expected[7]) = (0.5, 0.5, -1);
        Compare.Near(expected, g[head.Bias.Value].Span.ToArray());

        // A target of probability 0; whole chunks of it; nothing else.
        loss = head.Forward(p, new(x, 3, e), [299, 1, 1], head.CreateTape(3));
        Assert.Equal(double.PositiveInfinity, loss.Sum);
        b = p.BeginWrite()[head.Bias.Value].Span;
        b[..230].Fill(float.NegativeInfinity);
        loss = head.Forward(p, new(x.AsSpan(0, e), 1, e), [250], head.CreateTape(1));
        Compare.Near([0], [loss.Sum]);
        b.Fill(float.NegativeInfinity);
        Assert.True(double.IsNaN(head.Forward(p, new(x.AsSpan(0, e), 1, e), [250], head.CreateTape(1)).Sum));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatIsNotANumberSpreadsInItsRow(float bad)
    {
        const int n = 3, v = 230, e = 2;
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "head", e, v);
        ParameterBuffer p = TestNumbers.Parameters(layout, 5);
        float[] x = TestNumbers.Uniform(n * e, 5, 2), dX = new float[n * e];
        x[e] = bad;
        LossSum loss = head.ForwardBackward(p, new(x, n, e), [3, 4, 229], head.CreateTape(n),
            new GradientBuffer(layout), new MatrixView(dX, n, e));
        Assert.True(double.IsNaN(loss.Sum));
        Assert.Equal([true, false, true], Enumerable.Range(0, n).Select(row => float.IsFinite(dX[row * e])));
    }

    [Fact]
    public void ARowDependsOnItsOwnNumbersAlone()
    {
        const int n = 600, v = 470, e = 20;
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "head", e, v);
        ParameterBuffer p = TestNumbers.Parameters(layout, 5);
        float[] x = TestNumbers.Uniform(n * e, 5, 2), dX = new float[n * e], dRow = new float[e];
        int[] targets = TestNumbers.Indices(n, v, 5, 3);
        SoftmaxHeadTape tape = head.CreateTape(n), small = head.CreateTape(1);
        head.ForwardBackward(p, new(x, n, e), targets, 1f, tape, new GradientBuffer(layout), new MatrixView(dX, n, e));
        double sum = 0;
        GradientBuffer g = new(layout);
        for (int row = 0; row < n; row++)
        {
            ReadOnlyMatrixView one = new(x.AsSpan(row * e, e), 1, e);
            LossSum loss = head.ForwardBackward(p, one, [targets[row]], 1f, small, g, new MatrixView(dRow, 1, e));
            Assert.Equal(loss, head.Forward(p, one, [targets[row]], tape));
            sum += loss.Sum;
            Bits.Same(dX.AsSpan(row * e, e), dRow, $"dX of row {row}");
        }

        Assert.Equal(sum, head.Forward(p, new(x, n, e), targets, tape).Sum, 1e-9 * sum);
    }

    [Fact]
    public void IgnoredRowsAreAsIfTheyWereNotThere()
    {
        const int n = 300, v = 230, e = 5;
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "head", e, v);
        ParameterBuffer p = TestNumbers.Parameters(layout, 5);
        SoftmaxHeadTape tape = head.CreateTape(n);
        float[] x = TestNumbers.Uniform(n * e, 5, 2), dX = new float[n * e];
        int[] targets = TestNumbers.Indices(n, v, 5, 3);
        float[] padded = new float[2 * n * e];
        int[] paddedTargets = new int[2 * n];
        padded.AsSpan().Fill(float.NaN);
        paddedTargets.AsSpan().Fill(Ignored);
        for (int row = 0; row < n; row++)
        {
            x.AsSpan(row * e, e).CopyTo(padded.AsSpan(((2 * row) + 1) * e));
            paddedTargets[(2 * row) + 1] = targets[row];
        }

        GradientBuffer g = new(layout), gPadded = new(layout);
        LossSum loss = head.ForwardBackward(p, new(x, n, e), targets, tape, g, new MatrixView(dX, n, e));
        SoftmaxHeadTape larger = head.CreateTape(2 * n);
        LossSum lossPadded = head.ForwardBackward(p, new(padded, 2 * n, e), paddedTargets, larger, gPadded,
            new MatrixView(padded, 2 * n, e));   // dX takes the place of x
        Assert.Equal(loss, lossPadded);
        Bits.Same(g.Dense, gPadded.Dense, "gradients");
        for (int row = 0; row < 2 * n; row++)
        {
            ReadOnlySpan<float> expected = row % 2 == 0 ? new float[e] : dX.AsSpan(row / 2 * e, e);
            Bits.Same(expected, padded.AsSpan(row * e, e), $"dX of row {row}");
        }

        paddedTargets.AsSpan().Fill(Ignored);
        gPadded.Clear();
        loss = head.ForwardBackward(p, new(padded, 2 * n, e), paddedTargets, larger, gPadded, default);
        Assert.Equal(new LossSum(0, 0), loss);
        Assert.Equal(0, gPadded.Norm());
    }

    [Fact]
    public void LogitsAndLogProbabilities()
    {
        foreach ((int n, int v, int e) in new[] { (1, 1, 1), (1, 521, 37), (3, 258, 16), (2, 4, 65) })
        {
            ParameterLayout layout = new();
            SoftmaxHead head = new(layout, "head", e, v), without = new(layout, "without", e, v, bias: false);
            ParameterBuffer p = TestNumbers.Parameters(layout, 5);
            float[] x = TestNumbers.Uniform(n * e, 5, 2), logits = new float[n * v], logs = new float[n * v];
            double[] xDouble = TestNumbers.ToDouble(x);
            foreach (SoftmaxHead h in new[] { head, without })
            {
                h.Logits(p, new(x, n, e), new MatrixView(logits, n, v));
                h.LogProbabilities(p, new(x, n, e), new MatrixView(logs, n, v));
                double[]? b = h.Bias is { } slot ? TestNumbers.ToDouble(p[slot].Span) : null;
                double[] expected = SoftmaxHeadOracle.Logits(xDouble, TestNumbers.ToDouble(p[h.Weights].Span), b, e);
                Compare.Near(expected, logits);
                for (int row = 0; row < n; row++)
                {
                    double lse = Math.Log(expected[(row * v)..((row + 1) * v)].Sum(Math.Exp));
                    Compare.Near([.. expected[(row * v)..((row + 1) * v)].Select(logit => logit - lse)],
                        logs[(row * v)..((row + 1) * v)]);
                    float[] alone = new float[v];
                    h.Logits(p, new(x.AsSpan(row * e, e), 1, e), new MatrixView(alone, 1, v));
                    Bits.Same(alone, logits.AsSpan(row * v, v), $"logits of row {row}");
                }
            }
        }
    }

    [Fact]
    public void TiedWeightsAreTheOtherLayers()
    {
        ParameterLayout layout = new();
        SoftmaxHead own = new(layout, "own", 4, 9);
        Embedding words = new(layout, "words", 9, 4, SlotStorage.Dense);
        SoftmaxHead tied = new(layout, "tied", words.Table);
        ParameterBuffer p = new(layout);
        p.Initialize(seed: 1);
        Assert.Equal((false, true), (own.IsTied, tied.IsTied));
        Assert.Equal((4, 9), (tied.InputSize, tied.Vocabulary));
        Assert.All(p[own.Weights].Span.ToArray(), w => Assert.InRange(Math.Abs(w), 1e-6f, 0.5f));
        Assert.InRange(p[tied.Weights].Span.ToArray().Max(), 1, 4);   // standard normal, as embeddings are
        Assert.All(p[tied.Bias!.Value].Span.ToArray(), b => Assert.InRange(Math.Abs(b), 1e-6f, 0.5f));
        Assert.Equal(["own.weight", "own.bias", "words.weight", "tied.bias"], layout.Slots.Select(slot => slot.Name));
    }

    [Fact]
    public void MemoryStopsGrowingWithRows()
    {
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "head", 256, 20_000);
        long bytes = head.CreateTape(100_000).Bytes;
        Assert.Equal(head.CreateTape(1000).Bytes, bytes);
        Assert.InRange(bytes, 896 * 20_000 * 4L, 1.1 * 896 * 20_000 * 4);
    }

    [Fact]
    public void MisuseIsRefused()
    {
        ParameterLayout layout = new(), otherLayout = new();
        SoftmaxHead head = new(layout, "head", 3, 7), other = new(layout, "other", 3, 7);
        Embedding byRow = new(layout, "words", 7, 3), elsewhere = new(otherLayout, "far", 7, 3, SlotStorage.Dense);
        Says(() => _ = new SoftmaxHead(layout, "tied", byRow.Table),
            "'tied': the gradient of 'words.weight' is kept by row, but a softmax touches every row. " +
            "Declare its embedding with SlotStorage.Dense.");
        Says(() => _ = new SoftmaxHead(layout, "tied", elsewhere.Table), "'tied': 'far.weight' is no parameter of");
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        SoftmaxHeadTape tape = head.CreateTape(2);
        float[] x = new float[9];
        Says(() => head.CreateTape(0), "maxRows is 0; expected more than 0");
        Says(() => head.Forward(p, new(x, 3, 3), [0, 1, 2], other.CreateTape(3)), "the tape was made by 'other'");
        Says(() => head.Forward(p, new(x, 3, 3), [0, 1, 2], tape), "x has 3 rows, but the tape holds up to 2.");
        Says(() => head.Forward(p, new(x.AsSpan(0, 4), 2, 2), [0, 1], tape), "'head': x has 2 features, expected 3");
        Says(() => head.Forward(p, new(x.AsSpan(0, 6), 2, 3), [0], tape), "targets has 1 elements, expected 2");
        Says(() => head.Forward(p, new(x.AsSpan(0, 6), 2, 3), [0, 7], tape),
            "head: targets[1] is 7, expected 0 to 6, or -100 for an ignored row.");
        Says(() => head.ForwardBackward(p, new(x.AsSpan(0, 6), 2, 3), [0, 1], tape, g, new MatrixView(x, 3, 3)),
            "'head': dX is [3, 3], expected [2, 3].");
        Says(() => head.Logits(p, new(x.AsSpan(0, 6), 2, 3), new MatrixView(x, 3, 3)),
            "'head': logits is [3, 3], expected [2, 7].");
        Assert.Equal(0, g.Norm());   // a refused call has changed nothing
    }

    private static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static void SameAsApart(int n, int v, int e, bool bias)
    {
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "head", e, v, bias);
        ParameterBuffer p = TestNumbers.Parameters(layout, 5, limit: 0.4f);
        GradientBuffer g = new(layout);
        float[] x = TestNumbers.Uniform(n * e, 5, 2), dX = new float[n * e];
        int[] targets = TestNumbers.Indices(n, v, 5, 3);
        for (int row = 2; row < n; row += 5)
            targets[row] = Ignored;

        ParameterLayout apartLayout = new();
        Linear linear = new(apartLayout, "head", e, v, bias);
        ParameterBuffer apartP = new(apartLayout);
        GradientBuffer apartG = new(apartLayout);
        MatrixView w = apartP.BeginWrite()[linear.Weights];
        for (int word = 0; word < v; word++)
        {
            for (int i = 0; i < e; i++)
                w[i, word] = p[head.Weights][word, i];
        }

        float[] y = new float[n * v], apartDX = new float[n * e];
        if (linear.Bias is { } b)
            p[head.Bias!.Value].Span.CopyTo(apartP.BeginWrite()[b].Span);

        linear.Forward(apartP, new(x, n, e), new MatrixView(y, n, v));
        LossSum expected = SoftmaxCrossEntropy.ForwardBackward(new(y, n, v), targets, new MatrixView(y, n, v));
        linear.Backward(apartP, new(x, n, e), new(y, n, v), apartG, new MatrixView(apartDX, n, e));

        SoftmaxHeadTape tape = head.CreateTape(n);
        LossSum loss = head.ForwardBackward(p, new(x, n, e), targets, tape, g, new MatrixView(dX, n, e));
        Assert.Equal(loss, head.Forward(p, new(x, n, e), targets, tape));
        Assert.Equal(expected.Count, loss.Count);
        Compare.Near([expected.Sum], [loss.Sum]);
        Compare.Near(TestNumbers.ToDouble(apartDX), dX);
        if (bias)
            Compare.Near(TestNumbers.ToDouble(apartG[linear.Bias!.Value].Span), g[head.Bias!.Value].Span.ToArray());

        MatrixView dW = apartG[linear.Weights];
        for (int word = 0; word < v; word++)
        {
            double[] row = new double[e];
            for (int i = 0; i < e; i++)
                row[i] = dW[i, word];

            Compare.Near(row, g[head.Weights].Row(word).ToArray());
        }
    }
}
