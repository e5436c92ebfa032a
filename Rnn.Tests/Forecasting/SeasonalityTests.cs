using System;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Forecasting;
using Xunit;

namespace Rnn.Tests.Forecasting;

public class SeasonalityTests
{
    private static readonly DateTime s_first = new(2023, 1, 1);

    [Theory]
    [InlineData("01:00:00", "24,168", 24, 168)]
    [InlineData("01:00:00", "24", 24)]
    [InlineData("01:00:00", "", 10)]               // no part of the calendar
    [InlineData("00:15:00", "4,96", 4, 96)]
    [InlineData("1.00:00:00", "7", 7)]
    [InlineData("7.00:00:00", "52", 52)]
    [InlineData("365.00:00:00", "", 10)]
    [InlineData("month", "12", 12)]
    [InlineData("", "12", 12)]
    [InlineData("", "24", 24)]
    [InlineData("", "")]
    public void TheSeasonsOfASeriesAreFound(string step, string expected, params int[] seasons)
    {
        Philox random = new(1, 0);
        double level = 0;
        double[] values = new double[900];
        for (int t = 0; t < values.Length; t++)
        {
            level += 0.2 * random.NextNormal();
            values[t] = level + (0.05 * t) + (0.5 * random.NextNormal()) + seasons.Sum(m => 2 * Wave(t % m, m));
        }

        Series series = step.Length == 0 ? new Series("y", values)
            : new Series("y", values, [.. Enumerable.Range(0, values.Length).Select(t => step == "month"
                ? s_first.AddMonths(t) : s_first + (TimeSpan.Parse(step, null) * t))]);
        Assert.Equal(expected, string.Join(',', Seasonality.Find(series)));
    }

    [Fact]
    public void OfManySeriesMostDecide()
    {
        Series season = new("a", [.. Enumerable.Range(0, 60).Select(t => Wave(t % 5, 5) + (0.01 * t))]);
        Series line = new("b", [.. Enumerable.Range(0, 60).Select(t => 1.0 * t)]);
        Assert.Equal([5], Seasonality.Find([season, season, line]));
        Assert.Empty(Seasonality.Find([season, line, line]));
        Assert.Contains("no series", Assert.Throws<ArgumentException>(() => Seasonality.Find([])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void ShortSeriesHaveNone(int length)
    {
        Assert.Empty(Seasonality.Find(new Series("y", new double[length])));
        Assert.Empty(Seasonality.Find(new Series("y", [.. Enumerable.Range(0, length).Select(t => t % 2.0)])));
    }

    // Steep on one side: the changes from step to step are large once a season.
    private static double Wave(int t, int season) => Math.Sin(2 * Math.PI * t / season) + (t < season / 4.0 ? 1 : 0);
}
