using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>
/// T values in order, at regular distances: what is to be continued. With them, where there are any, their times and
/// covariates. It can't change; parts of it share its memory. A part's values are those that were known at its end: where a
/// gap was filled with what came later, the part has what stood before.
/// </summary>
public sealed class Series
{
    /// <summary>The largest size of a value; and the least that the largest value of a series may have, unless all are 0:
    /// squares of such numbers, and their sums, are in the range of double.</summary>
    internal const double MostSize = 1e100, LeastSize = 1e-100;

    private readonly ReadOnlyMemory<double> _values;
    private readonly ReadOnlyMemory<DateTime> _times;

    /// <summary>Copies values and times, and checks all of it.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="values">[T], at least one, of a size of 1e100 at most; the largest of them 1e-100 at least, or
    /// 0.</param>
    /// <param name="times">[T], ascending and regular; null if not known. <see cref="SeriesBuilder"/> makes regular
    /// ones of rows that are not.</param>
    /// <param name="covariates">With names that differ: past ones have T values, known ones T or more. Null is
    /// none.</param>
    /// <param name="step">The distance of the times, if it is known; it is found from two times or more
    /// otherwise.</param>
    /// <exception cref="ArgumentException">One of these is not so; the message names the value.</exception>
    public Series(string name, double[] values, DateTime[]? times = null, IReadOnlyList<Covariate>? covariates = null,
        TimeStep? step = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0)
            Throw.SeriesEmpty(name);
        CheckSizes(name, "value", values);
        Name = name;
        Step = CheckTimes(name, values.Length, times, step);
        Covariates = CheckCovariates(name, values.Length, covariates ?? []);
        _values = values.AsMemory().ToArray();
        _times = times.AsMemory().ToArray();
        Filled = [];
    }

    /// <summary>The same with values that were missing.</summary>
    internal Series(string name, double[] values, DateTime[]? times, TimeStep? step, IReadOnlyList<FilledValue> filled)
        : this(name, values, times, step: step) => Filled = filled;

    // A part, of what is checked.
    private Series(string name, ReadOnlyMemory<double> values, ReadOnlyMemory<DateTime> times, TimeStep? step,
        IReadOnlyList<Covariate> covariates, IReadOnlyList<FilledValue> filled)
    {
        Name = name;
        Step = step;
        Covariates = covariates;
        Filled = filled;
        _values = values;
        _times = times;
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>[T].</summary>
    public ReadOnlySpan<double> Values => _values.Span;

    /// <summary>T, at least 1.</summary>
    public int Length => _values.Length;

    /// <summary>[T], or empty if they are not known.</summary>
    public ReadOnlySpan<DateTime> Times => _times.Span;

    /// <summary>The distance of the times; null without times, or of one time alone.</summary>
    public TimeStep? Step { get; }

    /// <summary>What is known beside the values; may be empty.</summary>
    public IReadOnlyList<Covariate> Covariates { get; }

    /// <summary>Values that were missing and are filled with later ones.</summary>
    internal IReadOnlyList<FilledValue> Filled { get; }

    /// <summary>How many steps beyond the end every known covariate has; int.MaxValue if there is none.</summary>
    public int KnownHorizon => Covariates.Where(covariate => covariate.Kind == CovariateKind.Known)
        .Select(covariate => covariate.Values.Length - Length).DefaultIfEmpty(int.MaxValue).Min();

    /// <summary>The time of a step, which may lie beyond the end.</summary>
    /// <param name="index">0 or more; T is the first to forecast.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0.</exception>
    /// <exception cref="InvalidOperationException">The times, or their step, are not known.</exception>
    public DateTime TimeAt(int index)
    {
        if (index < 0)
            Throw.Outside(nameof(index), index, "0 or more");
        if (index < _times.Length)
            return Times[index];
        if (Step is not TimeStep step)
            throw Throw.NoTimes(Name, index);
        return step.At(Times[0], index);
    }

    /// <summary>A part of the series; known covariates keep what they have beyond it. What was filled with values beyond
    /// the part's end is filled with what is before it.</summary>
    /// <param name="first">Where it begins, 0 to T - 1.</param>
    /// <param name="count">Its length, 1 to T - first.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not, or all values of the part were missing and are those
    /// of the first one after it.</exception>
    public Series Slice(int first, int count)
    {
        if (first < 0 || first >= Length)
            Throw.Outside(nameof(first), first, $"0 to {Length - 1}");
        if (count < 1 || count > Length - first)
            Throw.Outside(nameof(count), count, $"1 to {Length - first}");
        int known = Filled.FirstOrDefault(one => double.IsNaN(one.Before)).LastRead;   // the first that is
        if (known > 0 && known >= first + count)
            Throw.NothingKnownYet(Name, count, first + count, known);
        return new Series(Name, FilledValue.Part(_values, Filled, first, count),
            _times.IsEmpty ? _times : _times.Slice(first, count), Step,
            [.. Covariates.Select(covariate => covariate.Kind == CovariateKind.Known
                ? covariate with { Values = covariate.Values[first..], Filled = [] }
                : covariate with
                {
                    Values = FilledValue.Part(covariate.Values, covariate.Filled, first, count),
                    Filled = FilledValue.Of(covariate.Filled, first, count),
                })], FilledValue.Of(Filled, first, count));
    }

    /// <summary>The series and what follows it.</summary>
    /// <param name="next">With the same covariates, whose name and kinds they keep; its times, where both have some, go
    /// on from the end of these.</param>
    /// <exception cref="ArgumentException">That is not so.</exception>
    public Series Append(Series next)
    {
        ArgumentNullException.ThrowIfNull(next);
        bool isTimed = !_times.IsEmpty && !next._times.IsEmpty;
        if (isTimed && Step is not null && next.Times[0] != TimeAt(Length))
            Throw.DoesNotFollow(Name, next.Times[0], TimeAt(Length));
        if (!Covariates.Select(one => (one.Name, one.Kind)).SequenceEqual(next.Covariates.Select(one => (one.Name, one.Kind))))
        {
            Throw.OtherCovariates(nameof(Series), next.Name, Covariates.Select(one => one.Name),
                next.Covariates.Select(one => one.Name));
        }

        Series joined = new(Name, [.. Values, .. next.Values], isTimed ? [.. Times, .. next.Times] : null,
            isTimed ? Step ?? next.Step : null, FilledValue.Joined(Filled, Length, Values[^1], next.Filled));
        return joined.WithCovariates([.. Covariates.Zip(next.Covariates, (one, other) => new Covariate(one.Name, one.Kind,
            (double[])[.. one.Values.Span[..Length], .. other.Values.Span])
        {
            Filled = FilledValue.Joined(one.Filled, Length, one.Values.Span[Length - 1], other.Filled),
        })]);
    }

    /// <summary>The same values, in the same order, at no known times.</summary>
    public Series WithoutTimes() => new(Name, _values, default, null, Covariates, Filled);

    /// <summary>The same series with other covariates beside it.</summary>
    /// <param name="covariates">As the constructor's.</param>
    /// <exception cref="ArgumentException">As the constructor's.</exception>
    public Series WithCovariates(IReadOnlyList<Covariate> covariates)
    {
        ArgumentNullException.ThrowIfNull(covariates);
        return new Series(Name, _values, _times, Step, CheckCovariates(Name, Length, covariates), Filled);
    }

    /// <summary>Name and length.</summary>
    public override string ToString() => $"{Name} ({Length} values)";

    private static void CheckSizes(string series, string what, ReadOnlySpan<double> values)
    {
        double most = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                Throw.SeriesNotFinite(series, what, i, values[i]);
            if (Math.Abs(values[i]) > MostSize)
                Throw.SeriesTooLarge(series, what, i, values[i], MostSize);
            most = Math.Max(most, Math.Abs(values[i]));
        }

        if (most is > 0 and < LeastSize)
            Throw.SeriesTooSmall(series, what, most, LeastSize);
    }

    private static TimeStep? CheckTimes(string name, int length, ReadOnlySpan<DateTime> times, TimeStep? step)
    {
        if (times.IsEmpty)
            return null;
        if (times.Length != length)
            Throw.SeriesTimes(name, times.Length, length);
        for (int i = 1; i < length; i++)
        {
            if (times[i] <= times[i - 1])
                Throw.SeriesTimesNotAscending(name, i, times[i - 1], times[i]);
        }

        TimeStep? found = step ?? TimeStep.Find(times);
        if (length == 1)
            return found;
        TimeStep distance = found ?? TimeStep.Of(times[1] - times[0]);
        int off = distance.FirstOff(times);
        if (off >= 0)
            Throw.SeriesTimesIrregular(name, off, times[off], distance.At(times[0], off), distance.ToString());
        return distance;
    }

    private static Covariate[] CheckCovariates(string name, int length, IReadOnlyList<Covariate> covariates)
    {
        HashSet<string> names = [];
        foreach (Covariate covariate in covariates)
        {
            if (covariate is null)
                throw Throw.CovariateIsNull(name);
            Throw.IfUndefined(nameof(Covariate.Kind), covariate.Kind);
            if (!names.Add(covariate.Name))
                Throw.CovariateTwice(name, covariate.Name);
            int actual = covariate.Values.Length;
            if (covariate.Kind == CovariateKind.Past ? actual != length : actual < length)
                Throw.CovariateLength(name, covariate.Name, covariate.Kind == CovariateKind.Known, actual, length);
            CheckSizes(name, $"covariate '{covariate.Name}'", covariate.Values.Span);
        }

        return [.. covariates];
    }
}
