using System;
using System.Linq;
using Rnn.Models.Forecasting;
using Xunit;

namespace Rnn.Tests.Forecasting;

public class ForecastTests
{
    [Fact]
    public void PathsByHand()
    {
        // 0 to 10 in any order: quantile q is 10 q; the second step is constant.
        double[][] paths = [.. new[] { 3, 1, 4, 10, 5, 9, 2, 6, 0, 8, 7 }.Select(v => new double[] { v, 0.1 })];
        Forecast forecast = Forecast.FromPaths(paths);
        Assert.Equal(Forecast.DefaultLevels, forecast.Levels.ToArray());
        Assert.Equal(2, forecast.Horizon);
        Assert.Equal(5, forecast.Mean[0], 1e-14);
        Assert.All(Forecast.DefaultLevels, level =>
        {
            Assert.Equal(10 * level, forecast.Quantile(level)[0], 1e-12);
            Assert.Equal(0.1, forecast.Quantile(level)[1]);
        });
        Assert.Equal(0.1, forecast.Mean[1]);
        Assert.Equal(5, forecast.Median[0], 1e-14);
        Assert.Equal(7, Forecast.FromPaths([[7]], [0.5]).Quantile(0.5)[0]);
    }

    [Fact]
    public void QuantilesThatCrossAreSorted()
    {
        Forecast forecast = new([1, 1], [0.1, 0.5, 0.9], [[2, 0], [1, 1], [3, 2]]);
        Assert.Equal([1, 0], forecast.Quantile(0.1).ToArray());
        Assert.Equal([2, 1], forecast.Median.ToArray());
        Assert.Equal([3, 2], forecast.Quantile(0.9).ToArray());
    }

    [Fact]
    public void PointsAreTheirOwnMedian()
    {
        Forecast forecast = new([1, 2]);
        Assert.False(forecast.HasQuantiles);
        Assert.Equal([1, 2], forecast.Median.ToArray());
        Assert.Contains("no quantile of level 0.5; there are none",
            Assert.Throws<ArgumentOutOfRangeException>(() => forecast.Quantile(0.5)).Message);
    }

    [Fact]
    public void CountsAreNotNegative()
    {
        Forecast forecast = new Forecast([-1, 2], [0.1, 0.9], [[-3, -1], [1, 5]]).AtLeast(0);
        Assert.Equal([0, 2], forecast.Mean.ToArray());
        Assert.Equal([0, 0], forecast.Quantile(0.1).ToArray());
        Assert.Equal([1, 5], forecast.Quantile(0.9).ToArray());
    }

    [Fact]
    public void WhatIsWrongIsNamed()
    {
        Refuses("no steps", () => new Forecast([]));
        Refuses("the mean of step 1 is NaN", () => new Forecast([1, double.NaN]));
        Refuses("levels[1] is 0.1", () => new Forecast([1], [0.5, 0.1], [[1], [1]]));
        Refuses("levels[0] is 1", () => new Forecast([1], [1], [[1]]));
        Refuses("1 quantiles for 2 levels", () => new Forecast([1], [0.1, 0.5], [[1]]));
        Refuses("quantiles[0] has 2 steps; expected 1", () => new Forecast([1], [0.1], [[1, 2]]));
        Refuses("quantile 0.1 of step 0 is", () => new Forecast([1], [0.1], [[double.NegativeInfinity]]));
        Refuses("paths[1] has 2 steps; expected 1", () => Forecast.FromPaths([[1], [1, 2]]));
        Refuses("path 1 of step 0 is NaN", () => Forecast.FromPaths([[1], [double.NaN]]));
        Refuses("paths has no steps", () => Forecast.FromPaths([]));
    }

    private static void Refuses(string message, Func<object> make) => Assert.Contains(message,
        Assert.Throws<ArgumentException>(make).Message, StringComparison.Ordinal);
}
