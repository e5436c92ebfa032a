using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>What the oracles of single cells have in common: a row step by step, both products, the options of all
/// cells.</summary>
internal abstract class CellOracle : RecurrentOracle
{
    private readonly Func<ParameterSlot, double[]> _values;
    private readonly RecurrentCellLayer _layer;
    private readonly DropoutOracle _dropout;
    private readonly double[] _kept;   // a factor of each recurrent weight, the same for all rows and steps
    private double _smallestDeviation = double.PositiveInfinity;

    protected CellOracle(RecurrentCellLayer layer, Func<ParameterSlot, double[]> values, Mode mode)
    {
        _layer = layer;
        _values = values;
        string suffix = layer.InputWeights.Name[$"{layer.Name}.weight_ih".Length..];
        _dropout = new DropoutOracle($"{layer.Name}.recurrent{suffix}", layer.RecurrentDropout, mode);
        _kept = new double[layer.RecurrentWeights.Count];
        Array.Fill(_kept, 1);
        new DropoutOracle($"{layer.Name}.weights{suffix}", layer.WeightDropout, mode).Apply(_kept, 0);
        H = layer.HiddenSize;
    }

    public override int StateCount => 1;

    public override double SmallestDeviation => _smallestDeviation;

    protected int H { get; }

    /// <summary>The first columns that are normalised together; the rest are by themselves.</summary>
    protected virtual int NormalizedTogether => _layer.RecurrentWeights.Cols;

    public override double[][] Run(double[][] x, int length, int row, int batch, ReadOnlySpan<double[]> state)
    {
        double[][] y = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            if (t < length)
            {
                double[] read = (double[])state[0].Clone();
                _dropout.Apply(read, (long)row * H);   // one mask for all steps
                double[] a = Sum(x[t], _layer.InputWeights, _layer.InputGain, _layer.InputBias);
                Step(a, Sum(read, _layer.RecurrentWeights, _layer.RecurrentGain, _layer.RecurrentBias), state);
            }

            y[t] = (double[])state[0].Clone();   // past its length a row repeats its last state
        }

        return y;
    }

    /// <summary>One step: the state of the row becomes the next one.</summary>
    /// <param name="a">x*Wx + b_i, x*Wx normalised where the layer does.</param>
    /// <param name="r">h*Wh + b_h, likewise; where there is one bias, without.</param>
    /// <param name="state">[StateCount][H].</param>
    protected abstract void Step(double[] a, double[] r, ReadOnlySpan<double[]> state);

    protected double[]? Values(ParameterSlot? slot) => slot is { } some ? _values(some) : null;

    /// <summary>(x - mean)/sqrt(variance + 1e-5).</summary>
    protected double[] Normalize(double[] x)
    {
        double mean = x.Average(), variance = x.Average(value => (value - mean) * (value - mean));
        if (variance > 0)
            _smallestDeviation = Math.Min(_smallestDeviation, Math.Sqrt(variance));

        return [.. x.Select(value => (value - mean) / Math.Sqrt(variance + 1e-5))];
    }

    private double[] Sum(double[] x, ParameterSlot weights, ParameterSlot? gain, ParameterSlot? bias)
    {
        double[] w = _values(weights), sum = new double[weights.Cols];
        if (weights == _layer.RecurrentWeights)
            w = [.. w.Select((value, k) => value * _kept[k])];

        for (int k = 0; k < sum.Length; k++)
        {
            for (int i = 0; i < x.Length; i++)
                sum[k] += x[i] * w[(i * sum.Length) + k];
        }

        if (Values(gain) is { } gains)
        {
            double[] hat = [.. Normalize(sum[..NormalizedTogether]),
                .. NormalizedTogether < sum.Length ? Normalize(sum[NormalizedTogether..]) : []];
            sum = [.. hat.Select((value, k) => value * gains[k])];
        }

        return Values(bias) is { } biases ? [.. sum.Select((value, k) => value + biases[k])] : sum;
    }
}
