using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Transformer;

/// <summary>Any number of threads, and no allocation, at sizes that workers share.</summary>
[Collection("Alone")]
public class TransformerThreadTests
{
    private const int T = 12, S = 14, B = 16, E = 64;

    [Theory]
    [InlineData(false, TransformerActivation.Relu)]
    [InlineData(true, TransformerActivation.Gelu)]
    public void SameBitsOnAnyNumberOfThreadsAndNoAllocation(bool normFirst, TransformerActivation activation)
    {
        int[] lengths = Array.ConvertAll(TestNumbers.Indices(B, S, 3, 5), length => length + 1);
        TransformerOptions options = new()
        {
            Size = E,
            Heads = 4,
            Layers = 2,
            FeedForwardSize = 96,
            NormFirst = normFirst,
            FinalNorm = normFirst,
            Activation = activation,
        };
        ParameterLayout layout = new();
        TransformerEncoder encoder = new(layout, "encoder", options);
        TransformerDecoder decoder = new(layout, "decoder", options);
        PositionalEncoding positions = PositionalEncoding.Learnt(layout, "positions", S, E);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3, limit: 0.2f);
        GradientBuffer g = new(layout);
        TransformerTape source = encoder.CreateTape(S, B), target = decoder.CreateTape(T, B, S);
        float[] x = TestNumbers.Uniform(S * B * E, 3, 1), z = TestNumbers.Uniform(T * B * E, 3, 2);
        float[] dZ = TestNumbers.Uniform(z.Length, 3, 4), dX = new float[x.Length], dIn = new float[z.Length];
        float[] moved = new float[x.Length];
        void Step()
        {
            Mode mode = Mode.Training(5, 6);
            g.Clear();
            x.CopyTo(moved, 0);
            positions.Forward(p, new SequenceView(moved, S, B, E));
            encoder.Forward(p, new(moved, S, B, E), lengths, mode, source);
            decoder.Forward(p, new(z, T, B, E), source.Output, lengths, mode, target);
            decoder.Backward(p, new(z, T, B, E), source.Output, new(dZ, T, B, E), target, g, new(dIn, T, B, E),
                source.OutputGradient);
            encoder.Backward(p, new(moved, S, B, E), source.OutputGradient, source, g, new(dX, S, B, E));
            positions.Backward(new(dX, S, B, E), g);
        }

        float[][]? expected = null;
        foreach (int count in (int[])[1, 2, 4])
        {
            Allocations.WithThreads(count, () =>
            {
                Step();
                expected ??= [target.Output.Span.ToArray(), [.. dX], [.. dIn], g.Dense.ToArray()];
                Bits.Same(expected[0], target.Output.Span, "output");
                Bits.Same(expected[1], dX, "dX");
                Bits.Same(expected[2], dIn, "gradient of the decoder's input");
                Bits.Same(expected[3], g.Dense, "gradients");
            });
        }

        Assert.Equal(0, Allocations.Of100(Step));
    }

    [Fact]
    public void GenerationAllocatesNothing()
    {
        const int beams = 5, sources = 8;
        TransformerOptions options = new() { Size = E, Heads = 4, Layers = 2, FeedForwardSize = 96 };
        ParameterLayout layout = new();
        TransformerDecoder decoder = new(layout, "decoder", options);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3);
        TransformerCache cache = decoder.CreateCache(sources * beams, T, sources, S);
        float[] memory = TestNumbers.Uniform(S * sources * E, 3, 1), x = TestNumbers.Uniform(sources * beams * E, 3, 2);
        float[] y = new float[x.Length];
        int[] from = new int[sources * beams], parents = new int[from.Length];
        for (int i = 0; i < from.Length; i++)
            (from[i], parents[i]) = (i / beams, i / beams * beams);

        Assert.Equal(0, Allocations.Of100(() =>
        {
            decoder.Begin(p, new(memory, S, sources, E), [], cache);
            for (int t = 0; t < 3; t++)
            {
                decoder.Step(p, new(x, from.Length, E), from, cache, new MatrixView(y, from.Length, E));
                cache.Reorder(parents);
            }
        }));
    }
}
