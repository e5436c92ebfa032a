using System;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>i, f, o = sigmoid(.), g = tanh(.), c' = f*c + i*g, h' = o*tanh(c').</summary>
internal sealed class LstmOracle(Lstm layer, Func<ParameterSlot, double[]> values) : CellOracle(layer, values)
{
    public override int StateCount => 2;

    protected override void Step(double[] x, ReadOnlySpan<double[]> state)
    {
        double[] h = (double[])state[0].Clone();
        for (int j = 0; j < H; j++)
        {
            double i = Sigmoid(Input(x, j) + Recurrent(h, j));
            double f = Sigmoid(Input(x, H + j) + Recurrent(h, H + j));
            double g = Math.Tanh(Input(x, (2 * H) + j) + Recurrent(h, (2 * H) + j));
            double o = Sigmoid(Input(x, (3 * H) + j) + Recurrent(h, (3 * H) + j));
            state[1][j] = (f * state[1][j]) + (i * g);
            state[0][j] = o * Math.Tanh(state[1][j]);
        }
    }
}
