using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.TimeSeries;

/// <summary>Measures a model on the ends of series, beside what needs no network.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<int?> s_test =
        Whole("--test", "Steps at the end to forecast [default: the model's horizon, or all of --test-csv].", 1);

    private static readonly Option<int?> s_stride = Whole("--stride", "Steps from one forecast to the next [default: the horizon].", 1);

    public static Command Create(SampleApp app)
    {
        Command command = new("evaluate", "Measures a model on the ends of series, beside forecasts that need no network.");
        Models.Option.AddTo(command);
        SeriesData.Options.AddTo(command);
        TimeSeriesSettings.FileList.AddTo(command);
        command.AddAll(s_test, s_stride);
        command.AddCheck(SeriesData.Options.Missing);
        command.AddHelp(() => SampleCommand.Examples(
            ("evaluate --csv sales.csv", "the newest model on the last horizon"),
            ("evaluate --csv sales.csv --test 365 --stride 1", "from every day of the last year"),
            ("evaluate --csv train.csv --test-csv test.csv --form wide", "what follows is in a file of its own")));
        command.SetAction(parsed => Run(app, parsed));
        return command;
    }

    private static int Run(SampleApp app, ParseResult parsed)
    {
        IReadOnlyList<SeriesModel> models = Models.Load(parsed);
        SeriesOptions options = models[0].Options;
        SeriesData data = Load(models[0], SeriesData.Options, parsed, app);
        int test = parsed.GetValue(s_test) ?? (data.Appended > 0 ? data.Appended : options.Horizon);
        if (test < options.Horizon)
        {
            throw new InvalidDataException(
                $"The model forecasts {options.Horizon} steps at once, and {test} are there to measure it on (--test).");
        }

        data = data.AtLeast(test + 1, $"--test {test} and something to forecast from");
        Evaluation evaluation = Evaluation.Of(data.All, new BacktestOptions
        {
            Horizon = options.Horizon,
            FirstOrigin = ^test,
            Step = parsed.GetValue(s_stride) ?? options.Horizon,
            Season = options.Season,
        }, Baselines.Of(options.Season, options.LongSeason), Models.Forecasters(models), learns: false);
        Console.WriteLine($"Series: {data.Describe()}.\n\n{evaluation.Table(models.Count > 1 ? models.Count : 0)}");
        return 0;
    }

    /// <summary>The series of a command line, with the covariates that a model reads.</summary>
    public static SeriesData Load(SeriesModel model, DataOptions options, ParseResult parsed, SampleApp app)
    {
        DataSource source = options.Of(parsed);
        CsvReading reading = TimeSeriesSettings.FileList.Apply(parsed, TimeSeriesSettings.Get(null, source)).Reading;
        return SeriesData.Load(source, SeriesData.BuiltIn, reading, CovariateChoice.Of(model), model.CovariateNames, model.Options.Season,
            app.Interruption.Token);
    }
}
