using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;
using Xunit;

namespace Rnn.Tests.Forecasting;

public class BaselinesTests
{
    /// <summary>The published table: to 1957-12, 36 months ahead. What is searched for may differ a little.</summary>
    [Theory]
    [InlineData("seasonal naive", 13.19, 0.005)]
    [InlineData("seasonal naive with drift", 5.66, 0.005)]
    [InlineData("Theta", 8.15, 0.1)]
    [InlineData("exponential smoothing", 5.11, 0.5)]
    public void AirlinePassengers(string name, double published, double tolerance)
    {
        BacktestResult result = Backtest.Run([Named(name, 12)], [ForecastData.Airline()],
            new BacktestOptions { Horizon = 36, Season = 12 });
        Assert.Equal(published, 100 * result[name].Mape, tolerance);
    }

    /// <summary>The published figures of seasonal naive, recomputed: points, and ND = wQL; and of Theta.</summary>
    [Fact]
    public void M4Hourly()
    {
        BacktestResult result = Backtest.Run([new NaiveForecaster(24, levels: []), new ThetaForecaster(24, [])],
            ForecastData.M4Hourly(), new BacktestOptions { Horizon = 48, Season = 24 });
        ForecastScore naive = result["seasonal naive"], theta = result["Theta"];
        Assert.Equal(414, naive.Count);
        Assert.Equal(1.1932, naive.Mase, 5e-5);
        Assert.Equal(13.912, naive.SmapeM4, 5e-4);
        Assert.Equal(0.04831, naive.Nd, 5e-6);
        Assert.Equal(naive.Nd, naive.MeanWql, 1e-12);
        Assert.Equal(2.455, theta.Mase, 1e-3);
        Assert.Equal(18.14, theta.SmapeM4, 5e-3);
    }

    [Fact]
    public void NaiveByHand()
    {
        // Residuals 1, 2, 3; sigma^2 = 14 / 3. With drift 2: -1, 0, 1; sigma^2 = 2 / 3.
        Series series = new("a", [1.0, 2, 4, 7]);
        Forecast naive = new NaiveForecaster().Forecast(series, 2);
        Forecast drift = new NaiveForecaster(drift: true).Forecast(series, 2);
        Assert.Equal([7, 7], naive.Mean.ToArray());
        Assert.Equal([9, 11], drift.Mean.ToArray());
        const double z = 1.2815515655446004;   // of 90%
        Assert.Equal(7 + z * Math.Sqrt(14 / 3.0), naive.Quantile(0.9)[0], 1e-9);
        Assert.Equal(7 - z * Math.Sqrt(28 / 3.0), naive.Quantile(0.1)[1], 1e-9);
        Assert.Equal(11 + z * Math.Sqrt(2 / 3.0 * 2 * (1 + 2 / 3.0)), drift.Quantile(0.9)[1], 1e-9);

        Forecast seasonal = new NaiveForecaster(2).Forecast(series, 5);
        Assert.Equal([4, 7, 4, 7, 4], seasonal.Mean.ToArray());
        Assert.Equal(7 + z * Math.Sqrt(2 * (9 + 25) / 2.0), seasonal.Quantile(0.9)[3], 1e-9);
        Assert.Equal([7, 7], new NaiveForecaster(5).Forecast(series, 2).Mean.ToArray());
        Assert.False(new NaiveForecaster(levels: []).Forecast(series, 1).HasQuantiles);
    }

    /// <summary>A constant goes on, a single value too, and nothing is NaN.</summary>
    [Fact]
    public void ConstantsGoOn()
    {
        foreach (IForecaster forecaster in Every(4))
        {
            foreach (double constant in new[] { 0, 5, -0.1, 1e9 })
            {
                foreach (int length in new[] { 1, 2, 3, 7, 30 })
                {
                    Series series = new("c", [.. Enumerable.Repeat(constant, length)]);
                    Forecast forecast = forecaster.Forecast(series, 6);
                    double tolerance = 1e-7 * Math.Abs(constant);
                    Assert.All(forecast.Mean.ToArray(), value => Assert.Equal(constant, value, tolerance));
                    Assert.All(forecast.Quantile(0.975).ToArray(), value => Assert.Equal(constant, value, tolerance));
                }
            }
        }
    }

    /// <summary>1, 2, 3, 4 continues as a person expects, of those that know a trend.</summary>
    [Theory]
    [InlineData("naive with drift")]
    [InlineData("exponential smoothing")]
    [InlineData("linear autoregression")]
    [InlineData("linear autoregression (recursive)")]
    public void StraightLinesGoOn(string name)
    {
        foreach (int length in new[] { 4, 12, 40 })
        {
            Series line = new("line", [.. Enumerable.Range(1, length).Select(i => (double)i)]);
            Forecast forecast = Named(name, 1).Forecast(line, 4);
            for (int h = 0; h < 4; h++)
                Assert.Equal(length + 1 + h, forecast.Mean[h], 0.02 * length);
        }
    }

    /// <summary>Short, wild, huge, tiny and negative series: finite numbers, the same each time, in order.</summary>
    [Fact]
    public void AnythingGoesOn()
    {
        Random random = new(5);
        foreach (int length in new[] { 1, 2, 3, 4, 5, 8, 13, 24, 60 })
        {
            foreach (double size in new[] { 1e-12, 1, 1e12 })
            {
                double[] noise = [.. Enumerable.Range(0, length).Select(_ => size * (random.NextDouble() - 0.5))];
                double[] growing = [.. Enumerable.Range(0, length).Select(t => size * Math.Pow(1.5, t))];
                double[] rare = [.. Enumerable.Range(0, length).Select(t => t % 5 == 3 ? size * random.Next(9) : 0)];
                foreach (double[] values in new[] { noise, growing, rare })
                {
                    Series series = new("any", values);
                    foreach (IForecaster forecaster in Every(4))
                    {
                        Forecast forecast = forecaster.Forecast(series, 9), again = forecaster.Forecast(series, 9);
                        Assert.Equal(forecast.Mean.ToArray(), again.Mean.ToArray());
                        Assert.Equal(forecast.Quantile(0.1).ToArray(), again.Quantile(0.1).ToArray());
                    }
                }
            }
        }
    }

    /// <summary>A season of known shape, trend and noise: what is found is near the truth, and 80% hold 80%.</summary>
    [Theory]
    [InlineData("exponential smoothing")]
    [InlineData("linear autoregression")]
    [InlineData("linear autoregression (recursive)")]
    public void NoiseIsTheFloor(string name)
    {
        Series series = Synthetic(600, noise: 1, factors: false);
        ForecastScore score = Backtest.Run([Named(name, 12), new NaiveForecaster(12)], [series],
            new BacktestOptions { Horizon = 12, FirstOrigin = ^240, Season = 12 })[name];
        Assert.InRange(score.Rmse, 0.8, 1.25);
        Assert.InRange(score.Coverage(0.8), 0.7, 0.9);
    }

    [Fact]
    public void AMultiplicativeSeasonIsFound()
    {
        Series series = Synthetic(120, noise: 0.5, factors: true);
        BacktestOptions options = new() { Horizon = 24, Season = 12 };
        SmoothingForecaster multiplicative = new(12, SmoothingTrend.Additive, SmoothingSeason.Multiplicative);
        SmoothingForecaster additive = new(12, SmoothingTrend.Additive, SmoothingSeason.Additive);
        double best = Backtest.Run([multiplicative], [series], options)[multiplicative.Name].Rmse;
        Assert.InRange(best, 0, 1.5);
        Assert.InRange(Backtest.Run([additive], [series], options)[additive.Name].Rmse, 2 * best, double.MaxValue);
        IForecaster chosen = Named("exponential smoothing", 12);
        Assert.InRange(Backtest.Run([chosen], [series], options)[chosen.Name].Rmse, 0, 1.1 * best);
    }

    /// <summary>y is the covariate of its step, whose future is known; a past one tells two steps ahead.</summary>
    [Theory]
    [InlineData(CovariateKind.Known, true)]
    [InlineData(CovariateKind.Known, false)]
    [InlineData(CovariateKind.Past, true)]
    public void CovariatesAreUsed(CovariateKind kind, bool direct)
    {
        Random random = new(3);
        double[] values = [.. Enumerable.Range(0, 210).Select(_ => random.NextDouble())];
        double[] covariate = kind == CovariateKind.Known ? [.. values] : [.. values[2..], 0.5, 0.5];
        Series series = new("a", values, null, [new Covariate("x", kind, covariate)]);
        BacktestOptions options = new() { Horizon = 2, FirstOrigin = 150 };
        LinearAutoregression with = new(new LinearAutoregressionOptions { Direct = direct });
        LinearAutoregression without = new(new LinearAutoregressionOptions { Direct = direct, Covariates = false });
        double ignorant = Backtest.Run([without], [series], options)[without.Name].Mse;
        double told = Backtest.Run([with], [series], options)[with.Name].Mse;
        Assert.InRange(told, 0, (kind == CovariateKind.Known ? 0.01 : 0.6) * ignorant);
    }

    [Fact]
    public void OneFunctionForManySeries()
    {
        // Waves of period 6 around any level and of any height: y_t = y_(t-1) - y_(t-2), around the mean.
        Series[] all = [.. Enumerable.Range(1, 30).Select(s => new Series($"s{s}",
            [.. Enumerable.Range(0, 15).Select(t => 10 * s + (1 + s % 7) * Math.Cos(s + t * Math.PI / 3))]))];
        LinearAutoregression one = new(
            new LinearAutoregressionOptions { Lags = 2, Direct = false, Together = true });
        ForecastScore fitted = Backtest.Run([one], all, new BacktestOptions { Horizon = 3 })[one.Name];
        ForecastScore naive = Backtest.Run([new NaiveForecaster()], all, new BacktestOptions { Horizon = 3 })["naive"];
        Assert.InRange(fitted.Mase, 0, 0.01 * naive.Mase);
    }

    /// <summary>By its name a history has the function that was fitted, not one of its own.</summary>
    [Fact]
    public void EachSeriesHasItsFunction()
    {
        Series up = new("a", [.. Enumerable.Range(0, 30).Select(t => 1.0 * t)]);
        Series wave = new("b", [.. Enumerable.Range(0, 30).Select(t => Math.Cos(t * Math.PI / 3))]);
        LinearAutoregression both = new();
        both.Fit([up, wave]);
        Assert.Equal(new LinearAutoregression().Forecast(wave, 4).Mean.ToArray(),
            both.Forecast(wave, 4).Mean.ToArray());

        // As a: what went up by as much as ever. As itself: a wave.
        Assert.Equal(Math.Cos(30 * Math.PI / 3), both.Forecast(wave, 1).Mean[0], 0.01);
        Series other = new("a", wave.Values.ToArray());
        Assert.NotEqual(Math.Cos(30 * Math.PI / 3), both.Forecast(other, 1).Mean[0], 0.01);
    }

    [Fact]
    public void WhatIsWrongIsNamed()
    {
        Series known = new("a", new double[20], null, [new Covariate("x", CovariateKind.Known, new double[22])]);
        Assert.Contains("go on for 2 steps after its end; expected 3", Assert.Throws<ArgumentException>(
            () => new LinearAutoregression().Forecast(known, 3)).Message, StringComparison.Ordinal);
        LinearAutoregression fitted = new();
        fitted.Fit([known]);
        Assert.Contains("has the covariates []; expected [x]", Assert.Throws<ArgumentException>(
            () => fitted.Forecast(new Series("a", new double[20]), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("two series are named 'a'", Assert.Throws<ArgumentException>(
            () => fitted.Fit([known, known])).Message, StringComparison.Ordinal);
        Assert.Contains("no series to learn from", Assert.Throws<ArgumentException>(() => fitted.Fit([])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new LinearAutoregression(new LinearAutoregressionOptions { Seasons = [1] }));
        Assert.All(Every(2),
            forecaster => Assert.Throws<ArgumentOutOfRangeException>(() => forecaster.Forecast(known, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NaiveForecaster(0));
        Assert.Throws<ArgumentException>(() => new ThetaForecaster(1, [0.5, 0.1]));
    }

    private static Series Synthetic(int length, double noise, bool factors)
    {
        Random random = new(7);
        double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return new Series("synthetic", [.. Enumerable.Range(0, length).Select(t =>
        {
            double level = 50 + 0.5 * t, wave = Math.Sin(2 * Math.PI * t / 12);
            return (factors ? level * (1 + 0.4 * wave) : level + 10 * wave) + noise * Normal();
        })]);
    }

    private static IForecaster Named(string name, int season) =>
        Every(season).First(forecaster => forecaster.Name == name);

    private static IEnumerable<IForecaster> Every(int season)
    {
        LinearAutoregressionOptions options = new() { Seasons = season > 1 ? [season] : [] };
        return
        [
            new NaiveForecaster(),
            new NaiveForecaster(drift: true),
            new NaiveForecaster(Math.Max(2, season)),
            new NaiveForecaster(Math.Max(2, season), drift: true),
            new ThetaForecaster(season),
            new SmoothingForecaster(season),
            new LinearAutoregression(options),
            new LinearAutoregression(options with { Direct = false }),
        ];
    }
}
