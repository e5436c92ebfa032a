using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Rnn.Models.Training;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.TimeSeries;

/// <summary>
/// The lesson: a recurrent network learns how a sine goes on. Then forecasts of one series or many, with quantiles, beside
/// what needs no network.
/// </summary>
internal static class Program
{
    /// <summary>Where runs write.</summary>
    public const string DefaultFolder = "out/time-series";

    private static readonly RunWords s_words = new("values", "of values in their windows' units", DefaultFolder);

    public static int Main(string[] args) => SampleApp.Run(args, Create, ("EmbeddingSize", "--embedding"), ("HoldOut", "--hold-out"));

    private static RootCommand Create(SampleApp app)
    {
        TrainCommand<TimeSeriesSettings> training = new(app, s_words, SeriesData.Options, TimeSeriesSettings.List,
            "demo: half a minute; usual: any series; m4-hourly, power, airline: those data sets [default: demo, usual with --csv, that of "
            + "its name with --dataset].", ", on other series too.", TimeSeriesSettings.Names)
        {
            Files = Models.Files,
        };
        return SampleCommand.Root("Learns how series go on, with a recurrent network.", "Trains a model", command =>
        {
            training.AddTo(command, Train);
            command.AddHelp(() => TimeSeriesSettings.List.Table(TimeSeriesSettings.Presets) + "\n\n" + SampleCommand.Examples(
                ("", "the sine, then half a minute of learning the built-in series"),
                ("--csv sales.csv", "a series of your own: a column of times, one of values"),
                ("--csv shops.csv --series shop --value sales --known holiday --static region --calendar weekday --horizon 14",
                    "many series in one file, with what stands beside them"),
                ("--csv train.csv --test-csv test.csv --form wide", "one series a row; the test part is a file, too"),
                ("--csv werte.csv --culture de-DE --missing linear --unsorted sort", "decimal commas, gaps, rows in any order"),
                ("--dataset power --download", "sixteen years of hourly power, the last one held out"),
                ("--resume", "goes on with the newest interrupted run"),
                ("forecast --help", "the help of another command")));
        },
        ForecastCommand.Create(app), EvaluateCommand.Create(app), BacktestCommand.Create(app));
    }

    private static int Train(TrainingRun<TimeSeriesSettings> run)
    {
        // Series, whose ends are held out; what is not said is chosen by what comes before.
        (TimeSeriesSettings settings, SeriesModel? start) = Settings(run);
        SeriesData data = SeriesData.Load(run.Data, TimeSeriesSettings.UsualDataSet(settings.Preset), settings.Reading, settings.Covariates,
            start?.CovariateNames, settings.Season ?? 0, run.App.Interruption.Token);
        settings = settings.For(data);
        if (start is not null)
            settings = settings with { Network = start.Options };

        (int horizon, int test) = (settings.Horizon!.Value, settings.Test!.Value);
        if (test > 0 && test < horizon)
        {
            throw new InvalidDataException(
                $"What is held out has {test} steps (--test), and {horizon} are forecast (--horizon): hold out more, or 0.");
        }

        if (settings.Training is { RefitOnAll: true, HoldOut: false })
        {
            throw new InvalidDataException("--refit-on-all trains once more when held-out values have chosen, and with --hold-out no there "
                + "are none: leave one of them out.");
        }

        data = data.AtLeast(test + 1, $"--test {test} and something to learn from");
        IReadOnlyList<Series> training = data.Before(test);
        string about = data.Describe();
        Console.WriteLine($"Series: {about}.");
        string season = settings.Season == 1 ? "none" : Invariant($"{settings.Season} steps");
        Console.WriteLine($"Season: {season}{(settings.LongSeason > 0 ? Invariant($" and {settings.LongSeason}") : "")}. "
            + Invariant($"Horizon: {SampleApp.Counted(horizon, "step")}; {SampleApp.Counted(test, "step")} at the end held out."));
        if (data.IsBuiltIn)
            Sine.Run(run.Folder, settings.Training.Seed);

        // Networks of several seeds, each for all series.
        List<TrainedModel> trained = [];
        for (int i = 0; i < settings.Seeds * settings.Members; i++)
        {
            TimeSeriesSettings own = settings.Member(i);
            string? folder = Models.FolderOf(i, own.Training.Seed);
            TrainingRun<TimeSeriesSettings> part = folder is null ? run : run.Part(folder);
            using RunFolder? inside = folder is null ? null : part.Folder;   // the run's own stays in use until its end
            if (TrainOne(part, own, training, start) is not { } one)
                return run.ExitCode;

            trained.Add(one);
        }

        if (settings.Training.HoldOut)
            Calibrate(run, settings, trained, training);

        if (settings.Training is { HoldOut: true, RefitOnAll: true })
            Refit(run, settings, trained, training);

        SeriesModel[] models = [.. trained.Select(one => one.Model)];

        // What they have learnt: forecasts of the ends that they have never seen, beside those that need no network.
        IReadOnlyList<SeriesForecaster> forecasters = Models.Forecasters(models, settings.Members, settings.Training.Seed);
        Evaluation? evaluation = test == 0 ? null : Evaluate(data, settings, forecasters);
        if (evaluation is not null)
            Console.WriteLine($"\n{evaluation.Table(settings.Seeds > 1 ? settings.Seeds : 0)}\n");

        if (evaluation is not null && data.IsBuiltIn)
        {
            double rmse = evaluation.Rows[^1].Score.Rmse;
            Console.WriteLine(
                Invariant($"The noise has a standard deviation of {SyntheticSeries.Noise:F1}: no forecast's RMSE can be less for ")
                + Invariant($"long. The network's is {rmse:F3}, {rmse / SyntheticSeries.Noise:F2} times that.\n"));
        }

        Draw(run.Folder, data, forecasters[^1], evaluation, horizon);
        return Finish(run, settings, about, trained, evaluation);
    }

    private static (TimeSeriesSettings Settings, SeriesModel? Start) Settings(TrainingRun<TimeSeriesSettings> run)
    {
        TimeSeriesSettings usual = TimeSeriesSettings.Get(run.Preset, run.Data);
        if (run.From is not { } from)
        {
            TimeSeriesSettings own = run.Apply(usual).Beside(usual);   // which may go on with a run that trained a model further
            return (own, own.Start.Length > 0 ? SeriesModel.Load(own.Start) : null);
        }

        string file = ModelOption.Existing(from);
        SeriesModel start = SeriesModel.Load(file);
        TimeSeriesSettings there = usual with
        {
            Start = Path.GetFullPath(file),
            Network = start.Options,
            Season = start.Options.Season,
            LongSeason = start.Options.LongSeason,
            Horizon = start.Options.Horizon,
            Covariates = CovariateChoice.Of(start),
            Seeds = 1,
            Members = 1,
            Training = usual.Training with { RefitOnAll = false },
        };
        TimeSeriesSettings settings = run.Apply(there);
        if (settings.Training.RefitOnAll)
        {
            throw new InvalidDataException("--refit-on-all begins anew, and --from goes on with what a network has learnt: leave one of "
                + "them out.");
        }

        return settings.Network == there.Network && settings.Season == there.Season
            && settings.LongSeason == there.LongSeason && settings.Horizon == there.Horizon
            && settings.Covariates == there.Covariates && settings.Seeds * settings.Members == 1
            ? (settings, start)
            : throw new InvalidDataException("--from trains one network as it is: leave out the options of the network, of its covariates, "
                + "--season, --long-season, --horizon, --seeds and --members, or give those of the model.");
    }

    /// <summary>Null if it was interrupted.</summary>
    private static TrainedModel? TrainOne(TrainingRun<TimeSeriesSettings> run, TimeSeriesSettings settings, IReadOnlyList<Series> training,
        SeriesModel? start)
    {
        SeriesModel model = start ?? new SeriesModel(training, settings.Network, settings.Training.Seed);
        Screen.Show(Invariant($"Model of seed {settings.Training.Seed}: {TimeSeriesSettings.Describe(model.Options)}, ")
            + Invariant($"{model.Parameters.Layout.ParameterCount} parameters; {SampleApp.Processor}."));
        if (!model.HasTargets(training))
        {
            Screen.Show(
                "There is nothing to learn: every series is a constant, a straight line, or has too few values; they go on as they are.");
            TrainedModel nothing = new(settings.Training.Seed, model.Shrink(training), 0, model);
            run.Folder.TryWrite(RunFiles.Model, model.Save);
            return nothing;
        }

        int perEpoch = settings.Training.StepsPerEpoch;
        Screen.Show(Invariant($"Training: {settings.Training.BatchSize} windows a step, {settings.Steps(perEpoch)} steps, ")
            + Invariant($"{perEpoch} an epoch."));
        Trainer<SeriesBatch> trainer = model.CreateTrainer(training, run.Options(settings.Options(perEpoch), settings));
        if (!run.Train(trainer, model.Save))
            return null;

        run.Draw(TimeSeriesSettings.Describe(model.Options));
        if (start is not null || !settings.Training.HoldOut)
            return new TrainedModel(settings.Training.Seed, 1, 0, model);

        // What is learnt of short series, and of those of pure noise, is chance.
        double weight = model.Shrink(training);
        TrainedModel trained = new(settings.Training.Seed, weight, trainer.Result!.BestStep, model);
        if (weight == 1)
            return trained;

        string anchor = model.Options.Anchor == SeriesAnchor.Smoothing ? "exponential smoothing" : "the last season, grown";
        Screen.Show(weight == 0
            ? $"It forecasts what was held out to choose by no better than before: it is kept as it was, and says {anchor}."
            : Invariant($"What it has learnt is worth {weight:P0} of its weight, by what was held out to choose by; ")
                + $"the rest is {anchor}.");
        run.Folder.TryWrite(RunFiles.Model, model.Save);
        return trained;
    }

    // Intervals of networks that forecast together, as wide as what they have never learnt from asks for.
    private static void Calibrate(TrainingRun<TimeSeriesSettings> run, TimeSeriesSettings settings, IReadOnlyList<TrainedModel> trained,
        IReadOnlyList<Series> training)
    {
        foreach (TrainedModel[] group in trained.Chunk(settings.Members))
        {
            double[] before = [.. group.Select(one => one.Model.Spread)];
            double spread = new SeriesForecaster([.. group.Select(one => one.Model)]).Calibrate(training);
            if (before.All(one => one == spread))
                continue;

            Screen.Show(Invariant($"Its intervals are made {spread:F2} times as wide, by what was held out to choose by."));
            foreach (TrainedModel one in group)
            {
                string folder = Models.FolderOf(trained.ToList().IndexOf(one), one.Seed) ?? "";
                run.Folder.TryWrite(Path.Combine(folder, RunFiles.Model), one.Model.Save);
            }
        }
    }

    // With what was held out to choose by, now that it has chosen. Where nothing was learnt, or a model trained further, it stays.
    private static void Refit(TrainingRun<TimeSeriesSettings> run, TimeSeriesSettings settings, List<TrainedModel> trained,
        IReadOnlyList<Series> training)
    {
        for (int i = 0; i < trained.Count; i++)
        {
            TrainedModel one = trained[i];
            if (one.Steps == 0 || one.Weight == 0)
                continue;

            TimeSeriesSettings own = settings.Member(i);
            SeriesModel model = one.Model.Refit(training, own.Options(own.Training.StepsPerEpoch), one.Steps, one.Weight);
            trained[i] = one with { Model = model };
            model.Save(run.Folder.PathOf(Path.Combine(Models.FolderOf(i, one.Seed) ?? "", RunFiles.Model)));
            Screen.Show(Invariant($"Model of seed {one.Seed}: trained once more, {one.Steps} steps on all values."));
        }
    }

    private static Evaluation Evaluate(SeriesData data, TimeSeriesSettings settings, IReadOnlyList<SeriesForecaster> forecasters)
    {
        IReadOnlyList<IForecaster> baselines = Baselines.Of(settings.Season!.Value, settings.LongSeason!.Value);
        return Evaluation.Of(data.All, new BacktestOptions
        {
            Horizon = settings.Horizon!.Value,
            FirstOrigin = ^settings.Test!.Value,
            Step = settings.Stride!.Value,
            Season = settings.Season.Value,
        }, data.IsBuiltIn ? [SyntheticSeries.BestPossible, .. baselines] : baselines, forecasters, learns: false);
    }

    // Where nothing is held out, what comes after the end.
    private static void Draw(RunFolder folder, SeriesData data, SeriesForecaster forecaster, Evaluation? evaluation, int horizon)
    {
        if (evaluation is null && data.All.Any(series => series.KnownHorizon < horizon))
            return;

        IReadOnlyList<RecordedForecast> forecasts = evaluation?.Rows[^1].Forecasts ??
        [
            .. forecaster.ForecastAll(data.All, horizon)
                .Select((forecast, i) => new RecordedForecast(data.All[i].Name, data.All[i].Length, forecast)),
        ];
        folder.TryWrite(ForecastPicture.FileName, path => ForecastPicture.Save(path, data.All, forecasts));
    }

    private static int Finish(TrainingRun<TimeSeriesSettings> run, TimeSeriesSettings settings, string data,
        IReadOnlyList<TrainedModel> models, Evaluation? evaluation)
    {
        string from = run.Data.IsFile
            ? "--csv FILE"
            : $"--dataset {run.Data.DataSet ?? TimeSeriesSettings.UsualDataSet(settings.Preset)}";
        string[] commands = [$"forecast {from}", $"evaluate {from}", $"backtest {from}"];
        if (run.Result is not null)
        {
            SeriesModel model = models[0].Model;
            object results = new
            {
                Models = models.Select(one => new { one.Seed, one.Weight, one.Model.Spread }),
                Forecasters = evaluation?.ForSummary(),
            };
            return run.Finish(settings, data, model.Parameters.Layout.ParameterCount, $"{TimeSeriesSettings.Describe(model.Options)}",
                results, double.NaN, commands);
        }

        run.ShowWritten(commands);
        return 0;
    }

    /// <summary>A network, and what it is worth.</summary>
    /// <param name="Seed">Of its training.</param>
    /// <param name="Weight">Of what it has learnt, 0 to 1 (<see cref="SeriesModel.Shrink"/>).</param>
    /// <param name="Steps">Of its best parameters; 0 where nothing was measured, or a model was trained further.</param>
    /// <param name="Model">The network.</param>
    private sealed record TrainedModel(ulong Seed, double Weight, long Steps, SeriesModel Model);
}
