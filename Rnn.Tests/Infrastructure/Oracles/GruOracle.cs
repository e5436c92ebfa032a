using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>r, z = sigmoid(.), n = tanh(x*Wx + b_i + r*(h*Wh + b_h)), h' = (1-z)*n + z*h.</summary>
internal sealed class GruOracle(Gru layer, Func<ParameterSlot, double[]> values, Mode mode)
    : CellOracle(layer, values, mode)
{
    protected override int NormalizedTogether => 2 * H;

    protected override void Step(double[] a, double[] r, ReadOnlySpan<double[]> state)
    {
        for (int j = 0; j < H; j++)
        {
            double reset = Sigmoid(a[j] + r[j]), z = Sigmoid(a[H + j] + r[H + j]);
            double n = Math.Tanh(a[(2 * H) + j] + (reset * r[(2 * H) + j]));
            state[0][j] = ((1 - z) * n) + (z * state[0][j]);
        }
    }
}
