using System;
using System.Diagnostics.CodeAnalysis;

namespace Rnn.Models.Diagnostics;

/// <content>Recurrent models of time series.</content>
internal static partial class Throw
{
    [DoesNotReturn]
    public static void RecentIntervalsOfPaths(string option, object output) => throw new ArgumentException(
        $"{option} makes intervals of quantiles wider; the output is {output}. Leave it at 0, or choose Quantiles.", option);

    [DoesNotReturn]
    public static void SmoothingOfPaths(string option, object output) => throw new ArgumentException(
        $"{option} is Smoothing, which continues a series by a whole horizon; the output is {output}, whose steps are drawn one by one. "
        + "Choose Quantiles, or the anchor Season.", option);

    [DoesNotReturn]
    public static void TooLongToSmooth(string series, int length, int most) => throw new ArgumentException(
        $"Series '{series}' has {length} values, expected {most} at most: the anchor Smoothing is fitted anew for every origin. Give its "
        + "newest values alone, or choose the anchor Season.", nameof(series));

    [DoesNotReturn]
    public static void NothingHeldOutToWaitFor(string option, string refit) => throw new ArgumentException(
        $"{option} begins when measurements stop falling, and with {refit} a network is trained once more without any. Leave one of them "
        + "out, or let the average begin at a step.", option);

    [DoesNotReturn]
    public static void SmoothingHasBoth(string option, string other) => throw new ArgumentException(
        $"{option} is Smoothing, which has a season and a trend of its own. Leave {other} out, or choose the anchor Season.", option);

    [DoesNotReturn]
    public static void StateIsCarried(string model, string option) =>
        throw new ArgumentException(
            $"{model}: {option} is true, but windows go on from the state of the one before. Leave it false.", option);

    [DoesNotReturn]
    public static void CannotContinue(int inputs, int outputs) =>
        throw new ArgumentException(
            $"SequenceRegressor: it reads {inputs} numbers and predicts {outputs}; to continue a sequence the two must be " +
            "the same.", "continuation");

    [DoesNotReturn]
    public static void CountsAreCounts(string option) =>
        throw new ArgumentException(
            $"{option}: a negative binomial output predicts counts as they are; it needs Differencing 0, no Logarithm, and a " +
            "Scaling that subtracts nothing.", option);

    [DoesNotReturn]
    public static void NoMedian(string option) =>
        throw new ArgumentException($"{option} has no 0.5; expected the median among the levels.", option);

    public static ArgumentException CovariateMissing(string series, string name) =>
        new($"Series '{series}': it has no covariate '{name}', which the model reads. Add it.", nameof(series));

    [DoesNotReturn]
    public static void CovariateOfOtherKind(string series, string name, Enum actual, Enum expected) =>
        throw new ArgumentException(
            $"Series '{series}': covariate '{name}' is {actual}, expected {expected}, as in training.", nameof(series));

    [DoesNotReturn]
    public static void CovariateUnknown(string series, string name) =>
        throw new ArgumentException(
            $"Series '{series}': the model doesn't read covariate '{name}'. Leave it out, or train a model with it.",
            nameof(series));

    [DoesNotReturn]
    public static void CovariateTooShort(string series, string name, int actual, int expected) =>
        throw new ArgumentException(
            $"Series '{series}': covariate '{name}' is known for {actual} steps beyond the end, expected {expected}, the " +
            "horizon.", nameof(series));

    [DoesNotReturn]
    public static void NoLogarithm(string series, int index, DateTime? time, double value) =>
        throw new ArgumentException(
            $"Series '{series}': {Value(index, time, value)}; with Logarithm, values must be 0 or more.", nameof(series));

    [DoesNotReturn]
    public static void NoCount(string series, int index, DateTime? time, double value) =>
        throw new ArgumentException(
            $"Series '{series}': {Value(index, time, value)}; a negative binomial output predicts counts, whole numbers of 0 " +
            "or more. Choose another Output, or round the values.", nameof(series));

    // "value 3 (2026-11-26) is 2.5"
    private static string Value(int index, DateTime? time, double value) => FormattableString.Invariant(
        $"value {index}{(time is { } at ? $" ({Time(at)})" : "")} is {value}");

    [DoesNotReturn]
    public static void NoSeries(string what) =>
        throw new ArgumentException($"SeriesModel: {what} is empty, expected one series or more.", what);

    [DoesNotReturn]
    public static void SeriesTwice(string name) =>
        throw new ArgumentException(
            $"SeriesModel: two series are named '{name}'; what is learnt about each (EmbeddingSize) needs names that differ.",
            "training");

    [DoesNotReturn]
    public static void LineInSeriesName(string name) =>
        throw new ArgumentException(
            $"SeriesModel: the series '{name}' or a covariate of it has a line feed in its name, expected one line.",
            "training");

    [DoesNotReturn]
    public static void SeriesTooShort(int least, int longest) =>
        throw new ArgumentException(
            $"SeriesWindows: a window needs a series of {least} values or more; the longest has {longest}. Use a shorter " +
            "horizon, or more values.", "series");

    [DoesNotReturn]
    public static void HorizonTooLong(int horizon, int most) =>
        throw new ArgumentOutOfRangeException(nameof(horizon),
            $"SeriesForecaster: the horizon is {horizon}; the model predicts quantiles of {most} steps at once. Train one " +
            "with that Horizon, or one whose output is a distribution.");

    [DoesNotReturn]
    public static void ForecasterNotFitted() =>
        throw new InvalidOperationException("SeriesForecaster: it has learnt nothing yet. Call Fit first, or give it models.");

    [DoesNotReturn]
    public static void ModelsDiffer(string what) =>
        throw new ArgumentException(
            $"SeriesForecaster: {what} predict different things: all need the same Output, Horizon and Levels.", what);
}
