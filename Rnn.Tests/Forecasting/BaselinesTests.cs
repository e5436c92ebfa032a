using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;
using Xunit;

namespace Rnn.Tests.Forecasting;

public class BaselinesTests
{
    public static TheoryData<string> All => [.. Every(12).Select(forecaster => forecaster.Name)];

    /// <summary>The published table: to 1957-12, 36 months ahead.</summary>
    [Theory]
    [InlineData("seasonal naive", 13.19, 0.005)]
    [InlineData("seasonal naive with drift", 5.66, 0.005)]
    [InlineData("Theta", 8.15, 1.0)]
    [InlineData("exponential smoothing", 5.11, 2.0)]
    public void AirlinePassengers(string name, double published, double tolerance)
    {
        Series airline = ForecastData.Airline();
        Forecast forecast = Every(12).Single(forecaster => forecaster.Name == name).Forecast(airline.Slice(0, 108), 36);
        ForecastScore score = new(12);
        score.Add(airline.Values[..108], airline.Values[108..], forecast);
        Assert.Equal(published, 100 * score.Mape, tolerance);
    }

    /// <summary>The published figures of seasonal naive, recomputed: points, and ND = wQL.</summary>
    [Fact]
    public void M4HourlySeasonalNaive()
    {
        NaiveForecaster naive = new(24, levels: []);
        ForecastScore score = new(24);
        foreach (Series series in ForecastData.M4Hourly())
        {
            Series history = series.Slice(0, series.Length - 48);
            score.Add(history.Values, series.Values[^48..], naive.Forecast(history, 48));
        }

        Assert.Equal(414, score.Count);
        Assert.Equal(1.1932, score.Mase, 5e-5);
        Assert.Equal(13.912, score.SmapeM4, 5e-4);
        Assert.Equal(0.04831, score.Nd, 5e-6);
        Assert.Equal(score.Nd, score.MeanWql, 1e-12);
    }

    private static IEnumerable<IForecaster> Every(int season) =>
    [
        new NaiveForecaster(),
        new NaiveForecaster(drift: true),
        new NaiveForecaster(season),
        new NaiveForecaster(season, drift: true),
        new ThetaForecaster(season),
        new SmoothingForecaster(season),
    ];
}
