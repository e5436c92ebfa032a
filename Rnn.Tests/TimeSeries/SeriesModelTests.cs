using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.TimeSeries;

[Collection("Alone")]   // it counts what is allocated, and sets the number of threads
public class SeriesModelTests
{
    private const int Season = 6, Horizon = 5;

    private static readonly SeriesOptions s_small = new()
    {
        Horizon = Horizon,
        Season = Season,
        HiddenSize = 8,
        Layers = 1,
        Levels = [0.1, 0.5, 0.9],
    };

    private static readonly SeriesTrainingOptions s_training = new() { BatchSize = 8, StepsPerEpoch = 20, Epochs = 3 };

    public static IEnumerable<SeriesOptions> Kinds() =>
    [
        s_small,
        s_small with { Output = SeriesOutput.StudentT, EmbeddingSize = 3, Cell = RecurrentCell.Gru },
        s_small with { Output = SeriesOutput.Normal, Differencing = 0, Scaling = SeriesScaling.Standard, Layers = 2 },
        s_small with { Output = SeriesOutput.NegativeBinomial, Cell = RecurrentCell.RnnTanh },
        s_small with { EmbeddingSize = 2, Logarithm = true, NonNegative = true, Lags = [1, 12], Differencing = 1 },
    ];

    [Fact]
    public void WhatThereIsToLearn()
    {
        Series waves = new("waves", [.. Enumerable.Range(0, 40).Select(t => Math.Sin(t) + (t % 3))]);
        Series line = new("line", [.. Enumerable.Range(0, 40).Select(t => 2.0 * t)]), one = new("one", [5]);
        SeriesModel model = new([waves, line], new SeriesOptions { Horizon = 4, HiddenSize = 6, Layers = 1 });
        Assert.True(model.HasTargets([waves, line]));
        Assert.False(model.HasTargets([line, one]));
        Assert.False(model.HasTargets([one]));
    }

    [Fact]
    public void TheGradientIsThatOfTheLoss()
    {
        foreach (SeriesOptions options in Kinds())
        {
            // Smooth where it is measured: targets far from all quantiles (a pinball loss has kinks).
            SeriesModel model = new(Many(covariates: true), options with { Dropout = 0.2 });
            SeriesWindows windows = model.TrainingWindows(Many(covariates: true), 3, 1);
            PassChecks.Gradient(model.Parameters, model.CreatePass(windows.Most), windows);
        }
    }

    [Fact]
    public void EveryKindLearnsAndIsSavedAndLoaded()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.safetensors");
        Series[] series = Many(covariates: true);
        foreach (SeriesOptions options in Kinds())
        {
            SeriesModel model = new(series, options);
            double before = Loss(model, series);
            TrainingResult result = model.Train(series, s_training with { LearningRate = 0.01, Epochs = 5 });
            Assert.True(result.Best < before - (0.02 * Math.Abs(before)), $"{options.Output}: {before} before, {result.Best} after");
            Assert.Equal(result.Best, Loss(model, series), 1e-6);

            model.Save(path);
            SeriesModel loaded = SeriesModel.Load(path);
            Assert.Equal(options, loaded.Options);
            Assert.Equal(model.SeriesNames, loaded.SeriesNames);
            Assert.Equal(["weather", "holiday"], loaded.CovariateNames);
            Assert.Equal(Numbers(new SeriesForecaster(model).ForecastAll(Histories(series), Horizon)),
                Numbers(new SeriesForecaster(loaded).ForecastAll(Histories(series), Horizon)));
        }
    }

    [Fact]
    public void ItResumesExactly()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint");
        Series[] series = Many();
        SeriesOptions options = s_small with { EmbeddingSize = 2, Dropout = 0.2 };
        SeriesModel whole = new(series, options), first = new(series, options), resumed = new(series, options, seed: 9);
        TrainingResult expected = whole.CreateTrainer(series, s_training).Run();
        Trainer<SeriesBatch> trainer = first.CreateTrainer(series, s_training);
        foreach (TrainingReport report in trainer.Steps())
        {
            if (report.Step == 27)
                break;
        }

        trainer.Save(path);
        trainer = resumed.CreateTrainer(series, s_training);
        trainer.Resume(path);
        Assert.Equal(expected, trainer.Run());
        Assert.Equal(whole.Parameters.Dense.ToArray(), resumed.Parameters.Dense.ToArray());
        Assert.Throws<InvalidDataException>(() => new SeriesModel(series, options with { Dropout = 0.5 })
            .CreateTrainer(series, s_training).Resume(path));
        Assert.Throws<InvalidDataException>(() => new SeriesModel(Many(seed: 2), options)
            .CreateTrainer(Many(seed: 2), s_training).Resume(path));
    }

    [Fact]
    public void OtherCovariatesAreAnotherRun()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint");
        Series[] series = Many(covariates: true);
        Trainer<SeriesBatch> trainer = new SeriesModel(series, s_small).CreateTrainer(series, s_training);
        _ = trainer.Steps().First();
        trainer.Save(path);
        new SeriesModel(series, s_small).CreateTrainer(series, s_training).Resume(path);

        // Two days change places: their mean and deviation stay.
        double[] holiday = series[0].Covariates[1].Values.ToArray();
        (holiday[0], holiday[1]) = (holiday[1], holiday[0]);
        Assert.NotEqual(holiday[0], holiday[1]);
        Covariate another = new("holiday", CovariateKind.Known, holiday);
        Series[] other = [series[0].WithCovariates([series[0].Covariates[0], another]), .. series[1..]];
        Assert.Contains("covariate values", Assert.Throws<InvalidDataException>(
            () => new SeriesModel(other, s_small).CreateTrainer(other, s_training).Resume(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LongSeasonsAreReadByLagsAndSaved()
    {
        SeriesOptions days = s_small with { Season = 7, LongSeason = 365 };
        Assert.Equal([14, 21, 364, 365], days.LagSteps);
        Assert.Equal([48, 72, 168], (s_small with { Season = 24, LongSeason = 168 }).LagSteps);
        Assert.Equal([5], (days with { Lags = [5] }).LagSteps);
        Assert.Equal(14, days.ContextSteps);
        Assert.Equal(200, (s_small with { Season = 365 }).ContextSteps);
        Assert.Equal(192, (s_small with { Season = 96 }).ContextSteps);
        Assert.Equal(300, (s_small with { Season = 365, Horizon = 300 }).ContextSteps);
        using MemoryStream file = new();
        new SeriesModel(Many(), days).Save(file);
        file.Position = 0;
        Assert.Equal(365, SeriesModel.Load(file).Options.LongSeason);
    }

    /// <summary>Three quantiles that cross: the mean is that of the quantiles in order.</summary>
    [Fact]
    public void TheMeanIsThatOfSortedQuantiles()
    {
        Series series = new("s", [1, 5, 2, 7, 4, 9, 3, 8]);
        SeriesModel model = new([series], new SeriesOptions { Horizon = 1, HiddenSize = 2, Layers = 1, Levels = [0.1, 0.5, 0.7] });
        ParameterWriter writer = model.Parameters.BeginWrite();
        writer[model.Output.Weights].Span.Clear();
        ((ReadOnlySpan<float>)[2, 0, -1]).CopyTo(writer[model.Output.Bias!.Value].Span);
        Forecast forecast = new SeriesForecaster(model).Forecast(series, 1);
        double low = forecast.Quantile(0.1)[0], median = forecast.Median[0], high = forecast.Quantile(0.7)[0];
        Assert.Equal(2, (high - median) / (median - low), 1e-6);
        Assert.Equal((0.1 * low) + (0.2 * (low + median)) + (0.1 * (median + high)) + (0.3 * high), forecast.Mean[0], 1e-9);
    }

    [Fact]
    public void LogarithmsForecastNothingBelowZero()
    {
        Series series = new("s", [0, 3, 0, 1, 0, 0, 2, 0, 4, 0, 1, 0, 0, 1]);
        foreach (SeriesOutput output in new[] { SeriesOutput.Quantiles, SeriesOutput.Normal })
        {
            SeriesModel model = new([series], s_small with { Season = 1, Output = output, Logarithm = true });
            Assert.All(Numbers([new SeriesForecaster(model).Forecast(series, 4)])[0], value => Assert.InRange(value, 0, 1e3));
        }
    }

    [Fact]
    public void ATrainingStepAllocatesNothing()
    {
        Series[] series = Many(covariates: true);
        foreach (SeriesOptions options in Kinds())
        {
            SeriesModel model = new(series, options with { Dropout = 0.2 });
            SeriesWindows windows = model.TrainingWindows(series, 16, 50);
            Action step = PassChecks.Step(model.Parameters, model.CreatePass(windows.Most), windows);
            Assert.Equal(0, Allocations.Of100(step));
        }
    }

    [Fact]
    public void TheBitsDependNeitherOnThreadsNorOnTheBatch()
    {
        Series[] series = Many();
        foreach (SeriesOptions options in Kinds())
        {
            double[][]? expected = null;
            foreach (int threads in new[] { 1, 2, 4 })
            {
                Allocations.WithThreads(threads, () =>
                {
                    SeriesModel model = new(series, options);
                    model.Train(series, s_training with { Epochs = 1, BatchSize = 20 });
                    SeriesForecaster forecaster = new(model, model) { Paths = 30 };
                    double[][] numbers = Numbers(forecaster.ForecastAll(Histories(series), Horizon));
                    expected ??= numbers;
                    Assert.Equal(expected, numbers);
                    Assert.Equal(expected[2], Numbers([forecaster.Forecast(Histories(series)[2], Horizon)])[0]);
                });
            }
        }
    }

    [Fact]
    public void HeldOutValuesAreNotRead()
    {
        Series[] series = Many();
        int held = new SeriesModel(series, s_small).TrainingWindows(series, 1, 1, holdOut: true).HeldOut;
        Assert.InRange(held, Horizon + 1, series[0].Length / 4);
        Series[] other = [.. series.Select(each =>
        {
            double[] values = each.Values.ToArray();
            values.AsSpan()[^held..].Fill(1e6);
            return new Series(each.Name, values);
        })];
        foreach (SeriesOptions options in Kinds())
        {
            SeriesModel model = new(series, options);
            SeriesWindows a = model.TrainingWindows(series, 50, 2, holdOut: true), b = model.TrainingWindows(other, 50, 2, holdOut: true);
            Assert.Equal(held, a.HeldOut);
            for (int index = 0; index < 2; index++)
            {
                (SeriesBatch x, SeriesBatch y) = (a.Get(3, index), b.Get(3, index));
                Assert.Equal(x.Inputs.ToArray(), y.Inputs.ToArray());
                Assert.Equal(x.Targets.ToArray(), y.Targets.ToArray());
                Assert.Equal(x.Weights.ToArray(), y.Weights.ToArray());
                Assert.Equal(x.Weights.ToArray().Count(weight => weight != 0), a.Targets(3, index));
            }

            Assert.NotEqual(model.HeldOutWindows(series, 4).Get(0, 0).Targets.ToArray(),
                model.HeldOutWindows(other, 4).Get(0, 0).Targets.ToArray());
        }
    }

    [Fact]
    public void WindowsAreAFunctionOfTheirNumbers()
    {
        SeriesModel model = new(Many(), s_small);
        SeriesWindows windows = model.TrainingWindows(Many(), 7, 4, seed: 3), again = model.TrainingWindows(Many(), 7, 4, seed: 3);
        float[] first = windows.Get(0, 2).Inputs.ToArray();
        Assert.NotEqual(first, windows.Get(0, 3).Inputs.ToArray());
        Assert.NotEqual(first, windows.Get(1, 2).Inputs.ToArray());
        Assert.NotEqual(first, model.TrainingWindows(Many(), 7, 4, seed: 4).Get(0, 2).Inputs.ToArray());
        Assert.Equal(first, again.Get(0, 2).Inputs.ToArray());
        Assert.Equal(first, windows.Get(0, 2).Inputs.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>("index", () => windows.Get(0, 4));
    }

    /// <summary>What is read at a step, by hand: season 2, horizon 2, quantiles.</summary>
    [Fact]
    public void InputsByHand()
    {
        Series series = new("s", [1, 5, 2, 7, 4, 9, 3], covariates:
        [
            new Covariate("known", CovariateKind.Known, new double[] { 0, 1, 0, 1, 0, 1, 0, 1 }),
            new Covariate("past", CovariateKind.Past, new double[] { 3, 3, 3, 3, 3, 3, 4 }),
        ]);
        SeriesModel model = new([series], new SeriesOptions { Horizon = 2, Season = 2, Context = 3, Lags = [2, 3] });
        SeriesBatch batch = model.HeldOutWindows([series], 1).Get(0, 0);
        Assert.Equal((5, 1, 3), (batch.Steps, batch.Rows, batch.FirstTarget));

        // The origin is 5; 2, 7, 4 are in the context: mean 13/3, mean deviation 16/9. Differences 2-1, 7-5, 4-2: 5/3.
        const double center = 13 / 3.0, spread = 16 / 9.0, unit = 5 / 3.0;
        int f = model.Features.Count;
        Assert.Equal(1 + 1 + 1 + 3 + 1 + 2, f);
        float[] inputs = batch.Inputs.ToArray();
        double deviation = Math.Sqrt(12.0 / 49), log = Math.Log(unit / spread);
        double pastMean = 22 / 7.0, pastDeviation = Math.Sqrt(6.0 / 49);

        // Step 1 predicts value 3: 2 stands before it, 1 is its difference, the anchor is 5, the lag of 3 is 1.
        Near([1, (2 - center) / spread, 0, (2 - 1) / unit, (5 - center) / spread, log, (1 - 5) / unit,
            (1 - (3 / 7.0)) / deviation, (3 - pastMean) / pastDeviation], inputs[f..(2 * f)]);

        // Step 4 predicts value 6, the second of the horizon: nothing from 5 on is known; 6-2 = 4 is, 6-3 = 3, too.
        Near([0, 0, 1, 0, (4 - center) / spread, log, (7 - 4) / unit, (0 - (3 / 7.0)) / deviation, 0], inputs[(4 * f)..]);
        Near([(9 - 7) / unit, (3 - 4) / unit], batch.Targets.ToArray());

        // Three steps from the last value, whose differences are 4, 3, 5: each step is farther, and weighs as much more.
        SeriesModel steps = new([series], new SeriesOptions { Horizon = 3, Season = 1, Context = 3 });
        batch = steps.HeldOutWindows([series], 1).Get(0, 0);
        Near([(4 - 7) / 4.0, (9 - 7) / (4 * Math.Sqrt(2)), (3 - 7) / (4 * Math.Sqrt(3))], batch.Targets.ToArray());
        Near([1, Math.Sqrt(2), Math.Sqrt(3)], batch.Weights.ToArray());

        static void Near(double[] expected, float[] actual)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-5);
        }
    }

    [Fact]
    public void AnOutlierDoesNotSetTheUnit()
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(t => t % 2 == 0 ? 10.0 : 12.0 + (t % 3))];
        WindowScale before = Scale(values);
        values[30] = 1e6;
        WindowScale after = Scale(values);
        Assert.InRange(after.Unit, before.Unit, 2 * before.Unit);

        static WindowScale Scale(double[] z) => WindowScale.Of(z, z.Length, 40, 1, SeriesScaling.Mean, isCounts: false);
    }

    [Theory]
    [InlineData(414, 700, 48, 1, 0)]     // many: one window each
    [InlineData(1, 10_000, 24, 32, 24)]  // one long series: a month of days
    [InlineData(1, 50_000, 24, 104, 24)]  // longer: a twentieth, day by day
    [InlineData(1, 136_632, 24, 256, 24)]
    [InlineData(1, 300_000, 24, 256, 48)]  // every second day
    [InlineData(4, 50_000, 24, 64, 24)]
    [InlineData(1, 120, 20, 8, 1)]       // a short one: at most a quarter
    [InlineData(1, 30, 5, 3, 1)]
    [InlineData(1, 8, 2, 1, 0)]          // no room for more than a horizon
    [InlineData(10, 200, 10, 3, 10)]
    public void WhatIsHeldOut(int count, int length, int horizon, int windows, int stride)
    {
        Series[] series = [.. Enumerable.Range(0, count).Select(n => new Series($"{n}", new double[length]))];
        HeldOutEnds ends = HeldOutEnds.Of(series, horizon);
        Assert.Equal(new HeldOutEnds(windows, stride, horizon), ends);
        Assert.Equal(length - horizon, ends.Origin(length, windows - 1));
        Assert.Equal(length - ends.Steps, ends.Origin(length, 0));
        Assert.True(windows == 1 || ends.Steps <= length / 4);
    }

    /// <summary>Untrained, the mean size of what is drawn around the last season is that of differences: 1 unit.</summary>
    [Theory]
    [InlineData(SeriesOutput.Quantiles)]
    [InlineData(SeriesOutput.Normal)]
    [InlineData(SeriesOutput.StudentT)]
    public void UntrainedIntervalsAreThoseOfDifferences(SeriesOutput output)
    {
        double[] values = [.. Enumerable.Range(0, 60).Select(t => t % 4 < 2 ? 10.0 : 11)];   // half of the differences: 1
        Series series = new("s", values);
        SeriesForecaster forecaster = new(new SeriesModel([series], new SeriesOptions { Output = output, Horizon = 1, Season = 1 }))
        {
            Paths = 4000,
        };
        Forecast forecast = forecaster.Forecast(series, 1);
        Assert.InRange(forecast.Quantile(0.9)[0] - forecast.Quantile(0.1)[0], 0.5 * 2.4, 0.5 * 3.4);
    }

    [Fact]
    public void WhatIsWorthlessGetsNoWeight()
    {
        Series[] series = Many();
        foreach (SeriesOptions options in Kinds())
        {
            SeriesOptions last = options with { EmbeddingSize = 0 };   // untrained it repeats the last season
            SeriesModel model = new(series, last), spoilt = new(series, last);
            model.Train(series, s_training with { Epochs = 20, LearningRate = 5e-3 });
            Assert.InRange(model.Shrink(series), 0.25, 1);
            spoilt.Train(series, s_training with { Epochs = 1, LearningRate = 3, KeepBest = false });
            Assert.Equal(0, spoilt.Shrink(series));
            if (options.Differencing is null && options.Output == SeriesOutput.Quantiles)
            {
                Series history = series[2].Slice(0, 60);
                Assert.Equal(history.Values[^Season..][..4].ToArray(), new SeriesForecaster(spoilt).Forecast(history, 4).Median.ToArray());
            }
        }

        // Nothing to test it by.
        SeriesModel untested = new(series, s_small);
        Assert.Equal(0, untested.Shrink([series[0].Slice(0, Horizon + 1)]));
    }

    [Fact]
    public void OptionsOutOfRangeAreNamed()
    {
        Series[] series = Many();
        foreach ((string name, SeriesOptions options) in new[]
        {
            ("Horizon", s_small with { Horizon = 0 }),
            ("Season", s_small with { Season = 0 }),
            ("Context", s_small with { Context = -1 }),
            ("Lags", s_small with { Lags = [3, 0] }),
            ("LongSeason", s_small with { LongSeason = Season }),
            ("LongSeason", s_small with { LongSeason = -1 }),
            ("Differencing", s_small with { Differencing = -1 }),
            ("Differencing", s_small with { Output = SeriesOutput.NegativeBinomial, Differencing = 1 }),
            ("Logarithm", s_small with { Output = SeriesOutput.NegativeBinomial, Logarithm = true }),
            ("Scaling", s_small with { Output = SeriesOutput.NegativeBinomial, Scaling = SeriesScaling.Standard }),
            ("Levels", s_small with { Levels = [0.5, 0.1] }),
            ("Levels", s_small with { Levels = [0.1, 0.9] }),
            ("EmbeddingSize", s_small with { EmbeddingSize = -1 }),
            ("HiddenSize", s_small with { HiddenSize = 0 }),
            ("Dropout", s_small with { Dropout = 1 }),
        })
        {
            ArgumentException e = Assert.ThrowsAny<ArgumentException>(() => new SeriesModel(series, options));
            Assert.Equal(name, e.ParamName);
        }

        Assert.Throws<ArgumentException>("training", () => new SeriesModel([], s_small));
        Assert.Throws<ArgumentException>("training", () => new SeriesModel([series[0], series[0]], s_small with { EmbeddingSize = 1 }));
        Assert.Throws<ArgumentException>("training", () => new SeriesModel([new Series("a\nb", [1, 2])], s_small));
        ArgumentException tooShort = Assert.Throws<ArgumentException>(
            "series", () => new SeriesModel(series, s_small).TrainingWindows([new Series("one", [1])], 1, 1));
        Assert.Contains("2 values or more; the longest has 1", tooShort.Message, StringComparison.Ordinal);
        ArgumentException negative = Assert.Throws<ArgumentException>("series",
            () => new SeriesModel(series, s_small with { Logarithm = true }).TrainingWindows([new Series("s", [1, -2, 3])], 1, 1));
        Assert.Contains("value 1 is -2", negative.Message, StringComparison.Ordinal);
        SeriesModel counts = new(series, s_small with { Output = SeriesOutput.NegativeBinomial });
        foreach (double value in new[] { 2.5, -1 })
        {
            Series wrong = new("wrong", [1, 0, value, 3], [.. Enumerable.Range(0, 4).Select(t => new DateTime(2026, 1, 1).AddDays(t))]);
            Assert.Contains(FormattableString.Invariant($"Series 'wrong': value 2 (2026-01-03) is {value}; a negative binomial"),
                Assert.Throws<ArgumentException>("series", () => counts.TrainingWindows([series[0], wrong], 4, 4)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void CovariatesMustBeThoseOfTheTraining()
    {
        Series[] series = Many(covariates: true);
        SeriesModel model = new(series, s_small);
        SeriesForecaster forecaster = new(model);
        Series bare = new("s", series[0].Values.ToArray());
        Assert.Contains("no covariate 'weather'",
            Assert.Throws<ArgumentException>("series", () => forecaster.Forecast(bare, 2)).Message, StringComparison.Ordinal);
        Covariate weather = series[0].Covariates[0], holiday = series[0].Covariates[1];
        Assert.Contains("'holiday' is Past, expected Known", Assert.Throws<ArgumentException>("series", () => forecaster.Forecast(
            bare.WithCovariates([weather, holiday with { Kind = CovariateKind.Past, Values = holiday.Values[..bare.Length] }]), 2)).Message,
            StringComparison.Ordinal);
        Assert.Contains("doesn't read covariate 'other'", Assert.Throws<ArgumentException>("series",
            () => forecaster.Forecast(bare.WithCovariates([weather, holiday, weather with { Name = "other" }]), 2)).Message,
            StringComparison.Ordinal);
        Covariate known = holiday with { Values = holiday.Values[..(bare.Length + 3)] };
        Assert.Contains("known for 3 steps beyond the end, expected 5", Assert.Throws<ArgumentException>("series",
            () => forecaster.Forecast(bare.WithCovariates([weather, known]), 5)).Message, StringComparison.Ordinal);
    }

    /// <summary>Six series of counts of different sizes, with a season, a trend, and noise.</summary>
    internal static Series[] Many(bool covariates = false, ulong seed = 1)
    {
        const int length = 70;
        float[] noise = TestNumbers.Uniform(6 * length, seed, stream: 9);
        return [.. Enumerable.Range(0, 6).Select(n =>
        {
            double[] values = new double[length], weather = new double[length], holiday = new double[length + Horizon];
            for (int t = 0; t < holiday.Length; t++)
                holiday[t] = t % 13 == n ? 1 : 0;

            for (int t = 0; t < length; t++)
            {
                weather[t] = 20 + Math.Sin(t * 0.7);
                values[t] = Math.Round((n + 1) * (20 + (5 * Math.Sin(2 * Math.PI * t / Season)) + (0.1 * t) + (2 * noise[(n * length) + t])
                    + (6 * holiday[t])));
            }

            return new Series($"series {n}", values, covariates: covariates
                ? [new Covariate("weather", CovariateKind.Past, weather), new Covariate("holiday", CovariateKind.Known, holiday)]
                : null);
        })];
    }

    internal static Series[] Histories(Series[] series) => [.. series.Select(each => each.Slice(0, each.Length - Horizon))];

    internal static double[][] Numbers(IReadOnlyList<Forecast> forecasts) => [.. forecasts.Select(forecast =>
        (double[])[.. forecast.Mean, .. forecast.Levels.ToArray().SelectMany(level => forecast.Quantile(level).ToArray())])];

    private static double Loss(SeriesModel model, Series[] series)
    {
        SeriesWindows windows = model.HeldOutWindows(series, 4);
        Pass<SeriesBatch> pass = model.CreatePass(windows.Most, TapeUse.Inference);
        Measurements results = new(pass.Measures);
        for (int i = 0; i < windows.Count; i++)
            results.Add(Measure.Loss, pass.Evaluate(windows.Get(0, i), results));

        return results[Measure.Loss];
    }
}
