using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;
using Xunit;

namespace Rnn.Tests.Forecasting;

public class BacktestTests
{
    [Fact]
    public void OriginsRoll()
    {
        Recorder recorder = new();
        Series series = Counting(10);
        ForecastScore score = Backtest.Run([recorder], [series], new BacktestOptions
        {
            Horizon = 3,
            FirstOrigin = 4,
            Step = 2,
        })["recorder"];
        Assert.Equal([4, 6], recorder.Origins);
        Assert.Equal((2, 6L), (score.Count, score.Steps));

        // The last value goes on: errors 1, 2, 3.
        Assert.Equal(2, score.Mae);
        Assert.Equal(2, score.Mase);
        Assert.Equal([4], recorder.Fits);
    }

    [Fact]
    public void ByDefaultTheLastHorizon()
    {
        Recorder recorder = new();
        Backtest.Run([recorder], [Counting(10)], new BacktestOptions { Horizon = 3 });
        Assert.Equal([7], recorder.Origins);
        recorder = new Recorder();
        Backtest.Run([recorder], [Counting(10)], new BacktestOptions { Horizon = 2, FirstOrigin = ^7 });
        Assert.Equal([3, 5, 7], recorder.Origins);
    }

    [Fact]
    public void RefittedAtEachOriginIfAsked()
    {
        Recorder recorder = new();
        Backtest.Run([recorder], [Counting(10), Counting(8)],
            new BacktestOptions { Horizon = 2, FirstOrigin = ^4, Refit = true });
        Assert.Equal([6, 4, 8, 6], recorder.Fits);
        Assert.Equal([6, 4, 8, 6], recorder.Origins);
    }

    /// <summary>Nothing that lies behind an origin can be seen but known covariates.</summary>
    [Fact]
    public void TheFutureIsHidden()
    {
        Recorder recorder = new();
        Series series = Counting(10).WithCovariates([new("past", CovariateKind.Past, new double[10]),
            new("known", CovariateKind.Known, new double[10])]);
        Backtest.Run([recorder], [series], new BacktestOptions { Horizon = 3 });
        Assert.Equal((7, 7, 10), (recorder.Last!.Length, recorder.Last.Covariates[0].Values.Length,
            recorder.Last.Covariates[1].Values.Length));
    }

    [Fact]
    public void TheTableHasARowForEach()
    {
        string[] lines = Backtest.Run([new NaiveForecaster(levels: []), new NaiveForecaster(drift: true)],
            [Counting(10)], new BacktestOptions { Horizon = 3 }).ToString().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal("1 forecasts", lines[0][..11]);
        Assert.Equal(["naive", "2.0000", "16.454", "15.05", "2", "2.1602", "0.15385", "0.15385", "80.00", "0.0"],
            lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            ["naive", "with", "drift", "0.0000", "0.000", "0.00", "0", "0", "0.00000", "0.00000", "0.00", "100.0"],
            lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Single(lines[..3].Select(line => line.Length).Distinct());
    }

    [Fact]
    public void WhatIsWrongIsNamed()
    {
        BacktestOptions options = new() { Horizon = 3 };
        Refuses("0 forecasters and 1 series", [], [Counting(5)], options);
        Refuses("1 forecasters and 0 series", [new NaiveForecaster()], [], options);
        Refuses("two forecasters are named 'naive'", [new NaiveForecaster(), new NaiveForecaster()], [Counting(5)],
            options);
        Backtest.Run([new NaiveForecaster(2), new NaiveForecaster(3) { Name = "another" }], [Counting(5)], options);
        Refuses("the first origin of series 'counting' is 0 of 3 values", [new NaiveForecaster()], [Counting(3)],
            options);
        Refuses("is 4 of 6 values; expected 1 or more, with 3 after it", [new NaiveForecaster()], [Counting(6)],
            options with { FirstOrigin = 4 });
        BacktestResult result = Backtest.Run([new NaiveForecaster()], [Counting(5)], options);
        Assert.Contains("no forecaster 'x'; there are naive",
            Assert.Throws<KeyNotFoundException>(() => result["x"]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Backtest.Run([new NaiveForecaster()], [Counting(5)], new BacktestOptions { Horizon = 0 }));
    }

    /// <summary>A gap on both sides of an origin is filled with the value before it, not on a line to one after it.</summary>
    [Fact]
    public void WhatIsFilledKnowsNothingOfWhatFollowsAnOrigin()
    {
        SeriesBuilder builder = new("s", new SeriesReading { Missing = MissingTimes.Linear });
        foreach (double value in new[] { 1, 2, double.NaN, double.NaN, 8, 9, 10 })
            builder.Add(new DateTime(2026, 1, 1).AddDays(builder.Rows), value);

        Series series = builder.Build();
        Assert.Equal([1, 2, 4, 6, 8, 9, 10], series.Values.ToArray());
        Recorder recorder = new();
        Backtest.Run([recorder], [series], new BacktestOptions { Horizon = 3, FirstOrigin = 4 });
        Assert.Equal([1, 2, 2, 2], recorder.Last!.Values.ToArray());
        Backtest.Run([recorder], [series], new BacktestOptions { Horizon = 2, FirstOrigin = 5 });
        Assert.Equal([1, 2, 4, 6, 8], recorder.Last!.Values.ToArray());
    }

    private static Series Counting(int length) =>
        new("counting", [.. Enumerable.Range(0, length).Select(i => i + 5.0)]);

    private static void Refuses(string message, IReadOnlyList<IForecaster> forecasters, IReadOnlyList<Series> series,
        BacktestOptions options) => Assert.Contains(message, Assert.Throws<ArgumentException>(
            () => Backtest.Run(forecasters, series, options)).Message, StringComparison.Ordinal);

    private sealed class Recorder : IFittedForecaster
    {
        public List<int> Origins { get; } = [];

        public List<int> Fits { get; } = [];

        public Series? Last { get; private set; }

        public string Name => "recorder";

        public void Fit(IReadOnlyList<Series> training) => Fits.AddRange(training.Select(series => series.Length));

        public Forecast Forecast(Series history, int horizon)
        {
            Last = history;
            Origins.Add(history.Length);
            return new Forecast([.. Enumerable.Repeat(history.Values[^1], horizon)]);
        }
    }
}
