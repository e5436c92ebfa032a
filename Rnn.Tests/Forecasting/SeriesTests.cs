using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;
using Xunit;

namespace Rnn.Tests.Forecasting;

public class SeriesTests
{
    private static readonly DateTime s_first = new(2026, 1, 1);

    [Fact]
    public void SlicesKeepWhatIsKnownAhead()
    {
        Covariate past = new("past", CovariateKind.Past, new double[] { 0, 10, 20, 30 });
        Covariate known = new("known", CovariateKind.Known, new double[] { 0, 1, 2, 3, 4, 5 });
        Series series = new("a", [1.0, 2, 3, 4], Days(4), [past, known]);
        Assert.Equal((4, 2), (series.Length, series.KnownHorizon));
        Assert.Equal(TimeStep.Of(TimeSpan.FromDays(1)), series.Step);

        Series part = series.Slice(1, 2);
        Assert.Equal([2, 3], part.Values.ToArray());
        Assert.Equal([10, 20], part.Covariates[0].Values.ToArray());
        Assert.Equal([1, 2, 3, 4, 5], part.Covariates[1].Values.ToArray());
        Assert.Equal(3, part.KnownHorizon);
        Assert.Equal(s_first.AddDays(1), part.TimeAt(0));
        Assert.Equal(s_first.AddDays(9), part.TimeAt(8));

        // One time alone still has its step.
        Assert.Equal(s_first.AddDays(5), series.Slice(3, 1).TimeAt(2));
        Assert.Equal(int.MaxValue, series.WithCovariates([past]).KnownHorizon);
        Assert.Equal("a (4 values)", series.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => series.Slice(4, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => series.Slice(1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => series.Slice(0, 0));
    }

    [Fact]
    public void ValuesAreCopied()
    {
        double[] values = [1, 2];
        Series series = new("a", values);
        values[0] = 9;
        Assert.Equal(1, series.Values[0]);
    }

    [Fact]
    public void WhatIsWrongIsNamed()
    {
        Refuses("there are no values", () => new Series("a", []));
        Refuses("value 1 is NaN", () => new Series("a", [1, double.NaN]));
        Refuses("3 times and 2 values", () => new Series("a", [1.0, 2], Days(3)));
        Refuses("time 1 is 2026-01-01, after 2026-01-02",
            () => new Series("a", [1.0, 2], [s_first.AddDays(1), s_first]));
        Refuses("time 2 is 2026-01-04; expected 2026-01-03",
            () => new Series("a", [1.0, 2, 3], [s_first, s_first.AddDays(1), s_first.AddDays(3)]));
        Refuses("covariate 'c' has 1 values; expected 2, as the series",
            () => new Series("a", [1.0, 2], null, [new("c", CovariateKind.Past, new double[1])]));
        Refuses("covariate 'c' has 3 values; expected 2, as the series",
            () => new Series("a", [1.0, 2], null, [new("c", CovariateKind.Past, new double[3])]));
        Refuses("covariate 'c' has 1 values; expected 2, or more",
            () => new Series("a", [1.0, 2], null, [new("c", CovariateKind.Known, new double[1])]));
        Refuses("covariate 'c' 1 is ", () => new Series("a", [1.0, 2], null,
            [new("c", CovariateKind.Known, new[] { 0, double.PositiveInfinity })]));
        Refuses("two covariates are named 'c'", () => new Series("a", [1.0], null,
            [new("c", CovariateKind.Known, new double[1]), new("c", CovariateKind.Past, new double[1])]));
        Assert.Contains("times, or their step, are not known",
            Assert.Throws<InvalidOperationException>(() => new Series("a", [1.0]).TimeAt(1)).Message);
    }

    [Fact]
    public void StepsAreSpansOrMonths()
    {
        Assert.Equal(TimeStep.OfMonths(1), TimeStep.Find([new(2026, 1, 31), new(2026, 2, 28), new(2026, 3, 31)]));
        Assert.Equal(TimeStep.OfMonths(3), TimeStep.Find([new(2026, 1, 1), new(2026, 4, 1)]));
        Assert.Equal(TimeStep.OfMonths(12), TimeStep.Find([new(2023, 5, 1), new(2024, 5, 1), new(2025, 5, 1)]));
        Assert.Equal(TimeStep.Of(TimeSpan.FromDays(28)),
            TimeStep.Find([new(2026, 2, 1), new(2026, 3, 1), new(2026, 3, 29)]));
        Assert.Null(TimeStep.Find([s_first]));
        Assert.Null(TimeStep.Find([s_first, s_first.AddDays(1), s_first.AddDays(3)]));
        Assert.Equal(new DateTime(2028, 2, 29), TimeStep.OfMonths(1).At(new DateTime(2026, 11, 30), 15));
        Assert.Equal("1 month", TimeStep.OfMonths(1).ToString());
        Assert.Equal("01:00:00", TimeStep.Of(TimeSpan.FromHours(1)).ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeStep.OfMonths(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TimeStep.Of(TimeSpan.Zero));

        // A time's number is that of the step at or before it.
        TimeStep hour = TimeStep.Of(TimeSpan.FromHours(1));
        foreach (TimeStep step in new[] { TimeStep.OfMonths(1), TimeStep.OfMonths(3), hour })
        {
            Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(i, step.IndexOf(s_first, step.At(s_first, i))));
            Assert.Equal(4, step.IndexOf(s_first, step.At(s_first, 5).AddMinutes(-1)));
        }
    }

    [Fact]
    public void TheCalendarIsKnownAhead()
    {
        Series series = new("a", new double[30], [.. Enumerable.Range(0, 30).Select(h => s_first.AddHours(h))]);
        IReadOnlyList<Covariate> index = CalendarFeatures.Of(series, 24,
            CalendarParts.HourOfDay | CalendarParts.DayOfWeek | CalendarParts.DayOfYear | CalendarParts.Month,
            CalendarEncoding.Index, [new DateOnly(2026, 1, 2)]);
        Assert.Equal(["hour", "weekday", "yearday", "month", "holiday"], index.Select(covariate => covariate.Name));
        Assert.Equal([.. Enumerable.Range(0, 54).Select(h => h % 24.0)], index[0].Values.ToArray());
        Assert.Equal([3, 4, 5], new[] { 0, 24, 53 }.Select(h => index[1].Values.Span[h]));   // a Thursday
        Assert.Equal([0, 1, 2], new[] { 0, 24, 53 }.Select(h => index[2].Values.Span[h]));
        Assert.Equal([0, 1, 0], new[] { 0, 24, 53 }.Select(h => index[4].Values.Span[h]));
        Assert.Equal(24, series.WithCovariates(index).KnownHorizon);

        IReadOnlyList<Covariate> circle = CalendarFeatures.Of(series, 1, CalendarParts.HourOfDay);
        Assert.Equal(["hour sin", "hour cos"], circle.Select(covariate => covariate.Name));
        Assert.Equal([0, 1, 0, -1], new[] { 0, 6, 12, 18 }.Select(h => Math.Round(circle[0].Values.Span[h], 12)));
        Assert.Equal([1, 0, -1, 0], new[] { 0, 6, 12, 18 }.Select(h => Math.Round(circle[1].Values.Span[h], 12)));
        Assert.Throws<InvalidOperationException>(
            () => CalendarFeatures.Of(new Series("b", [1.0]), 1, CalendarParts.Month));
    }

    private static DateTime[] Days(int count) => [.. Enumerable.Range(0, count).Select(day => s_first.AddDays(day))];

    private static void Refuses(string message, Func<object> make) => Assert.Contains(message,
        Assert.Throws<ArgumentException>(make).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1e101, "value 1 is 1E+101; expected sizes up to 1E+100")]
    [InlineData(-2e101, "value 1 is -2E+101; expected sizes up to 1E+100")]
    public void ValuesWhoseSquaresAreNoNumbersAreRefused(double value, string message)
    {
        ArgumentException large = Assert.Throws<ArgumentException>("values", () => new Series("s", [1, value, 2]));
        Assert.Contains(message, large.Message, StringComparison.Ordinal);
        ArgumentException beside = Assert.Throws<ArgumentException>("values",
            () => new Series("s", [1, 2], covariates: [new Covariate("rain", CovariateKind.Past, new[] { 0, value })]));
        Assert.Contains("covariate 'rain' 1 is", beside.Message, StringComparison.Ordinal);
        ArgumentException small = Assert.Throws<ArgumentException>("values", () => new Series("s", [0, 1e-101, -2e-101]));
        Assert.Contains("the largest value is 2E-101; expected 1E-100 at least", small.Message, StringComparison.Ordinal);
        Assert.Equal(2, new Series("s", [1, 1e-300]).Length);
        Assert.Equal(2, new Series("s", [0, 0]).Length);
    }

    /// <summary>What was filled with later values is something else for whoever doesn't know those.</summary>
    [Theory]
    [InlineData(MissingTimes.Linear, 4, 2.0)]
    [InlineData(MissingTimes.Previous, 2, 2.0)]
    [InlineData(MissingTimes.Seasonal, 5, 1.0)]
    public void APartKnowsNothingOfWhatFollows(MissingTimes how, double whole, double part)
    {
        SeriesBuilder builder = new("s", new SeriesReading { Missing = how, Season = 2 });
        double[] values = [1, 2, double.NaN, 6, 9, 7, 8];   // two steps before the gap: 1; two after: 9
        for (int t = 0; t < values.Length; t++)
            builder.Add(new DateTime(2026, 1, 1).AddDays(t), values[t]);

        Series series = builder.Build();
        Covariate beside = Covariate.Of("rain", CovariateKind.Past, series);
        Series both = series.WithCovariates([beside]).WithoutTimes();
        int last = how == MissingTimes.Seasonal ? 4 : 3;   // what the filling was computed from
        Assert.Equal(whole, both.Values[2]);
        Assert.Equal(whole, both.Slice(0, last + 1).Values[2]);
        foreach (Series known in new[] { both.Slice(0, last), both.Slice(0, 3), both.Slice(0, 6).Slice(0, 3) })
        {
            Assert.Equal([1, 2, part], known.Values[..3].ToArray());
            Assert.Equal(known.Values.ToArray(), known.Covariates[0].Values.ToArray());
        }

        Assert.Equal(part, both.Slice(1, 2).Values[1]);
        Assert.Equal(whole, both.Slice(1, 4).Values[1]);

        // Behind something else, where the gap begins the second part: the last value before it.
        Series joined = new Series("s", [3]).Append(series.Slice(2, 5).WithoutTimes());
        Assert.Equal([3, part], joined.Slice(0, 2).Values.ToArray());
    }

    [Fact]
    public void WhatBeginsWithAGapIsKnownFromItsFirstValue()
    {
        SeriesBuilder builder = new("s", new SeriesReading { Missing = MissingTimes.Linear });
        foreach (double value in new[] { double.NaN, double.NaN, 5, 6 })
            builder.Add(new DateTime(2026, 1, 1).AddDays(builder.Rows), value);

        Series series = builder.Build();
        Assert.Equal([5, 5, 5], series.Slice(0, 3).Values.ToArray());
        ArgumentException e = Assert.Throws<ArgumentOutOfRangeException>("count", () => series.Slice(0, 2));
        Assert.Contains("the first 2 values were missing", e.Message, StringComparison.Ordinal);

        // Joined to values before, those are what is known there.
        Series joined = new Series("s", [1, 2]).Append(series.WithoutTimes());
        Assert.Equal([1, 2, 2, 2], joined.Slice(0, 4).Values.ToArray());
        Assert.Equal([1, 2, 5, 5, 5, 6], joined.Values.ToArray());
    }

    [Fact]
    public void WhatFollowsFollows()
    {
        DateTime day = new(2026, 1, 1);
        Series first = new("s", [1, 2], [day, day.AddDays(1)], [new Covariate("k", CovariateKind.Known, new double[] { 1, 2, 3 })]);
        Series second = new("t", [4, 5], [day.AddDays(2), day.AddDays(3)],
            [new Covariate("k", CovariateKind.Known, new double[] { 7, 8, 9 })]);
        Series both = first.Append(second);
        Assert.Equal(("s", 4), (both.Name, both.Length));
        Assert.Equal([1, 2, 4, 5], both.Values.ToArray());
        Assert.Equal(day.AddDays(3), both.Times[3]);
        Assert.Equal([1, 2, 7, 8, 9], both.Covariates[0].Values.ToArray());
        Assert.True(first.Append(second.WithoutTimes()).Times.IsEmpty);
        Assert.Contains("begins at 2026-01-01; expected 2026-01-03",
            Assert.Throws<ArgumentException>("next", () => first.Append(first)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => first.Append(second.WithCovariates([])));
    }
}
