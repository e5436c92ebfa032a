using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;

namespace Rnn.Samples.TimeSeries;

/// <summary>
/// What is read beside a series: names of columns, with commas between. A covariate's name says which kind it is of, so
/// that a model says what it needs: "past: load", "known: holiday", "static: size", "static: region = north", "calendar:
/// hour sin".
/// </summary>
internal sealed record CovariateChoice
{
    /// <summary>What names begin with.</summary>
    public const string PastPrefix = "past: ", KnownPrefix = "known: ", StaticPrefix = "static: ", CalendarPrefix = "calendar: ";

    /// <summary>Between a static column and one of its words.</summary>
    public const string IsWord = " = ";

    private static readonly (string Word, CalendarParts Part)[] s_parts =
    [
        ("hour", CalendarParts.HourOfDay), ("weekday", CalendarParts.DayOfWeek), ("yearday", CalendarParts.DayOfYear),
        ("month", CalendarParts.Month),
    ];

    /// <summary>The words of a calendar.</summary>
    public static string[] CalendarWords { get; } = ["none", .. s_parts.Select(part => part.Word)];

    /// <summary>Measured beside the series: not known beyond the origin of a forecast.</summary>
    public string Past { get; init; } = "";

    /// <summary>Known in advance, such as holidays: rows beyond the last value have them too.</summary>
    public string Known { get; init; } = "";

    /// <summary>The same in all steps of a series: a number, or a word, which becomes a 1 among 0.</summary>
    public string Static { get; init; } = "";

    /// <summary>Which parts of the times are read.</summary>
    public string Calendar { get; init; } = "none";

    /// <summary>The same as the library has it.</summary>
    public CalendarParts Parts => Names(Calendar).Aggregate(CalendarParts.None,
        (all, word) => all | Array.Find(s_parts, part => part.Word == word).Part);

    /// <summary>What a model reads.</summary>
    /// <exception cref="InvalidDataException">Something that no column gives.</exception>
    public static CovariateChoice Of(SeriesModel model)
    {
        string[] names = [.. model.CovariateNames];
        string? strange = Array.Find(names, name => !((string[])[PastPrefix, KnownPrefix, StaticPrefix, CalendarPrefix])
            .Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        if (strange is not null)
        {
            throw new InvalidDataException($"The model reads a covariate '{strange}', which another program gave it: here they are "
                + $"columns of a file ('{PastPrefix}NAME', '{KnownPrefix}NAME', '{StaticPrefix}NAME') and the calendar.");
        }

        string Columns(string prefix, string end) => string.Join(',', names
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..].Split(end)[0]).Distinct());
        return new CovariateChoice
        {
            Past = Columns(PastPrefix, "\n"),
            Known = Columns(KnownPrefix, "\n"),
            Static = Columns(StaticPrefix, IsWord),
            Calendar = Columns(CalendarPrefix, " "),
        };
    }

    /// <summary>The names of a list with commas.</summary>
    public static string[] Names(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The calendar's covariates of a series.</summary>
    /// <param name="series">With times.</param>
    /// <param name="beyond">Steps beyond its end.</param>
    /// <exception cref="InvalidDataException">It has no times.</exception>
    public IEnumerable<Covariate> CalendarOf(Series series, int beyond)
    {
        if (Parts == CalendarParts.None)
            return [];

        return series.Step is null
            ? throw new InvalidDataException($"'{series.Name}' has no times that a calendar could be read from: name their column with "
                + "--time, or leave --calendar out.")
            : CalendarFeatures.Of(series, beyond, Parts).Select(one => one with { Name = CalendarPrefix + one.Name });
    }
}
