using System;
using System.Collections.Generic;
using System.Linq;
using MathNet.Numerics.Distributions;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Forecasting;

namespace Rnn.Samples.TimeSeries;

/// <summary>
/// The built-in series: hours of twelve weeks with a trend, a season of a day, one of a week, and normal noise whose
/// deviation is known. Whoever knew all but the noise would forecast with an error of that size: the floor.
/// </summary>
internal static class SyntheticSeries
{
    /// <summary>The standard deviation of the noise.</summary>
    public const double Noise = 2;

    /// <summary>The seasons, in steps.</summary>
    public const int Day = 24, Week = 168;

    private const int Steps = 12 * Week;
    private const ulong Stream = 123;   // apart from those of weights and windows

    private static readonly DateTime s_first = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>What whoever knows the series forecasts.</summary>
    public static IForecaster BestPossible { get; } = new Oracle();

    /// <summary>Draws the series.</summary>
    /// <param name="seed">Of its noise.</param>
    /// <param name="choice">What is read beside it: the calendar alone.</param>
    /// <param name="beyond">Steps beyond its end for which that is there.</param>
    public static Series Create(ulong seed, CovariateChoice choice, int beyond)
    {
        Philox random = new(seed, Stream);
        double[] values = new double[Steps];
        for (int t = 0; t < Steps; t++)
            values[t] = Signal(t) + (Noise * random.NextNormal());

        Series series = new("synthetic", values, [.. Enumerable.Range(0, Steps).Select(t => s_first.AddHours(t))]);
        return series.WithCovariates([.. choice.CalendarOf(series, beyond)]);
    }

    // 60 to 140 or so; evenings are high, weekends low.
    private static double Signal(int t)
    {
        double day = 2 * Math.PI * t / Day, week = 2 * Math.PI * t / Week;
        return 80 + (0.01 * t) + (12 * Math.Sin(day - 2)) + (4 * Math.Sin((2 * day) + 1)) + (6 * Math.Cos(week - 1))
            + (3 * Math.Cos((2 * week) + 2));
    }

    private sealed class Oracle : IForecaster
    {
        public string Name => "all but the noise (best possible)";

        public Forecast Forecast(Series history, int horizon)
        {
            double[] mean = [.. Enumerable.Range(history.Length, horizon).Select(Signal)];
            IReadOnlyList<double> levels = Rnn.Models.Forecasting.Forecast.DefaultLevels;
            return new Forecast(mean, levels,
                [.. levels.Select(level => mean.Select(value => Normal.InvCDF(value, Noise, level)).ToArray())]);
        }
    }
}
