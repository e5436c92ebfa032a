using System;
using System.IO;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Rnn.Models.Training;
using Xunit;

namespace Rnn.Tests.TimeSeries;

/// <summary>Networks that correct exponential smoothing, and are trained once more on all values.</summary>
public class SeriesAnchorTests
{
    private const int Season = 6, Horizon = 8;

    private static readonly SeriesOptions s_small = new()
    {
        Anchor = SeriesAnchor.Smoothing,
        Season = Season,
        Horizon = Horizon,
        HiddenSize = 8,
        Layers = 1,
        Dropout = 0,
    };

    private static readonly SeriesTrainingOptions s_short = new() { Epochs = 4, StepsPerEpoch = 10, BatchSize = 8, LearningRate = 5e-3 };

    /// <summary>With its quantiles, whatever the history is: a season, a trend, less than two seasons, one value.</summary>
    [Theory]
    [InlineData(72, false)]
    [InlineData(72, true)]
    [InlineData(30, false)]
    [InlineData(9, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public void UntrainedItIsSmoothing(int length, bool logarithm)
    {
        Series series = new("s", Values(length));
        SeriesForecaster forecaster = new(new SeriesModel([series], s_small with { Logarithm = logarithm }));
        Series smoothed = logarithm ? new Series("s", [.. series.Values.ToArray().Select(value => Math.Log(1 + value))]) : series;
        Forecast expected = new SmoothingForecaster(Season).Forecast(smoothed, Horizon), actual = forecaster.Forecast(series, Horizon);
        foreach (double level in expected.Levels)
        {
            for (int h = 0; h < Horizon; h++)
                Assert.InRange(actual.Quantile(level)[h] - Value(level, h), -Tolerance(h), Tolerance(h));
        }

        double Value(double level, int h) =>
            logarithm ? Math.Exp(Math.Max(0, expected.Quantile(level)[h])) - 1 : expected.Quantile(level)[h];

        // Output weights are drawn, and small beside the bias.
        double Tolerance(int h) => (1e-4 * Math.Abs(Value(0.5, h))) + (0.05 * (Value(0.9, h) - Value(0.1, h)));
    }

    [Fact]
    public void WhatIsCertainGoesOnExactly()
    {
        double[][] all = [[.. Enumerable.Repeat(5.0, 40)], [.. Enumerable.Range(0, 40).Select(t => 3.0 + t)]];
        foreach (double[] values in all)
        {
            Series series = new("s", values);
            SeriesForecaster forecaster = new(s_small, s_short);
            forecaster.Fit([series]);
            Forecast forecast = forecaster.Forecast(series, Horizon);
            for (int h = 0; h < Horizon; h++)
            {
                double next = values[^1] + ((h + 1) * (values[^1] - values[^2]));
                Assert.All(forecast.Levels.ToArray(), level => Assert.Equal(next, forecast.Quantile(level)[h], 1e-9));
            }
        }
    }

    /// <summary>Less than two seasons, and then a horizon to choose by: nothing can be told, and smoothing is exactly what is
    /// left.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData((2 * Season) + Horizon)]
    public void WhereNothingCanBeLearntItStaysSmoothing(int length)
    {
        Series series = new("s", Values(length));
        SeriesForecaster forecaster = new(s_small, s_short with { RefitOnAll = true });
        forecaster.Fit([series]);
        Forecast expected = new SmoothingForecaster(Season).Forecast(series, Horizon), actual = forecaster.Forecast(series, Horizon);
        foreach (double level in expected.Levels)
        {
            for (int h = 0; h < Horizon; h++)
                Assert.Equal(expected.Quantile(level)[h], actual.Quantile(level)[h], 1e-4);
        }
    }

    /// <summary>Neither what a window reads nor its unit: what comes after the origin changes targets alone.</summary>
    [Fact]
    public void WindowsSeeNoFuture()
    {
        double[] values = Values(60), other = [.. values];
        for (int t = 60 - Horizon; t < 60; t++)
            other[t] *= 3;

        (float[] Inputs, float[] Targets) Window(double[] all)
        {
            Series[] series = [new Series("s", all)];
            SeriesWindows windows = new SeriesModel(series, s_small).HeldOutWindows(series, 64);
            SeriesBatch batch = windows.Get(0, windows.Count - 1);
            int features = batch.Inputs.Length / batch.Steps / batch.Rows, last = batch.Rows - 1;
            return (
                [.. Enumerable.Range(0, batch.Steps).SelectMany(i =>
                    batch.Inputs.ToArray().Skip(((i * batch.Rows) + last) * features).Take(features))],
                [.. Enumerable.Range(0, Horizon).Select(h => batch.Targets.Span[(h * batch.Rows) + last])]);
        }

        (float[] inputs, float[] targets) = Window(values);
        (float[] sameInputs, float[] otherTargets) = Window(other);
        Assert.Equal(inputs, sameInputs);
        Assert.All(targets.Zip(otherTargets), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    /// <summary>A covariate that is known in advance says when values are higher, which smoothing can't know.</summary>
    [Fact]
    public void TheCorrectionIsLearnt()
    {
        const int length = 200;
        Philox random = new(5);
        double[] holiday = [.. Enumerable.Range(0, length + Horizon).Select(_ => random.NextInt32(5) == 0 ? 1.0 : 0.0)];
        double[] values = Values(length + Horizon);
        for (int t = 0; t < values.Length; t++)
            values[t] += 30 * holiday[t];

        Series series = new("s", values, covariates: [new Covariate("holiday", CovariateKind.Known, holiday)]);
        BacktestResult result = Backtest.Run(
            [
                new SmoothingForecaster(Season),
                new SeriesForecaster(s_small, s_short with { Epochs = 20, StepsPerEpoch = 20, BatchSize = 16, LearningRate = 1e-2 }),
            ], [series], new BacktestOptions { Horizon = Horizon, FirstOrigin = ^(4 * Horizon) });
        double smoothing = result.Rows[0].Score.Mae, network = result.Rows[1].Score.Mae;
        Assert.InRange(network, 0, 0.6 * smoothing);
    }

    [Fact]
    public void AFileHoldsIt()
    {
        Series series = new("s", Values(60));
        SeriesModel model = new([series], s_small);
        model.Train([series], s_short);
        using MemoryStream file = new();
        model.Save(file);
        file.Position = 0;
        SeriesModel loaded = SeriesModel.Load(file);
        Assert.Equal(s_small, loaded.Options);
        Assert.NotEqual(s_small, s_small with { Anchor = SeriesAnchor.Season });
        Assert.Equal(new SeriesForecaster(model).Forecast(series, Horizon).Median.ToArray(),
            new SeriesForecaster(loaded).Forecast(series, Horizon).Median.ToArray());
        using MemoryStream onnx = new();
        loaded.ExportOnnx(onnx);
        Assert.True(onnx.Length > 1000);
    }

    [Fact]
    public void WhatItCannotDoIsRefused()
    {
        foreach (SeriesOutput output in Enum.GetValues<SeriesOutput>().Where(output => output != SeriesOutput.Quantiles))
        {
            ArgumentException error = Assert.Throws<ArgumentException>("Anchor", () => (s_small with { Output = output }).Check());
            Assert.Contains(output.ToString(), error.Message, StringComparison.Ordinal);
        }

        foreach ((string option, SeriesOptions options) in new[]
            { ("Growth", s_small with { Growth = true }), ("Differencing", s_small with { Differencing = 0 }) })
        {
            ArgumentException error = Assert.Throws<ArgumentException>("Anchor", options.Check);
            Assert.Contains(option, error.Message, StringComparison.Ordinal);
        }

        s_small.Check();
    }

    /// <summary>The same as a model that holds out nothing, after as many steps; with its weight, between that and an untrained
    /// one.</summary>
    [Fact]
    public void ARefitIsTrainingOnAll()
    {
        Series[] series = [new Series("s", Values(60))];
        SeriesModel model = new(series, s_small, 3);
        SeriesTrainingOptions training = s_short with { Seed = 3 };
        TrainingResult result = model.Train(series, training);
        SeriesModel all = new(series, s_small, 3);
        all.Train(series, training with { HoldOut = false, MaxSteps = result.BestStep });
        Assert.Equal(All(all), All(model.Refit(series, training, result.BestStep, 1)));
        Assert.NotEqual(All(model), All(all));

        // The median counts from smoothing: with half of the weight it is half as far away.
        double[] whole = Median(all), none = Median(model.Refit(series, training, result.BestStep, 0));
        double[] half = Median(model.Refit(series, training, result.BestStep, 0.5));
        Assert.All(half.Select((value, h) => value - ((whole[h] + none[h]) / 2)), rest => Assert.InRange(rest, -1e-3, 1e-3));
        Assert.True(whole.Zip(none).Max(pair => Math.Abs(pair.First - pair.Second)) > 0.1);

        Assert.Throws<ArgumentOutOfRangeException>("steps", () => model.Refit(series, training, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("weight", () => model.Refit(series, training, 1, double.NaN));
        Assert.Throws<OperationCanceledException>(() => model.Refit(series, training, 1, 1, null, new(canceled: true)));

        double[] Median(SeriesModel one) => new SeriesForecaster(one).Forecast(series[0], Horizon).Median.ToArray();
    }

    /// <summary>A forecaster that refits has that model, with the spread that was chosen before.</summary>
    [Theory]
    [InlineData(SeriesAnchor.Season)]
    [InlineData(SeriesAnchor.Smoothing)]
    public void AForecasterRefits(SeriesAnchor anchor)
    {
        // A rise that bends: nothing before it goes on by itself, and the network gets some weight.
        Series[] series = [new Series("s", [.. Values(120).Select((value, t) => value + (t * t / 40.0))])];
        SeriesOptions options = s_small with { Anchor = anchor, Horizon = 3 };
        SeriesForecaster without = new(options, s_short, members: 2), with = new(options, s_short with { RefitOnAll = true }, members: 2);
        without.Fit(series);
        with.Fit(series);
        int refitted = 0;
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(without.Models[i].Spread, with.Models[i].Spread);
            SeriesTrainingOptions own = s_short with { Seed = s_short.Seed + (ulong)i };
            SeriesModel model = new(series, options, own.Seed);
            long steps = model.Train(series, own).BestStep;
            double weight = model.Shrink(series);
            refitted += weight > 0 ? 1 : 0;
            Assert.Equal(weight > 0 ? All(model.Refit(series, own, steps, weight)) : All(model), All(with.Models[i]));
        }

        Assert.True(refitted > 0);
    }

    private static float[] All(SeriesModel model) => model.Parameters.Dense.ToArray();

    // A trend, a season and noise, above 0.
    private static double[] Values(int length)
    {
        Philox random = new(11);
        double[] values = new double[length];
        for (int t = 0; t < length; t++)
            values[t] = 50 + (0.3 * t) + (8 * Math.Sin(2 * Math.PI * t / Season)) + random.NextNormal();

        return values;
    }
}
