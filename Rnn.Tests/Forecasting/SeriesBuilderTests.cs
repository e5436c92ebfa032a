using System;
using Rnn.Models.Forecasting;
using Xunit;

namespace Rnn.Tests.Forecasting;

public class SeriesBuilderTests
{
    private static readonly DateTime s_first = new(2026, 1, 1);

    // One hour ahead from the last Sunday of March to that of October, at 2 and 3 in the morning.
    private static readonly TimeZoneInfo s_zone = TimeZoneInfo.CreateCustomTimeZone("Test", TimeSpan.FromHours(1),
        "Test", "Test", "Test summer",
        [
            TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date,
                TimeSpan.FromHours(1), Change(3, 2), Change(10, 3)),
        ]);

    [Fact]
    public void RegularRowsAreTheSeries()
    {
        Series series = Build(new SeriesReading(), [0, 1, 2, 3]);
        Assert.Equal([0, 10, 20, 30], series.Values.ToArray());
        Assert.Equal(s_first.AddHours(3), series.Times[3]);
        Assert.Equal(1, Build(new SeriesReading(), [5]).Length);
        Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => new SeriesBuilder("a").Build()).Message);
    }

    [Fact]
    public void EachIrregularityNamesItsRow()
    {
        Refuses("row 3: 2026-01-01 01:00:00 comes after 2026-01-01 02:00:00", new(), [0, 2, 1, 3]);
        Refuses("row 3: 2026-01-01 01:00:00 was there before, in row 2", new(), [0, 1, 1, 2]);
        Refuses("between rows 3 and 4, 2 times are missing, from 2026-01-01 03:00:00 on", new(), [0, 1, 2, 5, 6]);
        Refuses("row 3: 2026-01-01 01:30:00 is no whole number of steps",
            new() { Missing = MissingTimes.Linear }, [0, 1, 1.5, 2, 3, 4]);
        Refuses("between rows 3 and 4, 2 times are missing",
            new() { Missing = MissingTimes.Linear, LongestGap = 1 }, [0, 1, 2, 5, 6]);
        Refuses("row 4: 2126-01-01 is too far", new() { Missing = MissingTimes.Linear }, [0, 1, 2,
            (s_first.AddYears(100) - s_first).TotalHours]);

        SeriesBuilder builder = new("a");
        builder.Add(s_first, 1, 10);
        builder.Add(s_first.AddHours(1), double.NaN, 11);
        builder.Add(s_first.AddHours(2), 3, 12);
        Assert.Contains("row 11: 2026-01-01 01:00:00 has no value",
            Assert.Throws<ArgumentException>(builder.Build).Message, StringComparison.Ordinal);
        Assert.Contains("row 13: the value is", Assert.Throws<ArgumentException>(
            () => builder.Add(s_first, double.PositiveInfinity)).Message, StringComparison.Ordinal);
        builder = new SeriesBuilder("a");
        builder.Add(s_first, double.NaN);
        Assert.Contains("no row has a value", Assert.Throws<ArgumentException>(builder.Build).Message);
    }

    [Fact]
    public void RowsAreSorted()
    {
        Series series = Build(new SeriesReading { Sort = true }, [3, 0, 2, 1]);
        Assert.Equal([10, 30, 20, 0], series.Values.ToArray());
        Assert.Equal(s_first, series.Times[0]);
    }

    [Theory]
    [InlineData(RepeatedTimes.First, 10)]
    [InlineData(RepeatedTimes.Last, 30)]
    [InlineData(RepeatedTimes.Mean, 20)]
    public void RepeatedTimesBecomeOne(RepeatedTimes policy, double value)
    {
        SeriesBuilder builder = Builder(new SeriesReading { Repeated = policy }, [0, 1, 1, 1, 2]);
        Assert.Equal([0, value, 40], builder.Build().Values.ToArray());
        Assert.Equal((5, 2, 0), (builder.Rows, builder.Merged, builder.Filled));
    }

    [Fact]
    public void GapsAreFilled()
    {
        double[] hours = [0, 1, 2, 3, 4, 7, 8];   // values 0, 10, 20, 30, 40, 50, 60
        Assert.Equal([0, 10, 20, 30, 40, 40 + 10 / 3.0, 40 + 20 / 3.0, 50, 60],
            Build(new SeriesReading { Missing = MissingTimes.Linear }, hours).Values.ToArray());
        Assert.Equal([0, 10, 20, 30, 40, 40, 40, 50, 60],
            Build(new SeriesReading { Missing = MissingTimes.Previous }, hours).Values.ToArray());

        // Two before and two after: step 5 has 30 and 50, step 6 has 40 and 60.
        SeriesBuilder seasonal = Builder(new SeriesReading { Missing = MissingTimes.Seasonal, Season = 2 }, hours);
        Assert.Equal([0, 10, 20, 30, 40, 40, 50, 50, 60], seasonal.Build().Values.ToArray());
        Assert.Equal(2, seasonal.Filled);

        // Neither is there: the line.
        Assert.Equal([0, 10, 20, 30, 40, 40 + 10 / 3.0, 40 + 20 / 3.0, 50, 60],
            Build(new SeriesReading { Missing = MissingTimes.Seasonal, Season = 9 }, hours).Values.ToArray());
    }

    /// <summary>Found by fuzzing: a gap before a last row without a value.</summary>
    [Fact]
    public void AGapBeforeARowWithoutAValue()
    {
        SeriesBuilder builder = new("a", new SeriesReading());
        foreach ((int hour, double value) in new[] { (0, 1.0), (1, 2), (2, 3), (9, double.NaN) })
            builder.Add(s_first.AddHours(hour), value);
        Assert.Contains("between rows 3 and 4, 6 times are missing, from 2026-01-01 03:00:00 on",
            Assert.Throws<ArgumentException>(builder.Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingEndsAreAsTheNextValue()
    {
        SeriesBuilder builder = new("a", new SeriesReading { Missing = MissingTimes.Linear });
        foreach (double value in new[] { double.NaN, 2, 3, double.NaN })
            builder.Add(s_first.AddHours(builder.Rows), value);
        Assert.Equal([2, 2, 3, 3], builder.Build().Values.ToArray());
    }

    [Fact]
    public void MonthsAreFoundBesideGaps()
    {
        SeriesBuilder builder = new("a", new SeriesReading { Missing = MissingTimes.Linear });
        foreach (int month in new[] { 0, 1, 3, 4, 5, 6, 7, 8 })
            builder.Add(s_first.AddMonths(month), month);
        Series series = builder.Build();
        Assert.Equal(TimeStep.OfMonths(1), series.Step);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8], series.Values.ToArray());

        // Every 30 days, with a gap, isn't every month.
        builder = new SeriesBuilder("b", new SeriesReading { Missing = MissingTimes.Linear });
        foreach (int step in new[] { 0, 1, 2, 4, 5 })
            builder.Add(s_first.AddDays(30 * step), step);
        Assert.Equal(TimeStep.Of(TimeSpan.FromDays(30)), builder.Build().Step);
    }

    /// <summary>The last Sunday of March 2026 is the 29th, that of October the 25th.</summary>
    [Fact]
    public void ClockChangesAreTheirOwnPolicy()
    {
        SeriesReading reading = new() { ClockChangesOf = s_zone };
        DateTime spring = new(2026, 3, 29), autumn = new(2026, 10, 25);
        SeriesBuilder builder = new("a", reading);
        foreach (int hour in new[] { 0, 1, 3, 4 })
            builder.Add(spring.AddHours(hour), 10 * hour);
        Assert.Equal([0, 10, 20, 30, 40], builder.Build().Values.ToArray());

        builder = new SeriesBuilder("a", reading);
        foreach ((int hour, double value) in new[] { (0, 0.0), (1, 10), (2, 20), (2, 30), (3, 30) })
            builder.Add(autumn.AddHours(hour), value);
        Assert.Equal([0, 10, 25, 30], builder.Build().Values.ToArray());
        Assert.Equal(1, builder.Merged);

        // On other days, and for more than one, it is an error as before.
        Refuses("1 time is missing", reading, [0, 1, 3, 4]);
        Refuses("was there before", reading, [0, 1, 1, 2]);
        builder = new SeriesBuilder("a", reading);
        foreach (int hour in new[] { 0, 1, 4, 5 })
            builder.Add(spring.AddHours(hour), hour);
        Assert.Throws<ArgumentException>(builder.Build);
    }

    [Fact]
    public void HourlyPower()
    {
        SeriesBuilder strict = new("power"), builder = new("power", new SeriesReading
        {
            Sort = true,
            Repeated = RepeatedTimes.Mean,
            Missing = MissingTimes.Linear,
            LongestGap = 1,
        });
        foreach ((int line, DateTime time, double value) in ForecastData.Power())
        {
            strict.Add(time, value, line);
            builder.Add(time, value, line);
        }

        Assert.Contains("row 26: 2002-12-30 01:00:00 comes after 2003-01-01", Assert.Throws<ArgumentException>(
            strict.Build).Message, StringComparison.Ordinal);
        Series power = builder.Build();
        Assert.Equal((145_392, 4, 30), (power.Length, builder.Merged, builder.Filled));
        Assert.Equal(TimeStep.Of(TimeSpan.FromHours(1)), power.Step);
        Assert.Equal(new DateTime(2018, 8, 3), power.Times[^1]);
    }

    private static TimeZoneInfo.TransitionTime Change(int month, int hour) =>
        TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, hour, 0, 0), month, 5,
            DayOfWeek.Sunday);

    // Values 0, 10, 20 ... in the order of rows.
    private static SeriesBuilder Builder(SeriesReading reading, double[] hours)
    {
        SeriesBuilder builder = new("a", reading);
        foreach (double hour in hours)
            builder.Add(s_first.AddHours(hour), 10 * builder.Rows);
        return builder;
    }

    private static Series Build(SeriesReading reading, double[] hours) => Builder(reading, hours).Build();

    private static void Refuses(string message, SeriesReading reading, double[] hours) => Assert.Contains(message,
        Assert.Throws<ArgumentException>(() => Build(reading, hours)).Message, StringComparison.Ordinal);
}
