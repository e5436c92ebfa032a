using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>Makes a regular series of rows of time and value, by the policies of a
/// <see cref="SeriesReading"/>.</summary>
public sealed class SeriesBuilder
{
    // A time far off, as of a wrong century, mustn't become a gap of a billion steps.
    private const int MostStepsPerRow = 1000;

    private readonly string _name;
    private readonly SeriesReading _reading;
    private readonly List<Row> _rows = [];

    /// <summary>A builder without rows.</summary>
    /// <param name="name">What the series is called.</param>
    /// <param name="reading">What is done with what isn't regular; null is an error for all of it.</param>
    /// <exception cref="ArgumentException">A policy is out of range.</exception>
    public SeriesBuilder(string name, SeriesReading? reading = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        _name = name;
        _reading = reading ?? new SeriesReading();
        _reading.Check();
    }

    /// <summary>Number of rows.</summary>
    public int Rows => _rows.Count;

    /// <summary>Rows that shared their time with another and were left out, or went into a mean; after
    /// <see cref="Build"/>.</summary>
    public int Merged { get; private set; }

    /// <summary>Values that were missing and are filled; after <see cref="Build"/>.</summary>
    public int Filled { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <param name="time">Its time; the kind is not looked at.</param>
    /// <param name="value">Its value; NaN is missing.</param>
    /// <param name="row">What messages call the row: its line in a file. 0 is one more than the row above, from
    /// 1.</param>
    /// <exception cref="ArgumentException">The value is infinite.</exception>
    public void Add(DateTime time, double value, int row = 0)
    {
        int number = row > 0 ? row : _rows.Count == 0 ? 1 : _rows[^1].Number + 1;
        if (double.IsInfinity(value))
            Throw.RowInfinite(_name, number, value);
        _rows.Add(new Row(time, value, number));
    }

    /// <summary>The series of all rows so far.</summary>
    /// <exception cref="ArgumentException">There are no rows, or they are not regular and no policy says what to do;
    /// the message names the row.</exception>
    public Series Build()
    {
        if (_rows.Count == 0)
            Throw.NoRows(_name);
        List<Row> rows = Unique(Sorted());
        TimeStep? step = _reading.Step ?? StepOf(rows);
        if (step is not TimeStep distance)
            return new Series(_name, [Known(rows[0])], [rows[0].Time]);

        DateTime first = rows[0].Time;
        (double[] values, Row?[] at) = Place(rows, first, distance);
        List<FilledValue> filled = Fill(values, at, first, distance);
        DateTime[] times = new DateTime[values.Length];
        for (int t = 0; t < times.Length; t++)
            times[t] = distance.At(first, t);
        return new Series(_name, values, times, distance, filled);
    }

    // The most frequent distance, as months where it is as long as one, three or twelve.
    private static TimeStep? StepOf(List<Row> rows)
    {
        if (rows.Count < 2)
            return null;
        DateTime[] times = [.. rows.Select(row => row.Time)];
        if (TimeStep.Find(times) is TimeStep found)
            return found;
        TimeSpan most = times.Skip(1).Zip(times, (later, earlier) => later - earlier)
            .GroupBy(span => span).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
        int months = most.TotalDays switch
        {
            >= 28 and <= 31 => 1,
            >= 90 and <= 92 => 3,
            365 or 366 => 12,
            _ => 0,
        };

        // Every 30 days is no month: the next ones are elsewhere.
        return months > 0 && TimeStep.OfMonths(months) is TimeStep calendar
            && times.All(time => calendar.At(times[0], calendar.IndexOf(times[0], time)) == time)
            ? calendar
            : TimeStep.Of(most);
    }

    private List<Row> Sorted()
    {
        // Stable: rows of one time stay in their order.
        if (_reading.Sort)
            return [.. _rows.OrderBy(row => row.Time)];
        for (int i = 1; i < _rows.Count; i++)
        {
            if (_rows[i].Time < _rows[i - 1].Time)
                Throw.RowNotSorted(_name, _rows[i].Number, _rows[i].Time, _rows[i - 1].Time);
        }

        return _rows;
    }

    private List<Row> Unique(List<Row> rows)
    {
        List<Row> unique = new(rows.Count);
        for (int i = 0; i < rows.Count;)
        {
            int end = i + 1;
            while (end < rows.Count && rows[end].Time == rows[i].Time)
                end++;
            unique.Add(end == i + 1 ? rows[i] : Merge(rows[i..end]));
            i = end;
        }

        Merged = rows.Count - unique.Count;
        return unique;
    }

    private Row Merge(List<Row> same)
    {
        bool clock = same.Count == 2 && _reading.IsClockChange(same[0].Time);
        if (_reading.Repeated == RepeatedTimes.Error && !clock)
            Throw.RowRepeated(_name, same[0].Number, same[1].Number, same[0].Time);
        List<Row> known = [.. same.Where(row => !double.IsNaN(row.Value))];
        if (known.Count == 0)
            return same[0];
        return (clock ? RepeatedTimes.Mean : _reading.Repeated) switch
        {
            RepeatedTimes.First => known[0],
            RepeatedTimes.Last => known[^1],
            _ => known[0] with { Value = known.Average(row => row.Value) },
        };
    }

    private (double[] Values, Row?[] At) Place(List<Row> rows, DateTime first, TimeStep step)
    {
        double years = (rows[^1].Time - first).TotalDays / 365;
        double steps = step.Months > 0 ? years * 12 / step.Months : (rows[^1].Time - first) / step.Span;
        if (steps > (double)MostStepsPerRow * rows.Count || steps > int.MaxValue / 2)
            Throw.RowsTooFar(_name, rows[0].Time, rows[^1].Number, rows[^1].Time, step.ToString(), rows.Count);
        int length = step.IndexOf(first, rows[^1].Time) + 1;
        double[] values = new double[length];
        Row?[] at = new Row?[length];
        Array.Fill(values, double.NaN);
        foreach (Row row in rows)
        {
            int t = step.IndexOf(first, row.Time);
            if (step.At(first, t) != row.Time)
                Throw.RowOffStep(_name, row.Number, row.Time, first, step.ToString());
            values[t] = row.Value;
            at[t] = row;
        }

        return (values, at);
    }

    private List<FilledValue> Fill(double[] values, Row?[] at, DateTime first, TimeStep step)
    {
        List<FilledValue> filled = [];
        double[] known = (double[])values.Clone();
        Filled = 0;
        for (int t = 0; t < known.Length; t++)
        {
            if (!double.IsNaN(known[t]))
                continue;
            int end = t + 1;
            while (end < known.Length && double.IsNaN(known[end]))
                end++;
            bool clock = end - t == 1 && _reading.IsClockChange(step.At(first, t));
            CheckGap(known, at, t, end, step.At(first, t), clock);
            for (int i = t; i < end; i++)
            {
                (values[i], FilledValue? later) = Filling(known, i, t - 1, end, clock ? MissingTimes.Linear : _reading.Missing);
                if (later is { } read)
                    filled.Add(read);
            }

            Filled += end - t;
            t = end;
        }

        return filled;
    }

    private void CheckGap(double[] known, Row?[] at, int begin, int end, DateTime time, bool clock)
    {
        if (begin == 0 && end == known.Length)
            Throw.NoValues(_name, at[0]!.Number);
        int length = end - begin;
        if ((_reading.Missing != MissingTimes.Error || clock)
            && (_reading.LongestGap == 0 || length <= _reading.LongestGap))
        {
            return;
        }

        if (at[begin] is { } empty)
            Throw.RowWithoutValue(_name, empty.Number, empty.Time);
        int before = begin - 1, after = begin;   // the first and the last time have rows, though perhaps no values
        while (at[before] is null)
            before--;
        while (at[after] is null)
            after++;
        Throw.RowsMissing(_name, at[before]!.Number, at[after]!.Number, after - begin, time);
    }

    // With it, if it was computed from later values: from which, and what else it would be.
    private (double Value, FilledValue? Later) Filling(double[] known, int t, int before, int after, MissingTimes how)
    {
        if (before < 0)
            return (known[after], new FilledValue(t, after, double.NaN));
        if (after == known.Length || how == MissingTimes.Previous)
            return (known[before], null);
        double line = known[before] + (known[after] - known[before]) * (t - before) / (after - before);
        if (how != MissingTimes.Seasonal)
            return (line, new FilledValue(t, after, known[before]));
        int season = _reading.Season;
        double last = t - season >= 0 ? known[t - season] : double.NaN;
        double next = t + season < known.Length ? known[t + season] : double.NaN;
        return (double.IsNaN(last), double.IsNaN(next)) switch
        {
            (true, true) => (line, new FilledValue(t, after, known[before])),
            (true, false) => (next, new FilledValue(t, t + season, known[before])),
            (false, true) => (last, null),
            _ => (0.5 * (last + next), new FilledValue(t, t + season, last)),
        };
    }

    private double Known(Row row)
    {
        if (double.IsNaN(row.Value))
            Throw.NoValues(_name, row.Number);
        return row.Value;
    }

    private sealed record Row(DateTime Time, double Value, int Number);
}
