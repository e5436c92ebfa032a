using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using CsvHelper;
using Rnn.Core.Serialization;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Rnn.Samples.Common;
using static System.FormattableString;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.TimeSeries;

/// <summary>Forecasts from several places in the past, by a network and by what needs none.</summary>
internal static class BacktestCommand
{
    private const int UsualOrigins = 5;

    private static readonly double[] s_levels = [0.025, 0.1, 0.9, 0.975];

    private static readonly Option<string?> s_model = Text("--model", "FILE",
        "A model, or a run's folder [default: one is trained on what comes before the first origin].");

    private static readonly Option<string?> s_preset =
        Choice("--preset", "What is trained [default: usual, or that of the data set].", TimeSeriesSettings.Names);

    private static readonly Option<int?> s_origins =
        Whole("--origins", $"Forecasts of each series [default: {UsualOrigins}].", 1, 1_000_000);

    private static readonly Option<int?> s_stride =
        Whole("--stride", "Steps from one origin to the next [default: the horizon].", 1, 1_000_000);

    private static readonly Option<bool> s_refit =
        Flag("--refit", "Trains anew at each origin; else once, before the first.");

    private static readonly Option<string?> s_rows = Text("--rows", "FILE", "Writes every step of every forecast there (CSV).");

    private static readonly Option<string?> s_picture =
        Text("--picture", "FILE", "Draws the first four series and the network's forecasts (PNG).");

    public static Command Create(SampleApp app)
    {
        Command command = new("backtest", "Forecasts from several places in the past, by a network and by what needs none.");
        SeriesData.WholeOptions.AddTo(command);
        command.AddAll(s_model, s_preset, s_origins, s_stride, s_refit, s_rows, s_picture);
        TimeSeriesSettings.FileList.AddTo(command);
        TimeSeriesSettings.CovariateList.AddTo(command);
        TimeSeriesSettings.NetworkList.AddTo(command);
        command.AddCheck(parsed => SeriesData.WholeOptions.Missing(parsed) ?? Ignored(parsed));
        command.AddHelp(() => SampleCommand.Examples(
            ("backtest --csv sales.csv --horizon 7 --origins 10", "trains once, and forecasts ten weeks"),
            ("backtest --csv sales.csv --horizon 7 --origins 10 --refit", "trains ten times"),
            ("backtest --csv sales.csv --model out/time-series --rows rows.csv", "a model that was trained, and every step")));
        command.SetAction(parsed => Run(app, parsed));
        return command;
    }

    private static string? Ignored(ParseResult parsed)
    {
        if (parsed.GetValue(s_model) is null)
            return null;

        string? given = TimeSeriesSettings.CovariateList.FirstGiven(parsed) ?? parsed.FirstGiven(s_preset)
            ?? TimeSeriesSettings.NetworkList.FirstGiven(parsed);
        return given is null ? null : $"--model has its own {given}: leave one of them out.";
    }

    private static int Run(SampleApp app, ParseResult parsed)
    {
        IReadOnlyList<SeriesModel>? models = parsed.GetValue(s_model) is { } path ? Models.Load(path) : null;
        DataSource source = SeriesData.WholeOptions.Of(parsed);
        TimeSeriesSettings settings = Settings(parsed, source, models?[0], parsed.GetValue(s_refit) ? parsed.GetValue(s_model) : null);
        SeriesData data = SeriesData.Load(source, SeriesData.BuiltIn, settings.Reading, settings.Covariates, models?[0].CovariateNames,
            settings.Season ?? 0, app.Interruption.Token);
        int origins = parsed.GetValue(s_origins) ?? UsualOrigins;
        settings = Chosen(settings, data, origins, parsed.GetValue(s_stride));
        int horizon = settings.Horizon!.Value, stride = settings.Stride!.Value;
        long held = horizon + ((long)(origins - 1) * stride);
        data = data.AtLeast((int)Math.Min(int.MaxValue, held + 1),
            Invariant($"--origins {origins}, --stride {stride}, --horizon {horizon}, and something before"));
        Console.WriteLine($"Series: {data.Describe()}.");
        IReadOnlyList<SeriesForecaster> networks = models is not null && !parsed.GetValue(s_refit) ? Models.Forecasters(models)
            : [new SeriesForecaster(settings.Network, settings.Options(settings.Training.StepsPerEpoch), settings.Seeds * settings.Members)
            {
                Name = TimeSeriesSettings.Describe(settings.Network),
            }];
        Evaluation evaluation = Evaluation.Of(data.All, new BacktestOptions
        {
            Horizon = horizon,
            FirstOrigin = ^(int)held,
            Step = stride,
            Season = settings.Season!.Value,
            Refit = parsed.GetValue(s_refit),
        }, Baselines.Of(settings.Season.Value, settings.LongSeason!.Value), networks, learns: models is null || parsed.GetValue(s_refit));
        Console.WriteLine($"\n{evaluation.Table(networks.Count > 1 ? networks.Count - 1 : 0)}");
        if (parsed.GetValue(s_rows) is { } rows)
            AtomicFile.Write(rows, stream => Write(stream, evaluation));

        if (parsed.GetValue(s_picture) is { } picture)
            ForecastPicture.Save(picture, data.All, evaluation.Rows[^1].Forecasts);

        return 0;
    }

    // A model has its own season, horizon and covariates; one that is trained anew is trained as it was.
    private static TimeSeriesSettings Settings(ParseResult parsed, DataSource source, SeriesModel? model, string? refitted)
    {
        TimeSeriesSettings usual = TimeSeriesSettings.Get(parsed.GetValue(s_preset), source);
        if (model is not null)
        {
            usual = (refitted is null ? usual : TrainedAs(refitted, usual)) with
            {
                Network = model.Options,
                Season = model.Options.Season,
                LongSeason = model.Options.LongSeason,
                Horizon = model.Options.Horizon,
                Covariates = CovariateChoice.Of(model),
            };
        }

        TimeSeriesSettings settings = TimeSeriesSettings.FileList.Apply(parsed, usual);
        settings = TimeSeriesSettings.CovariateList.Apply(parsed, settings);
        return TimeSeriesSettings.NetworkList.Apply(parsed, settings).Beside(usual);
    }

    // The file of a model doesn't say how it was trained; the checkpoint of its run does.
    private static TimeSeriesSettings TrainedAs(string path, TimeSeriesSettings usual)
    {
        TimeSeriesSettings there = RunNotes.Beside<TimeSeriesSettings>(ModelOption.Existing(path)) ?? throw new InvalidDataException(
            $"--refit trains '{path}' anew, as it was trained: expected the checkpoint of its run beside it ({RunFiles.Checkpoint}). Leave "
            + "--model out and say how with options, or leave --refit out.");
        bool isOne = !Directory.Exists(path);
        return usual with
        {
            Training = there.Training,
            Rate = there.Rate,
            WarmUp = there.WarmUp,
            Beta2 = there.Beta2,
            WeightDecay = there.WeightDecay,
            Seeds = isOne ? 1 : there.Seeds,
            Members = isOne ? 1 : there.Members,
        };
    }

    private static TimeSeriesSettings Chosen(TimeSeriesSettings settings, SeriesData data, int origins, int? stride)
    {
        int horizon = settings.Horizon ?? TimeSeriesSettings.LongestUsualHorizon;   // not chosen yet
        return (settings with
        {
            Test = (int)Math.Min(int.MaxValue, horizon + ((long)(origins - 1) * (stride ?? horizon))),
            Stride = stride,
        }).For(data);
    }

    private static void Write(Stream stream, Evaluation evaluation)
    {
        using CsvWriter csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        Dictionary<string, Series> byName = evaluation.Series.ToDictionary(series => series.Name);
        bool isTimed = evaluation.Series.All(one => one.Step is not null);
        csv.WriteRecord(["forecaster", "series", "origin", "step", isTimed ? "time" : "number", "value", "mean", "median",
            .. s_levels.Select(ForecastRows.NameOf)]);
        foreach (EvaluatedForecaster row in evaluation.Rows)
        {
            foreach (RecordedForecast one in row.Forecasts)
            {
                Series series = byName[one.Series];
                for (int h = 0; h < one.Forecast.Horizon; h++)
                {
                    csv.WriteRecord(
                    [
                        row.Name, one.Series, Invariant($"{one.Origin}"), Invariant($"{h + 1}"),
                        ForecastRows.Time(series, one.Origin + h, isTimed), ForecastRows.Text(series.Values[one.Origin + h]),
                        ForecastRows.Text(one.Forecast.Mean[h]), ForecastRows.Text(one.Forecast.Median[h]),
                        .. s_levels.Select(level => one.Forecast.Has(level) ? ForecastRows.Text(one.Forecast.Quantile(level)[h]) : ""),
                    ]);
                }
            }
        }
    }
}
