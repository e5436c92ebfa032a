using System;
using System.Linq;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Transformer;

public class PositionalEncodingTests
{
    [Theory]
    [InlineData(6, 3)]
    [InlineData(5, 3)]
    [InlineData(5, 0)]
    public void WavesOfRisingLength(int size, int first)
    {
        const int steps = 4, batch = 2;
        PositionalEncoding layer = PositionalEncoding.Sinusoidal(size, maxLength: 8);
        Assert.Null(layer.Weights);
        float[] x = TestNumbers.Uniform(steps * batch * size, 1, 2), y = [.. x];
        layer.Forward(new ParameterBuffer(new ParameterLayout()), new SequenceView(y, steps, batch, size), first);
        for (int i = 0; i < x.Length; i++)
        {
            int t = first + (i / (batch * size)), j = i % size;
            double angle = t * Math.Exp(-Math.Log(10000) * (j - (j % 2)) / size);
            Assert.Equal(x[i] + (j % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)), y[i], 1e-6);
        }
    }

    [Fact]
    public void LearntPositionsBeginWithAStandardDeviationOfOne()
    {
        ParameterLayout layout = new();
        PositionalEncoding layer = PositionalEncoding.Learnt(layout, "positions", 100, 50);
        ParameterBuffer p = new(layout);
        p.Initialize(seed: 1);
        double squares = p[layer.Weights!.Value].Span.ToArray().Average(value => (double)value * value);
        Assert.InRange(Math.Sqrt(squares), 0.95, 1.05);
    }

    [Fact]
    public void AStepIsPlacedByItsNumber()
    {
        ParameterLayout layout = new();
        PositionalEncoding layer = PositionalEncoding.Learnt(layout, "positions", 5, 3);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1);
        float[] all = TestNumbers.Uniform(5 * 2 * 3, 1, 2), steps = [.. all];
        layer.Forward(p, new SequenceView(all, 5, 2, 3));
        for (int t = 0; t < 5; t++)
            layer.Forward(p, new SequenceView(steps.AsSpan(t * 6, 6), 1, 2, 3), t);

        Bits.Same(all, steps, "x");
    }
}
