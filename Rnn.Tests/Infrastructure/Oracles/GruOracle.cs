using System;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>r, z = sigmoid(.), n = tanh(x*Wx + b_i + r*(h*Wh + b_h)), h' = (1-z)*n + z*h.</summary>
internal sealed class GruOracle(Gru layer, Func<ParameterSlot, double[]> values) : CellOracle(layer, values)
{
    protected override void Step(double[] x, ReadOnlySpan<double[]> state)
    {
        double[] h = (double[])state[0].Clone();
        for (int j = 0; j < H; j++)
        {
            double r = Sigmoid(Input(x, j) + Recurrent(h, j));
            double z = Sigmoid(Input(x, H + j) + Recurrent(h, H + j));
            double n = Math.Tanh(Input(x, (2 * H) + j) + (r * Recurrent(h, (2 * H) + j)));
            state[0][j] = ((1 - z) * n) + (z * h[j]);
        }
    }
}
