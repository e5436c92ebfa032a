using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Attention;

/// <summary>Attention by itself: the lesson's numbers, padding, independence of the batch, shared sources.</summary>
public class AttentionTests
{
    public static TheoryData<AttentionScore> Scores => [.. Enum.GetValues<AttentionScore>()];

    // The worked example of the course: the scores are 927, 397, 148, 929. In float exp(929) is infinite, so the
    // softmax must subtract its maximum.
    [Fact]
    public void TheLessonsNumbers()
    {
        float[] state = [5, 1, 20], annotations = [3, 12, 45, 59, 2, 5, 1, 43, 5, 4, 3, 45.3f];
        float[] scores = [.. Enumerable.Range(0, 4).Select(s => state.Zip(annotations[(3 * s)..], (q, k) => q * k).Sum())];
        Assert.Equal([927, 397, 148, 929], scores);

        ParameterLayout layout = new();
        GlobalAttention layer = new(layout, "attention", AttentionScore.Dot, 3, 3);
        Assert.Empty(layout.Slots);
        ParameterBuffer p = new(layout);
        ReadOnlySequenceView memory = new(annotations, 4, 1, 3);
        foreach (TapeUse use in Enum.GetValues<TapeUse>())
        {
            GlobalAttentionTape tape = layer.CreateTape(1, 1, 4, use);
            float[] context = new float[3];
            layer.Begin(p, memory, [], 1, tape);
            layer.ForwardStep(p, 0, new ReadOnlyMatrixView(state, 1, 3), memory, tape, new MatrixView(context, 1, 3));
            double[] weights = [.. tape.Weights(0).Span.ToArray()];
            Assert.Equal(0.11920292, weights[0], 1e-7);
            Assert.Equal(0, weights[1]);   // 7.9e-232
            Assert.Equal(0, weights[2]);   // 5.8e-340
            Assert.Equal(0.88079708, weights[3], 1e-7);
            Assert.Equal(3.8807971, context[0], 1e-6);
            Assert.Equal(4.0728263, context[1], 1e-6);
            Assert.Equal(45.264239, context[2], 1e-5);
        }
    }

    [Fact]
    public void AdditiveByHand()
    {
        // Wq = Wk = v = 1, b = 0: e_s = tanh(q + k_s); q = 0 and k = 0, atanh(ln(3)/2) with v = 2: a = 1/4, 3/4.
        ParameterLayout layout = new();
        GlobalAttention layer = new(layout, "attention", AttentionScore.Additive, 1, 1);
        ParameterBuffer p = new(layout);
        ParameterWriter writer = p.BeginWrite();
        writer[layout["attention.key.weight"]].Span[0] = 1;
        writer[layout["attention.query.weight"]].Span[0] = 1;
        writer[layout["attention.score.weight"]].Span[0] = 2;
        float k = (float)Math.Atanh(Math.Log(3) / 2);
        ReadOnlySequenceView memory = new([0, k, float.NaN], 3, 1, 1);
        GlobalAttentionTape tape = layer.CreateTape(1, 1, 3);
        float[] context = new float[1];
        layer.Begin(p, memory, [2], 1, tape);
        layer.ForwardStep(p, 0, new ReadOnlyMatrixView([0], 1, 1), memory, tape, new MatrixView(context, 1, 1));
        Assert.Equal(0.25, tape.Weights(0)[0, 0], 1e-6);
        Assert.Equal(0.75, tape.Weights(0)[0, 1], 1e-6);
        Assert.Equal(0, tape.Weights(0)[0, 2]);
        Assert.Equal(0.75 * k, context[0], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void WeightsAddUpToOneAndAreZeroPastTheLengths(AttentionScore score)
    {
        int[] lengths = [7, 1, 4];
        Network net = new(score, 6, lengths.Length, 7);
        Result result = net.Run(lengths);
        for (int row = 0; row < Network.T * lengths.Length; row++)
        {
            float[] own = result.Weights[(row * 7)..((row + 1) * 7)];
            Assert.Equal(1, own.Sum(), 1e-5);
            Assert.All(own[lengths[row % 3]..], a => Assert.Equal(0, a));
            Assert.All(own[..lengths[row % 3]], a => Assert.True(a > 0));
        }
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void NaNPastTheLengthsCountsNowhere(AttentionScore score)
    {
        int[] lengths = [5, 2, 4, 1];
        Result[] results = [.. ((float[])[0, float.NaN, float.PositiveInfinity]).Select(padding =>
        {
            Network net = new(score, 10, lengths.Length, 5);
            net.Pad(lengths, padding);
            return net.Run(lengths);
        })];
        for (int row = 0; row < 5 * lengths.Length; row++)
        {
            if (row / lengths.Length >= lengths[row % lengths.Length])
                Assert.All(results[0].DMemory.Skip(row * 10).Take(10), value => Assert.Equal(0, value));
        }

        Same(results[0], results[1]);
        Same(results[0], results[2]);
    }

    // Also with another S: what a longer source beside it adds to a row's padding changes nothing.
    [Theory]
    [MemberData(nameof(Scores))]
    public void ARowAloneHasTheBitsOfTheBatch(AttentionScore score)
    {
        const int size = 38, s = 21;
        int[] lengths = [21, 3, 17, 1];
        Network net = new(score, size, lengths.Length, s);
        Result batch = net.Run(lengths);
        for (int b = 0; b < lengths.Length; b++)
        {
            Network own = net.Row(b, lengths[b]);
            Result alone = own.Run([]);
            Bits.Same(Rows(batch.Contexts, Network.T, b, size), alone.Contexts, $"contexts of row {b}");
            Bits.Same(Rows(batch.DQueries, Network.T, b, size), alone.DQueries, $"dQueries of row {b}");
            Bits.Same(Rows(batch.DMemory, s, b, size).AsSpan(0, lengths[b] * size), alone.DMemory, $"dMemory of row {b}");
            for (int t = 0; t < Network.T; t++)
            {
                Bits.Same(batch.Weights.AsSpan(((t * lengths.Length) + b) * s, lengths[b]),
                    alone.Weights.AsSpan(t * lengths[b], lengths[b]), $"weights of row {b}");
            }
        }

        static float[] Rows(float[] x, int steps, int row, int features)
        {
            int batch = x.Length / (steps * features);
            return [.. Enumerable.Range(0, steps).SelectMany(t => x.Skip(((t * batch) + row) * features).Take(features))];
        }
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void ATapeForInferenceGivesTheSameBits(AttentionScore score)
    {
        int[] lengths = [7, 1, 4];
        Network net = new(score, 6, lengths.Length, 7);
        Result training = net.Run(lengths), inference = net.Run(lengths, TapeUse.Inference);
        Bits.Same(training.Contexts, inference.Contexts, "contexts");
        Bits.Same(training.Weights, inference.Weights, "weights");
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void RowsMayShareSources(AttentionScore score)
    {
        const int size = 6, s = 7;
        int[] lengths = [7, 4], sources = [1, 0, 1, 1, 0];
        Network net = new(score, size, 2, s);
        float[] query = TestNumbers.Uniform(sources.Length * size, 3, 9), shared = new float[sources.Length * size];
        GlobalAttentionTape tape = net.Layer.CreateTape(1, sources.Length, s, TapeUse.Inference);
        net.Layer.Begin(net.P, net.Memory, lengths, 1, tape);
        net.Layer.ForwardStep(net.P, 0, new ReadOnlyMatrixView(query, sources.Length, size), net.Memory, tape,
            new MatrixView(shared, sources.Length, size), sources);
        ReadOnlyMatrixView weights = tape.Weights(0);
        Assert.Equal(sources.Length, weights.Rows);
        for (int row = 0; row < sources.Length; row++)
        {
            Network own = net.Row(sources[row], lengths[sources[row]]);
            float[] context = new float[size];
            GlobalAttentionTape ownTape = own.Layer.CreateTape(1, 1, s, TapeUse.Inference);
            own.Layer.Begin(net.P, own.Memory, [], 1, ownTape);
            own.Layer.ForwardStep(net.P, 0, new ReadOnlyMatrixView(query.AsSpan(row * size, size), 1, size), own.Memory,
                ownTape, new MatrixView(context, 1, size));
            Bits.Same(context, shared.AsSpan(row * size, size), $"context of row {row}");
            Bits.Same(ownTape.Weights(0).Span, weights.Row(row)[..lengths[sources[row]]], $"weights of row {row}");
        }
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void ViewsMayHaveGapsBetweenTheirRows(AttentionScore score)
    {
        const int size = 6, wide = 11, rows = 3;
        Network net = new(score, size, rows, 5);
        Result expected = net.Run([]);
        float[] queries = new float[rows * wide], contexts = new float[rows * wide];
        float[] dContexts = new float[rows * wide], dQueries = new float[rows * wide];
        contexts.AsSpan().Fill(7);
        dQueries.AsSpan().Fill(7);
        new ReadOnlyMatrixView(net.Queries.Span[..(rows * size)], rows, size).CopyTo(View(queries));
        new ReadOnlyMatrixView(net.DContexts.Span[..(rows * size)], rows, size).CopyTo(View(dContexts));
        GlobalAttentionTape tape = net.Layer.CreateTape(1, rows, 5);
        net.Layer.Begin(net.P, net.Memory, [], 1, tape);
        net.Layer.ForwardStep(net.P, 0, View(queries), net.Memory, tape, View(contexts));
        net.Layer.BeginBackward(tape);
        net.Layer.BackwardStep(net.P, 0, net.Memory, View(dContexts), tape, View(dQueries));
        for (int row = 0; row < rows; row++)
        {
            Bits.Same(expected.Contexts.AsSpan(row * size, size), contexts.AsSpan(row * wide, size), "context");
            Bits.Same(expected.DQueries.AsSpan(row * size, size), dQueries.AsSpan(row * wide, size), "dQuery");
            Assert.All(contexts[((row * wide) + size)..((row + 1) * wide)], value => Assert.Equal(7, value));
            Assert.All(dQueries[((row * wide) + size)..((row + 1) * wide)], value => Assert.Equal(7, value));
        }

        static MatrixView View(float[] x) => new(x, rows, size, wide);
    }

    private static void Same(Result expected, Result actual)
    {
        Bits.Same(expected.Contexts, actual.Contexts, "contexts");
        Bits.Same(expected.Weights, actual.Weights, "weights");
        Bits.Same(expected.DQueries, actual.DQueries, "dQueries");
        Bits.Same(expected.DMemory, actual.DMemory, "dMemory");
        Bits.Same(expected.Gradients, actual.Gradients, "gradients");
    }

    private sealed record Result(
        float[] Contexts, float[] Weights, float[] DQueries, float[] DMemory, float[] Gradients);

    /// <summary>T queries of each row of a memory; Q = M.</summary>
    private sealed class Network
    {
        public const int T = 3;

        private readonly int _size;
        private readonly int _rows;
        private readonly int _s;
        private readonly float[] _memory;
        private readonly float[] _queries;
        private readonly float[] _dContexts;

        public Network(AttentionScore score, int size, int rows, int s)
            : this(score, size, rows, s, TestNumbers.Uniform(s * rows * size, 3, 1),
                TestNumbers.Uniform(T * rows * size, 3, 2), TestNumbers.Uniform(T * rows * size, 3, 4))
        {
        }

        private Network(AttentionScore score, int size, int rows, int s, float[] memory, float[] queries,
            float[] dContexts)
        {
            (_size, _rows, _s, _memory, _queries, _dContexts) = (size, rows, s, memory, queries, dContexts);
            Layer = new GlobalAttention(Layout, "attention", score, size, size,
                score == AttentionScore.Additive ? size + 3 : 0);
            P = TestNumbers.Parameters(Layout, 3, limit: 0.3f);
        }

        public ParameterLayout Layout { get; } = new();

        public GlobalAttention Layer { get; }

        public ParameterBuffer P { get; }

        public ReadOnlySequenceView Memory => new(_memory, _s, _rows, _size);

        public ReadOnlySequenceView Queries => new(_queries, T, _rows, _size);

        public ReadOnlySequenceView DContexts => new(_dContexts, T, _rows, _size);

        /// <summary>Another network of the same parameters and one row, its source without padding.</summary>
        public Network Row(int row, int length)
        {
            Network own = new(Layer.Score, _size, 1, length, Take(_memory, length), Take(_queries, T), Take(_dContexts, T));
            return own;

            float[] Take(float[] x, int steps) => [.. Enumerable.Range(0, steps).SelectMany(
                t => x.Skip(((t * _rows) + row) * _size).Take(_size))];
        }

        public void Pad(int[] lengths, float value)
        {
            for (int row = 0; row < _s * _rows; row++)
            {
                if (row / _rows >= lengths[row % _rows])
                    _memory.AsSpan(row * _size, _size).Fill(value);
            }
        }

        public Result Run(int[] lengths, TapeUse use = TapeUse.Training)
        {
            float[] contexts = new float[_queries.Length], weights = new float[T * _rows * _s];
            float[] dQueries = new float[_queries.Length], dMemory = new float[_memory.Length];
            dMemory.AsSpan().Fill(float.NaN);
            SequenceView y = new(contexts, T, _rows, _size), dQ = new(dQueries, T, _rows, _size);
            GradientBuffer g = new(Layout);
            GlobalAttentionTape tape = Layer.CreateTape(T + 1, _rows + 1, _s + 1, use);
            Layer.Begin(P, Memory, lengths, T, tape);
            for (int t = 0; t < T; t++)
                Layer.ForwardStep(P, t, Queries[t], Memory, tape, y[t]);

            for (int t = 0; t < T; t++)
                tape.Weights(t).Span.CopyTo(weights.AsSpan(t * _rows * _s));

            if (use == TapeUse.Training)
            {
                Layer.BeginBackward(tape);
                for (int t = T - 1; t >= 0; t--)
                    Layer.BackwardStep(P, t, Memory, DContexts[t], tape, dQ[t]);

                Layer.EndBackward(P, Queries, Memory, tape, g, new SequenceView(dMemory, _s, _rows, _size));
            }

            return new Result(contexts, weights, dQueries, dMemory, g.Dense.ToArray());
        }
    }
}
