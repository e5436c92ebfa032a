using System;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>Weights kept packed give the bits of weights read as they lie, whatever was packed before.</summary>
public class PackedWeightsTests
{
    private const int I = 37;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void TheBitsAreThoseOfTheWeightsThemselves(int rows)
    {
        (Linear first, Linear second, ParameterBuffer p) = Create();
        PackedWeights packed = new();
        Check(first, p, packed, rows);
        Check(second, p, packed, rows);   // another layer of another width
        Check(first, p, packed, rows);
    }

    [Fact]
    public void ChangedWeightsArePackedAgain()
    {
        (Linear layer, _, ParameterBuffer p) = Create();
        PackedWeights packed = new();
        Check(layer, p, packed, 1);
        p.BeginWrite()[layer.Weights].Span.Fill(0.5f);
        Check(layer, p, packed, 1);
        Check(layer, TestNumbers.Parameters(p.Layout, seed: 9), packed, 1);
    }

    private static (Linear First, Linear Second, ParameterBuffer P) Create()
    {
        ParameterLayout layout = new();
        Linear first = new(layout, "first", I, 83), second = new(layout, "second", I, 200, bias: false);
        return (first, second, TestNumbers.Parameters(layout, seed: 1));
    }

    private static void Check(Linear layer, ParameterBuffer p, PackedWeights packed, int rows)
    {
        Tensor x = new(rows, I), expected = new(rows, layer.OutputSize), actual = new(rows, layer.OutputSize);
        TestNumbers.Uniform(x.Span.Length, seed: 1, stream: 2).CopyTo(x.Span);
        layer.Forward(p, x.AsMatrix(), expected.AsMatrix());
        layer.Forward(p, x.AsMatrix(), actual.AsMatrix(), packed);
        Assert.Equal(expected.Span.ToArray(), actual.Span.ToArray());
    }
}
