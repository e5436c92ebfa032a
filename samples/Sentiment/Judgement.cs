using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rnn.Models.Classification;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Sentiment;

/// <summary>What a classifier made of texts whose labels are known.</summary>
/// <param name="Name">Of the classifier.</param>
/// <param name="Report">How good it was.</param>
/// <param name="Predicted">The label that it gave each text.</param>
internal sealed record Judgement(string Name, ClassificationReport Report, int[] Predicted)
{
    /// <summary>From the probabilities of each text's classes.</summary>
    public static Judgement Of(string name, LabelledTexts texts, double[] probabilities)
    {
        int classes = texts.Classes.Count;
        int[] predicted = new int[texts.Count];
        for (int i = 0; i < predicted.Length; i++)
        {
            ReadOnlySpan<double> row = probabilities.AsSpan(i * classes, classes);
            for (int k = 1; k < classes; k++)
            {
                if (row[k] > row[predicted[i]])
                    predicted[i] = k;
            }
        }

        ClassificationReport report = classes == 2
            ? ClassificationReport.OfPositive(texts.Labels, [.. Enumerable.Range(0, texts.Count).Select(i => probabilities[(2 * i) + 1])])
            : ClassificationReport.OfClasses(texts.Labels, probabilities, classes);
        return new Judgement(name, report, predicted);
    }

    /// <summary>The probabilities of a network's predictions [N, K].</summary>
    public static double[] Probabilities(IReadOnlyList<SentimentPrediction> predictions) =>
        [.. predictions.SelectMany(one => Array.ConvertAll(one.Probabilities.ToArray(), p => (double)p))];

    /// <summary>A line a classifier.</summary>
    public static string Table(string heading, IReadOnlyList<Judgement> judgements) => TextTable.Format(
    [
        [heading, "accuracy", "log loss", "AUC", "calibration error"],
        .. judgements.Select(one => new[]
        {
            one.Name, F(one.Report.Accuracy), F(one.Report.LogLoss), F(one.Report.Auc), F(one.Report.CalibrationError),
        }),
    ]);

    /// <summary>Mean and spread of the accuracies of several seeds.</summary>
    /// <param name="what">What they are, for people.</param>
    /// <param name="seeds">One a seed.</param>
    public static string Spread(string what, IReadOnlyList<Judgement> seeds)
    {
        double[] values = [.. seeds.Select(one => one.Report.Accuracy)];
        double mean = values.Average();
        double deviation = Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / Math.Max(1, values.Length - 1));
        return Invariant($"Accuracy of {values.Length} {what}: mean {mean:F4}, standard deviation {deviation:F4}.");
    }

    /// <summary>How often each class was taken for which.</summary>
    public string Confusion(IReadOnlyList<string> classes) => TextTable.Format(
    [
        [Invariant($"{Name}: is, and is taken for"), .. classes],
        .. classes.Select((name, k) => (string[])[name,
            .. classes.Select((_, j) => Report.Confusion(k, j).ToString(CultureInfo.InvariantCulture))]),
    ]);

    /// <summary>Whether a difference of two classifiers on the same texts may be chance.</summary>
    public string Against(Judgement other, LabelledTexts texts)
    {
        McNemarResult test = Significance.McNemar(texts.Labels, Predicted, other.Predicted);
        ConfidenceInterval interval = Report.AccuracyInterval();
        return Invariant($"{Name}: {Report.Accuracy:F4} (95%: {interval.Low:F4} to {interval.High:F4}). It alone is right on ")
            + Invariant($"{test.OnlyFirst} texts, {other.Name} alone on {test.OnlySecond}: p = {test.PValue:G2} (McNemar).");
    }

    private static string F(double value) =>
        double.IsNaN(value) ? "-" : value.ToString("F4", CultureInfo.InvariantCulture);
}
