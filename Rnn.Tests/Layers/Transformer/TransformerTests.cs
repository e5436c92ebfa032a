using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Transformer;

/// <summary>What holds to the bit: rows alone and in a batch, padding of any kind, one step at a time and all at
/// once.</summary>
public class TransformerTests
{
    private const int T = 7, S = 9, B = 5, E = 24, H = 3;
    private static readonly int[] s_lengths = [9, 1, 4, 8, 2];

    private readonly ParameterLayout _layout = new();

    public static TheoryData<bool, bool> Arrangements =>
        new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Arrangements))]
    public void ARowOfAnEncoderIsTheSameAloneAndPaddedWithNaN(bool normFirst, bool finalNorm)
    {
        TransformerEncoder layer = new(_layout, "net", Options(normFirst, finalNorm));
        ParameterBuffer p = TestNumbers.Parameters(_layout, 1);
        GradientBuffer g = new(_layout);
        float[] x = TestNumbers.Uniform(S * B * E, 1, 2), dY = TestNumbers.Uniform(x.Length, 1, 3), dX = new float[x.Length];
        Poison(x, dY);
        TransformerTape tape = layer.CreateTape(S + 1, B + 1);
        layer.Forward(p, new(x, S, B, E), s_lengths, Mode.Inference, tape);
        float[] y = tape.Output.Span.ToArray();
        dY.CopyTo(tape.Output.Span);   // a loss may leave its gradient there
        layer.Backward(p, new(x, S, B, E), tape.Output, tape, g, new(dX, S, B, E));
        Assert.True(g.IsFinite());
        Assert.True(Array.TrueForAll(y, float.IsFinite));
        for (int b = 0; b < B; b++)
        {
            int n = s_lengths[b];
            GradientBuffer own = new(_layout);
            float[] dAlone = new float[n * E];
            TransformerTape alone = layer.CreateTape(n, 1);
            layer.Forward(p, new(Row(x, b, n), n, 1, E), [], Mode.Inference, alone);
            Bits.Same(alone.Output.Span, Row(y, b, n), $"y of row {b}");
            layer.Backward(p, new(Row(x, b, n), n, 1, E), new(Row(dY, b, n), n, 1, E), alone, own, new(dAlone, n, 1, E));
            Bits.Same(dAlone, Row(dX, b, n), $"dX of row {b}");
            Assert.All(Row(dX, b, S)[(n * E)..], d => Assert.Equal(0, d));
        }
    }

    [Theory]
    [InlineData(TapeUse.Inference)]
    [InlineData(TapeUse.Training)]
    public void LayersShareTheMemoryThatBackwardDoesntRead(TapeUse use)
    {
        TransformerEncoder layer = new(_layout, "net", Options(normFirst: true, finalNorm: true) with { Layers = 3 });
        TransformerBlockTape[] blocks = layer.CreateTape(S, B, use).Blocks;
        Assert.Equal(3, blocks.Length);
        for (int i = 1; i < blocks.Length; i++)
            Assert.Equal(use == TapeUse.Inference, ReferenceEquals(blocks[i].Branches, blocks[i - 1].Branches));
    }

    [Theory]
    [MemberData(nameof(Arrangements))]
    public void ARowOfADecoderIsTheSameAloneAndPaddedWithNaN(bool normFirst, bool finalNorm)
    {
        TransformerDecoder layer = new(_layout, "net", Options(normFirst, finalNorm));
        ParameterBuffer p = TestNumbers.Parameters(_layout, 1);
        GradientBuffer g = new(_layout);
        float[] x = TestNumbers.Uniform(T * B * E, 1, 2), dY = TestNumbers.Uniform(x.Length, 1, 3), dX = new float[x.Length];
        float[] memory = TestNumbers.Uniform(S * B * E, 1, 4), dMemory = new float[memory.Length];
        Poison(memory);
        TransformerTape tape = layer.CreateTape(T, B, S + 2);
        layer.Forward(p, new(x, T, B, E), new(memory, S, B, E), s_lengths, Mode.Inference, tape);
        float[] y = tape.Output.Span.ToArray();
        dY.CopyTo(tape.Output.Span);
        layer.Backward(p, new(x, T, B, E), new(memory, S, B, E), tape.Output, tape, g, new(dX, T, B, E),
            new(dMemory, S, B, E));
        Assert.True(g.IsFinite());
        for (int b = 0; b < B; b++)
        {
            int n = s_lengths[b];
            GradientBuffer own = new(_layout);
            float[] dAlone = new float[T * E], dSource = new float[n * E];
            TransformerTape alone = layer.CreateTape(T, 1, n);
            ReadOnlySequenceView source = new(Row(memory, b, n), n, 1, E);
            layer.Forward(p, new(Row(x, b, T), T, 1, E), source, [], Mode.Inference, alone);
            Bits.Same(alone.Output.Span, Row(y, b, T), $"y of row {b}");
            layer.Backward(p, new(Row(x, b, T), T, 1, E), source, new(Row(dY, b, T), T, 1, E), alone, own,
                new(dAlone, T, 1, E), new(dSource, n, 1, E));
            Bits.Same(dAlone, Row(dX, b, T), $"dX of row {b}");
            Bits.Same(dSource, Row(dMemory, b, n), $"dMemory of row {b}");
            Assert.All(Row(dMemory, b, S)[(n * E)..], d => Assert.Equal(0, d));
        }
    }

    [Theory]
    [MemberData(nameof(Arrangements))]
    public void StepsAreForwardToTheBit(bool normFirst, bool finalNorm)
    {
        TransformerDecoder layer = new(_layout, "net", Options(normFirst, finalNorm));
        ParameterBuffer p = TestNumbers.Parameters(_layout, 1);
        float[] x = TestNumbers.Uniform(T * B * E, 1, 2), memory = TestNumbers.Uniform(S * B * E, 1, 4);
        Poison(memory);
        TransformerTape tape = layer.CreateTape(T, B, S, TapeUse.Inference);
        layer.Forward(p, new(x, T, B, E), new(memory, S, B, E), s_lengths, Mode.Inference, tape);
        TransformerCache cache = layer.CreateCache(B + 3, T, B, S + 1);
        float[] y = new float[B * E];
        for (int round = 0; round < 2; round++)   // Begin makes it as new
        {
            layer.Begin(p, new(memory, S, B, E), s_lengths, cache);
            for (int t = 0; t < T; t++)
            {
                layer.Step(p, new(x.AsSpan(t * B * E, B * E), B, E), [], cache, new(y, B, E));
                Bits.Same(tape.Output[t].Span, y, $"step {t}");
                for (int i = 0; i < B * H * 2; i++)
                {
                    ReadOnlyMatrixView step = cache.Weights(i % 2, i / 2 % H);
                    Bits.Same(tape.Weights(i % 2)[i / 2].Row(t), step.Row(i / 2 / H), $"weights at step {t}");
                }
            }
        }
    }

    [Fact]
    public void BeamsGoOnFromTheirParents()
    {
        // Three sources; beams divide, die and change places. Each beam's steps are run again by Forward in the end.
        int[][] parents = [[0, 0, 0, 1, 1, 1, 2, 2, 2], [2, 0, 0, 3, 4, 5, 8, 7, 6], [0, 3, 3, 4, 7], [4, 0, 1, 1, 3]];
        const int sources = 3;
        int[] lengths = [4, 9, 2];
        TransformerDecoder layer = new(_layout, "net", Options(normFirst: false, finalNorm: true));
        ParameterBuffer p = TestNumbers.Parameters(_layout, 1);
        float[] memory = TestNumbers.Uniform(S * sources * E, 1, 4);
        TransformerCache cache = layer.CreateCache(9, T, sources, S);
        layer.Begin(p, new(memory, S, sources, E), lengths, cache);
        int[] from = [0, 1, 2];
        float[][] history = [[], [], []], outputs = [[], [], []];
        for (int t = 0; t <= parents.Length; t++)
        {
            int rows = from.Length;
            float[] x = TestNumbers.Uniform(rows * E, 1, (ulong)(10 + t)), y = new float[x.Length];
            layer.Step(p, new(x, rows, E), from, cache, new(y, rows, E));
            for (int i = 0; i < rows; i++)
            {
                history[i] = [.. history[i], .. x.AsSpan(i * E, E)];
                outputs[i] = [.. outputs[i], .. y.AsSpan(i * E, E)];
            }

            if (t == parents.Length)
                break;

            cache.Reorder(parents[t]);
            (from, history, outputs) = ([.. parents[t].Select(i => from[i])], [.. parents[t].Select(i => history[i])],
                [.. parents[t].Select(i => outputs[i])]);
        }

        Assert.Equal(parents.Length + 1, cache.Steps);
        for (int i = 0; i < from.Length; i++)
        {
            int n = lengths[from[i]], steps = history[i].Length / E;
            TransformerTape alone = layer.CreateTape(steps, 1, n);
            float[] source = [.. Enumerable.Range(0, n).SelectMany(s => memory.AsSpan(((s * sources) + from[i]) * E, E).ToArray())];
            layer.Forward(p, new(history[i], steps, 1, E), new(source, n, 1, E), [], Mode.Inference, alone);
            Bits.Same(alone.Output.Span, outputs[i], $"beam {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Arrangements))]
    public void ATapeForInferenceHasTheSameBits(bool normFirst, bool finalNorm)
    {
        TransformerEncoder layer = new(_layout, "net", Options(normFirst, finalNorm));
        ParameterBuffer p = TestNumbers.Parameters(_layout, 1);
        float[] x = TestNumbers.Uniform(S * B * E, 1, 2);
        TransformerTape training = layer.CreateTape(S, B), inference = layer.CreateTape(S, B, TapeUse.Inference);
        foreach (Mode mode in (Mode[])[Mode.Inference, Mode.Training(3, 4)])
        {
            layer.Forward(p, new(x, S, B, E), s_lengths, mode, training);
            layer.Forward(p, new(x, S, B, E), s_lengths, mode, inference);
            Bits.Same(training.Output.Span, inference.Output.Span, "output");
            Bits.Same(training.Weights(0)[4].Row(2), inference.Weights(0)[4].Row(2), "weights");
        }
    }

    [Fact]
    public void SumsOfWeightsAreOneAndPastTheLengthsZero()
    {
        TransformerDecoder layer = new(_layout, "net", Options(false, false));
        ParameterBuffer p = TestNumbers.Parameters(_layout, 1);
        TransformerTape tape = layer.CreateTape(T, B, S);
        layer.Forward(p, new(TestNumbers.Uniform(T * B * E, 1, 2), T, B, E),
            new(TestNumbers.Uniform(S * B * E, 1, 4), S, B, E), s_lengths, Mode.Inference, tape);
        ReadOnlyMatrixBatchView weights = tape.Weights(1);
        Assert.Equal((B * H, T, S), (weights.Count, weights.Rows, weights.Cols));
        for (int i = 0; i < weights.Count; i++)
        {
            int n = s_lengths[i / H];
            Bits.Same(weights[i].Row(3), tape.Weights(1, i / H, i % H).Row(3), "weights of a row and head");
            for (int t = 0; t < T; t++)
            {
                Assert.Equal(1, weights[i].Row(t)[..n].ToArray().Sum(), 5);
                Assert.All(weights[i].Row(t)[n..].ToArray(), w => Assert.Equal(0, w));
            }
        }
    }

    private static TransformerOptions Options(bool normFirst, bool finalNorm) => new()
    {
        Size = E,
        Heads = H,
        Layers = 2,
        FeedForwardSize = 20,
        NormFirst = normFirst,
        FinalNorm = finalNorm,
        Activation = finalNorm ? TransformerActivation.Gelu : TransformerActivation.Relu,
    };

    private static void Poison(params float[][] sequences)
    {
        foreach (float[] sequence in sequences)
        {
            for (int i = 0; i < sequence.Length; i++)
            {
                if (i / (B * E) >= s_lengths[i / E % B])
                    sequence[i] = float.NaN;
            }
        }
    }

    private static float[] Row(float[] sequence, int b, int steps) =>
        [.. Enumerable.Range(0, steps).SelectMany(t => sequence.AsSpan(((t * B) + b) * E, E).ToArray())];
}
