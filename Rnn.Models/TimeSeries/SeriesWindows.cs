using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <summary>
/// Windows of many series: in training drawn anew for each batch, from seed, epoch and index (design decision D24), the
/// series first, then the origin; for a measurement those of the held-out ends of each series, in order. Made by
/// <see cref="SeriesModel.TrainingWindows"/> and <see cref="SeriesModel.HeldOutWindows"/>.
/// </summary>
public sealed class SeriesWindows : IBatches<SeriesBatch>
{
    private const ulong DrawStream = 6ul << 60;   // the epoch's number in the lower bits
    private const int WordsPerRow = 16;
    private const int UnknownOneIn = 10;
    private const double MostUnits = 1e6;   // of a target: one value may be so large that its square is infinite

    private readonly SeriesFeatures _features;
    private readonly PreparedSeries[] _series;
    private readonly HeldOutEnds _held;
    private readonly bool _isTraining, _hasIds, _isCounts;
    private readonly int _rows, _batchSize, _context, _steps, _firstTarget, _horizon;
    private readonly ulong _seed;
    private readonly float[] _inputs, _targets, _weights, _scales;
    private readonly int[] _ids;
    private (int Epoch, int Index) _made = (-1, -1);
    private SeriesBatch _batch;
    private long _count;

    internal SeriesWindows(SeriesModel model, IReadOnlyList<Series> series, int batchSize, int count, HeldOutEnds? heldOut,
        ulong? seed)
    {
        SeriesOptions options = model.Options;
        _features = model.Features;
        _isTraining = seed is not null;
        _seed = seed ?? 0;
        _context = options.ContextSteps;
        _horizon = options.Horizon;
        _steps = _context + _horizon;
        _firstTarget = options.HasPaths && _isTraining ? 0 : _context;
        _hasIds = options.EmbeddingSize > 0;
        _isCounts = options.Output == SeriesOutput.NegativeBinomial;

        // A window has a value before its origin and one after it, and in a measurement all of its horizon.
        HeldOut = heldOut?.Steps ?? 0;
        _held = heldOut ?? default;
        int least = HeldOut + _features.LeastOrigin + (_isTraining ? 1 : 0);
        _series = [.. series.Where(each => each.Length >= least).Select(model.Prepare)];
        if (_series.Length == 0)
            Throw.SeriesTooShort(least, series.Count == 0 ? 0 : series.Max(each => each.Length));

        _rows = _series.Length * _held.Windows;
        _batchSize = Math.Min(batchSize, _isTraining ? batchSize : _rows);
        Count = _isTraining ? count : (_rows + _batchSize - 1) / _batchSize;
        Most = new BatchShape(_batchSize, _steps, _steps - _firstTarget);
        _inputs = new float[checked(Most.Items * _features.Count)];
        _ids = new int[_batchSize];
        _targets = new float[_batchSize * Most.Targets];
        _weights = new float[_targets.Length];
        _scales = new float[_isCounts ? _targets.Length : 0];
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public BatchShape Most { get; }

    /// <summary>Series that are long enough to have a window.</summary>
    public int SeriesCount => _series.Length;

    /// <summary>Values at the end of each series that are held out: training reads none of them.</summary>
    public int HeldOut { get; }

    /// <inheritdoc/>
    public long Targets(int epoch, int index)
    {
        Make(epoch, index);
        return _count;
    }

    /// <inheritdoc/>
    /// <remarks>The memory of the batch is used again by the next call.</remarks>
    public SeriesBatch Get(int epoch, int index)
    {
        Make(epoch, index);
        return _batch;
    }

    /// <summary>All values, for the identity of a run.</summary>
    internal double[] AllValues() => [.. _series.SelectMany(each => each.Values)];

    /// <summary>What is read of all covariates, for the same.</summary>
    internal float[] AllCovariates() =>
        [.. _series.SelectMany(each => each.Covariates.SelectMany(values => values.Take(each.Values.Length)))];

    private void Make(int epoch, int index)
    {
        if ((uint)index >= (uint)Count)
            Throw.Outside(nameof(index), index, $"0 to {Count - 1}");

        if (_made == (epoch, index))
            return;

        int rows = _isTraining ? _batchSize : Math.Min(_batchSize, _rows - (index * _batchSize));
        _count = 0;
        for (int b = 0; b < rows; b++)
        {
            (int number, int origin, bool isUnknown) = _isTraining
                ? Draw(epoch, ((long)index * _batchSize) + b)
                : Measured((index * _batchSize) + b);
            _ids[b] = isUnknown || !_hasIds ? 0 : _series[number].Id;
            MakeRow(_series[number], origin, _series[number].Values.Length - (_isTraining ? HeldOut : 0), b, rows);
        }

        int targets = rows * Most.Targets;
        _batch = new SeriesBatch(_inputs.AsMemory(0, rows * _steps * _features.Count), _ids.AsMemory(0, rows),
            _targets.AsMemory(0, targets), _weights.AsMemory(0, targets), _scales.AsMemory(0, _isCounts ? targets : 0),
            _steps, rows, _firstTarget);
        _made = (epoch, index);
    }

    /// <summary>A window by its number: the series, and the first step after what is known.</summary>
    private (int Series, int Origin, bool IsUnknown) Draw(int epoch, long number)
    {
        Philox random = new(_seed, DrawStream | (uint)epoch) { Position = WordsPerRow * (ulong)number };
        int series = random.NextInt32(_series.Length), end = _series[series].Values.Length - HeldOut;

        // A whole horizon where there is one; no padding where half of the origins have none.
        int least = _features.LeastOrigin, last = end - _horizon, first = Math.Max(least, Math.Min(_features.FullOrigin, last / 2));
        if (last < Math.Max(2, least))
            (first, last) = (Math.Min(Math.Max(2, least), end - 1), end - 1);

        return (series, first + random.NextInt32(last - first + 1), random.NextInt32(UnknownOneIn) == 0);
    }

    private (int Series, int Origin, bool IsUnknown) Measured(int row)
    {
        (int series, int window) = Math.DivRem(row, _held.Windows);
        return (series, _held.Origin(_series[series].Values.Length, window), false);
    }

    private void MakeRow(PreparedSeries series, int origin, int end, int b, int rows)
    {
        WindowScale scale = _features.Scale(series, origin);
        for (int i = 0; i < _steps; i++)
        {
            int t = origin - _context + i;
            Span<float> inputs = _inputs.AsSpan(((i * rows) + b) * _features.Count, _features.Count);
            if (t >= 0 && t <= end)
                _features.Write(series, [], t, origin, scale, inputs);
            else
                inputs.Clear();

            if (i < _firstTarget)
                continue;

            int at = ((i - _firstTarget) * rows) + b;
            bool counts = t >= 1 && t < end && scale.Unit > 0;
            double growth = _features.Growth(series, t, origin, scale);
            _weights[at] = counts ? (float)growth : 0;   // so that losses are in the window's unit
            _count += counts ? 1 : 0;
            _targets[at] = !counts ? 0
                : _isCounts ? (float)series.Values[t]
                : (float)Math.Clamp((series.Values[t] - _features.Anchor(series, [], t, origin, scale)) / (growth * scale.Unit),
                    -MostUnits, MostUnits);
            if (_isCounts)
                _scales[at] = counts ? (float)scale.Unit : 1;
        }
    }
}
