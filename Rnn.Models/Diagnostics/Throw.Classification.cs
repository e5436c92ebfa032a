using System;
using System.Diagnostics.CodeAnalysis;

namespace Rnn.Models.Diagnostics;

/// <content>Linear classifiers of texts, measures of classification.</content>
internal static partial class Throw
{
    // ---- LinearTextClassifier ---------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void NoTexts(string what) =>
        throw new ArgumentException(
            "LinearTextClassifier: there are no texts; expected one of each class at least.", what);

    [DoesNotReturn]
    public static void TextsAndLabels(string what, int labels, int texts) =>
        throw new ArgumentException(
            $"LinearTextClassifier: there are {texts} texts and {labels} labels; expected one label for each text.",
            what);

    [DoesNotReturn]
    public static void TextLabel(string what, int index, int label, int texts) =>
        throw new ArgumentOutOfRangeException(what,
            $"LinearTextClassifier: {what}[{index}] is {label}; expected 0 and up, and no more classes than the " +
            $"{texts} texts.");

    [DoesNotReturn]
    public static void OneClass(string what, int label) =>
        throw new ArgumentException(
            $"LinearTextClassifier: every label is {label}; expected texts of two classes at least.", what);

    [DoesNotReturn]
    public static void ClassWithoutText(string what, int label, int classes) =>
        throw new ArgumentException(
            $"LinearTextClassifier: no text has label {label}, though others have up to {classes - 1}. Number the " +
            "classes from 0 without gaps.", what);

    [DoesNotReturn]
    public static void InterpolationWithoutRatios(string owner, string option, string ratios, double value) =>
        throw new ArgumentOutOfRangeException(option, FormattableString.Invariant(
            $"{owner}.{option} is {value}, which needs {ratios}; expected 1 without."));

    public static ArgumentException TextIsNull(string what, int index) =>
        new($"LinearTextClassifier: {what}[{index}] is null; expected tokens, or none in an empty list.", what);

    [DoesNotReturn]
    public static void TokenIsNull(string what, int text, int position) =>
        throw new ArgumentException(
            $"LinearTextClassifier: token {position} of text {text} of {what} is null; expected a word.", what);

    [DoesNotReturn]
    public static void TokenIsTorn(string what, int text, int position) =>
        throw new ArgumentException(
            $"LinearTextClassifier: token {position} of text {text} of {what} holds a lone surrogate: one half of a " +
            "character that takes two chars. Cut strings between characters, not inside one.", what);

    [DoesNotReturn]
    public static void TextsTooLong(string what, long tokens, int most, int maxN) =>
        throw new ArgumentException(
            $"LinearTextClassifier: {what} has {tokens} tokens; expected at most {most} with n-grams of up to {maxN} " +
            "words. Take fewer texts, or a smaller MaxN.", what);

    [DoesNotReturn]
    public static void TooManyNGrams(int most) =>
        throw new ArgumentException(
            $"The texts have more than {most} n-grams. Take fewer texts, or shorter n-grams.",
            "texts");

    [DoesNotReturn]
    public static void OneScore(string asked, string instead, int classes) =>
        throw new InvalidOperationException(
            $"LinearTextClassifier: {asked} is that of two classes; here are {classes}. Ask for {instead}.");

    [DoesNotReturn]
    public static void ClassLength(string who, string what, int length, int classes) =>
        throw new ArgumentException(
            $"{who}: {what} has {length} elements; expected {classes}, one of each class.", what);

    // ---- Measures of classification ---------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void ProbabilityCount(string what, int items, long expected, int actual) =>
        throw new ArgumentException(items == 0
            ? "ClassificationReport: there are no items; expected at least one label."
            : $"ClassificationReport: {what} has {actual} elements; expected {expected} for {items} labels.", what);

    [DoesNotReturn]
    public static void ReportLabel(string what, int index, int label, int classes) =>
        throw new ArgumentOutOfRangeException(what,
            $"ClassificationReport: {what}[{index}] is {label}; expected 0 to {classes - 1}.");

    [DoesNotReturn]
    public static void ReportProbability(string what, int index, double value) =>
        throw new ArgumentOutOfRangeException(what, FormattableString.Invariant(
            $"ClassificationReport: {what}[{index}] is {value}; expected a probability, 0 to 1."));

    [DoesNotReturn]
    public static void ProbabilitySum(string what, int row, double sum) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"ClassificationReport: the sum of row {row} of {what} is {sum}; expected 1. ") +
            "Give probabilities, not logits.",
            what);

    [DoesNotReturn]
    public static void PredictionCount(string what, int actual, int labels) =>
        throw new ArgumentException(
            $"McNemar: {what} has {actual} predictions; expected {labels}, one for each label.", what);
}
