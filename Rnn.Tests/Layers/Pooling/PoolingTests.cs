using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Layers.Pooling;

/// <summary>Pooling over the steps of items: values, padding, independence of the batch.</summary>
public class PoolingTests
{
    public static TheoryData<PoolingKind, bool> Kinds => new()
    {
        { PoolingKind.Last, false },
        { PoolingKind.Last, true },
        { PoolingKind.Mean, false },
        { PoolingKind.Max, false },
        { PoolingKind.Attention, false },
    };

    // x [T = 3, B = 3, F = 2]; item 0 has row 0 with 2 steps and row 1 with 1, item 1 has row 2 with 3 steps. Past the
    // lengths stands 99. By hand: item 0 reads (1, 8), (5, 2), (3, 5), item 1 (4, -1), (4, -5), (1, -3).
    [Theory]
    [InlineData(PoolingKind.Last, false, new float[] { 3, 5, 1, -3 })]
    [InlineData(PoolingKind.Last, true, new float[] { 3, 8, 1, -1 })]
    [InlineData(PoolingKind.Mean, false, new float[] { 3, 5, 3, -3 })]
    [InlineData(PoolingKind.Max, false, new float[] { 5, 8, 4, -1 })]
    [InlineData(PoolingKind.Attention, false, new float[] { 3, 5, 3, -3 })]   // with v = 0: a mean
    public void ByHand(PoolingKind kind, bool bidirectional, float[] expected)
    {
        float[] x = [1, 8, 3, 5, 4, -1, 5, 2, 99, 99, 4, -5, 99, 99, 99, 99, 1, -3];
        Network net = new(kind, 2, bidirectional);
        net.P.BeginWrite().Dense.Clear();
        float[] y = net.Forward(x, 3, [2, 1, 3], [0, 2, 3]).Y;
        for (int i = 0; i < y.Length; i++)
            Assert.Equal(expected[i], y[i], 1e-6);
    }

    [Fact]
    public void AttentionByHand()
    {
        // F = A = 1, W = 1, b = 0, v = 2 and x = 0, atanh(ln(3)/2): e = 0, ln 3, so a = 1/4, 3/4.
        Network net = new(PoolingKind.Attention, 1, false);
        ParameterWriter writer = net.P.BeginWrite();
        writer[net.Layout["pool.attention.weight"]].Span[0] = 1;
        writer[net.Layout["pool.attention.bias"]].Span[0] = 0;
        writer[net.Layout["pool.context.weight"]].Span[0] = 2;
        float x = (float)Math.Atanh(Math.Log(3) / 2);
        Result result = net.Forward([0, x], 2, [2], []);
        Assert.Equal(0.25, result.Weights[0], 1e-6);
        Assert.Equal(0.75, result.Weights[1], 1e-6);
        Assert.Equal(0.75 * x, result.Y[0], 1e-6);
    }

    [Fact]
    public void TheFirstOfEqualMaximaHasTheGradient()
    {
        Network net = new(PoolingKind.Max, 2, false);
        // Row 0: (1, 2), (3, 2); row 1: (3, 0), (3, 2): an item of both.
        Result result = net.Run([1, 2, 3, 0, 3, 2, 3, 2], 2, [2, 2], [0, 2], [10, 20]);
        Assert.Equal([3, 2], result.Y);
        Assert.Equal([0, 20, 0, 0, 10, 0, 0, 0], result.DX);
        Assert.Equal([0.5f, 0, 0.5f, 0], result.Weights);
    }

    [Fact]
    public void AMaximumLetsNaNThrough()
    {
        float[] x = [1, float.NaN, 3, 5, 2, 7];
        Network net = new(PoolingKind.Max, 2, false);
        Assert.Equal([3, float.NaN], net.Forward(x, 3, [3], []).Y);
    }

    [Theory]
    [InlineData(PoolingKind.Last, false, new float[] { 0, 0, 0, 1, 0, 0 })]
    [InlineData(PoolingKind.Last, true, new float[] { 0.5f, 0, 0, 0.5f, 0, 0 })]
    [InlineData(PoolingKind.Mean, false, new float[] { 0.25f, 0.25f, 0.25f, 0.25f, 0, 0 })]
    public void WeightsOfAnItemOfTwoRowsOfTwoSteps(PoolingKind kind, bool bidirectional, float[] expected)
    {
        Network net = new(kind, 4, bidirectional);
        Assert.Equal(expected, net.Forward(TestNumbers.Uniform(3 * 2 * 4, 1, 1), 3, [2, 2], [0, 2]).Weights);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WeightsAddUpToOneAndAreZeroInThePadding(PoolingKind kind, bool bidirectional)
    {
        const int steps = 7;
        int[] lengths = [7, 1, 4, 5, 6], firstRows = [0, 1, 2, 5];
        Network net = new(kind, 6, bidirectional);
        float[] x = TestNumbers.Uniform(steps * lengths.Length * 6, 1, 1);
        foreach (TapeUse use in Enum.GetValues<TapeUse>())
        {
            float[] weights = net.Forward(x, steps, lengths, firstRows, use).Weights;
            for (int n = 0; n < firstRows.Length - 1; n++)
            {
                double sum = 0;
                for (int b = firstRows[n]; b < firstRows[n + 1]; b++)
                {
                    for (int t = 0; t < steps; t++)
                    {
                        sum += weights[(t * lengths.Length) + b];
                        Assert.True(t < lengths[b] || weights[(t * lengths.Length) + b] == 0);
                    }
                }

                Assert.Equal(1, sum, 1e-5);
            }
        }
    }

    [Fact]
    public void WeightsOfAttentionAreTheOracles()
    {
        const int steps = 7, f = 5;
        int[] lengths = [7, 1, 4], firstRows = [0, 2, 3];
        Network net = new(PoolingKind.Attention, f, false, attentionSize: 3);
        float[] x = TestNumbers.Uniform(steps * lengths.Length * f, 1, 1);
        double[][] values = [.. net.Layout.Slots.Select(slot => TestNumbers.ToDouble(net.P[slot].Span))];
        double[] expected = new PoolingOracle(steps, f, lengths, firstRows)
            .Attention(TestNumbers.ToDouble(x), values[0], values[1], values[2]).Weights;
        float[] weights = net.Forward(x, steps, lengths, firstRows).Weights;
        for (int i = 0; i < weights.Length; i++)
            Assert.Equal(expected[i], weights[i], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NaNInThePaddingCountsNowhere(PoolingKind kind, bool bidirectional)
    {
        const int steps = 6, f = 10;
        int[] lengths = [6, 2, 4, 1], firstRows = [0, 1, 3, 4];
        Network net = new(kind, f, bidirectional);
        float[] dY = TestNumbers.Uniform(3 * f, 1, 2);
        Result[] results = [.. ((float[])[0, float.NaN, float.PositiveInfinity]).Select(padding =>
        {
            float[] x = TestNumbers.Uniform(steps * lengths.Length * f, 1, 1);
            for (int row = 0; row < steps * lengths.Length; row++)
            {
                if (row / lengths.Length >= lengths[row % lengths.Length])
                    x.AsSpan(row * f, f).Fill(padding);
            }

            return net.Run(x, steps, lengths, firstRows, dY);
        })];
        Assert.Contains(results[0].DX, value => value != 0);
        for (int row = 0; row < steps * lengths.Length; row++)
        {
            if (row / lengths.Length >= lengths[row % lengths.Length])
                Assert.All(results[0].DX.Skip(row * f).Take(f), value => Assert.Equal(0, value));
        }

        Same(results[0], results[1]);
        Same(results[0], results[2]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AnItemAloneHasTheBitsOfTheBatch(PoolingKind kind, bool bidirectional)
    {
        const int steps = 90, f = 38;
        int[] lengths = [90, 3, 71, 1, 88, 90], firstRows = [0, 1, 3, 4, 6];
        Network net = new(kind, f, bidirectional);
        float[] x = TestNumbers.Uniform(steps * lengths.Length * f, 1, 1), dY = TestNumbers.Uniform(4 * f, 1, 2);
        Result batch = net.Run(x, steps, lengths, firstRows, dY);
        for (int n = 0; n < firstRows.Length - 1; n++)
        {
            int[] rows = [.. Enumerable.Range(firstRows[n], firstRows[n + 1] - firstRows[n])];
            int[] own = [.. rows.Select(row => lengths[row])];
            Result alone = net.Run(Rows(x, steps, rows, f), steps, own, [0, rows.Length], dY[(n * f)..((n + 1) * f)]);
            Bits.Same(batch.Y.AsSpan(n * f, f), alone.Y, $"y of item {n}");
            Bits.Same(Rows(batch.DX, steps, rows, f), alone.DX, $"dX of item {n}");
            Bits.Same(Rows(batch.Weights, steps, rows, 1), alone.Weights, $"weights of item {n}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ItemsInAnotherOrder(PoolingKind kind, bool bidirectional)
    {
        const int steps = 9, f = 6;
        int[] lengths = [9, 1, 5, 7], order = [2, 0, 3, 1];
        Network net = new(kind, f, bidirectional);
        float[] x = TestNumbers.Uniform(steps * 4 * f, 1, 1), dY = TestNumbers.Uniform(4 * f, 1, 2);
        Result first = net.Run(x, steps, lengths, [], dY);
        Result other = net.Run(Rows(x, steps, order, f), steps, [.. order.Select(row => lengths[row])], [0, 1, 2, 3, 4],
            Rows(dY, 1, order, f));
        Bits.Same(Rows(first.Y, 1, order, f), other.Y, "y");
        Bits.Same(Rows(first.DX, steps, order, f), other.DX, "dX");
        for (int i = 0; i < first.Gradients.Length; i++)
            Assert.Equal(first.Gradients[i], other.Gradients[i], 1e-5);
    }

    [Theory]
    [InlineData(PoolingKind.Last)]
    [InlineData(PoolingKind.Mean)]
    [InlineData(PoolingKind.Max)]
    [InlineData(PoolingKind.Attention)]
    public void ARowCutIntoPiecesHasTheSameBits(PoolingKind kind)
    {
        const int f = 21, length = 100, steps = 40;   // pieces of 40, 40 and 20 steps
        Network net = new(kind, f, false);
        float[] x = TestNumbers.Uniform(length * f, 1, 1), dY = TestNumbers.Uniform(f, 1, 2);
        float[] pieces = new float[steps * 3 * f];
        pieces.AsSpan().Fill(float.NaN);
        for (int i = 0; i < length; i++)
            x.AsSpan(i * f, f).CopyTo(pieces.AsSpan((((i % steps) * 3) + (i / steps)) * f));

        Result whole = net.Run(x, length, [], [], dY), cut = net.Run(pieces, steps, [40, 40, 20], [0, 3], dY);
        Bits.Same(whole.Y, cut.Y, "y");
        for (int i = 0; i < length; i++)
        {
            int row = ((i % steps) * 3) + (i / steps);
            Bits.Same(whole.DX.AsSpan(i * f, f), cut.DX.AsSpan(row * f, f), $"dX of step {i}");
            Bits.Same(whole.Weights.AsSpan(i, 1), cut.Weights.AsSpan(row, 1), $"weight of step {i}");
        }

        Bits.Same(whole.Gradients, cut.Gradients, "gradients");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ATapeForInferenceGivesTheSameBits(PoolingKind kind, bool bidirectional)
    {
        const int steps = 300, f = 14;   // more than one block of steps
        int[] lengths = [300, 299, 17], firstRows = [0, 2, 3];
        Network net = new(kind, f, bidirectional);
        float[] x = TestNumbers.Uniform(steps * 3 * f, 1, 1);
        Result training = net.Forward(x, steps, lengths, firstRows);
        Result inference = net.Forward(x, steps, lengths, firstRows, TapeUse.Inference);
        Bits.Same(training.Y, inference.Y, "y");
        Bits.Same(training.Weights, inference.Weights, "weights");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ViewsMayHaveGapsBetweenTheirRows(PoolingKind kind, bool bidirectional)
    {
        const int steps = 4, f = 6, wide = 11;
        Network net = new(kind, f, bidirectional);
        float[] x = TestNumbers.Uniform(steps * 2 * f, 1, 1), dY = TestNumbers.Uniform(2 * f, 1, 2);
        Result expected = net.Run(x, steps, [4, 3], [], dY);
        float[] y = new float[2 * wide], wideDY = new float[2 * wide], dX = new float[x.Length];
        dY.AsSpan(0, f).CopyTo(wideDY);
        dY.AsSpan(f, f).CopyTo(wideDY.AsSpan(wide));
        y.AsSpan().Fill(7);
        PoolingTape tape = net.Layer.CreateTape(steps, 2);
        ReadOnlySequenceView view = new(x, steps, 2, f);
        net.Layer.Forward(net.P, view, [4, 3], [], new MatrixView(y, 2, f, wide), tape);
        net.Layer.Backward(net.P, view, [4, 3], [], new ReadOnlyMatrixView(wideDY, 2, f, wide), tape,
            new GradientBuffer(net.Layout), new SequenceView(dX, steps, 2, f));
        Bits.Same(expected.Y.AsSpan(0, f), y.AsSpan(0, f), "y");
        Bits.Same(expected.Y.AsSpan(f), y.AsSpan(wide, f), "y");
        Assert.All(y[f..wide], value => Assert.Equal(7, value));
        Bits.Same(expected.DX, dX, "dX");
    }

    /// <summary>Some rows of a sequence [T, B, F].</summary>
    private static float[] Rows(float[] x, int steps, int[] rows, int features)
    {
        int batch = x.Length / (steps * features);
        return [.. Enumerable.Range(0, steps).SelectMany(t => rows.SelectMany(row =>
            x.Skip(((t * batch) + row) * features).Take(features)))];
    }

    private static void Same(Result expected, Result actual)
    {
        Bits.Same(expected.Y, actual.Y, "y");
        Bits.Same(expected.Weights, actual.Weights, "weights");
        Bits.Same(expected.DX, actual.DX, "dX");
        Bits.Same(expected.Gradients, actual.Gradients, "gradients");
    }

    private sealed record Result(float[] Y, float[] Weights, float[] DX, float[] Gradients);

    private sealed class Network
    {
        public Network(PoolingKind kind, int features, bool bidirectional, int attentionSize = 0)
        {
            Layer = SequencePooling.Create(Layout, "pool", kind, features, bidirectional, attentionSize);
            P = TestNumbers.Parameters(Layout, 3);
        }

        public ParameterLayout Layout { get; } = new();

        public SequencePooling Layer { get; }

        public ParameterBuffer P { get; }

        public Result Forward(float[] x, int steps, int[] lengths, int[] firstRows, TapeUse use = TapeUse.Training) =>
            Run(x, steps, lengths, firstRows, [], use);

        public Result Run(float[] x, int steps, int[] lengths, int[] firstRows, float[] dY,
            TapeUse use = TapeUse.Training)
        {
            int f = Layer.Features, batch = x.Length / (steps * f);
            int items = firstRows.Length > 0 ? firstRows.Length - 1 : batch;
            float[] y = new float[items * f], weights = new float[steps * batch], dX = new float[x.Length];
            y.AsSpan().Fill(float.NaN);
            dX.AsSpan().Fill(float.NaN);
            GradientBuffer g = new(Layout);
            PoolingTape tape = Layer.CreateTape(steps + 1, batch + 1, use);
            ReadOnlySequenceView view = new(x, steps, batch, f);
            Layer.Forward(P, view, lengths, firstRows, new MatrixView(y, items, f), tape);
            Layer.Weights(tape, weights);
            if (dY.Length > 0)
            {
                Layer.Backward(P, view, lengths, firstRows, new ReadOnlyMatrixView(dY, items, f), tape, g,
                    new SequenceView(dX, steps, batch, f));
            }

            return new Result(y, weights, dX, g.Dense.ToArray());
        }
    }
}
