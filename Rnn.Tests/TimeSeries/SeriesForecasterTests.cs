using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Xunit;

namespace Rnn.Tests.TimeSeries;

public class SeriesForecasterTests
{
    private static readonly SeriesOptions s_small = new() { Horizon = 4, HiddenSize = 8, Layers = 1, Levels = [0.1, 0.5, 0.9] };

    private static readonly SeriesTrainingOptions s_short = new() { BatchSize = 8, StepsPerEpoch = 10, Epochs = 2 };

    public static TheoryData<SeriesOutput> Outputs => [.. Enum.GetValues<SeriesOutput>()];

    [Theory]
    [InlineData(SeriesOutput.Quantiles)]   // counts are never certain
    [InlineData(SeriesOutput.Normal)]
    [InlineData(SeriesOutput.StudentT)]
    public void AStraightLineGoesOn(SeriesOutput output)
    {
        foreach (int season in new[] { 1, 3, 24 })
        {
            SeriesForecaster forecaster = new(s_small with { Output = output, Season = season }, s_short);
            Series line = new("line", [1, 2, 3, 4]);
            forecaster.Fit([line]);
            Forecast forecast = forecaster.Forecast(line, 4);
            Assert.Equal([5d, 6, 7, 8], forecast.Median.ToArray());
            Assert.Equal([5d, 6, 7, 8], forecast.Quantile(0.9).ToArray());
            Assert.Equal([5d, 6, 7, 8], forecast.Mean.ToArray().Select(value => Math.Round(value, 9)));
        }
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void AConstantStaysAndNothingIsNaN(SeriesOutput output)
    {
        foreach (double value in new[] { 0d, 7, 1e9 })
        {
            SeriesForecaster forecaster = new(s_small with { Output = output }, s_short) { Paths = 50 };
            Series constant = new("constant", Enumerable.Repeat(value, 40).ToArray());
            forecaster.Fit([constant]);
            foreach (Series history in new[] { constant, constant.Slice(0, 1), constant.Slice(3, 2) })
            {
                double[] all = SeriesModelTests.Numbers([forecaster.Forecast(history, 4)])[0];
                if (output == SeriesOutput.NegativeBinomial)
                    Assert.All(all, number => Assert.True(number >= 0 && double.IsFinite(number)));
                else
                    Assert.All(all, number => Assert.Equal(value, number, 1e-6 * value));
            }
        }
    }

    /// <summary>Noise that has been flat of late may be noise again; what has never been otherwise stays.</summary>
    [Fact]
    public void WhatIsFlatOfLateIsNotCertain()
    {
        Philox random = new(3);
        double[] values = [.. Enumerable.Range(0, 120).Select(t => t < 90 ? random.NextNormal() : 0)];
        SeriesForecaster forecaster = new(s_small, s_short);
        Series series = new("s", values);
        forecaster.Fit([series]);
        Forecast forecast = forecaster.Forecast(series, 4);
        for (int h = 0; h < 4; h++)
            Assert.InRange(forecast.Quantile(0.9)[h] - forecast.Quantile(0.1)[h], 0.1, 10);
    }

    /// <summary>One value beyond all measure spoils no training.</summary>
    [Theory]
    [InlineData(SeriesOutput.Quantiles)]
    [InlineData(SeriesOutput.Normal)]
    [InlineData(SeriesOutput.StudentT)]
    public void AHugeValueIsSurvived(SeriesOutput output)
    {
        double[] values = [.. Enumerable.Range(0, 120).Select(t => 10 + Math.Sin(t))];
        values[50] = 1e45;
        SeriesForecaster forecaster = new(s_small with { Output = output }, s_short) { Paths = 20 };
        Series series = new("s", values);
        forecaster.Fit([series]);
        Assert.All(forecaster.Forecast(series, 4).Median.ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void WhatRepeatsItselfRepeatsItself()
    {
        double[] values = [.. Enumerable.Range(0, 60).Select(t => (double)(t * t % 7))];
        SeriesForecaster forecaster = new(s_small with { Season = 7, Horizon = 10 }, s_short);
        Series series = new("squares", values[..50]);
        forecaster.Fit([series]);
        Assert.Equal(values[50..], forecaster.Forecast(series, 10).Median.ToArray());
    }

    /// <summary>Short, long, constant and rising ones together, of any size: what is forecast is finite and in order,
    /// and what is certain alone is certain here.</summary>
    [Theory]
    [MemberData(nameof(Outputs))]
    public void SeriesOfAllKindsTogether(SeriesOutput output)
    {
        Series[] series =
        [
            new("one", [3]),
            new("two", [3, 5]),
            new("line", [10, 20, 30, 40, 50]),
            new("zeros", new double[30]),
            new("jump", [.. Enumerable.Range(0, 50).Select(t => t < 49 ? 1d : 1e6)]),
            new("large", [.. Enumerable.Range(0, 50).Select(t => Math.Round(1e8 * (2 + Math.Sin(t))))]),
            .. SeriesModelTests.Many(),
        ];
        SeriesForecaster forecaster = new(s_small with { Output = output, Season = 6 }, s_short, members: 2) { Paths = 50 };
        forecaster.Fit(series);
        Assert.Equal(2, forecaster.Models.Count);
        IReadOnlyList<Forecast> forecasts = forecaster.ForecastAll(series, 4);
        foreach (double[] numbers in SeriesModelTests.Numbers(forecasts))
        {
            Assert.All(numbers, number => Assert.True(double.IsFinite(number)));
            double[] low = numbers[4..8], median = numbers[8..12], high = numbers[12..16];
            for (int h = 0; h < 4; h++)
                Assert.True(low[h] <= median[h] && median[h] <= high[h]);
        }

        if (output == SeriesOutput.NegativeBinomial)
            return;

        Assert.Equal([3d, 3, 3, 3], forecasts[0].Median.ToArray());
        Assert.Equal([60d, 70, 80, 90], forecasts[2].Median.ToArray());
        Assert.Equal(new double[4], forecasts[3].Median.ToArray());
    }

    /// <summary>A season with noise of known size: better than repeating the last one, and intervals that hold what
    /// they promise.</summary>
    [Theory]
    [InlineData(SeriesOutput.Quantiles)]
    [InlineData(SeriesOutput.StudentT)]
    [InlineData(SeriesOutput.Normal)]
    public void ItBeatsTheSeasonalNaiveAndItsIntervalsCover(SeriesOutput output)
    {
        const int season = 8, horizon = 8, length = 120;
        Philox random = new(5);
        Series[] series = [.. Enumerable.Range(0, 30).Select(n => new Series($"{n}", [.. Enumerable.Range(0, length + horizon)
            .Select(t => (10 * (n + 1)) + ((n + 1) * ((3 * Math.Sin(2 * Math.PI * t / season)) + random.NextNormal())))]))];
        SeriesForecaster forecaster = new(new SeriesOptions
        {
            Output = output,
            Season = season,
            Horizon = horizon,
            HiddenSize = 16,
            Layers = 1,
        }, new SeriesTrainingOptions { LearningRate = 0.01, Epochs = 12, StepsPerEpoch = 20 });
        Series[] histories = [.. series.Select(each => each.Slice(0, length))];
        forecaster.Fit(histories);
        IReadOnlyList<Forecast> forecasts = forecaster.ForecastAll(histories, horizon);
        double error = 0, naive = 0, within = 0;
        for (int n = 0; n < series.Length; n++)
        {
            for (int h = 0; h < horizon; h++)
            {
                double actual = series[n].Values[length + h];
                error += Math.Abs(actual - forecasts[n].Median[h]) / (n + 1);
                naive += Math.Abs(actual - series[n].Values[length + h - season]) / (n + 1);
                within += actual >= forecasts[n].Quantile(0.1)[h] && actual <= forecasts[n].Quantile(0.9)[h] ? 1 : 0;
            }
        }

        // Noise alone has a mean error of .798; the last season's noise comes on top of it: 1.128.
        int count = series.Length * horizon;
        Assert.InRange(naive / count, 1, 1.25);
        Assert.InRange(error / count, 0.7, 0.98);
        Assert.InRange(within / count, 0.68, 0.92);
    }

    [Fact]
    public void CountsAreForecastAsCounts()
    {
        Philox random = new(3);
        Series[] series = [.. Enumerable.Range(0, 20).Select(n => new Series($"{n}", [.. Enumerable.Range(0, 80)
            .Select(t => DistributionSampler.NegativeBinomial((n + 1) * 0.5, 0.3, ref random))]))];
        SeriesOptions options = s_small with { Output = SeriesOutput.NegativeBinomial };
        SeriesTrainingOptions training = new() { LearningRate = 0.01, Epochs = 8, StepsPerEpoch = 20 };
        SeriesForecaster forecaster = new(options, training) { Paths = 400 };
        forecaster.Fit(series);
        IReadOnlyList<Forecast> forecasts = forecaster.ForecastAll(series, 4);
        double ratio = 0;
        for (int n = 0; n < series.Length; n++)
        {
            Assert.All(forecasts[n].Median.ToArray(), value => Assert.True(value >= 0));
            ratio += forecasts[n].Mean.ToArray().Average() / ((n + 1) * 0.5) / series.Length;
        }

        Assert.InRange(ratio, 0.8, 1.25);
    }

    [Fact]
    public void AHorizonBeyondTheModelsAndNoModelsAreRefused()
    {
        Series[] series = SeriesModelTests.Many();
        Series one = series[0];
        SeriesForecaster direct = new(new SeriesModel(series, s_small));
        Assert.Equal(2, direct.Forecast(one, 2).Horizon);
        Assert.Equal(direct.Forecast(one, 4).Median[..2].ToArray(), direct.Forecast(one, 2).Median.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>("horizon", () => direct.Forecast(one, 5));
        Assert.Throws<ArgumentOutOfRangeException>("horizon", () => direct.Forecast(one, 0));
        SeriesForecaster paths = new(new SeriesModel(series, s_small with { Output = SeriesOutput.StudentT })) { Paths = 10 };
        Assert.Equal(50, paths.Forecast(one, 50).Horizon);
        Assert.Throws<InvalidOperationException>(() => new SeriesForecaster(s_small).Forecast(one, 2));
        Assert.Throws<ArgumentException>("models", () => new SeriesForecaster(Array.Empty<SeriesModel>()));
        Assert.Throws<ArgumentException>("models", () => new SeriesForecaster(
            new SeriesModel(series, s_small), new SeriesModel(series, s_small with { Horizon = 5 })));
        Assert.Throws<ArgumentException>("models", () => new SeriesForecaster(
            new SeriesModel(series, s_small), new SeriesModel(series, s_small with { RecentHorizons = 9 })));
        Assert.Throws<ArgumentOutOfRangeException>("Paths", () => new SeriesForecaster(s_small) { Paths = 0 });
    }

    [Fact]
    public void WhatIsDrawnHasTheMomentsOfItsDistribution()
    {
        const int count = 100_000;
        Philox random = new(1);
        foreach (double shape in new[] { 0.3, 1, 4.5 })
            Moments(() => DistributionSampler.Gamma(shape, ref random), shape, shape);

        Moments(() => DistributionSampler.StudentT(9, ref random), 0, 9.0 / 7);
        foreach ((double mean, double dispersion) in new[] { (0.4, 0.5), (12, 0.1), (200, 0.02), (5000, 0.01) })
            Moments(() => DistributionSampler.NegativeBinomial(mean, dispersion, ref random), mean, mean + (dispersion * mean * mean));

        static void Moments(Func<double> draw, double mean, double variance)
        {
            double sum = 0, squares = 0;
            for (int i = 0; i < count; i++)
            {
                double x = draw();
                sum += x;
                squares += (x - mean) * (x - mean);
            }

            Assert.Equal(mean, sum / count, 6 * Math.Sqrt(variance / count));
            Assert.Equal(variance, squares / count, 0.06 * variance);
        }
    }
}
