using System;
using System.Collections.Generic;
using Rnn.Core.Losses;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Training;

/// <summary>
/// The results of a measurement on held-out data: sums over its batches, of which the means are asked for. Adding and
/// reading allocate nothing.
/// </summary>
public sealed class Measurements
{
    private readonly Measure[] _measures;
    private readonly double[] _sums;
    private readonly double[] _counts;

    /// <summary>No results yet.</summary>
    /// <param name="measures">What is measured besides the loss, each name once.</param>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public Measurements(params IReadOnlyList<Measure> measures)
    {
        ArgumentNullException.ThrowIfNull(measures);
        _measures = [Measure.Loss, .. measures];
        for (int i = 0; i < _measures.Length; i++)
        {
            if (Array.FindIndex(_measures, measure => measure.Name == _measures[i].Name) < i)
                Throw.MeasureTwice(nameof(measures), _measures[i].Name);
        }

        _sums = new double[_measures.Length];
        _counts = new double[_measures.Length];
    }

    /// <summary>No results of what another one has results of.</summary>
    internal Measurements(Measurements other)
    {
        _measures = other._measures;
        _sums = new double[_measures.Length];
        _counts = new double[_measures.Length];
    }

    /// <summary>All that is measured, the loss first.</summary>
    public IReadOnlyList<Measure> Measures => _measures;

    /// <summary>The mean; NaN where nothing was added.</summary>
    /// <exception cref="ArgumentException">It isn't measured here.</exception>
    public double this[Measure measure] => Value(Find(measure));

    /// <summary>Adds the results of a batch.</summary>
    /// <param name="measure">What was measured.</param>
    /// <param name="sum">Over the batch's targets.</param>
    /// <param name="count">How many targets; with 1, the sum is the value itself.</param>
    /// <exception cref="ArgumentException">It isn't measured here.</exception>
    public void Add(Measure measure, double sum, long count)
    {
        int i = Find(measure);
        _sums[i] += sum;
        _counts[i] += count;
    }

    /// <summary>The same with a sum and its count, as losses have them.</summary>
    public void Add(Measure measure, LossSum sum) => Add(measure, sum.Sum, sum.Count);

    /// <summary>Forgets all results.</summary>
    public void Clear()
    {
        Array.Clear(_sums);
        Array.Clear(_counts);
    }

    internal double Value(int index) => _sums[index] / _counts[index];

    internal void Set(int index, double value) => (_sums[index], _counts[index]) = (value, 1);

    internal void CopyFrom(Measurements other)
    {
        other._sums.CopyTo(_sums, 0);
        other._counts.CopyTo(_counts, 0);
    }

    internal int Find(Measure measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        for (int i = 0; i < _measures.Length; i++)
        {
            if (_measures[i] == measure)
                return i;
        }

        Throw.NotMeasured(measure.Name, string.Join(", ", Array.ConvertAll(_measures, each => each.Name)));
        return -1;
    }
}
