using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;

namespace Rnn.Models.Diagnostics;

/// <content>Series, forecasts, their measures and baselines.</content>
internal static partial class Throw
{
    // ---- Series -----------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void SeriesEmpty(string name) =>
        throw new ArgumentException($"Series '{name}': there are no values; expected at least one.", "values");

    [DoesNotReturn]
    public static void SeriesNotFinite(string name, string what, int index, double value) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"Series '{name}': {what} {index} is {value}; expected a finite number. Fill what is missing first."), "values");

    [DoesNotReturn]
    public static void SeriesTimes(string name, int count, int length) =>
        throw new ArgumentException(
            $"Series '{name}': there are {count} times and {length} values; expected one time for each value.", "times");

    [DoesNotReturn]
    public static void SeriesTimesNotAscending(string name, int index, DateTime before, DateTime time) =>
        throw new ArgumentException(
            $"Series '{name}': time {index} is {Time(time)}, after {Time(before)}; expected times in ascending order, " +
            "each once. SeriesBuilder sorts them.", "times");

    [DoesNotReturn]
    public static void SeriesTimesIrregular(string name, int index, DateTime time, DateTime expected, string step) =>
        throw new ArgumentException(
            $"Series '{name}': time {index} is {Time(time)}; expected {Time(expected)}, one every {step}. " +
            "SeriesBuilder fills gaps.", "times");

    public static InvalidOperationException NoTimes(string name, int index) =>
        new($"Series '{name}': the time of step {index} was asked for, but its times, or their step, are not known. " +
            "Give two times or more, or the step.");

    [DoesNotReturn]
    public static void TimeStepNotPositive(string what, string value) =>
        throw new ArgumentOutOfRangeException(what, $"TimeStep: {what} is {value}; expected more than 0.");

    public static ArgumentException CovariateIsNull(string series) =>
        new($"Series '{series}': a covariate is null; leave it out.", "covariates");

    [DoesNotReturn]
    public static void CovariateTwice(string series, string name) =>
        throw new ArgumentException(
            $"Series '{series}': two covariates are named '{name}'; expected names that differ.", "covariates");

    [DoesNotReturn]
    public static void CovariateLength(string series, string name, bool known, int actual, int length) =>
        throw new ArgumentException(
            $"Series '{series}': covariate '{name}' has {actual} values; expected {length}, " +
            (known ? "or more: it is known in advance." : "as the series: one that is known in advance is CovariateKind.Known."),
            "covariates");

    [DoesNotReturn]
    public static void KnownTooShort(string who, string series, int known, int horizon) =>
        throw new ArgumentException(
            $"{who}: the known covariates of series '{series}' go on for {known} steps after its end; expected " +
            $"{horizon}, as many as are to be forecast.", "history");

    // ---- Forecast ---------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void ForecastEmpty(string what) =>
        throw new ArgumentException($"Forecast: {what} has no steps; expected at least one.", what);

    [DoesNotReturn]
    public static void ForecastNotFinite(string what, int step, double value) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"Forecast: {what} of step {step} is {value}; expected a finite number."));

    [DoesNotReturn]
    public static void ForecastLevels(string what, int index, double level) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"Forecast: {what}[{index}] is {level}; expected ascending levels, above 0 and below 1."), what);

    [DoesNotReturn]
    public static void ForecastQuantiles(string what, int actual, int levels) =>
        throw new ArgumentException(
            $"Forecast: there are {actual} {what} for {levels} levels; expected one for each.", what);

    [DoesNotReturn]
    public static void ForecastSteps(string what, int index, int actual, int horizon) =>
        throw new ArgumentException(
            $"Forecast: {what}[{index}] has {actual} steps; expected {horizon}.", what);

    [DoesNotReturn]
    public static void ForecastLevel(string what, double level, double[] levels) =>
        throw new ArgumentOutOfRangeException(what, FormattableString.Invariant(
            $"Forecast: there is no quantile of level {level}; ") + (levels.Length == 0
                ? "there are none at all."
                : $"there are {Levels(levels)}."));

    // ---- Measures of forecasts --------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void MeasureSteps(int truth, int forecast) =>
        throw new ArgumentException(truth == 0
            ? "Forecast measures: there is no truth; expected at least one step."
            : $"Forecast measures: the truth has {truth} steps, the forecast {forecast}; expected as many.", nameof(forecast));

    [DoesNotReturn]
    public static void MeasureNotFinite(int step, double value) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"Forecast measures: the truth of step {step} is {value}; expected a finite number."), "truth");

    [DoesNotReturn]
    public static void MeasureLevel(string what, double value, IReadOnlyList<double> levels) =>
        throw new ArgumentOutOfRangeException(what, FormattableString.Invariant($"ForecastScore: {what} asks for level ") +
            FormattableString.Invariant($"{value}; expected one of {Levels(levels)}, or an interval between two of them."));

    private static string Levels(IReadOnlyList<double> levels) =>
        string.Join(", ", levels.Select(level => level.ToString(CultureInfo.InvariantCulture)));

    // 2026-11-26, or with hours, minutes and seconds where there are any.
    private static string Time(DateTime time) => time.ToString(
        time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
