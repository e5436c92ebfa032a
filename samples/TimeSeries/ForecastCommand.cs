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
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.TimeSeries;

/// <summary>Says how series go on.</summary>
internal static class ForecastCommand
{
    private static readonly Option<int?> s_horizon = Whole("--horizon", "Steps to forecast [default: the model's].", 1, 1_000_000);

    private static readonly Option<string?> s_to = Text("--to", "FILE", "Writes the forecasts there [default: the standard output].");

    private static readonly Option<string?> s_picture = Text("--picture", "FILE", "Draws the first four series and their forecasts (PNG).");

    private static readonly Option<int?> s_paths = Whole("--paths", "Sample paths, where the model draws [default: 200].", 1, 1_000_000);

    private static readonly Option<ulong?> s_seed = Seed();

    public static Command Create(SampleApp app)
    {
        Command command = new("forecast", "Says how series go on: a CSV file with mean, median and quantiles.");
        Models.Option.AddTo(command);
        SeriesData.WholeOptions.AddTo(command);
        TimeSeriesSettings.FileList.AddTo(command);
        command.AddAll(s_horizon, s_to, s_picture, s_paths, s_seed);
        command.AddCheck(SeriesData.WholeOptions.Missing);
        command.AddHelp(() => SampleCommand.Examples(
            ("forecast --csv sales.csv", "what follows the end of each series, by the newest model"),
            ("forecast --csv sales.csv --to forecast.csv --picture forecast.png", "as files")));
        command.SetAction(parsed => Run(app, parsed));
        return command;
    }

    private static int Run(SampleApp app, ParseResult parsed)
    {
        IReadOnlyList<SeriesModel> models = Models.Load(parsed);
        SeriesOptions options = models[0].Options;
        if (options.Output == SeriesOutput.Quantiles && parsed.FirstGiven(s_paths, s_seed) is { } ignored)
            throw new InvalidDataException($"The model says quantiles and draws nothing: {ignored} would be ignored. Leave it out.");

        SeriesData data = EvaluateCommand.Load(models[0], SeriesData.WholeOptions, parsed, app);
        int horizon = parsed.GetValue(s_horizon) ?? options.Horizon;
        SeriesForecaster forecaster = new(models) { Paths = parsed.GetValue(s_paths) ?? 200, Seed = parsed.GetValue(s_seed) ?? 1 };
        IReadOnlyList<Forecast> forecasts = forecaster.ForecastAll(data.All, horizon);
        if (parsed.GetValue(s_to) is { } file)
        {
            AtomicFile.Write(file, stream => Write(stream, data.All, forecasts));
        }
        else
        {
            using Stream output = Console.OpenStandardOutput();
            Write(output, data.All, forecasts);
        }

        if (parsed.GetValue(s_picture) is { } picture)
        {
            ForecastPicture.Save(picture, data.All,
                [.. forecasts.Select((forecast, i) => new RecordedForecast(data.All[i].Name, data.All[i].Length, forecast))]);
        }

        return 0;
    }

    private static void Write(Stream stream, IReadOnlyList<Series> series, IReadOnlyList<Forecast> forecasts)
    {
        using CsvWriter csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        double[] levels = forecasts[0].Levels.ToArray();
        bool isTimed = series.All(one => one.Step is not null);
        csv.WriteRecord([isTimed ? "time" : "step", "series", "mean", "median", .. levels.Select(ForecastRows.NameOf)]);
        for (int i = 0; i < series.Count; i++)
        {
            for (int h = 0; h < forecasts[i].Horizon; h++)
            {
                csv.WriteRecord(
                [
                    ForecastRows.Time(series[i], series[i].Length + h, isTimed), series[i].Name, ForecastRows.Text(forecasts[i].Mean[h]),
                    ForecastRows.Text(forecasts[i].Median[h]),
                    .. levels.Select(level => ForecastRows.Text(forecasts[i].Quantile(level)[h])),
                ]);
            }
        }
    }
}
