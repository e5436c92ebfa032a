using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsvHelper;
using Rnn.Core.Serialization;
using Rnn.Models.Forecasting;
using Rnn.Samples.Common;

namespace Rnn.Samples.TimeSeries;

/// <summary>Series of a CSV file, with what stands beside them.</summary>
/// <param name="file">Its name, for messages.</param>
/// <param name="reading">How they stand there.</param>
/// <param name="covariates">What is read beside them.</param>
internal sealed class CsvSeriesReader(string file, CsvReading reading, CovariateChoice covariates)
{
    private static readonly DateTime s_firstStep = new(4000, 1, 1);

    // What the library's messages name, and what it is here.
    private static readonly (string Library, string Here)[] s_names =
    [
        ("SeriesReading.Missing", "--missing"), ("SeriesReading.Repeated", "--repeated"), ("SeriesReading.Sort", "--unsorted sort"),
        ("SeriesReading.Step", "--every"), ("LongestGap", "--longest-gap"), ("ClockChangesOf", "--clock-changes"),
    ];

    /// <summary>The covariates that a model reads, by which words of static columns it knows; null: all that are there.</summary>
    public IReadOnlyList<string>? Expected { get; init; }

    /// <summary>Steps beyond the end for which the calendar is read.</summary>
    public int Beyond { get; init; }

    /// <summary>Of values that are filled by their season; 0: not known.</summary>
    public int Season { get; init; }

    /// <summary>Values that were missing and are filled.</summary>
    public int Filled { get; private set; }

    /// <summary>Rows that shared their time with another.</summary>
    public int Merged { get; private set; }

    /// <summary>Whether a first row of numbers and times alone was read as values, though nobody said so.</summary>
    public bool HasNoHeader { get; private set; }

    /// <summary>The time that stands for a step's number while rows are put in order.</summary>
    public static DateTime TimeOfStep(int step) => s_firstStep.AddDays(step);

    /// <summary>Reads a file.</summary>
    /// <param name="text">All of it.</param>
    /// <exception cref="InvalidDataException">A cell can't be read, a column isn't there, there is no row, or times aren't regular
    /// and no policy says what to do.</exception>
    public IReadOnlyList<Series> Read(string text)
    {
        CsvCells cells = new(file, reading);
        try
        {
            bool hasHeader = reading.HasHeader ?? FindHeader(text, cells);
            using CsvReader csv = Open(text, hasHeader);
            return !csv.Read()
                ? throw new InvalidDataException($"{file} has no rows{(hasHeader ? " below its header" : "")}; expected values.")
                : reading.IsWide ? ReadWide(csv, cells)
                : ReadLong(csv, cells);
        }
        catch (CsvFormatException e)
        {
            throw new InvalidDataException($"{file} is no CSV file: {e.Message}", e);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{file}: " + s_names.Aggregate(ErrorMessage.Of(e),
                (message, name) => message.Replace(name.Library, name.Here, StringComparison.Ordinal)), e);
        }
    }

    private CsvReader Open(string text, bool hasHeader) => CsvReader.FromText(text, new CsvReaderOptions
    {
        HasHeader = hasHeader,
        Separator = reading.Separator == 0 ? null : reading.Separator,
        TrackLineNumbers = true,
    });

    // Numbers and times are no names, unless an option calls a column so.
    private bool FindHeader(string text, CsvCells cells)
    {
        using CsvReader csv = Open(text, hasHeader: false);
        if (!csv.Read())
            return true;

        string[] first = [.. Enumerable.Range(0, csv.FieldCount).Select(column => csv.GetString(column).Trim())];
        string[] named = [.. ((string[])[reading.Time, reading.Series, reading.Value, covariates.Past, covariates.Known, covariates.Static])
            .SelectMany(CovariateChoice.Names)];
        if (!first.All(cell => cells.IsNumber(cell) || cells.TryTime(cell, out _)) || named.Intersect(first).Any())
            return true;

        if (reading.IsWide)
        {
            throw new InvalidDataException(
                $"{file}: the first row has numbers alone ({string.Join(", ", first.Take(3))} ...): say with --header "
                + "whether they are names (yes) or values of a series (no).");
        }

        HasNoHeader = true;
        return false;
    }

    private List<Series> ReadLong(CsvReader csv, CsvCells cells)
    {
        CsvColumns columns = CsvColumns.Find(csv, file, reading, covariates, cells);
        if (columns.Time < 0 && reading.Format.Length > 0)
            throw new InvalidDataException($"{file} has no column of times of the format {reading.Format}: name it with --time.");

        int[] numbers = [.. columns.Values, .. columns.Past, .. columns.Known];
        Dictionary<string, List<CsvRow>> groups = [];
        do
        {
            string name = columns.Series < 0 ? "" : csv.GetString(columns.Series).Trim();
            if (!groups.TryGetValue(name, out List<CsvRow>? rows))
                groups.Add(name, rows = []);

            DateTime time = columns.Time < 0 ? TimeOfStep(rows.Count) : cells.Time(csv, columns.Time);
            rows.Add(new CsvRow((int)csv.LineNumber, time, [.. numbers.Select(column => cells.Number(csv, column))],
                [.. columns.Static.Select(column => csv.GetString(column).Trim())]));
        }
        while (csv.Read());

        string[] Named(int[] places) => [.. places.Select(column => CsvCells.NameOf(csv, column).Trim('\''))];
        StaticFeatures statics = new(file, cells, Named(columns.Static),
            [.. groups.Values.Select(rows => (IReadOnlyList<CsvRow>)rows)], Expected);
        string[] values = Named(columns.Values), past = Named(columns.Past), known = Named(columns.Known);
        bool isTimed = columns.Time >= 0 && reading.Format != CsvReading.IndexFormat;
        List<Series> all = [];
        foreach ((string group, List<CsvRow> rows) in groups)
        {
            for (int v = 0; v < values.Length; v++)
            {
                string name = columns.Series < 0 ? values[v] : values.Length == 1 ? group : $"{group} {values[v]}";
                all.Add(Build(name, rows, v, values.Length, past, known, statics, isTimed));
            }
        }

        return all;
    }

    private Series Build(string name, List<CsvRow> rows, int value, int values, string[] past, string[] known,
        StaticFeatures statics, bool isTimed)
    {
        // Rows beyond the last value, where what is known in advance goes on.
        DateTime last = rows.Where(row => !double.IsNaN(row.Numbers[value])).Select(row => row.Time)
            .DefaultIfEmpty(DateTime.MaxValue).Max();
        List<CsvRow> present = known.Length == 0 ? rows : [.. rows.Where(row => row.Time <= last)];
        SeriesReading policy = Policy();
        SeriesBuilder builder = new(name, policy);
        foreach (CsvRow row in present)
            builder.Add(row.Time, row.Numbers[value], row.Line);

        Series series = builder.Build();
        Filled += builder.Filled;
        Merged += builder.Merged;
        SeriesReading same = policy with { Step = series.Step };
        Series Column(List<CsvRow> of, string column, int number)
        {
            SeriesBuilder beside = new($"{name}, column '{column}'", same);
            foreach (CsvRow row in of)
                beside.Add(row.Time, row.Numbers[number], row.Line);

            return beside.Build();
        }

        List<Covariate> found = [];
        for (int k = 0; k < past.Length; k++)
            found.Add(Covariate.Of(CovariateChoice.PastPrefix + past[k], CovariateKind.Past, Column(present, past[k], values + k)));

        for (int k = 0; k < known.Length; k++)
        {
            found.Add(Covariate.Of(CovariateChoice.KnownPrefix + known[k], CovariateKind.Known,
                Column(rows, known[k], values + past.Length + k)));
        }

        found.AddRange(statics.Of(rows, name, series.Length + Beyond));
        Series plain = isTimed ? series : series.WithoutTimes();
        found.AddRange(covariates.CalendarOf(plain, Beyond));
        return plain.WithCovariates(found);
    }

    private List<Series> ReadWide(CsvReader csv, CsvCells cells)
    {
        if ((covariates.Past + covariates.Known).Length > 0)
        {
            throw new InvalidDataException(
                $"{file} has one series a row (--form wide): there is no place for covariates (--past, --known).");
        }

        int named = reading.Series.Length > 0 ? CsvColumns.IndexOf(csv, file, "--series", reading.Series)
            : cells.IsNumber(csv.GetString(0).Trim()) ? -1 : 0;
        string[] features = CovariateChoice.Names(covariates.Static);
        int[] fixedOnes = [.. features.Select(feature => CsvColumns.IndexOf(csv, file, "--static", feature))];
        List<(string Name, List<CsvRow> Rows)> all = [];
        do
        {
            string[] words = [.. fixedOnes.Select(column => csv.GetString(column).Trim())];
            List<CsvRow> rows = [];
            for (int column = 0; column < csv.FieldCount; column++)
            {
                if (column != named && !fixedOnes.Contains(column))
                    rows.Add(new CsvRow((int)csv.LineNumber, TimeOfStep(rows.Count), [cells.Number(csv, column)], words));
            }

            while (rows.Count > 1 && double.IsNaN(rows[^1].Numbers[0]))   // shorter than the longest
                rows.RemoveAt(rows.Count - 1);

            if (rows.Count == 0 || double.IsNaN(rows[^1].Numbers[0]))
                throw new InvalidDataException($"{file}, row {csv.LineNumber}: there are no values in it; expected one series a row.");

            all.Add((named < 0 ? FormattableString.Invariant($"{all.Count + 1}") : csv.GetString(named).Trim(), rows));
        }
        while (csv.Read());

        StaticFeatures statics = new(file, cells, features, [.. all.Select(one => (IReadOnlyList<CsvRow>)one.Rows)], Expected);
        return [.. all.Select(one => Build(one.Name, one.Rows, 0, 1, [], [], statics, isTimed: false))];
    }

    private SeriesReading Policy() => new()
    {
        Sort = reading.Sort,
        Repeated = reading.Repeated,
        Missing = reading.Missing,
        LongestGap = reading.LongestGap,
        Step = reading.Every.Length > 0 ? Distance(reading.Every) : null,
        ClockChangesOf = reading.ClockChanges.Length > 0 ? Zone(reading.ClockChanges) : null,
        Season = reading.Missing != MissingTimes.Seasonal ? 1
            : Season > 0 ? Season
            : throw new InvalidDataException("--missing seasonal fills with the values a season away: say how long that is with --season."),
    };

    private static TimeStep Distance(string text)
    {
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        int count = digits == 0 ? 1 : NumberText.TryParseWhole(text.AsSpan(0, digits), out int number) && number > 0 ? number : 0;
        return count is < 1 or > 1_000_000 ? throw NoDistance(text) : text[digits..].Trim() switch
        {
            "s" => TimeStep.Of(TimeSpan.FromSeconds(count)),
            "min" => TimeStep.Of(TimeSpan.FromMinutes(count)),
            "h" => TimeStep.Of(TimeSpan.FromHours(count)),
            "d" => TimeStep.Of(TimeSpan.FromDays(count)),
            "month" => TimeStep.OfMonths(count),
            "year" => TimeStep.OfMonths(checked(12 * count)),
            _ => throw NoDistance(text),
        };
    }

    private static InvalidDataException NoDistance(string text) =>
        new($"'{text}' is no distance of times (--every): expected a number and s, min, h, d, month or year, as in 15min.");

    private static TimeZoneInfo Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone)
        ? zone
        : throw new InvalidDataException(
            $"There is no time zone '{name}' on this machine (--clock-changes): expected a name such as Europe/Berlin.");
}

/// <summary>A step of a series in a file.</summary>
/// <param name="Line">Of the file, from 1.</param>
/// <param name="Time">When.</param>
/// <param name="Numbers">Values, then covariates of the past, then known ones; NaN is missing.</param>
/// <param name="Words">Static features.</param>
internal sealed record CsvRow(int Line, DateTime Time, double[] Numbers, string[] Words);
