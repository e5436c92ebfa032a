using System;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>The initial values of recurrent layers: range, mean, what is special.</summary>
public class InitializationTests
{
    private const int I = 11, H = 40;

    [Theory]
    [InlineData(RecurrentCell.Lstm, false)]
    [InlineData(RecurrentCell.Lstm, true)]
    [InlineData(RecurrentCell.Gru, false)]
    [InlineData(RecurrentCell.RnnTanh, true)]
    public void PyTorchsAreUniformWithinOneOverTheRootOfTheUnits(RecurrentCell cell, bool twoBiases)
    {
        (ParameterLayout layout, ParameterBuffer p) = Make(cell, twoBiases, RecurrentInitialization.PyTorch);
        float limit = 1f / MathF.Sqrt(H);
        Assert.All(layout.Slots, slot =>
        {
            float[] values = p[slot].Span.ToArray();
            Assert.InRange(values.Max(), 0.8f * limit, limit);
            Assert.InRange(values.Min(), -limit, -0.8f * limit);
            Assert.InRange(values.Average(), -0.3f * limit, 0.3f * limit);
        });
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, 4)]
    [InlineData(RecurrentCell.Gru, 3)]
    [InlineData(RecurrentCell.RnnRelu, 1)]
    public void OrthogonalIsGlorotForTheInputAndARotationForEachGate(RecurrentCell cell, int gates)
    {
        (ParameterLayout layout, ParameterBuffer p) = Make(cell, true, RecurrentInitialization.Orthogonal);
        float limit = MathF.Sqrt(6f / (I + (gates * H)));
        float[] input = p[layout["cell.weight_ih_l0"]].Span.ToArray();
        Assert.InRange(input.Max(), 0.9f * limit, limit);
        Assert.InRange(input.Min(), -limit, -0.9f * limit);
        float[] recurrent = p[layout["cell.weight_hh_l0"]].Span.ToArray();
        for (int gate = 0; gate < gates; gate++)
        {
            for (int a = 0; a < H; a++)
            {
                for (int b = 0; b <= a; b++)
                {
                    double dot = Enumerable.Range(0, H).Sum(row => (double)recurrent[Place(row, a)]
                        * recurrent[Place(row, b)]);
                    Assert.Equal(a == b ? 1 : 0, dot, 2e-6);
                }
            }

            int Place(int row, int unit) => (row * gates * H) + (gate * H) + unit;
        }

        float[] bias = p[layout["cell.bias_ih_l0"]].Span.ToArray();
        Assert.All(bias.Select((value, i) => (value, i)),
            b => Assert.Equal(cell == RecurrentCell.Lstm && b.i / H == 1 ? 1f : 0f, b.value));   // the forget gate
        Assert.All(p[layout["cell.bias_hh_l0"]].Span.ToArray(), value => Assert.Equal(0f, value));
    }

    private static (ParameterLayout Layout, ParameterBuffer P) Make(RecurrentCell cell, bool twoBiases,
        RecurrentInitialization scheme)
    {
        ParameterLayout layout = new();
        RecurrentStack.CreateCell(layout, "cell", cell, I, H,
            new RecurrentOptions { TwoBiases = twoBiases, Initialization = scheme });
        ParameterBuffer p = new(layout);
        p.Initialize(seed: 7);
        return (layout, p);
    }
}
