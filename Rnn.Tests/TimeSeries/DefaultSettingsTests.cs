using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Xunit;

namespace Rnn.Tests.TimeSeries;

/// <summary>Default settings, for series of many kinds: none much worse than the last season, and on the whole better. (The
/// network is smaller and its training shorter than by default: all of them take some seconds.)</summary>
public class DefaultSettingsTests(ITestOutputHelper output)
{
    private const int Origins = 4;
    private const double WorstRatio = 1.25, MeanRatio = 0.8;

    private delegate double[] Kind(Philox random, int length);

    // How long the known part is, the season and the distance of times.
    private static readonly (string Name, int Length, int Season, TimeStep Step, Kind Draw)[] s_kinds =
    [
        ("noise", 200, 1, Days(1), (random, length) => Draw(length, ref random, (_, noise) => 5 + noise)),
        ("a random walk", 200, 1, Days(1), (random, length) => Walk(length, ref random, 0, 1)),
        ("one with a drift", 200, 1, Days(1), (random, length) => Walk(length, ref random, 0.4, 1)),
        ("what returns to its mean", 300, 1, Days(1), (random, length) => Walk(length, ref random, 0, 0.8)),
        ("days of a week", 200, 7, Days(1), (random, length) => Draw(length, ref random, (t, noise) => 20 + Wave(t, 7, 5) + noise)),
        ("months that grow", 96, 12, TimeStep.OfMonths(1), (random, length) => Draw(length, ref random,
            (t, noise) => 100 + t + Wave(t, 12, 15) + (3 * noise))),
        ("months that grow in percent", 120, 12, TimeStep.OfMonths(1), (random, length) => Draw(length, ref random,
            (t, noise) => Math.Exp(4 + (0.01 * t) + Wave(t, 12, 0.2) + (0.04 * noise)))),
        ("hours of days and weeks", 1500, 24, Hours(1), (random, length) => Draw(length, ref random,
            (t, noise) => 50 + Wave(t, 24, 10) + Wave(t, 168, 6) + (2 * noise))),
        ("a level that jumps", 240, 12, TimeStep.OfMonths(1), (random, length) => Draw(length, ref random,
            (t, noise) => (t > length / 2 ? 40 : 20) + Wave(t, 12, 4) + noise)),
        ("counts", 250, 7, Days(1), (random, length) => Draw(length, ref random,
            (t, noise) => Math.Max(0, Math.Round(2 + Wave(t, 7, 1.5) + (1.2 * noise))))),
        ("mostly nothing", 250, 1, Days(1), (random, length) => Draw(length, ref random,
            (_, noise) => noise > 1 ? Math.Round(10 * noise) : 0)),
        ("outliers", 200, 7, Days(1), (random, length) => Draw(length, ref random,
            (t, noise) => 20 + Wave(t, 7, 5) + (Math.Abs(noise) > 2 ? 40 * noise : noise))),
        ("growth that ends", 160, 1, Days(1), (random, length) => Draw(length, ref random,
            (t, noise) => (100 / (1 + Math.Exp((60 - t) / 12.0))) + noise)),
        ("a slow wave", 300, 1, Days(1), (random, length) => Draw(length, ref random, (t, noise) => Wave(t, 190, 10) + (0.5 * noise))),
        ("noise that grows", 240, 12, TimeStep.OfMonths(1), (random, length) => Draw(length, ref random,
            (t, noise) => Wave(t, 12, 5) + (0.02 * t * noise))),
        ("a short one", 30, 1, Days(7), (random, length) => Draw(length, ref random, (t, noise) => 10 + (0.1 * t) + noise)),
        ("tiny values", 150, 7, Days(1), (random, length) =>
            Draw(length, ref random, (t, noise) => 1e-95 * (3 + Wave(t, 7, 1) + (0.3 * noise)))),
        ("huge values", 150, 7, Days(1), (random, length) =>
            Draw(length, ref random, (t, noise) => 1e95 * (Wave(t, 7, 1) + (0.3 * noise)))),
    ];

    [Fact]
    public void NoWorseThanTheLastSeason()
    {
        SeriesTrainingOptions training = new() { Epochs = 5, StepsPerEpoch = 20, BatchSize = 16, LearningRate = 5e-3 };
        List<double> ratios = [];
        for (int k = 0; k < s_kinds.Length; k++)
        {
            (string name, int length, int season, TimeStep step, Kind draw) = s_kinds[k];
            int horizon = season > 1 ? season : length < 50 ? 6 : 12, all = length + (Origins * horizon);
            DateTime first = new(2020, 1, 1);
            double[] values = draw(new Philox(7, (ulong)k), all);
            Series series = new(name, values, [.. Enumerable.Range(0, all).Select(t => step.At(first, t))]);
            IReadOnlyList<int> found = Seasonality.Find(series.Slice(0, length));
            SeriesForecaster network = new(new SeriesOptions
            {
                Season = found.FirstOrDefault(1),
                LongSeason = found.Skip(1).FirstOrDefault(),
                Horizon = horizon,
                HiddenSize = 16,
                Layers = 1,
            }, training);
            BacktestResult result = Backtest.Run([network, new NaiveForecaster(season)], [series],
                new BacktestOptions { Horizon = horizon, FirstOrigin = length });
            double ratio = result.Rows[0].Score.Mae / result.Rows[1].Score.Mae;
            output.WriteLine(FormattableString.Invariant($"{ratio:F3}  {name}, seasons {string.Join(' ', found)}"));
            ratios.Add(ratio);
        }

        double mean = Math.Exp(ratios.Average(Math.Log));
        output.WriteLine(FormattableString.Invariant($"{mean:F3}  geometric mean"));
        Assert.All(ratios, ratio => Assert.InRange(ratio, 0, WorstRatio));
        Assert.InRange(mean, 0, MeanRatio);
    }

    private static TimeStep Days(int count) => TimeStep.Of(TimeSpan.FromDays(count));

    private static TimeStep Hours(int count) => TimeStep.Of(TimeSpan.FromHours(count));

    private static double Wave(int t, double season, double height) => height * Math.Sin(2 * Math.PI * t / season);

    private static double[] Draw(int length, ref Philox random, Func<int, double, double> value)
    {
        double[] values = new double[length];
        for (int t = 0; t < length; t++)
            values[t] = value(t, random.NextNormal());

        return values;
    }

    // Steps of a drift and noise, from a share of the value before.
    private static double[] Walk(int length, ref Philox random, double drift, double share)
    {
        double[] values = new double[length];
        for (int t = 1; t < length; t++)
            values[t] = (share * values[t - 1]) + drift + random.NextNormal();

        return values;
    }
}
