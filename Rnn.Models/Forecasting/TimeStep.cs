using System;
using System.Globalization;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>
/// The distance between two values of a series: a span of time, or a number of months, which is no span. Steps of
/// months that begin at a month's last day stay at last days.
/// </summary>
public readonly record struct TimeStep
{
    private TimeStep(TimeSpan span, int months)
    {
        Span = span;
        Months = months;
    }

    /// <summary>The span; zero for a step of months.</summary>
    public TimeSpan Span { get; }

    /// <summary>The number of months, 12 for a year; 0 for a span.</summary>
    public int Months { get; }

    /// <summary>A step of a span of time.</summary>
    /// <param name="span">More than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static TimeStep Of(TimeSpan span)
    {
        if (span <= TimeSpan.Zero)
            Throw.TimeStepNotPositive(nameof(span), span.ToString());
        return new TimeStep(span, 0);
    }

    /// <summary>A step of whole months.</summary>
    /// <param name="months">1 or more; 3 for quarters, 12 for years.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public static TimeStep OfMonths(int months)
    {
        if (months < 1)
            Throw.TimeStepNotPositive(nameof(months), months.ToString(CultureInfo.InvariantCulture));
        return new TimeStep(TimeSpan.Zero, months);
    }

    /// <summary>The step whose multiples, from the first time on, are exactly these times.</summary>
    /// <param name="times">Ascending.</param>
    /// <returns>Null if there is none, or there are fewer than two times.</returns>
    public static TimeStep? Find(ReadOnlySpan<DateTime> times)
    {
        if (times.Length < 2 || times[1] <= times[0])
            return null;

        // Months first: two times a month apart are a span of 28 to 31 days as well.
        int months = 12 * (times[1].Year - times[0].Year) + times[1].Month - times[0].Month;
        if (months > 0 && new TimeStep(TimeSpan.Zero, months) is TimeStep calendar && calendar.FirstOff(times) < 0)
            return calendar;
        TimeStep span = new(times[1] - times[0], 0);
        return span.FirstOff(times) < 0 ? span : null;
    }

    /// <summary>The time of a step.</summary>
    /// <param name="first">The time of step 0.</param>
    /// <param name="index">The number of steps from there; below 0 is before.</param>
    public DateTime At(DateTime first, int index)
    {
        if (Months == 0)
            return first + Span * index;
        DateTime time = first.AddMonths(Months * index);
        return IsMonthEnd(first)
            ? time.AddDays(DateTime.DaysInMonth(time.Year, time.Month) - time.Day)
            : time;
    }

    /// <summary>As "1 month" or "01:00:00".</summary>
    public override string ToString() => Months switch
    {
        0 => Span.ToString(),
        1 => "1 month",
        _ => $"{Months} months",
    };

    /// <summary>The first index whose time isn't that of its step; -1 if all are.</summary>
    internal int FirstOff(ReadOnlySpan<DateTime> times)
    {
        for (int i = 1; i < times.Length; i++)
        {
            if (times[i] != At(times[0], i))
                return i;
        }

        return -1;
    }

    /// <summary>The step's number that is nearest to a time, not after it.</summary>
    internal int IndexOf(DateTime first, DateTime time)
    {
        if (Months == 0)
            return checked((int)((time - first).Ticks / Span.Ticks));
        int index = (12 * (time.Year - first.Year) + time.Month - first.Month) / Months;
        return At(first, index) > time ? index - 1 : index;
    }

    private static bool IsMonthEnd(DateTime time) => time.Day == DateTime.DaysInMonth(time.Year, time.Month);
}
