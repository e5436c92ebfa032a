using System;
using System.Collections.Generic;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// Batches of windows of made-up hourly series, as <see cref="SeriesModel"/> draws and scales them: a day, a week, a trend
/// and noise, each series in a size of its own. The same for everybody.
/// </summary>
public sealed class MadeUpSeries
{
    private const int Batches = 4, Hours = 960, Day = 24, Week = 168;   // the longest of M4's hourly series

    private readonly SeriesBatch[] _batches = new SeriesBatch[Batches];
    private int _next;

    /// <summary>Draws them.</summary>
    /// <param name="options">Of the model that reads them.</param>
    /// <param name="batch">B.</param>
    /// <param name="series">How many.</param>
    /// <param name="seed">Of values and windows.</param>
    public MadeUpSeries(SeriesOptions options, int batch, int series = 64, ulong seed = 1)
    {
        Series[] all = Create(series, seed);
        SeriesWindows windows = new SeriesModel(all, options).TrainingWindows(all, batch, Batches, seed);
        for (int i = 0; i < Batches; i++)
        {
            SeriesBatch drawn = windows.Get(0, i);   // its memory is that of the next one too
            _batches[i] = drawn with
            {
                Inputs = drawn.Inputs.ToArray(),
                Series = drawn.Series.ToArray(),
                Targets = drawn.Targets.ToArray(),
                Weights = drawn.Weights.ToArray(),
                Scales = drawn.Scales.ToArray(),
            };
        }
    }

    /// <summary>All batches.</summary>
    public IReadOnlyList<SeriesBatch> All => _batches;

    /// <summary>The number of the next batch; after the last comes the first.</summary>
    public int Next()
    {
        int batch = _next;
        _next = (_next + 1) % Batches;
        return batch;
    }

    /// <summary>Series of 960 hours.</summary>
    public static Series[] Create(int count, ulong seed)
    {
        Philox random = new(seed);
        Series[] all = new Series[count];
        double[] values = new double[Hours];
        for (int i = 0; i < count; i++)
        {
            double size = Math.Exp(8 * random.NextDouble()), phase = 2 * Math.PI * random.NextDouble();
            double day = 0.4 * random.NextDouble(), week = 0.2 * random.NextDouble();
            double trend = 0.2 * random.NextNormal(), noise = 0.1 * random.NextDouble();
            for (int t = 0; t < Hours; t++)
            {
                double seasons = (day * Math.Sin((2 * Math.PI * t / Day) + phase)) + (week * Math.Sin(2 * Math.PI * t / Week));
                values[t] = size * Math.Exp(seasons + (trend * t / Hours) + (noise * random.NextNormal()));
            }

            all[i] = new Series($"series{i}", values);
        }

        return all;
    }
}
