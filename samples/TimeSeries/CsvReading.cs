using Rnn.Models.Forecasting;

namespace Rnn.Samples.TimeSeries;

/// <summary>How series stand in a CSV file. A name that is empty is found: the first column that reads as a time, the
/// first that is neither time nor number, the only number that is left.</summary>
internal sealed record CsvReading
{
    /// <summary>The format of times that are whole numbers: steps.</summary>
    public const string IndexFormat = "index";

    /// <summary>The format of times that are seconds since 1970.</summary>
    public const string UnixFormat = "unix";

    /// <summary>One series a row; else one step a row.</summary>
    public bool IsWide { get; init; }

    /// <summary>Whether the first row has the columns' names; null: found.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>What stands between cells; 0: found.</summary>
    public char Separator { get; init; }

    /// <summary>The column of times.</summary>
    public string Time { get; init; } = "";

    /// <summary>The column of the series' names.</summary>
    public string Series { get; init; } = "";

    /// <summary>The columns of values, with commas between: each is a series.</summary>
    public string Value { get; init; } = "";

    /// <summary>Of times, as .NET has it; empty: whatever the culture reads, and years.</summary>
    public string Format { get; init; } = "";

    /// <summary>Of numbers and times; empty: the invariant one.</summary>
    public string Culture { get; init; } = "";

    /// <summary>The distance of times, such as 15min, 1h, 1d, 7d, 1month or 1year; empty: found.</summary>
    public string Every { get; init; } = "";

    /// <summary>Whether rows may stand in any order.</summary>
    public bool Sort { get; init; }

    /// <summary>What is done with times that are there more than once.</summary>
    public RepeatedTimes Repeated { get; init; }

    /// <summary>What is done with times and values that are missing.</summary>
    public MissingTimes Missing { get; init; }

    /// <summary>The longest gap that is filled; 0: any.</summary>
    public int LongestGap { get; init; }

    /// <summary>The zone whose clock changes are no errors; empty: none.</summary>
    public string ClockChanges { get; init; } = "";
}
