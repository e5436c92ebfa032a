using System;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Losses;

public class NegativeSamplingTests
{
    private const int Ignored = SoftmaxCrossEntropy.IgnoredTarget;

    [Fact]
    public void GoldenValues()
    {
        // With dot products of ln 3, ln 7 and -ln 4, the sigmoids are 3/4, 7/8 and 1/5.
        float ln3 = MathF.Log(3), ln7 = MathF.Log(7), ln4 = MathF.Log(4);
        Setup s = new(v: 4, e: 2, rows: 1, negatives: 4);
        Write(s, [ln3, 5, 0, 0, ln7, -1, -ln4, 2]);
        float[] x = [1, 0], dX = new float[2];
        LossSum loss = s.Head.ForwardBackward(s.P, new(x, 1, 2), [0], [2, 3, 2, 0], 0.5f, s.Tape, s.G,
            new MatrixView(dX, 1, 2));   // word 2 twice; word 0 is the target, left out

        // -log 3/4 - 2*log(1 - 7/8) - log(1 - 1/5)
        Compare.Near([Math.Log(4 / 3.0) + (2 * Math.Log(8)) + Math.Log(1.25)], [loss.Sum]);
        Assert.Equal(1, loss.Count);
        Compare.Near([0.5 * ((-0.25 * ln3) + (2 * 0.875 * ln7) - (0.2 * ln4)),
            0.5 * ((-0.25 * 5) + (2 * 0.875 * -1) + (0.2 * 2))], dX);
        Compare.Near([-0.125, 0, 0, 0, 0.875, 0, 0.1, 0], GradientSamplingCases.Gradient(s.G, s.Head.Weights));
        Assert.Equal([0, 2, 3], s.G.Rows(s.Head.Weights).Touched.ToArray());
    }

    /// <summary>Gradients without a scale are those of the mean: of one row, of that row.</summary>
    [Fact]
    public void TheMeanOfOneRowIsTheRow()
    {
        Setup mean = new(v: 4, e: 2, rows: 1, negatives: 2), sum = new(v: 4, e: 2, rows: 1, negatives: 2);
        float[] dMean = new float[2], dSum = new float[2];
        foreach (Setup s in (Setup[])[mean, sum])
            Write(s, [1, 2, -1, 0.5f, 0.25f, -2, 1, 1]);

        mean.Head.ForwardBackward(mean.P, new([1f, -1f], 1, 2), [0], [2, 3], mean.Tape, mean.G, new MatrixView(dMean, 1, 2));
        sum.Head.ForwardBackward(sum.P, new([1f, -1f], 1, 2), [0], [2, 3], 1f, sum.Tape, sum.G, new MatrixView(dSum, 1, 2));
        Assert.Contains(dSum, d => d != 0);
        Bits.Same(dSum, dMean, "dX");
        Bits.Same(GradientSamplingCases.Gradient(sum.G, sum.Head.Weights), GradientSamplingCases.Gradient(mean.G, mean.Head.Weights),
            "gradient");
    }

    [Fact]
    public void AllDotProductsZero()
    {
        Setup s = new(v: 5, e: 3, rows: 2, negatives: 3);
        float[] x = [1, 2, 3, 4, 5, 6];
        LossSum loss = s.Head.Forward(s.P, new(x, 2, 3), [0, 1], [1, 2, 3, 2, 3, 4], s.Tape);
        Compare.Near([4 * Math.Log(2)], [loss.Mean]);
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    [InlineData(1e30f)]
    [InlineData(-1e30f)]
    [InlineData(40f)]
    [InlineData(-40f)]
    public void ExtremeDotProductsStayFinite(float dot)
    {
        // Word 0, the target, and word 1, a negative, have the same dot product.
        Setup s = new(v: 2, e: 1, rows: 1, negatives: 1);
        Write(s, [dot, dot]);
        float[] dX = new float[1];
        LossSum loss = s.Head.ForwardBackward(s.P, new([1f], 1, 1), [0], [1], 1f, s.Tape, s.G,
            new MatrixView(dX, 1, 1));
        double size = Math.Abs((double)dot), small = Math.Exp(-size);
        Assert.Equal(size + (2 * small), loss.Sum, 1e-15 * size);   // softplus(-d) + softplus(d)
        float[] dW = GradientSamplingCases.Gradient(s.G, s.Head.Weights);
        (double target, double negative) = dot > 0 ? (-small, 1.0) : (-1.0, small);
        Assert.Equal(target, dW[0], 1e-7 * Math.Abs(target));
        Assert.Equal(negative, dW[1], 1e-7 * negative);
        Assert.True(float.IsFinite(dX[0]));
    }

    [Fact]
    public void TinyLossesKeepTheirDigits()
    {
        Setup s = new(v: 2, e: 1, rows: 1, negatives: 1);
        Write(s, [50, -60]);
        double expected = Math.Exp(-50) + Math.Exp(-60);   // log(1 + u) is u
        Assert.Equal(expected, s.Head.Forward(s.P, new([1f], 1, 1), [0], [1], s.Tape).Sum, 1e-12 * expected);
        Write(s, [20, -20]);
        double u = Math.Exp(-20);
        expected = 2 * (u - (u * u / 2) + (u * u * u / 3));
        Assert.Equal(expected, s.Head.Forward(s.P, new([1f], 1, 1), [0], [1], s.Tape).Sum, 1e-12 * expected);
    }

    [Fact]
    public void EveryLengthAgreesWithTheDefinition()
    {
        for (int e = 1; e <= 130; e++)
            SameAsTheDefinition(3, 1 + (e % 6), 9, e);

        SameAsTheDefinition(100, 5, 50, 300);
        SameAsTheDefinition(17, 40, 6, 20);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatIsNotANumberSpreadsInItsRow(float bad)
    {
        Setup s = new(v: 6, e: 2, rows: 3, negatives: 1);
        float[] x = TestNumbers.Uniform(6, 5, 2), dX = new float[6];
        x[2] = bad;
        Write(s, new float[12]);   // 0 * infinity
        LossSum loss = s.Head.ForwardBackward(s.P, new(x, 3, 2), [0, 1, 2], [3, 4, 5], s.Tape, s.G,
            new MatrixView(dX, 3, 2));
        Assert.True(double.IsNaN(loss.Sum));
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(row => float.IsFinite(dX[row * 2])));
        Assert.False(s.G.IsFinite());
    }

    [Fact]
    public void ARowDependsOnItsOwnNumbersAlone()
    {
        const int n = 70, k = 5, v = 30, e = 37;
        Setup s = new(v, e, n, k);
        Fill(s);
        float[] x = TestNumbers.Uniform(n * e, 5, 2), dX = new float[n * e], dRow = new float[e];
        int[] targets = TestNumbers.Indices(n, v, 5, 3), negatives = TestNumbers.Indices(n * k, v, 5, 4);
        s.Head.ForwardBackward(s.P, new(x, n, e), targets, negatives, 1f, s.Tape, s.G, new MatrixView(dX, n, e));
        float[] whole = GradientSamplingCases.Gradient(s.G, s.Head.Weights);
        s.G.Clear();
        double sum = 0;
        for (int row = 0; row < n; row++)
        {
            ReadOnlyMatrixView one = new(x.AsSpan(row * e, e), 1, e);
            LossSum loss = s.Head.ForwardBackward(s.P, one, targets.AsSpan(row, 1), negatives.AsSpan(row * k, k), 1f,
                s.Tape, s.G, new MatrixView(dRow, 1, e));
            Assert.Equal(loss, s.Head.Forward(s.P, one, targets.AsSpan(row, 1), negatives.AsSpan(row * k, k), s.Tape));
            sum += loss.Sum;
            Bits.Same(dX.AsSpan(row * e, e), dRow, $"dX of row {row}");
        }

        Bits.Same(whole, GradientSamplingCases.Gradient(s.G, s.Head.Weights), "dW");   // accumulated, in order
        Assert.Equal(sum, s.Head.Forward(s.P, new(x, n, e), targets, negatives, s.Tape).Sum, 1e-12 * sum);
    }

    [Fact]
    public void IgnoredRowsAreAsIfTheyWereNotThere()
    {
        Setup s = new(v: 9, e: 4, rows: 4, negatives: 2);
        Fill(s);
        float[] x = TestNumbers.Uniform(16, 5, 2), dX = new float[16], dTwo = new float[8];
        x.AsSpan(4, 4).Fill(float.NaN);
        x.AsSpan(12, 4).Fill(float.NaN);
        dX.AsSpan().Fill(7);
        LossSum loss = s.Head.ForwardBackward(s.P, new(x, 4, 4), [1, Ignored, 2, Ignored], [3, 4, 8, 8, 5, 6, 8, 8],
            s.Tape, s.G, new MatrixView(dX, 4, 4));
        float[] dW = GradientSamplingCases.Gradient(s.G, s.Head.Weights);
        Assert.Equal([1, 3, 4, 2, 5, 6], s.G.Rows(s.Head.Weights).Touched.ToArray());
        s.G.Clear();
        float[] two = [.. x.AsSpan(0, 4), .. x.AsSpan(8, 4)];
        Assert.Equal(s.Head.ForwardBackward(s.P, new(two, 2, 4), [1, 2], [3, 4, 5, 6], s.Tape, s.G,
            new MatrixView(dTwo, 2, 4)), loss);
        Bits.Same(GradientSamplingCases.Gradient(s.G, s.Head.Weights), dW, "dW");
        Bits.Same([.. dTwo.AsSpan(0, 4), 0, 0, 0, 0, .. dTwo.AsSpan(4, 4), 0, 0, 0, 0], dX, "dX");
        s.G.Clear();
        loss = s.Head.ForwardBackward(s.P, new(x.AsSpan(4, 4), 1, 4), [Ignored], [1, 2], s.Tape, s.G, default);
        Assert.Equal((new LossSum(0, 0), 0), (loss, s.G.Rows(s.Head.Weights).Count));
    }

    [Fact]
    public void DrawsFromTheNoise()
    {
        Setup s = new(v: 3, e: 1, rows: 1, negatives: 1);
        AliasTable noise = AliasTable.Unigram([1000, 0, 10], power: 0.5);
        int[] negatives = new int[11_000];
        Philox random = new(3), same = new(3);
        s.Head.Draw(noise, ref random, negatives);
        Assert.Equal(22_000ul, random.Position);
        Assert.All(negatives, negative => Assert.Equal(noise.Sample(ref same), negative));
        Assert.DoesNotContain(1, negatives);
        Assert.InRange(negatives.Count(word => word == 2), 850, 1150);   // 1000, standard deviation 30
    }

    [Fact]
    public void TiedWeightsAreTheOtherLayers()
    {
        ParameterLayout layout = new();
        NegativeSampling own = new(layout, "own", 4, 9);
        Embedding words = new(layout, "words", 9, 4);
        NegativeSampling tied = new(layout, "tied", words.Table);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1);
        p.Initialize(seed: 1);
        Assert.Equal((false, true, 4, 9), (own.IsTied, tied.IsTied, tied.InputSize, tied.Vocabulary));
        Assert.All(p[own.Weights].Span.ToArray(), w => Assert.Equal(0, w));
        Assert.All(p[tied.Weights].Span.ToArray(), w => Assert.NotEqual(0, w));
        Assert.Equal(["own.weight", "words.weight"], layout.Slots.Select(slot => slot.Name));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        ParameterLayout layout = new(), otherLayout = new();
        NegativeSampling head = new(layout, "out", 3, 7), other = new(layout, "other", 3, 7);
        Embedding elsewhere = new(otherLayout, "far", 7, 3);
        Says(() => _ = new NegativeSampling(layout, "tied", elsewhere.Table),
            "'tied': 'far.weight' is no parameter of");
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        NegativeSamplingTape tape = head.CreateTape(2, 2);
        float[] x = new float[9], d = new float[9];
        Says(() => head.CreateTape(0, 2), "maxRows is 0; expected more than 0");
        Says(() => head.CreateTape(2, -1), "maxNegatives is -1; expected 0 or more");
        Says(() => head.Forward(p, new(x, 3, 3), [0, 1, 2], [], other.CreateTape(3, 1)),
            "the tape was made by 'other'");
        Says(() => head.Forward(p, new(x, 3, 3), [0, 1, 2], [], tape), "x has 3 rows, but the tape holds up to 2.");
        Says(() => Run(2, [0, 1], [1, 2, 3, 4, 5, 6]),
            "'out': there are 3 negatives a row, but the tape holds up to 2. Create a larger tape.");
        Says(() => head.Forward(p, new(x.AsSpan(0, 4), 2, 2), [0, 1], [], tape), "'out': x has 2 features, expected 3");
        Says(() => Run(2, [0], []), "targets has 1 elements, expected 2");
        Says(() => Run(2, [0, 7], [1, 2]), "out: targets[1] is 7, expected 0 to 6, or -100 for an ignored row.");
        Says(() => Run(2, [0, 1], [1, 2, 3]),
            "'out': negatives has 3 elements, expected the same number for each of the 2 rows of x.");
        Says(() => Run(0, [], [1]), "negatives has 1 elements");
        Says(() => Run(2, [0, 1], [7, 1]), "'out': negatives[0] is 7, expected 0 to 6.");
        Says(() => Run(2, [0, 1], [1, 7]), "'out': negatives[1] is 7, expected 0 to 6.");
        Says(() => Run(2, [0, 1], [1, -100]), "'out': negatives[1] is -100, expected 0 to 6.");
        Says(() => head.ForwardBackward(p, new(x.AsSpan(0, 6), 2, 3), [0, 1], [], tape, g, new MatrixView(d, 3, 3)),
            "'out': dX is [3, 3], expected [2, 3].");
        Says(() => head.ForwardBackward(p, new(x.AsSpan(0, 6), 2, 3), [0, 1], [], tape, g,
            new MatrixView(x.AsSpan(1, 6), 2, 3)), "'out': dX overlaps x, which is still read");
        Says(() =>
        {
            Philox random = new(1);
            head.Draw(new AliasTable([1, 2]), ref random, new int[4]);
        }, "'out': the noise distribution has 2 words, expected 7");
        Assert.Equal(0, g.Rows(head.Weights).Count);   // a refused call has changed nothing
        Assert.Equal(new LossSum(0, 0), Run(0, [], []));

        LossSum Run(int rows, int[] targets, int[] negatives) =>
            head.ForwardBackward(p, new(x.AsSpan(0, rows * 3), rows, 3), targets, negatives, tape, g, default);
    }

    private static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static void Write(Setup s, float[] values) => values.CopyTo(s.P.BeginWrite()[s.Head.Weights].Span);

    private static void Fill(Setup s) => Write(s, TestNumbers.Uniform(s.Head.Weights.Count, 5, 1));

    private static void SameAsTheDefinition(int n, int k, int v, int e)
    {
        Setup s = new(v, e, n, k);
        Fill(s);
        float[] x = TestNumbers.Uniform(n * e, 5, 2), dX = new float[n * e];
        int[] targets = TestNumbers.Indices(n, v, 5, 3), negatives = TestNumbers.Indices(n * k, v, 5, 4);
        LossSum loss = s.Head.ForwardBackward(s.P, new(x, n, e), targets, negatives, 1f, s.Tape, s.G,
            new MatrixView(dX, n, e));
        double[] xs = TestNumbers.ToDouble(x), w = TestNumbers.ToDouble(s.P[s.Head.Weights].Span);
        Compare.Near([NegativeSamplingOracle.Run(xs, w, targets, negatives).Sum], [loss.Sum]);

        double[] expectedX = new double[n * e], expectedW = new double[v * e];
        for (int row = 0; row < n; row++)
        {
            Pair(row, targets[row], 1);
            foreach (int negative in negatives[(row * k)..((row + 1) * k)].Where(word => word != targets[row]))
                Pair(row, negative, 0);
        }

        Compare.Near(expectedX, dX);
        Compare.Near(expectedW, GradientSamplingCases.Gradient(s.G, s.Head.Weights));

        void Pair(int row, int word, int y)
        {
            double dot = Enumerable.Range(0, e).Sum(i => xs[(row * e) + i] * w[(word * e) + i]);
            double c = (1 / (1 + Math.Exp(-dot))) - y;
            for (int i = 0; i < e; i++)
            {
                expectedX[(row * e) + i] += c * w[(word * e) + i];
                expectedW[(word * e) + i] += c * xs[(row * e) + i];
            }
        }
    }

    private sealed class Setup
    {
        public Setup(int v, int e, int rows, int negatives)
        {
            ParameterLayout layout = new();
            Head = new NegativeSampling(layout, "out", e, v);
            P = new ParameterBuffer(layout);
            G = new GradientBuffer(layout);
            Tape = Head.CreateTape(rows, negatives);
        }

        public NegativeSampling Head { get; }

        public ParameterBuffer P { get; }

        public GradientBuffer G { get; }

        public NegativeSamplingTape Tape { get; }
    }
}
