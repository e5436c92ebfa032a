using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Classification;

/// <summary>How good predicted probabilities of classes are, on items whose classes are known.</summary>
public sealed class ClassificationReport
{
    /// <summary>What a probability counts as at least, and 1 less this at most, in the log loss: one that is wrong and
    /// sure costs 34.5, not infinity.</summary>
    public const double LeastProbability = 1e-15;

    private const double SumTolerance = 1e-3;

    private readonly long[] _confusion;

    private ClassificationReport(ReadOnlySpan<int> labels, ReadOnlySpan<int> predicted, int classes)
    {
        Count = labels.Length;
        Classes = classes;
        _confusion = new long[classes * classes];
        for (int i = 0; i < labels.Length; i++)
            _confusion[labels[i] * classes + predicted[i]]++;

        ClassScore[] scores = new ClassScore[classes];
        for (int k = 0; k < classes; k++)
        {
            long count = 0, said = 0;
            for (int other = 0; other < classes; other++)
            {
                count += Confusion(k, other);
                said += Confusion(other, k);
            }

            scores[k] = new ClassScore(count, said, Confusion(k, k));
        }

        PerClass = Array.AsReadOnly(scores);
    }

    /// <summary>N, number of items.</summary>
    public long Count { get; }

    /// <summary>K, at least 2.</summary>
    public int Classes { get; }

    /// <summary>Items that are predicted right.</summary>
    public long Right => PerClass.Sum(score => score.Right);

    /// <summary>The share of items that are predicted right.</summary>
    public double Accuracy => Right / (double)Count;

    /// <summary>The mean of -log p, p being the probability of the true class, no further from 0 and 1 than
    /// <see cref="LeastProbability"/>; in nats.</summary>
    public double LogLoss { get; private init; }

    /// <summary>The mean of (p - y)^2, y being 1 for the positive and 0 for the other (OfPositive), or the mean of its
    /// sum over the classes, with two twice as much (OfClasses). 0 is best.</summary>
    public double BrierScore { get; private init; }

    /// <summary>
    /// The probability that a positive item has a higher probability than one that isn't; half of a tie counts
    /// (mid-ranks). NaN of more than two classes, and where all items are of one.
    /// </summary>
    public double Auc { get; private init; } = double.NaN;

    /// <summary>
    /// Expected calibration error: the mean over items of |share - mean probability| of their bin. Source: Naeini,
    /// Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
    /// </summary>
    public double CalibrationError => Reliability.Sum(bin =>
        bin.Count == 0 ? 0 : bin.Count / (double)Count * Math.Abs(bin.Share - bin.MeanProbability));

    /// <summary>
    /// Bins of equal width, 0 to 1: by the probability of the positive, with the share of positives (OfPositive), or by
    /// that of the predicted class, with the share of right predictions (OfClasses).
    /// </summary>
    public IReadOnlyList<ReliabilityBin> Reliability { get; private init; } = [];

    /// <summary>Precision, recall and F1 of each class.</summary>
    public IReadOnlyList<ClassScore> PerClass { get; }

    /// <summary>The mean F1 of the classes that occur, or are predicted.</summary>
    public double MacroF1 => PerClass.Where(score => score.Count + score.Predicted > 0).Average(score => score.F1);

    /// <summary>Of two classes.</summary>
    /// <param name="labels">[N], 0 or 1 (positive), at least one.</param>
    /// <param name="positive">[N], the probability of 1.</param>
    /// <param name="threshold">1 is predicted above it; 0.5 by default.</param>
    /// <param name="bins">Of the reliability, 1 to 1000; 10 by default.</param>
    /// <exception cref="ArgumentException">Lengths differ or are 0, a label is none, a probability isn't within 0 to 1,
    /// or an argument is out of range.</exception>
    public static ClassificationReport OfPositive(ReadOnlySpan<int> labels, ReadOnlySpan<double> positive,
        double threshold = 0.5, int bins = 10)
    {
        Check(labels, positive, 2, labels.Length, nameof(positive), bins);
        if (!(threshold >= 0 && threshold <= 1))
            Throw.Outside(nameof(threshold), threshold, "0 to 1");
        int[] predicted = new int[labels.Length];
        bool[] hits = new bool[labels.Length];
        double loss = 0, brier = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double p = positive[i], off = p - labels[i];
            predicted[i] = p > threshold ? 1 : 0;
            hits[i] = labels[i] == 1;
            loss += LossOf(labels[i] == 1 ? p : 1 - p);
            brier += off * off;
        }

        return new ClassificationReport(labels, predicted, 2)
        {
            LogLoss = loss / labels.Length,
            BrierScore = brier / labels.Length,
            Auc = AreaUnderCurve(labels, positive),
            Reliability = Bins(positive, hits, bins),
        };
    }

    /// <summary>Of K classes. The one with the highest probability is predicted; of equals the first.</summary>
    /// <param name="labels">[N], 0 to K-1, at least one.</param>
    /// <param name="probabilities">[N, K], row by row; the sum of each is 1 to one in a thousand.</param>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="bins">Of the reliability, 1 to 1000; 10 by default.</param>
    /// <exception cref="ArgumentException">Lengths differ or are 0, a label is none, a probability isn't within 0 to 1,
    /// or a row's sum isn't 1, or an argument is out of range.</exception>
    public static ClassificationReport OfClasses(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities,
        int classes, int bins = 10)
    {
        if (classes < 2)
            Throw.Outside(nameof(classes), classes, "2 or more");
        Check(labels, probabilities, classes, (long)labels.Length * classes, nameof(probabilities), bins);
        int[] predicted = new int[labels.Length];
        double[] sure = new double[labels.Length];
        bool[] hits = new bool[labels.Length];
        double loss = 0, brier = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<double> row = probabilities.Slice(i * classes, classes);
            double sum = 0;
            for (int k = 0; k < classes; k++)
            {
                double off = row[k] - (k == labels[i] ? 1 : 0);
                brier += off * off;
                sum += row[k];
                if (row[k] > row[predicted[i]])
                    predicted[i] = k;
            }

            if (Math.Abs(sum - 1) > SumTolerance)
                Throw.ProbabilitySum(nameof(probabilities), i, sum);
            sure[i] = row[predicted[i]];
            hits[i] = predicted[i] == labels[i];
            loss += LossOf(row[labels[i]]);
        }

        return new ClassificationReport(labels, predicted, classes)
        {
            LogLoss = loss / labels.Length,
            BrierScore = brier / labels.Length,
            Auc = classes == 2 ? AreaUnderCurve(labels, Column(probabilities, 2, 1)) : double.NaN,
            Reliability = Bins(sure, hits, bins),
        };
    }

    /// <summary>The same from a network's floats.</summary>
    /// <inheritdoc cref="OfPositive(ReadOnlySpan{int}, ReadOnlySpan{double}, double, int)"/>
    public static ClassificationReport OfPositive(ReadOnlySpan<int> labels, ReadOnlySpan<float> positive,
        double threshold = 0.5, int bins = 10) => OfPositive(labels, Wide(positive), threshold, bins);

    /// <summary>The same from a network's floats.</summary>
    /// <inheritdoc cref="OfClasses(ReadOnlySpan{int}, ReadOnlySpan{double}, int, int)"/>
    public static ClassificationReport OfClasses(ReadOnlySpan<int> labels, ReadOnlySpan<float> probabilities,
        int classes, int bins = 10) => OfClasses(labels, Wide(probabilities), classes, bins);

    /// <summary>How many items of one class are predicted as another.</summary>
    /// <param name="label">The true class, 0 to K-1.</param>
    /// <param name="predicted">The predicted one, 0 to K-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long Confusion(int label, int predicted)
    {
        if ((uint)label >= (uint)Classes)
            Throw.Outside(nameof(label), label, $"0 to {Classes - 1}");
        if ((uint)predicted >= (uint)Classes)
            Throw.Outside(nameof(predicted), predicted, $"0 to {Classes - 1}");
        return _confusion[label * Classes + predicted];
    }

    /// <summary>Wilson's interval of the accuracy.</summary>
    /// <param name="confidence">Above 0 and below 1; 0.95 by default.</param>
    public ConfidenceInterval AccuracyInterval(double confidence = 0.95) =>
        Significance.WilsonInterval(Right, Count, confidence);

    /// <summary>The measures in one line, and one line for each class.</summary>
    public override string ToString()
    {
        ConfidenceInterval interval = AccuracyInterval();
        StringBuilder text = new(FormattableString.Invariant(
            $"accuracy {Accuracy:F4} ({interval.Low:F4} to {interval.High:F4}, {Count} items), ") +
            FormattableString.Invariant($"log loss {LogLoss:F4}, "));
        if (!double.IsNaN(Auc))
            text.Append(FormattableString.Invariant($"AUC {Auc:F4}, "));
        text.Append(FormattableString.Invariant($"Brier {BrierScore:F4}, calibration error {CalibrationError:F4}"));
        for (int k = 0; k < Classes; k++)
        {
            ClassScore score = PerClass[k];
            text.Append(FormattableString.Invariant(
                $"\nclass {k}: precision {score.Precision:F4}, recall {score.Recall:F4}, F1 {score.F1:F4}, ") +
                $"{score.Count} items");
        }

        return text.ToString();
    }

    private static void Check(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities, int classes, long expected,
        string what, int bins)
    {
        if (labels.IsEmpty || probabilities.Length != expected)
            Throw.ProbabilityCount(what, labels.Length, expected, probabilities.Length);
        if (bins is < 1 or > 1000)
            Throw.Outside(nameof(bins), bins, "1 to 1000");
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
                Throw.ReportLabel(nameof(labels), i, labels[i], classes);
        }

        for (int i = 0; i < probabilities.Length; i++)
        {
            if (!(probabilities[i] >= 0 && probabilities[i] <= 1))
                Throw.ReportProbability(what, i, probabilities[i]);
        }
    }

    private static double LossOf(double p) => -Math.Log(Math.Clamp(p, LeastProbability, 1 - LeastProbability));

    // (sum of the positives' ranks - P (P + 1) / 2) / (P N), equal probabilities having the mean of their ranks.
    private static double AreaUnderCurve(ReadOnlySpan<int> labels, ReadOnlySpan<double> positive)
    {
        double[] sorted = positive.ToArray();
        int[] isPositive = labels.ToArray();
        Array.Sort(sorted, isPositive);
        double ranks = 0;
        long positives = 0;
        for (int i = 0; i < sorted.Length;)
        {
            int end = i, among = 0;
            for (; end < sorted.Length && sorted[end] == sorted[i]; end++)
                among += isPositive[end];
            ranks += among * (0.5 * (i + 1 + end));
            positives += among;
            i = end;
        }

        long others = labels.Length - positives;
        return (ranks - 0.5 * positives * (positives + 1)) / ((double)positives * others);
    }

    private static ReliabilityBin[] Bins(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> hits, int bins)
    {
        long[] counts = new long[bins], right = new long[bins];
        double[] sums = new double[bins];
        for (int i = 0; i < hits.Length; i++)
        {
            int bin = Math.Min(bins - 1, (int)(probabilities[i] * bins));
            counts[bin]++;
            sums[bin] += probabilities[i];
            right[bin] += hits[i] ? 1 : 0;
        }

        ReliabilityBin[] result = new ReliabilityBin[bins];
        for (int b = 0; b < bins; b++)
        {
            result[b] = new ReliabilityBin((double)b / bins, (b + 1.0) / bins, counts[b], sums[b] / counts[b],
                (double)right[b] / counts[b]);
        }

        return result;
    }

    private static double[] Column(ReadOnlySpan<double> matrix, int columns, int column)
    {
        double[] values = new double[matrix.Length / columns];
        for (int i = 0; i < values.Length; i++)
            values[i] = matrix[i * columns + column];
        return values;
    }

    private static double[] Wide(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = values[i];
        return wide;
    }
}
