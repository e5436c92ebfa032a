using System;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>What the oracles of single cells have in common: a row step by step, columns of both products.</summary>
internal abstract class CellOracle : RecurrentOracle
{
    private readonly double[] _wx;
    private readonly double[] _wh;
    private readonly double[] _bx;
    private readonly double[]? _bh;
    private readonly int _wide;

    protected CellOracle(RecurrentCellLayer layer, Func<ParameterSlot, double[]> values)
    {
        H = layer.HiddenSize;
        _wide = layer.RecurrentWeights.Cols;
        _wx = values(layer.InputWeights);
        _wh = values(layer.RecurrentWeights);
        _bx = values(layer.InputBias);
        _bh = layer.RecurrentBias is { } slot ? values(slot) : null;
    }

    public override int StateCount => 1;

    protected int H { get; }

    public override double[][] Run(double[][] x, int length, int row, int batch, ReadOnlySpan<double[]> state)
    {
        double[][] y = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            if (t < length)
                Step(x[t], state);

            y[t] = (double[])state[0].Clone();   // past its length a row repeats its last state
        }

        return y;
    }

    /// <summary>One step: the state of the row becomes the next one.</summary>
    protected abstract void Step(double[] x, ReadOnlySpan<double[]> state);

    /// <summary>Column k of x*Wx + b_i.</summary>
    protected double Input(double[] x, int k)
    {
        double sum = _bx[k];
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * _wx[(i * _wide) + k];

        return sum;
    }

    /// <summary>Column k of h*Wh + b_h.</summary>
    protected double Recurrent(double[] h, int k)
    {
        double sum = _bh is null ? 0 : _bh[k];
        for (int j = 0; j < h.Length; j++)
            sum += h[j] * _wh[(j * _wide) + k];

        return sum;
    }
}
