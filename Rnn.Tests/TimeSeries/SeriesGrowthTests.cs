using System;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Xunit;

namespace Rnn.Tests.TimeSeries;

/// <summary>Growth from season to season, as far as it is certain.</summary>
public class SeriesGrowthTests
{
    /// <summary>Differences over two steps: 1, 2, 2, 3 (mean 2, variance 1/2, two seasons of them).</summary>
    [Fact]
    public void ByHand()
    {
        SeriesGrowth growth = new([1, 5, 2, 7, 4, 10, 100], 2);
        Assert.Equal(2 * (1 - (0.5 / 1 / 4)), growth.Before(6), 1e-12);
        Assert.Equal(0, growth.Before(4));   // one season of differences says nothing of their error
        Assert.Equal(0, growth.Before(1));

        // Nine steps of 1 or 3, and then three of 0.5: the mean of those is less.
        double[] steps = [1, 3, 1, 3, 1, 3, 1, 3, 1, 0.5, 0.5, 0.5];
        double[] values = new double[steps.Length + 1];
        for (int t = 0; t < steps.Length; t++)
            values[t + 1] = values[t] + steps[t];

        Assert.Equal(0.5, new SeriesGrowth(values, 1).Before(values.Length), 1e-12);
        Assert.Equal(-0.5, new SeriesGrowth([.. values.Select(value => -value)], 1).Before(values.Length), 1e-12);

        // And then back: growth has ended.
        Assert.Equal(0, new SeriesGrowth([.. values, values[^1] - 1, values[^1] - 2, values[^1] - 3], 1).Before(values.Length + 3));
    }

    [Fact]
    public void NoiseGrowsByNothing()
    {
        Philox random = new(1);
        int none = 0;
        for (int n = 0; n < 100; n++)
        {
            double[] values = [.. Enumerable.Range(0, 120).Select(_ => random.NextNormal())];
            none += new SeriesGrowth(values, 12).Before(120) == 0 ? 1 : 0;
        }

        Assert.InRange(none, 95, 100);
    }

    /// <summary>Untrained, a trend with a season goes on; the season's last noise is all that is wrong.</summary>
    [Theory]
    [InlineData(SeriesOutput.Quantiles)]
    [InlineData(SeriesOutput.Normal)]
    public void ATrendGoesOnUntrained(SeriesOutput output)
    {
        const int season = 6, length = 72, horizon = 18;
        Philox random = new(2);
        double[] values = [.. Enumerable.Range(0, length + horizon)
            .Select(t => (0.5 * t) + (4 * Math.Sin(2 * Math.PI * t / season)) + (0.2 * random.NextNormal()))];
        Series series = new("s", values[..length]);
        SeriesOptions options = new() { Output = output, Season = season, Horizon = horizon, HiddenSize = 4, Layers = 1 };
        double with = Error(options with { Growth = true }), without = Error(options);
        Assert.InRange(with, 0, 0.6);
        Assert.InRange(without, 3, 9);   // 3 a season, of which there are one to three

        double Error(SeriesOptions shape)
        {
            SeriesForecaster forecaster = new(new SeriesModel([series], shape)) { Paths = 2000 };
            double[] median = forecaster.Forecast(series, horizon).Median.ToArray();
            return median.Select((value, h) => Math.Abs(value - values[length + h])).Average();
        }
    }
}
