using System;
using System.IO;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Parameters;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Xunit;

namespace Rnn.Tests.TimeSeries;

/// <summary>How wide intervals are made by what was held out.</summary>
public class SeriesCalibrationTests
{
    private const int Horizon = 4;

    private static readonly SeriesOptions s_small = new()
    {
        Horizon = Horizon,
        Context = 64,
        HiddenSize = 4,
        Layers = 1,
        Levels = [0.1, 0.3, 0.5, 0.7, 0.9],
    };

    /// <summary>Intervals that are half, or three fourths, or twice as wide as they should be.</summary>
    [Theory]
    [InlineData(SeriesOutput.Quantiles, 0.5)]
    [InlineData(SeriesOutput.Quantiles, 0.75)]
    [InlineData(SeriesOutput.Quantiles, 2.0)]
    [InlineData(SeriesOutput.Normal, 0.5)]
    public void IntervalsCoverWhatTheyPromise(SeriesOutput output, double width)
    {
        Series series = Noise(40_000, 1);
        SeriesModel model = Untrained(series, output, width);
        SeriesForecaster forecaster = new(model) { Paths = 400 };
        double before = Covered(forecaster);
        double factor = forecaster.Calibrate([series]);
        Assert.Equal(factor, model.Spread);
        Assert.InRange(factor * width, 0.88, 1.12);
        Assert.True(width < 1 ? before < 0.72 : before > 0.88, $"{before} were covered before");
        Assert.InRange(Covered(forecaster), 0.75, 0.85);

        // The median stays, and the file says it.
        using MemoryStream file = new();
        model.Save(file);
        file.Position = 0;
        SeriesModel loaded = SeriesModel.Load(file);
        Assert.Equal(factor, loaded.Spread);
        Assert.Equal(SeriesModelTests.Numbers([forecaster.Forecast(series, Horizon)]),
            SeriesModelTests.Numbers([new SeriesForecaster(loaded) { Paths = 400 }.Forecast(series, Horizon)]));
        double[] median = forecaster.Forecast(series, Horizon).Median.ToArray();
        model.Spread = 1;
        double[] other = forecaster.Forecast(series, Horizon).Median.ToArray();
        for (int h = 0; h < Horizon; h++)
            Assert.Equal(other[h], median[h], 1e-9);
    }

    /// <summary>What is right already stays nearly as it is, and models of one forecaster have one factor.</summary>
    [Fact]
    public void WhatIsRightStays()
    {
        Series series = Noise(40_000, 2);
        SeriesModel one = Untrained(series, SeriesOutput.Quantiles, 1), other = Untrained(series, SeriesOutput.Quantiles, 1);
        Assert.InRange(new SeriesForecaster(one, other).Calibrate([series]), 0.93, 1.07);
        Assert.Equal(one.Spread, other.Spread);
    }

    [Fact]
    public void WithoutEnoughToTellNothingIsChanged()
    {
        Series shortOne = Noise(40, 3), constant = new("constant", [.. Enumerable.Repeat(5.0, 4000)]);
        SeriesModel model = Untrained(shortOne, SeriesOutput.Quantiles, 0.5);
        Assert.Equal(1, new SeriesForecaster(model).Calibrate([shortOne]));
        Assert.Equal(1, new SeriesForecaster(model).Calibrate([constant]));
        SeriesForecaster oneSided = new(new SeriesModel([shortOne], s_small with { Levels = [0.2, 0.5] }));
        Assert.Equal(1, oneSided.Calibrate([Noise(40_000, 4)]));
        Series counts = new("counts", [.. Enumerable.Range(0, 4000).Select(t => t * 7919 % 13 / 4.0).Select(Math.Floor)]);
        Assert.Equal(1, new SeriesForecaster(new SeriesModel([counts], s_small with { Output = SeriesOutput.NegativeBinomial }))
            .Calibrate([counts]));
        Assert.Throws<InvalidOperationException>(() => new SeriesForecaster(s_small).Calibrate([shortOne]));
    }

    [Fact]
    public void AFitChoosesTheSpread()
    {
        Series series = Noise(1500, 5);
        SeriesTrainingOptions training = new() { BatchSize = 8, StepsPerEpoch = 5, Epochs = 1 };
        SeriesForecaster fitted = new(s_small, training), without = new(s_small, training with { HoldOut = false });
        fitted.Fit([series]);
        without.Fit([series]);
        Assert.Equal(1, without.Models[0].Spread);
        double chosen = fitted.Models[0].Spread;
        Assert.Equal(chosen, fitted.Calibrate([series]));
    }

    [Fact]
    public void AFileWithANonsensicalSpreadIsRefused()
    {
        Series series = Noise(50, 6);
        SeriesModel model = Untrained(series, SeriesOutput.Quantiles, 1);
        foreach (double spread in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            model.Spread = spread;
            using MemoryStream file = new();
            model.Save(file);
            file.Position = 0;
            Assert.Throws<InvalidDataException>(() => SeriesModel.Load(file));
        }
    }

    /// <summary>Intervals of a wrong width, mended by the errors of the forty horizons before each forecast.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(2.0)]
    public void RecentErrorsSayHowWideIntervalsAre(double width)
    {
        Series[] all = [.. Enumerable.Range(10, 200).Select(seed => Noise(300, (ulong)seed))];
        Series[] histories = [.. all.Select(each => each.Slice(0, 300 - Horizon))];
        SeriesForecaster usual = new(Recent(0)), recent = new(Recent(40));
        Assert.InRange(CoveredBy(usual), width == 1 ? 0.75 : width < 1 ? 0.3 : 0.95, width == 1 ? 0.85 : width < 1 ? 0.6 : 1);
        Assert.InRange(CoveredBy(recent), 0.74, 0.86);

        // The median stays; a series alone has the bits that it has beside others; a history of seven horizons says nothing.
        Forecast[] beside = [.. recent.ForecastAll(histories, Horizon)];
        Assert.Equal(SeriesModelTests.Numbers(beside[..3]),
            SeriesModelTests.Numbers([.. histories[..3].Select(history => recent.Forecast(history, Horizon))]));
        Assert.Equal(usual.Forecast(histories[0], Horizon).Median.ToArray(), beside[0].Median.ToArray());
        Series brief = histories[0].Slice(0, 8 * Horizon);
        Assert.Equal(SeriesModelTests.Numbers([usual.Forecast(brief, Horizon)]),
            SeriesModelTests.Numbers([recent.Forecast(brief, Horizon)]));

        SeriesModel Recent(int horizons) => Untrained(all[0], SeriesOutput.Quantiles, width, horizons);

        double CoveredBy(SeriesForecaster forecaster)
        {
            ForecastScore score = new(1);
            foreach ((Series series, Forecast forecast) in all.Zip(forecaster.ForecastAll(histories, Horizon)))
                score.Add(series.Values[..^Horizon], series.Values[^Horizon..], forecast);

            return score.Coverage(0.8);
        }
    }

    [Fact]
    public void AFileKeepsHowManyHorizonsSayIt()
    {
        Series series = Noise(300, 8);
        SeriesModel model = Untrained(series, SeriesOutput.Quantiles, 0.5, recent: 20);
        using MemoryStream file = new();
        model.Save(file);
        file.Position = 0;
        SeriesModel loaded = SeriesModel.Load(file);
        Assert.Equal(20, loaded.Options.RecentHorizons);
        Assert.Equal(SeriesModelTests.Numbers([new SeriesForecaster(model, loaded).Forecast(series, Horizon)]),
            SeriesModelTests.Numbers([new SeriesForecaster(loaded).Forecast(series, Horizon)]));

        // A median alone has no interval.
        SeriesModel median = new([series], s_small with { Levels = [0.5], RecentHorizons = 20 });
        Assert.Equal(new SeriesForecaster(new SeriesModel([series], s_small with { Levels = [0.5] })).Forecast(series, 2).Median.ToArray(),
            new SeriesForecaster(median).Forecast(series, 2).Median.ToArray());
    }

    [Fact]
    public void RecentErrorsThatSayNothingAreRefused()
    {
        foreach (int horizons in (int[])[-1, 1, 7])
            Assert.Throws<ArgumentOutOfRangeException>("RecentHorizons", () => (s_small with { RecentHorizons = horizons }).Check());

        ArgumentException error = Assert.Throws<ArgumentException>("RecentHorizons",
            () => (s_small with { RecentHorizons = 8, Output = SeriesOutput.Normal }).Check());
        Assert.Contains("choose Quantiles", error.Message, StringComparison.Ordinal);
        (s_small with { RecentHorizons = 8 }).Check();
    }

    // Steps of a normal distribution: what is untrained predicts them right but for the width of its intervals.
    private static Series Noise(int length, ulong seed)
    {
        Philox random = new(seed);
        double[] values = new double[length];
        for (int t = 1; t < length; t++)
            values[t] = values[t - 1] + random.NextNormal();

        return new Series($"noise {seed}", values);
    }

    // Quantiles of a normal distribution whose mean size is 1 unit, times a width.
    private static SeriesModel Untrained(Series series, SeriesOutput output, double width, int recent = 0)
    {
        SeriesModel model = new([series], s_small with { Output = output, RecentHorizons = recent });
        float deviation = (float)(width * Math.Sqrt(Math.PI / 2));
        float[] bias = output == SeriesOutput.Normal ? [0, (float)Math.Log(Math.Exp(deviation) - 1)]
            : [-1.28155f * deviation, -0.52440f * deviation, 0, 0.52440f * deviation, 1.28155f * deviation];
        ParameterWriter writer = model.Parameters.BeginWrite();
        writer[model.Output.Weights].Span.Clear();
        bias.CopyTo(writer[model.Output.Bias!.Value].Span);
        return model;
    }

    // The share of other noise in the interval of 80%.
    private static double Covered(SeriesForecaster forecaster)
    {
        ForecastScore score = new(1);
        for (ulong seed = 10; seed < 410; seed++)
        {
            Series series = Noise(100, seed);
            score.Add(series.Values[..^Horizon], series.Values[^Horizon..], forecaster.Forecast(series.Slice(0, 100 - Horizon), Horizon));
        }

        return score.Coverage(0.8);
    }
}
