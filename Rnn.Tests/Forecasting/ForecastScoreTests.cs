using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;
using Xunit;

namespace Rnn.Tests.Forecasting;

public class ForecastScoreTests
{
    /// <summary>GluonTS's own test: rows of 0 to 49 in rows of ten, the last three to forecast, by the value
    /// before.</summary>
    private static ForecastScore FiveSeries()
    {
        ForecastScore score = new(season: 1);
        for (int row = 0; row < 5; row++)
        {
            double[] values = [.. Enumerable.Range(10 * row, 10).Select(i => (double)i)];
            score.Add(values.AsSpan(0, 7), values.AsSpan(7), new Forecast([values[6], values[6], values[6]]));
        }

        return score;
    }

    [Fact]
    public void GluonsFiveSeries()
    {
        ForecastScore score = FiveSeries();
        Assert.Equal((5, 15L, 0), (score.Count, score.Steps, score.Unscaled));
        Assert.Equal(30, score.AbsoluteError, 1e-12);
        Assert.Equal(2, score.Mae, 1e-12);
        Assert.Equal(14 / 3.0, score.Mse, 1e-12);
        Assert.Equal(2.160246899469287, score.Rmse, 1e-12);
        Assert.Equal(2, score.Mase, 1e-12);
        Assert.Equal(0.103112211532525, score.Mape, 1e-14);
        Assert.Equal(0.1132540493, score.Smape, 1e-10);
        Assert.Equal(11.32540493, score.SmapeM4, 1e-8);
        Assert.Equal(30 / 420.0, score.Nd, 1e-12);
        Assert.Equal(0.0714285714, score.MeanWql, 1e-10);
        Assert.Equal(80, score.Msis, 1e-10);
        Assert.Equal(0, score.Coverage(0.8));
        Assert.Contains("MASE 2.0000, sMAPE (0 to 200) 11.325, MAPE 10.31%", score.ToString(),
            StringComparison.Ordinal);
    }

    /// <summary>Of a point forecast below the truth, level q costs 2 q |y - f|.</summary>
    [Fact]
    public void EachLevelHasItsLoss()
    {
        ForecastScore score = FiveSeries();
        Assert.All(Forecast.DefaultLevels, level => Assert.Equal(2 * level * 30 / 420, score.Wql(level), 1e-12));
    }

    /// <summary>y = 1, 5 of quantiles 0 to 2 and 0 to 2, by hand.</summary>
    [Fact]
    public void QuantilesByHand()
    {
        double[] levels = [0.1, 0.5, 0.9];
        Forecast forecast = new([1.5, 1.5], levels, [[0, 0], [1, 2], [2, 2]]);
        ForecastScore score = new();
        score.Add([1, 3, 5], [1, 5], forecast);

        // 0.1: 0.1 * 1 + 0.1 * 5; 0.5: 0 + 0.5 * 3; 0.9: 0.1 * 1 + 0.9 * 3; each twice, over |1| + |5|.
        Assert.Equal(2 * 0.6 / 6, score.Wql(0.1), 1e-14);
        Assert.Equal(2 * 1.5 / 6, score.Wql(0.5), 1e-14);
        Assert.Equal(2 * 2.8 / 6, score.Wql(0.9), 1e-14);
        Assert.Equal(0.5, score.Coverage(0.8));

        // Absolute errors of the median (0, 3), squared ones of the mean (0.5, 3.5); the scale is 2.
        Assert.Equal(1.5, score.Mae, 1e-14);
        Assert.Equal((0.25 + 12.25) / 2, score.Mse, 1e-14);
        Assert.Equal(0.75, score.Mase, 1e-14);

        // What the forecast doesn't have can't be measured.
        Assert.True(double.IsNaN(score.Wql(0.2)) && double.IsNaN(score.MeanWql) && double.IsNaN(score.Msis));
        Assert.True(double.IsNaN(score.Coverage(0.95)));
        Assert.Contains("interval asks for level 0.25", Assert.Throws<ArgumentOutOfRangeException>(
            () => score.Coverage(0.5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MsisByHand()
    {
        // Width 4; within; 1 below; 2 above: 4, 4 + 40, 4 + 80 at alpha 0.05.
        double msis = ForecastMeasures.MeanScaledIntervalScore([0, -3, 4], [-2, -2, -2], [2, 2, 2], 0.05, 2);
        Assert.Equal((4 + 44 + 84) / 3.0 / 2, msis, 1e-12);
        Assert.Equal(1 / 3.0, ForecastMeasures.Coverage([0, -3, 4], [-2, -2, -2], [2, 2, 2]), 1e-15);
        Assert.Equal(1, ForecastMeasures.Coverage([-2, 2], [-2, -2], [2, 2]));
    }

    [Fact]
    public void TheScaleIsOfTheHistoryAndShortOnesHaveNoSeason()
    {
        Assert.Equal(10, ForecastMeasures.SeasonalScale([0, 1, 10, 11], 2));
        Assert.Equal(1, ForecastMeasures.SeasonalScale([0, 1, 2], 3));
        Assert.True(double.IsNaN(ForecastMeasures.SeasonalScale([5], 1)));
        ForecastScore score = new(2);
        score.Add([0, 1, 10, 11], [100], new Forecast([90]));
        Assert.Equal(1, score.Mase, 1e-15);
    }

    /// <summary>A history that repeats itself has no scale; zeros have no percentages; nothing is NaN for it.</summary>
    [Fact]
    public void WhatHasNoScaleIsLeftOut()
    {
        ForecastScore score = new();
        score.Add([3, 3, 3], [0, 2], new Forecast([0, 1]));
        score.Add([1, 2, 3], [4, 5], new Forecast([4, 6]));
        Assert.Equal(1, score.Unscaled);
        Assert.Equal(0.5, score.Mase, 1e-15);
        Assert.Equal((0.5 + 0.1) / 2, score.Mape, 1e-15);
        Assert.Equal((2 / 3.0 / 2 + 2 / 11.0 / 2) / 2, score.Smape, 1e-15);
        Assert.True(double.IsNaN(ForecastMeasures.MeanAbsolutePercentageError([0], [1])));
    }

    [Fact]
    public void MeasuresSayWhatIsWrong()
    {
        Assert.Contains("the truth has 2 steps, the forecast 1", Assert.Throws<ArgumentException>(
            () => ForecastMeasures.MeanAbsoluteError([1, 2], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("no truth", Assert.Throws<ArgumentException>(
            () => ForecastMeasures.MeanSquaredError([], [])).Message, StringComparison.Ordinal);
        Assert.Contains("the truth of step 1 is NaN", Assert.Throws<ArgumentException>(
            () => new ForecastScore().Add([1], [1, double.NaN], new Forecast([1, 2]))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForecastScore(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ForecastMeasures.QuantileLoss([1], [1], 1));
        List<Action> alphas = [.. new[] { 0, 1, double.NaN }.Select(alpha => (Action)(() =>
            ForecastMeasures.MeanScaledIntervalScore([1], [1], [1], alpha, 1)))];
        Assert.All(alphas, check => Assert.Throws<ArgumentOutOfRangeException>(check));
    }
}
