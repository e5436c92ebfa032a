using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>h' = tanh(x*Wx + h*Wh + b), or relu.</summary>
internal sealed class SimpleRnnOracle(SimpleRnn layer, Func<ParameterSlot, double[]> values, Mode mode)
    : CellOracle(layer, values, mode)
{
    private readonly bool _relu = layer.Activation == RnnActivation.Relu;
    private double _margin = double.PositiveInfinity;

    public override double ReluMargin => _margin;

    protected override void Step(double[] a, double[] r, ReadOnlySpan<double[]> state)
    {
        for (int j = 0; j < H; j++)
        {
            double sum = a[j] + r[j];
            if (_relu)
                _margin = Math.Min(_margin, Math.Abs(sum));

            state[0][j] = _relu ? Math.Max(sum, 0) : Math.Tanh(sum);
        }
    }
}
