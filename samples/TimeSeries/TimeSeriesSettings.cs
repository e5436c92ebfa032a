using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.Data;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.TimeSeries;

/// <summary>All that decides what a training run computes, apart from its series. A preset, changed by options.</summary>
internal sealed record TimeSeriesSettings : RunSettings<SeriesOptions, SeriesTrainingOptions>
{
    /// <summary>A horizon that nobody named is no longer.</summary>
    public const int LongestUsualHorizon = 48;

    private const int UsualHorizon = 12;

    private static readonly (string Word, SeriesOutput Value)[] s_outputs =
    [
        ("quantiles", SeriesOutput.Quantiles), ("student-t", SeriesOutput.StudentT), ("normal", SeriesOutput.Normal),
        ("negative-binomial", SeriesOutput.NegativeBinomial),
    ];

    /// <summary>The options that say how a file is read.</summary>
    public static SettingList<TimeSeriesSettings> FileList { get; } = CreateFileList();

    /// <summary>The options that say what is read beside the series.</summary>
    public static SettingList<TimeSeriesSettings> CovariateList { get; } = CreateCovariateList();

    /// <summary>The options of the network and of its training.</summary>
    public static SettingList<TimeSeriesSettings> NetworkList { get; } = CreateNetworkList();

    /// <summary>All options that change a preset.</summary>
    public static SettingList<TimeSeriesSettings> List { get; } = CreateList();

    /// <summary>The built-in series, half a minute.</summary>
    public static TimeSeriesSettings Demo { get; } = new()
    {
        Preset = "demo",
        Covariates = new CovariateChoice { Calendar = "hour,weekday" },
        Network = new SeriesOptions { HiddenSize = 32, Layers = 1, Dropout = 0, Differencing = 0, Scaling = SeriesScaling.Standard },
        Training = new SeriesTrainingOptions { BatchSize = 32, StepsPerEpoch = 50, Epochs = 16, LearningRate = 5e-3 },
        Rate = RateKind.Cosine,
        WarmUp = 20,
        Test = 336,
    };

    /// <summary>Any series.</summary>
    public static TimeSeriesSettings Usual { get; } = new()
    {
        Preset = "usual",
        Training = new SeriesTrainingOptions { Epochs = 20, LearningRate = 2e-3 },
    };

    /// <summary>The 414 hourly series of the M4 competition.</summary>
    public static TimeSeriesSettings M4Hourly { get; } = new()
    {
        Preset = "m4-hourly",
        Reading = ReadingOf(SeriesData.M4Hourly),
        Network = new SeriesOptions
        {
            Cell = RecurrentCell.Gru,
            HiddenSize = 40,
            Layers = 1,
            Context = 168,
            Lags = [48, 72, 168, 336],
            NonNegative = true,
        },
        Training = new SeriesTrainingOptions { Epochs = 40, StepsPerEpoch = 100, LearningRate = 3e-3 },
        Rate = RateKind.Cosine,
        WarmUp = 100,
        Season = 24,
        LongSeason = 168,
        Horizon = 48,
        Seeds = 3,
    };

    /// <summary>Hourly power, a day ahead, the last year held out.</summary>
    public static TimeSeriesSettings Power { get; } = new()
    {
        Preset = "power",
        Reading = ReadingOf(DataSets.Power.Name),
        Covariates = new CovariateChoice { Calendar = "hour,weekday,yearday" },
        Network = new SeriesOptions
        {
            Cell = RecurrentCell.Gru,
            HiddenSize = 64,
            Layers = 1,
            Context = 168,
            Lags = [48, 168, 336],
            RecentHorizons = 60,
        },
        Training = new SeriesTrainingOptions { Epochs = 20, StepsPerEpoch = 100, LearningRate = 3e-3 },
        Rate = RateKind.Cosine,
        WarmUp = 100,
        Season = 24,
        LongSeason = 168,
        Horizon = 24,
        Test = 365 * 24,
        Members = 3,
    };

    /// <summary>Air passengers by month, three years ahead from 1957-12.</summary>
    public static TimeSeriesSettings Airline { get; } = new()
    {
        Preset = "airline",
        Reading = ReadingOf(DataSets.Airline.Name),
        Network = new SeriesOptions { Anchor = SeriesAnchor.Smoothing, HiddenSize = 20, Layers = 1, Logarithm = true },
        Training = new SeriesTrainingOptions { Epochs = 5, LearningRate = 2e-3, RefitOnAll = true },
        Season = 12,
        Horizon = 36,
        Test = 36,
        Seeds = 5,
        Members = 5,
    };

    public static IReadOnlyList<TimeSeriesSettings> Presets { get; } = [Demo, Usual, M4Hourly, Power, Airline];

    public static string[] Names { get; } = [.. Presets.Select(one => one.Preset)];

    /// <summary>How a file is read.</summary>
    public CsvReading Reading { get; init; } = new();

    /// <summary>What is read beside the series.</summary>
    public CovariateChoice Covariates { get; init; } = new();

    /// <summary>Steps of a season; 1: none; null: found.</summary>
    public int? Season { get; init; }

    /// <summary>Steps of a longer season, which baselines have and a lag; 0: none; null: found.</summary>
    public int? LongSeason { get; init; }

    /// <summary>Steps that are forecast; null: a season, or twelve.</summary>
    public int? Horizon { get; init; }

    /// <summary>Steps at the end of each series that are held out to test on; null: a horizon, where there are enough.</summary>
    public int? Test { get; init; }

    /// <summary>From one forecast of the held-out part to the next; null: a horizon.</summary>
    public int? Stride { get; init; }

    /// <summary>Forecasters that are trained and measured, each by itself, with seeds from the training's upwards.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Networks of each, whose forecasts are averaged.</summary>
    public int Members { get; init; } = 1;

    /// <summary>The model that is trained further, of a run that does that; empty: a new one.</summary>
    public string Start { get; init; } = "";

    /// <summary>The preset of that name, which is one of <see cref="Names"/>.</summary>
    public static TimeSeriesSettings Get(string name) => Presets.First(one => one.Preset == name);

    /// <summary>The preset of those who named none.</summary>
    public static string UsualPreset(DataSource source) =>
        source.IsFile ? Usual.Preset
        : source.DataSet is null or SeriesData.BuiltIn ? Demo.Preset
        : Presets.FirstOrDefault(one => one.Preset == source.DataSet)?.Preset ?? Usual.Preset;

    /// <summary>The data set of a preset.</summary>
    public static string UsualDataSet(string preset) =>
        preset == Demo.Preset || preset == Usual.Preset ? SeriesData.BuiltIn : preset;

    /// <summary>A preset for some data: how a file is read is that of the data set, or of any file.</summary>
    /// <param name="preset">Its name; null: the usual one.</param>
    /// <param name="source">Where the series come from.</param>
    public static TimeSeriesSettings Get(string? preset, DataSource source)
    {
        TimeSeriesSettings usual = Get(preset ?? UsualPreset(source));
        return usual with { Reading = source.IsFile ? new CsvReading() : ReadingOf(source.DataSet ?? UsualDataSet(usual.Preset)) };
    }

    /// <summary>How a known data set is read.</summary>
    public static CsvReading ReadingOf(string dataSet) =>
        dataSet == SeriesData.M4Hourly ? new CsvReading { IsWide = true }
        : dataSet != DataSets.Power.Name ? new CsvReading()
        : new CsvReading
        {
            Time = "Datetime",
            Value = "PJME_MW",
            Format = "dd-MM-yyyy HH:mm",
            Sort = true,
            Repeated = RepeatedTimes.Mean,
            Missing = MissingTimes.Linear,   // clock changes, and some hours besides
        };

    /// <summary>The same with what is chosen by the series, of which the held-out end isn't looked at.</summary>
    public TimeSeriesSettings For(SeriesData data)
    {
        int length = data.TypicalLength;
        int held = Math.Clamp(data.Appended > 0 ? data.Appended : Test ?? Horizon ?? LongestUsualHorizon, 0, length / 2);
        SeriesData known = data with { All = [.. data.All.Where(series => series.Length > held)] };
        IReadOnlyList<int> found = Season is null || LongSeason is null ? Seasonality.Find(known.Before(held)) : [];
        int season = Season ?? found.FirstOrDefault(1);
        int longSeason = LongSeason ?? found.FirstOrDefault(other => other > season && season > 1);
        int usual = season > 1 ? Math.Min(season, LongestUsualHorizon) : UsualHorizon;
        int horizon = Horizon ?? (data.Appended > 0 ? data.Appended : Math.Clamp(usual, 1, Math.Max(1, length / 4)));
        return this with
        {
            Season = season,
            LongSeason = longSeason,
            Horizon = horizon,
            Test = data.Appended > 0 ? data.Appended : Test ?? (length >= horizon + 3 ? horizon : 0),
            Stride = Stride ?? horizon,
            Network = Network with { Season = season, LongSeason = longSeason, Horizon = horizon },
        };
    }

    /// <summary>The same without what a preset has for quantiles alone, where another output was chosen.</summary>
    /// <param name="preset">Before options changed it.</param>
    public TimeSeriesSettings Beside(TimeSeriesSettings preset) => Network.Output == SeriesOutput.Quantiles ? this : this with
    {
        Network = Network with
        {
            RecentHorizons = Network.RecentHorizons == preset.Network.RecentHorizons ? 0 : Network.RecentHorizons,
            Anchor = Network.Anchor == preset.Network.Anchor ? SeriesAnchor.Season : Network.Anchor,
        },
        Training = Training with { RefitOnAll = Training.RefitOnAll != preset.Training.RefitOnAll && Training.RefitOnAll },
    };

    /// <summary>These for one of the networks.</summary>
    /// <param name="index">0 to Seeds * Members - 1.</param>
    public TimeSeriesSettings Member(int index) => this with { Training = Training with { Seed = Training.Seed + (ulong)index } };

    /// <summary>The network in a few words: "LSTM 40 x 2, quantiles".</summary>
    public static string Describe(SeriesOptions network) =>
        Invariant($"{RecurrentCells.Name(network.Cell)} {network.HiddenSize} x {network.Layers}, ")
        + Array.Find(s_outputs, one => one.Value == network.Output).Word;

    private static SettingList<TimeSeriesSettings> CreateFileList()
    {
        SettingList<TimeSeriesSettings> list = new();
        list.Choice("--form", s => s.Reading.IsWide, "Whether a row is a step (long) or a whole series (wide).",
            ("long", false), ("wide", true));
        list.Text("--time", s => s.Reading.Time, "COLUMN", "The column of times, if it isn't the first that reads as one.");
        list.Text("--series", s => s.Reading.Series, "COLUMN", "The column of the series' names, if it isn't the first of words.");
        list.Text("--value", s => s.Reading.Value, "COLUMNS",
            "The column of values, if it isn't the only one of numbers; several, with commas between, are a series each.");
        list.Choice("--header", s => s.Reading.HasHeader, "Whether the first row has names; else columns are named 1, 2, ...",
            ("found", (bool?)null), ("yes", true), ("no", false));
        list.Choice("--separator", s => s.Reading.Separator, "What stands between cells.", ("found", '\0'), ("comma", ','),
            ("semicolon", ';'), ("tab", '\t'), ("bar", '|'));
        list.Text("--format", s => s.Reading.Format, "FORMAT",
            "Of times: dd-MM-yyyy HH:mm, say; index for numbers of steps, unix for seconds.");
        list.Text("--culture", s => s.Reading.Culture, "NAME", "Of numbers and times: de-DE, say.");
        list.Text("--every", s => s.Reading.Every, "STEP",
            "The distance of times, if it isn't the most frequent one: 15min, 1h, 1d, 7d, 1month, 1year.");
        list.Choice("--unsorted", s => s.Reading.Sort, "What is done with times that aren't in order.", ("error", false), ("sort", true));
        list.Choice("--repeated", s => s.Reading.Repeated, "What is done with times that are there twice.", ("error", RepeatedTimes.Error),
            ("first", RepeatedTimes.First), ("last", RepeatedTimes.Last), ("mean", RepeatedTimes.Mean));
        list.Choice("--missing", s => s.Reading.Missing, "What is done with times and values that are missing.",
            ("error", MissingTimes.Error), ("linear", MissingTimes.Linear), ("previous", MissingTimes.Previous),
            ("seasonal", MissingTimes.Seasonal));
        list.Whole("--longest-gap", s => s.Reading.LongestGap, 0, 1_000_000, "The longest gap that is filled; 0 for any.");
        list.Text("--clock-changes", s => s.Reading.ClockChanges, "ZONE",
            "The time zone whose clock changes are no errors: Europe/Berlin, say.");
        return list;
    }

    private static SettingList<TimeSeriesSettings> CreateCovariateList()
    {
        SettingList<TimeSeriesSettings> list = new();
        list.Text("--past", s => s.Covariates.Past, "COLUMNS", "Covariates of the past: known as far as the values are.");
        list.Text("--known", s => s.Covariates.Known, "COLUMNS",
            "Covariates known in advance, such as holidays: the rows to forecast have them too, with empty values.");
        list.Text("--static", s => s.Covariates.Static, "COLUMNS", "What a series is like: numbers or words, the same in all its rows.");
        list.Words("--calendar", s => s.Covariates.Calendar, "What of the time is known in advance.", CovariateChoice.CalendarWords);
        return list;
    }

    private static SettingList<TimeSeriesSettings> CreateNetworkList()
    {
        SettingList<TimeSeriesSettings> list = new();
        list.ChosenWhole("--season", s => s.Season, 1, 100_000, "Steps of a season; 1 for none.");
        list.ChosenWhole("--long-season", s => s.LongSeason, 0, 100_000,
            "Steps of a longer season, for a lag and for baselines; 0 for none.");
        list.ChosenWhole("--horizon", s => s.Horizon, 1, 100_000, "Steps to forecast.");
        list.Whole("--context", s => s.Network.Context, 0, 100_000,
            "Steps that the network reads; 0: two seasons (200 at most) or a horizon.");
        list.Wholes("--lags", s => s.Network.Lags, 1, 1_000_000, "Values so many steps back are read at each step.");
        list.ChosenWhole("--difference", s => s.Network.Differencing, 0, 100_000,
            "What is predicted is the difference from so many steps before; 0: the value.");
        list.Choice("--anchor", s => s.Network.Anchor,
            "What is predicted counts from: the last season, or, for short series, what exponential smoothing expects.",
            ("season", SeriesAnchor.Season), ("smoothing", SeriesAnchor.Smoothing));
        list.Choice("--growth", s => s.Network.Growth, "Whether a certain growth from season to season goes on by itself.", ("yes", true),
            ("no", false));
        list.Choice("--output", s => s.Network.Output, "What is said of each step.", s_outputs);
        list.Choice("--scaling", s => s.Network.Scaling, "The unit of a window.",
            ("none", SeriesScaling.None), ("mean", SeriesScaling.Mean), ("standard", SeriesScaling.Standard));
        list.Flag("--log", s => s.Network.Logarithm, "Works on log(1 + value).");
        list.Flag("--non-negative", s => s.Network.NonNegative, "What is forecast below 0 becomes 0.");
        list.Whole("--recent-horizons", s => s.Network.RecentHorizons, 0, 100_000,
            "Intervals are made wider or narrower by the errors of so many horizons before each forecast; 0: they aren't.");
        list.Choice("--cell", s => s.Network.Cell, "The recurrent cell.", RecurrentCells.Choices);
        list.Whole("--hidden", s => s.Network.HiddenSize, 1, 65536, "Units of a layer.");
        list.Whole("--layers", s => s.Network.Layers, 1, 64, "Recurrent layers.");
        list.Number("--dropout", s => s.Network.Dropout, 0, 0.99, "Between layers, and before the output.");
        list.Whole("--embedding", s => s.Network.EmbeddingSize, 0, 65536, "Numbers that are learnt about each series; 0 for none.");
        list.Whole("--batch", s => s.Training.BatchSize, 1, 65536, "Windows of a step.");
        list.Whole("--steps-per-epoch", s => s.Training.StepsPerEpoch, 1, 1_000_000, "Steps between measurements.");
        list.Choice("--hold-out", s => s.Training.HoldOut,
            "Whether the last horizon of what is learnt from is held out to choose the best epoch by.", ("yes", true), ("no", false));
        list.Choice("--refit-on-all", s => s.Training.RefitOnAll,
            "Whether a new network is trained once more, on all values, when what was held out has chosen.", ("yes", true), ("no", false));
        list.AddRate<TimeSeriesSettings, SeriesOptions, SeriesTrainingOptions>();
        list.Number("--weight-decay", s => s.WeightDecay, 0, 100, "AdamW's; 0 is plain Adam.");
        list.Whole("--seeds", s => s.Seeds, 1, 100, "Forecasters to train and measure, with seeds from --seed upwards.");
        list.Whole("--members", s => s.Members, 1, 100, "Networks of each, whose forecasts are averaged.");
        list.AddTrainer<TimeSeriesSettings, SeriesOptions, SeriesTrainingOptions>("--steps-per-epoch steps");
        return list;
    }

    private static SettingList<TimeSeriesSettings> CreateList()
    {
        SettingList<TimeSeriesSettings> list = new();
        list.Include(FileList);
        list.Include(CovariateList);
        list.ChosenWhole("--test", s => s.Test, 0, 100_000_000, "Steps at the end that are held out and measured at the end; 0 for none.");
        list.ChosenWhole("--stride", s => s.Stride, 1, 1_000_000, "Steps from one forecast of the held-out part to the next.");
        list.Include(NetworkList);
        return list;
    }
}
