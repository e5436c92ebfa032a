using System;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>What is done with times that are there more than once.</summary>
public enum RepeatedTimes
{
    /// <summary>An error that names the rows.</summary>
    Error,

    /// <summary>The first row counts.</summary>
    First,

    /// <summary>The last row counts: that of a correction.</summary>
    Last,

    /// <summary>The mean of the rows counts.</summary>
    Mean,
}

/// <summary>What is done with times that are missing, and with rows without a value.</summary>
public enum MissingTimes
{
    /// <summary>An error that names the rows before and after.</summary>
    Error,

    /// <summary>On the line between the values before and after.</summary>
    Linear,

    /// <summary>The value before; at the beginning the one after.</summary>
    Previous,

    /// <summary>The mean of the values one season before and after, as far as they are there; on the line if neither
    /// is.</summary>
    Seasonal,
}

/// <summary>How rows become a regular series. By default whatever isn't regular is an error that names the
/// row.</summary>
public sealed record SeriesReading
{
    /// <summary>Rows in any order are sorted by their times. Default false: a time before that of the row above is an
    /// error.</summary>
    public bool Sort { get; init; }

    /// <summary>Default: an error.</summary>
    public RepeatedTimes Repeated { get; init; }

    /// <summary>Default: an error.</summary>
    public MissingTimes Missing { get; init; }

    /// <summary>The season of <see cref="MissingTimes.Seasonal"/>, 1 or more. Default 1.</summary>
    public int Season { get; init; } = 1;

    /// <summary>The longest gap in steps that is filled; longer ones are errors. Default 0: any.</summary>
    public int LongestGap { get; init; }

    /// <summary>The distance of the times. Default null: the one that occurs most often.</summary>
    public TimeStep? Step { get; init; }

    /// <summary>
    /// The times are this zone's, on clocks that change: on the days when they do, a missing time is filled with the
    /// line between the values beside it, and of one that is there twice the mean is taken, whatever is done elsewhere.
    /// The series stays in local time. Default null: a clock change is a gap or a repetition as any.
    /// </summary>
    public TimeZoneInfo? ClockChangesOf { get; init; }

    internal void Check()
    {
        Throw.IfUndefined(nameof(Repeated), Repeated);
        Throw.IfUndefined(nameof(Missing), Missing);
        Throw.IfBelow(nameof(Season), Season, 1);
        Throw.IfBelow(nameof(LongestGap), LongestGap, 0);
    }

    internal bool IsClockChange(DateTime time) => ClockChangesOf is { } zone
        && zone.GetUtcOffset(DateTime.SpecifyKind(time.Date, DateTimeKind.Unspecified))
            != zone.GetUtcOffset(DateTime.SpecifyKind(time.Date.AddDays(1), DateTimeKind.Unspecified));
}
