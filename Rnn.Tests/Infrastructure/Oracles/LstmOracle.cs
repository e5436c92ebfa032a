using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>
/// i, f, o = sigmoid(.), g = tanh(.), c' = f*c + i*g, h' = o*tanh(c'). With peepholes i and f see c, o sees c'; with
/// coupled gates i = 1 - f; normalised, h' = o*tanh(gain*normalised(c') + bias).
/// </summary>
internal sealed class LstmOracle(Lstm layer, Func<ParameterSlot, double[]> values, Mode mode)
    : CellOracle(layer, values, mode)
{
    private readonly bool _isCoupled = layer.RecurrentWeights.Cols == 3 * layer.HiddenSize;

    public override int StateCount => 2;

    protected override void Step(double[] a, double[] r, ReadOnlySpan<double[]> state)
    {
        double[] peepholes = Values(layer.Peepholes) ?? new double[3 * H];
        double[] c = (double[])state[1].Clone(), o = new double[H];
        int f0 = _isCoupled ? 0 : H;
        for (int j = 0; j < H; j++)
        {
            double f = Sigmoid(a[f0 + j] + r[f0 + j] + (peepholes[f0 + j] * c[j]));
            double i = _isCoupled ? 1 - f : Sigmoid(a[j] + r[j] + (peepholes[j] * c[j]));
            double g = Math.Tanh(a[f0 + H + j] + r[f0 + H + j]);
            state[1][j] = (f * c[j]) + (i * g);
            o[j] = Sigmoid(a[f0 + (2 * H) + j] + r[f0 + (2 * H) + j] + (peepholes[f0 + H + j] * state[1][j]));
        }

        double[] read = (double[])state[1].Clone();
        if (Values(layer.CellGain) is { } gain)
        {
            double[] bias = Values(layer.CellBias)!;
            read = [.. Normalize(read).Select((value, j) => (value * gain[j]) + bias[j])];
        }

        for (int j = 0; j < H; j++)
            state[0][j] = o[j] * Math.Tanh(read[j]);
    }
}
