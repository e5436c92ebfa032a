using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>Layers on top of one another, with dropout after each but the last.</summary>
internal sealed class StackOracle : RecurrentOracle
{
    private readonly RecurrentOracle[] _layers;
    private readonly DropoutOracle[] _dropouts;
    private readonly bool _isLocked;

    public StackOracle(RecurrentStack stack, Func<ParameterSlot, double[]> values, Mode mode)
    {
        _isLocked = stack.LockedDropout;
        _layers = [.. stack.Layers.Select(layer => Of(layer, values, mode))];
        _dropouts = [.. Enumerable.Range(0, _layers.Length - 1)
            .Select(i => new DropoutOracle($"{stack.Name}.dropout{i}", stack.Dropout, mode))];
    }

    public override int StateCount => _layers.Sum(layer => layer.StateCount);

    public override double ReluMargin => _layers.Min(layer => layer.ReluMargin);

    public override double SmallestDeviation => _layers.Min(layer => layer.SmallestDeviation);

    public override double[][] Run(double[][] x, int length, int row, int batch, ReadOnlySpan<double[]> state)
    {
        double[][] y = x;
        for (int i = 0; i < _layers.Length; i++)
        {
            y = _layers[i].Run(y, length, row, batch, state[.._layers[i].StateCount]);
            state = state[_layers[i].StateCount..];
            if (i < _dropouts.Length)
            {
                for (int t = 0; t < y.Length; t++)
                {
                    long place = (_isLocked ? 0 : (long)t * batch) + row;
                    _dropouts[i].Apply(y[t], place * y[t].Length);
                }
            }
        }

        return y;
    }
}
