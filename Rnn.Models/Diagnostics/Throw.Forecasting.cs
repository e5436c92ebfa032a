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
            $"Series '{name}': {what} {index} is {value}; expected a finite number. Fill what is missing first."),
            "values");

    [DoesNotReturn]
    public static void SeriesTooLarge(string name, string what, int index, double value, double most) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"Series '{name}': {what} {index} is {value}; expected sizes up to {most}. Divide all values by a power of ten."),
            "values");

    [DoesNotReturn]
    public static void SeriesTooSmall(string name, string what, double largest, double least) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"Series '{name}': the largest {what} is {largest}; expected {least} at least, or zeros alone. Multiply all ") +
            "values by a power of ten.", "values");

    [DoesNotReturn]
    public static void NothingKnownYet(string name, int count, int end, int first) =>
        throw new ArgumentOutOfRangeException(nameof(count),
            $"Series '{name}': a part that ends before step {end} was asked for, but the first {first} values were missing " +
            "and are filled with what comes after them. Ask for a part that ends later, or leave those rows out.");

    [DoesNotReturn]
    public static void DoesNotFollow(string name, DateTime actual, DateTime expected) =>
        throw new ArgumentException(
            $"Series '{name}': what follows it begins at {Time(actual)}; expected {Time(expected)}, one step after its end.",
            "next");

    [DoesNotReturn]
    public static void SeriesTimes(string name, int count, int length) =>
        throw new ArgumentException(
            $"Series '{name}': there are {count} times and {length} values; expected one time for each value.",
            "times");

    [DoesNotReturn]
    public static void SeriesTimesNotAscending(string name, int index, DateTime before, DateTime time) =>
        throw new ArgumentException(
            $"Series '{name}': time {index} is {Time(time)}, after {Time(before)}; expected times in ascending " +
            "order, each once. SeriesBuilder sorts them.", "times");

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
            (known
                ? "or more: it is known in advance."
                : "as the series: one that is known in advance is CovariateKind.Known."),
            "covariates");

    [DoesNotReturn]
    public static void KnownTooShort(string who, string series, int known, int horizon) =>
        throw new ArgumentException(
            $"{who}: the known covariates of series '{series}' go on for {known} steps after its end; expected " +
            $"{horizon}, as many as are to be forecast.", "history");

    // ---- SeriesBuilder ----------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoRows(string name) =>
        throw new ArgumentException($"Series '{name}': there are no rows; expected at least one.", nameof(name));

    [DoesNotReturn]
    public static void NoValues(string name, int row) =>
        throw new ArgumentException(
            $"Series '{name}': no row has a value, from row {row} on; expected at least one that has.", nameof(name));

    [DoesNotReturn]
    public static void RowInfinite(string name, int row, double value) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"Series '{name}', row {row}: the value is {value}; expected a finite number, or NaN where it is missing."),
            nameof(value));

    [DoesNotReturn]
    public static void RowNotSorted(string name, int row, DateTime time, DateTime before) =>
        throw new ArgumentException(
            $"Series '{name}', row {row}: {Time(time)} comes after {Time(before)}; expected times in ascending " +
            "order. SeriesReading.Sort sorts them.", nameof(name));

    [DoesNotReturn]
    public static void RowRepeated(string name, int first, int second, DateTime time) =>
        throw new ArgumentException(
            $"Series '{name}', row {second}: {Time(time)} was there before, in row {first}; expected each time once. " +
            "SeriesReading.Repeated says which row counts; where clocks change, name their zone in ClockChangesOf.",
            nameof(name));

    [DoesNotReturn]
    public static void RowOffStep(string name, int row, DateTime time, DateTime first, string step) =>
        throw new ArgumentException(
            $"Series '{name}', row {row}: {Time(time)} is no whole number of steps after {Time(first)}; expected one " +
            $"every {step}. If that isn't the step, name it in SeriesReading.Step.", nameof(name));

    [DoesNotReturn]
    public static void RowWithoutValue(string name, int row, DateTime time) =>
        throw new ArgumentException(
            $"Series '{name}', row {row}: {Time(time)} has no value. SeriesReading.Missing says how gaps are filled, " +
            "up to LongestGap.", nameof(name));

    [DoesNotReturn]
    public static void RowsMissing(string name, int before, int after, int missing, DateTime time) =>
        throw new ArgumentException(
            $"Series '{name}': between rows {before} and {after}, {missing} time{(missing == 1 ? " is" : "s are")} " +
            $"missing, from {Time(time)} on. SeriesReading.Missing says how gaps are filled, up to LongestGap; where " +
            "clocks change, name their zone in ClockChangesOf.", nameof(name));

    [DoesNotReturn]
    public static void RowsTooFar(string name, DateTime first, int row, DateTime last, string step, int rows) =>
        throw new ArgumentException(
            $"Series '{name}', row {row}: {Time(last)} is too far from {Time(first)} for {rows} rows, one every " +
            $"{step}. Correct the time, or name the step in SeriesReading.Step.", nameof(name));

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

    // ---- Baselines --------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoTrainingSeries(string who) =>
        throw new ArgumentException($"{who}: there are no series to learn from; expected at least one.", "training");

    [DoesNotReturn]
    public static void SeriesTwice(string who, string name) =>
        throw new ArgumentException(
            $"{who}: two series are named '{name}'; expected names that differ, as each is known by its name.",
            "training");

    [DoesNotReturn]
    public static void OtherCovariates(string who, string series, IEnumerable<string> expected,
        IEnumerable<string> actual) =>
        throw new ArgumentException(
            $"{who}: series '{series}' has the covariates [{string.Join(", ", actual)}]; expected " +
            $"[{string.Join(", ", expected)}], as fitted, in this order and of the same kinds.", nameof(series));

    // ---- Backtests --------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NothingToBacktest(int forecasters, int series) =>
        throw new ArgumentException(
            $"Backtest: there are {forecasters} forecasters and {series} series; expected at least one of each.");

    [DoesNotReturn]
    public static void ForecasterTwice(string name) =>
        throw new ArgumentException(
            $"Backtest: two forecasters are named '{name}'; expected names that differ.", "forecasters");

    [DoesNotReturn]
    public static void BacktestOrigin(string series, int first, int horizon, int length) =>
        throw new ArgumentException(
            $"Backtest: the first origin of series '{series}' is {first} of {length} values; expected 1 or more, " +
            $"with {horizon} after it.", "options");

    [DoesNotReturn]
    public static void ForecastsOfOther(string name, int actual, int expected, int horizon) =>
        throw new InvalidOperationException(
            $"Backtest: '{name}' gave {actual} forecasts; expected {expected}, each of {horizon} steps.");

    public static string NoRow(string name, IEnumerable<string> names) =>
        $"Backtest: there is no forecaster '{name}'; there are {string.Join(", ", names)}.";

    // ---- Measures of forecasts --------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void MeasureSteps(int truth, int forecast) =>
        throw new ArgumentException(truth == 0
            ? "Forecast measures: there is no truth; expected at least one step."
            : $"Forecast measures: the truth has {truth} steps, the forecast {forecast}; expected as many.",
            nameof(forecast));

    [DoesNotReturn]
    public static void MeasureNotFinite(int step, double value) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"Forecast measures: the truth of step {step} is {value}; expected a finite number."), "truth");

    [DoesNotReturn]
    public static void MeasureLevel(string what, double value, IReadOnlyList<double> levels) =>
        throw new ArgumentOutOfRangeException(what, FormattableString.Invariant(
            $"ForecastScore: {what} asks for level {value}; expected one of {Levels(levels)}, or an interval ") +
            "between two of them.");

    private static string Levels(IReadOnlyList<double> levels) =>
        string.Join(", ", levels.Select(level => level.ToString(CultureInfo.InvariantCulture)));

    // 2026-11-26, or with hours, minutes and seconds where there are any.
    private static string Time(DateTime time) => time.ToString(
        time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
