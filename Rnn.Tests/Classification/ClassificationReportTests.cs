using System;
using System.Linq;
using Rnn.Models.Classification;
using Xunit;

namespace Rnn.Tests.Classification;

public class ClassificationReportTests
{
    // By probability: 0.9+ 0.8- 0.8+ 0.4+ 0.3- 0.1-; predicted above 0.5.
    private static readonly int[] s_labels = [1, 0, 1, 1, 0, 0];
    private static readonly double[] s_positive = [0.9, 0.8, 0.8, 0.4, 0.3, 0.1];

    /// <summary>
    /// Right: 0.9+, 0.8+, 0.3-, 0.1-: 4 of 6. Confusion: positives 2 right, 1 not; others 2 right, 1 not.
    /// Brier: (0.01 + 0.64 + 0.04 + 0.36 + 0.09 + 0.01) / 6 = 1.15 / 6. Log loss: of the true classes' probabilities as
    /// written below. AUC: of 9 pairs, 0.9 beats 3; 0.8 ties with 0.8 and beats 2: 2.5; 0.4 beats 2: 7.5 / 9.
    /// </summary>
    [Fact]
    public void TwoClassesByHand()
    {
        ClassificationReport report = ClassificationReport.OfPositive(s_labels, s_positive, bins: 2);
        Assert.Equal((6, 4, 2), (report.Count, report.Right, report.Classes));
        Assert.Equal(4 / 6.0, report.Accuracy, 1e-15);
        Assert.Equal((2, 1, 1, 2),
            (report.Confusion(0, 0), report.Confusion(0, 1), report.Confusion(1, 0), report.Confusion(1, 1)));
        Assert.Equal(1.15 / 6, report.BrierScore, 1e-15);
        Assert.Equal(-Math.Log(0.9 * 0.2 * 0.8 * 0.4 * 0.7 * 0.9) / 6, report.LogLoss, 1e-14);
        Assert.Equal(7.5 / 9, report.Auc, 1e-15);

        // Bin 0 to 0.5: 0.4+ 0.3- 0.1-, mean 0.8 / 3, share 1 / 3; bin 0.5 to 1: 0.9+ 0.8- 0.8+, mean 2.5 / 3, share 2
        // / 3.
        Assert.Equal([0, 0.5], report.Reliability.Select(bin => bin.Low));
        Assert.Equal([0.5, 1], report.Reliability.Select(bin => bin.High));
        Assert.Equal([3, 3], report.Reliability.Select(bin => bin.Count));
        Assert.Equal(0.8 / 3, report.Reliability[0].MeanProbability, 1e-15);
        Assert.Equal(1 / 3.0, report.Reliability[0].Share, 1e-15);
        Assert.Equal(2.5 / 3, report.Reliability[1].MeanProbability, 1e-15);
        Assert.Equal(0.5 * (0.2 / 3) + 0.5 * (0.5 / 3), report.CalibrationError, 1e-15);

        ClassScore positive = report.PerClass[1];
        Assert.Equal((3, 3, 2), (positive.Count, positive.Predicted, positive.Right));
        Assert.Equal(2 / 3.0, positive.F1, 1e-15);
        Assert.Equal(2 / 3.0, report.MacroF1, 1e-15);
        Assert.Contains("accuracy 0.6667", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The same probabilities as two columns: all but Brier, which then counts both, and the bins.</summary>
    [Fact]
    public void TwoColumnsAreTwoClasses()
    {
        double[] both = [.. s_positive.SelectMany(p => new[] { 1 - p, p })];
        ClassificationReport one = ClassificationReport.OfPositive(s_labels, s_positive);
        ClassificationReport two = ClassificationReport.OfClasses(s_labels, both, 2);
        Assert.Equal((one.Right, one.Auc), (two.Right, two.Auc));
        Assert.Equal(one.LogLoss, two.LogLoss, 1e-14);
        Assert.Equal(2 * one.BrierScore, two.BrierScore, 1e-14);
        Assert.Equal(one.PerClass, two.PerClass);
    }

    /// <summary>
    /// Predicted 0, 1, 0, 2 (a tie of 0 and 1 is 0) of true 0, 1, 2, 2. Class 0: precision 1/2, recall 1, F1 2/3; class
    /// 1: 1; class 2: precision 1, recall 1/2, F1 2/3. Class 3 neither occurs nor is predicted.
    /// Brier: 0.14 (0.7, 0.2, 0.1), 0.38 (0.3, 0.5, 0.2), 0.96 (0.4, 0.4, 0.2), 0 (0, 0, 1), over 4.
    /// </summary>
    [Fact]
    public void MoreClassesByHand()
    {
        double[] p = [0.7, 0.2, 0.1, 0, 0.3, 0.5, 0.2, 0, 0.4, 0.4, 0.2, 0, 0, 0, 1, 0];
        ClassificationReport report = ClassificationReport.OfClasses([0, 1, 2, 2], p, 4, bins: 5);
        Assert.Equal(0.75, report.Accuracy);
        Assert.Equal(1, report.Confusion(2, 0));
        Assert.Equal((0.5, 1, 2 / 3.0), (report.PerClass[0].Precision, report.PerClass[0].Recall, report.PerClass[0].F1));
        Assert.Equal((1, 0.5, 2 / 3.0), (report.PerClass[2].Precision, report.PerClass[2].Recall, report.PerClass[2].F1));
        Assert.True(double.IsNaN(report.PerClass[3].F1) && double.IsNaN(report.PerClass[3].Recall));
        Assert.Equal((2 / 3.0 + 1 + 2 / 3.0) / 3, report.MacroF1, 1e-15);
        Assert.Equal((0.14 + 0.38 + 0.96 + 0) / 4, report.BrierScore, 1e-14);
        Assert.Equal(-Math.Log(0.7 * 0.5 * 0.2) / 4, report.LogLoss, 1e-14);
        Assert.True(double.IsNaN(report.Auc));

        // By the predicted class's probability: 0.7 right, 0.5 right, 0.4 wrong, 1 right; 0.4 begins the third bin.
        Assert.Equal([0, 0, 2, 1, 1], report.Reliability.Select(bin => bin.Count));
        Assert.Equal(0.5, report.Reliability[2].Share);
        Assert.True(double.IsNaN(report.Reliability[0].MeanProbability));
        Assert.Equal((2 * 0.05 + 0.3 + 0) / 4, report.CalibrationError, 1e-15);
    }

    [Fact]
    public void SureAndWrongIsNotInfinite()
    {
        ClassificationReport report = ClassificationReport.OfPositive([1, 0], [0.0, 0.0]);
        Assert.Equal(-Math.Log(ClassificationReport.LeastProbability) / 2, report.LogLoss, 1e-12);
        Assert.Equal(0.5, report.Auc);
        Assert.Equal(0, ClassificationReport.OfPositive([1, 0], [1.0, 0.0]).LogLoss, 1e-14);
        Assert.True(double.IsNaN(ClassificationReport.OfPositive([1, 1], [1.0, 0.0]).Auc));
    }

    [Fact]
    public void FloatsAreTaken()
    {
        float[] single = [.. s_positive.Select(p => (float)p)];
        Assert.Equal(ClassificationReport.OfPositive(s_labels, s_positive).LogLoss,
            ClassificationReport.OfPositive(s_labels, single).LogLoss, 1e-6);
        Assert.Equal(1, ClassificationReport.OfClasses([0, 2], [0.5f, 0.25f, 0.25f, 0, 0, 1], 3).Accuracy);
    }

    /// <summary>The AUC is the share of pairs in the right order, ties counting half.</summary>
    [Fact]
    public void TheAucCountsPairs()
    {
        Random random = new(4);
        int[] labels = [.. Enumerable.Range(0, 200).Select(_ => random.Next(2))];
        double[] p = [.. labels.Select(label => random.Next(8 + 3 * label) / 10.0)];
        double won = 0, pairs = 0;
        for (int i = 0; i < p.Length; i++)
        {
            for (int j = 0; j < p.Length; j++)
            {
                if (labels[i] == 1 && labels[j] == 0)
                {
                    pairs++;
                    won += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0;
                }
            }
        }

        Assert.Equal(won / pairs, ClassificationReport.OfPositive(labels, p).Auc, 1e-14);
    }

    [Fact]
    public void TheThresholdDecides()
    {
        Assert.Equal(5, ClassificationReport.OfPositive(s_labels, s_positive, 0.35).Right);
        Assert.Equal(0, ClassificationReport.OfPositive([1], [0.5]).Right);
    }

    /// <summary>
    /// 8 of 10 by Wilson's formula with z = 1.959964: middle (0.8 + 0.192073) / 1.384146 = 0.716740, half 1.959964 *
    /// sqrt(0.016 + 0.009604) / 1.384146 = 0.226577.
    /// </summary>
    [Fact]
    public void WilsonByHand()
    {
        ConfidenceInterval interval = Significance.WilsonInterval(8, 10);
        Assert.Equal(0.490162, interval.Low, 1e-5);
        Assert.Equal(0.943318, interval.High, 1e-5);
        Assert.Equal((0, 1), (Significance.WilsonInterval(0, 5).Low, Significance.WilsonInterval(5, 5).High));
        Assert.True(Significance.WilsonInterval(8, 10, 0.5).Low > interval.Low);
        Assert.Equal(Significance.WilsonInterval(4, 6), ClassificationReport.OfPositive(s_labels, s_positive).AccuracyInterval());
    }

    /// <summary>1 against 5: 2 * (1 + 6) / 2^6 = 0.21875. 3 against 3: 1. 0 against 0: 1. 0 against 10: 2 /
    /// 1024.</summary>
    [Theory]
    [InlineData(1, 5, 0.21875)]
    [InlineData(5, 1, 0.21875)]
    [InlineData(3, 3, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 10, 2 / 1024.0)]
    [InlineData(900, 1100, 8.4571e-6)]
    public void McNemarByHand(int onlyFirst, int onlySecond, double expected)
    {
        // Two more that both know, and two that neither does.
        int[] labels = new int[onlyFirst + onlySecond + 4], first = new int[labels.Length], second = new int[labels.Length];
        Array.Fill(second, 1, 0, onlyFirst);
        Array.Fill(first, 1, onlyFirst, onlySecond);
        Array.Fill(first, 1, labels.Length - 2, 2);
        Array.Fill(second, 1, labels.Length - 2, 2);
        McNemarResult result = Significance.McNemar(labels, first, second);
        Assert.Equal((onlyFirst, onlySecond), (result.OnlyFirst, result.OnlySecond));
        Assert.Equal(expected, result.PValue, 1e-4 * expected);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Says("no items", () => ClassificationReport.OfPositive([], ReadOnlySpan<double>.Empty));
        Says("positive has 1 elements; expected 2 for 2 labels", () => ClassificationReport.OfPositive([0, 1], [0.5]));
        Says("labels[1] is 2; expected 0 to 1", () => ClassificationReport.OfPositive([0, 2], [0.5, 0.5]));
        Says("positive[0] is NaN", () => ClassificationReport.OfPositive([0], [double.NaN]));
        Says("positive[0] is 1.5", () => ClassificationReport.OfPositive([0], [1.5]));
        Says("the sum of row 1 of probabilities is 0.5",
            () => ClassificationReport.OfClasses([0, 0], [0.5, 0.5, 0.25, 0.25], 2));
        Says("expected 4 for 2 labels", () => ClassificationReport.OfClasses([0, 0], [0.5, 0.5], 2));
        Says("classes is 1", () => ClassificationReport.OfClasses([0], [1.0], 1));
        Says("bins is 0", () => ClassificationReport.OfPositive([0], [0.5], bins: 0));
        Says("threshold is NaN", () => ClassificationReport.OfPositive([0], [0.5], double.NaN));
        Says("label is 2", () => ClassificationReport.OfPositive([0], [0.5]).Confusion(2, 0));
        Says("right is 3; expected 0 to 2", () => Significance.WilsonInterval(3, 2));
        Says("count is 0", () => Significance.WilsonInterval(0, 0));
        Says("second has 1 predictions; expected 2", () => Significance.McNemar([0, 1], [0, 1], [0]));
    }

    private static void Says(string what, Action action) => Assert.Contains(what,
        Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
