using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>What of a time is made a covariate.</summary>
[Flags]
public enum CalendarParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The hour, with its minutes as a fraction: 0 to 23.</summary>
    HourOfDay = 1,

    /// <summary>Monday 0 to Sunday 6.</summary>
    DayOfWeek = 2,

    /// <summary>0 to 365.</summary>
    DayOfYear = 4,

    /// <summary>January 0 to December 11.</summary>
    Month = 8,
}

/// <summary>As what numbers a part of a time is written.</summary>
public enum CalendarEncoding
{
    /// <summary>As sine and cosine of its place in the circle: the end lies beside the beginning.</summary>
    SineCosine,

    /// <summary>As the number itself, for what looks it up in a table.</summary>
    Index,
}

/// <summary>Covariates that the calendar knows in advance.</summary>
public static class CalendarFeatures
{
    private const int DaysOfWeek = 7;

    /// <summary>The covariates of a series' times, for its own steps and those to forecast.</summary>
    /// <param name="series">With times.</param>
    /// <param name="horizon">How many steps beyond its end, 0 or more.</param>
    /// <param name="parts">Which.</param>
    /// <param name="encoding">As what numbers.</param>
    /// <param name="holidays">Days that have 1 in a covariate of their own, "holiday"; null is no such
    /// covariate.</param>
    /// <returns>Known covariates: "hour sin" and "hour cos", or "hour", and so on with "weekday", "yearday" and
    /// "month".</returns>
    /// <exception cref="ArgumentException">The horizon is below 0, or a part is none.</exception>
    /// <exception cref="InvalidOperationException">The series has no times.</exception>
    public static IReadOnlyList<Covariate> Of(Series series, int horizon, CalendarParts parts,
        CalendarEncoding encoding = CalendarEncoding.SineCosine, IEnumerable<DateOnly>? holidays = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        Throw.IfBelow(nameof(horizon), horizon, 0);
        Throw.IfUndefined(nameof(encoding), encoding);
        const CalendarParts all =
            CalendarParts.HourOfDay | CalendarParts.DayOfWeek | CalendarParts.DayOfYear | CalendarParts.Month;
        if ((parts & ~all) != 0)
            Throw.Outside(nameof(parts), (int)parts, "a combination of CalendarParts");
        DateTime[] times = new DateTime[series.Length + horizon];
        for (int t = 0; t < times.Length; t++)
            times[t] = series.TimeAt(t);

        List<Covariate> covariates = [];
        void Add(CalendarParts part, string name, Func<DateTime, double> index, Func<DateTime, double> circle)
        {
            if ((parts & part) == 0)
                return;
            if (encoding == CalendarEncoding.Index)
            {
                covariates.Add(Known(name, times.Select(index)));
                return;
            }

            covariates.Add(Known($"{name} sin", times.Select(t => Math.Sin(2 * Math.PI * index(t) / circle(t)))));
            covariates.Add(Known($"{name} cos", times.Select(t => Math.Cos(2 * Math.PI * index(t) / circle(t)))));
        }

        Add(CalendarParts.HourOfDay, "hour",
            time => encoding == CalendarEncoding.Index ? time.Hour : time.TimeOfDay.TotalHours, _ => 24);
        Add(CalendarParts.DayOfWeek, "weekday", time => ((int)time.DayOfWeek + DaysOfWeek - 1) % DaysOfWeek,
            _ => DaysOfWeek);
        Add(CalendarParts.DayOfYear, "yearday", time => time.DayOfYear - 1,
            time => DateTime.IsLeapYear(time.Year) ? 366 : 365);
        Add(CalendarParts.Month, "month", time => time.Month - 1, _ => 12);
        if (holidays is not null)
        {
            HashSet<DateOnly> days = [.. holidays];
            covariates.Add(Known("holiday", times.Select(t => days.Contains(DateOnly.FromDateTime(t)) ? 1.0 : 0)));
        }

        return covariates;
    }

    private static Covariate Known(string name, IEnumerable<double> values) =>
        new(name, CovariateKind.Known, values.ToArray());
}
