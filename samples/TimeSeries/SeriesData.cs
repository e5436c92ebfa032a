using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Models.Data;
using Rnn.Models.Forecasting;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.TimeSeries;

/// <summary>Series to learn from, with their ends, which are held out.</summary>
/// <param name="Name">What they are, for people.</param>
/// <param name="All">Whole, the held-out ends too.</param>
/// <param name="Appended">Steps at the end of each that a file of their own holds, or a data set; 0: none.</param>
internal sealed record SeriesData(string Name, IReadOnlyList<Series> All, int Appended)
{
    /// <summary>The names of data sets: the built-in series, and four known ones.</summary>
    public const string BuiltIn = "synthetic", M4Hourly = "m4-hourly";

    private const int CalendarBeyond = 1000;

    private static readonly string[] s_dataSets = [BuiltIn, M4Hourly, DataSets.Power.Name, DataSets.Airline.Name, DataSets.Sunspots.Name];

    private static readonly Option<string?> s_test = TypedOptions.Text("--test-csv", "FILE",
        "What follows the series of --csv, in the same form: held out, and measured.");

    /// <summary>The options that name series.</summary>
    public static DataOptions Options { get; } = new("--csv", "A CSV file with series; - is standard input.",
        "Known series [default: synthetic, or that of the preset].", s_dataSets)
    {
        Second = s_test,
        What = "series",
    };

    /// <summary>The same without what is held out.</summary>
    public static DataOptions WholeOptions { get; } = new("--csv", "A CSV file with series; - is standard input.",
        "Known series.", s_dataSets)
    {
        What = "series",
    };

    /// <summary>The file that was built in: its noise is known.</summary>
    public bool IsBuiltIn => Name == BuiltIn;

    /// <summary>The steps of a series in the middle: half of them are shorter.</summary>
    public int TypicalLength => All.Select(series => series.Length).Order().ElementAt(All.Count / 2);

    /// <summary>How many they are, and how long.</summary>
    public string Describe()
    {
        int least = All.Min(series => series.Length), most = All.Max(series => series.Length);
        string lengths = least == most ? Invariant($"{least}") : Invariant($"{least} to {most}");
        string step = All[0].Step is { } distance ? $", a step is {(distance.Months > 0 ? distance.ToString() : Span(distance.Span))}" : "";
        string covariates = All[0].Covariates.Count == 0 ? ""
            : $"; beside them: {string.Join(", ", All[0].Covariates.Select(covariate => covariate.Name))}";
        return $"{Name}: {All.Count} series of {lengths} values{step}{covariates}";
    }

    /// <summary>Reads a file, or a known data set, or draws the built-in series.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="dataSet">Which data set, where the source names nothing.</param>
    /// <param name="reading">How a file is read.</param>
    /// <param name="covariates">What beside the series.</param>
    /// <param name="expected">The covariates of a model; null: those that are there.</param>
    /// <param name="season">Of values that are filled, or 0.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="IOException">They can't be read, or there are none.</exception>
    public static SeriesData Load(DataSource source, string dataSet, CsvReading reading, CovariateChoice covariates,
        IReadOnlyList<string>? expected, int season, CancellationToken cancellation)
    {
        dataSet = source.DataSet ?? dataSet;
        if (!source.IsFile && dataSet == BuiltIn)
        {
            return (covariates.Past + covariates.Known + covariates.Static).Length == 0
                ? new SeriesData(BuiltIn, [SyntheticSeries.Create(1, covariates, CalendarBeyond)], 0)
                : throw new InvalidDataException(
                    "The built-in series has no columns beside it: leave --past, --known and --static out, or name a file "
                    + "with --csv.");
        }

        int filled = 0, merged = 0;
        IReadOnlyList<Series> Read(string file, string text)
        {
            CsvSeriesReader reader = new(file, reading, covariates) { Expected = expected, Season = season, Beyond = CalendarBeyond };
            IReadOnlyList<Series> series = reader.Read(text);
            if (series.GroupBy(one => one.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new InvalidDataException($"{file}: there are {twice.Count()} series '{twice.Key}'; expected names that differ.");

            if (reader.HasNoHeader)
                Screen.Warn($"{file}: its first row has no names, and is read as values (--header yes: they are names).");

            filled += reader.Filled;
            merged += reader.Merged;
            return series;
        }

        string Known(DataSet set) => source.ReadDataSet(set, "--csv", cancellation);
        (string name, IReadOnlyList<Series> all, IReadOnlyList<Series>? next) = source.IsFile
            ? ($"'{source.File}'", Read($"'{source.File}'", source.ReadFile()),
                source.Second is { } test ? Read($"'{test}'", TextFiles.Read(test, source.Encoding)) : null)
            : dataSet == M4Hourly
            ? (DataSets.M4HourlyTrain.Name, Read(DataSets.M4HourlyTrain.Name, Known(DataSets.M4HourlyTrain)),
                Read(DataSets.M4HourlyTest.Name, Known(DataSets.M4HourlyTest)))
            : (dataSet, Read(dataSet, Known(DataSets.All.First(set => set.Name == dataSet))), null);
        if (filled > 0)
            Screen.Warn(Invariant($"{name}: {SampleApp.Counted(filled, "missing value")} filled (--missing {Word(reading.Missing)})."));

        if (merged > 0)
        {
            Screen.Warn(
                Invariant($"{name}: {SampleApp.Counted(merged, "row")} of repeated times merged (--repeated {Word(reading.Repeated)})."));
        }

        return next is null ? new SeriesData(name, all, 0) : Joined(name, all, next);
    }

    /// <summary>The same without series that are too short, and a line about those.</summary>
    /// <param name="least">Values that each needs.</param>
    /// <param name="why">What for: "--test 24 and something to learn from".</param>
    /// <exception cref="InvalidDataException">All are too short.</exception>
    public SeriesData AtLeast(int least, string why)
    {
        Series[] kept = [.. All.Where(series => series.Length >= least)];
        if (kept.Length == 0)
        {
            Series longest = All.MaxBy(series => series.Length)!;
            throw new InvalidDataException($"{Name}: '{longest.Name}' has {longest.Length} values, expected {least} at least ({why}).");
        }

        if (kept.Length < All.Count)
            Screen.Warn($"{All.Count - kept.Length} of {All.Count} series are left out: they have fewer than {least} values ({why}).");

        return this with { All = kept };
    }

    /// <summary>The beginnings.</summary>
    /// <param name="held">Steps at the end that they lack.</param>
    public IReadOnlyList<Series> Before(int held) => [.. All.Select(series => held == 0 ? series : series.Slice(0, series.Length - held))];

    private static SeriesData Joined(string name, IReadOnlyList<Series> all, IReadOnlyList<Series> next)
    {
        Dictionary<string, Series> byName = next.ToDictionary(series => series.Name);
        if (all.FirstOrDefault(series => !byName.ContainsKey(series.Name)) is { } without)
        {
            throw new InvalidDataException(
                $"{name}: '{without.Name}' has no values in the file of what follows; both need the same series.");
        }

        if (next.FirstOrDefault(series => series.Length != next[0].Length) is { } other)
        {
            throw new InvalidDataException($"{name}: {next[0].Length} values follow '{next[0].Name}' and {other.Length} follow "
                + $"'{other.Name}'; expected as many for each.");
        }

        return new SeriesData(name, [.. all.Select(series => Join(name, series, byName[series.Name]))], next[0].Length);
    }

    private static Series Join(string name, Series first, Series second)
    {
        if (!second.Times.IsEmpty && first.Step is not null && first.TimeAt(first.Length) is DateTime next && second.Times[0] != next)
        {
            throw new InvalidDataException(
                Invariant($"{name}: what follows '{first.Name}' begins at {second.Times[0]:s}, expected {next:s}, one step ")
                + "after its end.");
        }

        return first.Append(second);
    }

    private static string Word(Enum policy) => $"{policy}".ToLowerInvariant();

    private static string Span(TimeSpan span) => span.TotalDays >= 1 && span.TotalDays == Math.Floor(span.TotalDays)
        ? SampleApp.Counted((long)span.TotalDays, "day")
        : $"{span}";
}
