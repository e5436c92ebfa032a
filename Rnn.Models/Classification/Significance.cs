using System;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Classification;

/// <summary>What a measured accuracy, and a difference of two, is worth.</summary>
public static class Significance
{
    /// <summary>
    /// Wilson's interval of a share p = right / count: (p + z^2 / 2n +- z * sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 +
    /// z^2 / n), n being the count. Unlike p +- z * sqrt(p (1 - p) / n) it stays within 0 to 1, and holds for few
    /// items. Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    /// </summary>
    /// <param name="right">0 to count.</param>
    /// <param name="count">Number of items, more than 0.</param>
    /// <param name="confidence">Above 0 and below 1; 0.95 by default, whose z is 1.96.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not.</exception>
    public static ConfidenceInterval WilsonInterval(long right, long count, double confidence = 0.95)
    {
        if (count <= 0)
            Throw.NotPositive(nameof(WilsonInterval), nameof(count), count);
        if (right < 0 || right > count)
            Throw.Outside(nameof(right), right, $"0 to {count}");
        if (!(confidence > 0 && confidence < 1))
            Throw.Outside(nameof(confidence), confidence, "above 0 and below 1");
        double z = Normal.InvCDF(0, 1, 0.5 + confidence / 2), p = (double)right / count, zz = z * z / count;
        double middle = (p + zz / 2) / (1 + zz);
        double half = z * Math.Sqrt(p * (1 - p) / count + zz / (4 * count)) / (1 + zz);

        // Rounding aside, the ends of no error and of nothing right are 1 and 0.
        return new ConfidenceInterval(right == 0 ? 0 : Math.Max(0, middle - half),
            right == count ? 1 : Math.Min(1, middle + half));
    }

    /// <summary>
    /// McNemar's exact test: of the items that one of two classifiers alone predicts right, each would have half if
    /// they were equally good. Source: McNemar, "Note on the sampling error of the difference between correlated
    /// proportions or percentages", 1947.
    /// </summary>
    /// <param name="labels">[N], the true classes.</param>
    /// <param name="first">[N], what one classifier predicts.</param>
    /// <param name="second">[N], what the other predicts.</param>
    /// <exception cref="ArgumentException">The three are not of one length.</exception>
    public static McNemarResult McNemar(ReadOnlySpan<int> labels, ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        if (first.Length != labels.Length)
            Throw.PredictionCount(nameof(first), first.Length, labels.Length);
        if (second.Length != labels.Length)
            Throw.PredictionCount(nameof(second), second.Length, labels.Length);
        long onlyFirst = 0, onlySecond = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            onlyFirst += first[i] == labels[i] && second[i] != labels[i] ? 1 : 0;
            onlySecond += first[i] != labels[i] && second[i] == labels[i] ? 1 : 0;
        }

        return new McNemarResult(onlyFirst, onlySecond, TwoSided(onlyFirst, onlySecond));
    }

    // From the largest term down, each being the one above times k / (n - k + 1): the first would be 0 beyond n = 1074.
    private static double TwoSided(long a, long b)
    {
        int n = checked((int)(a + b)), most = (int)Math.Min(a, b);
        double sum = 0, part = 1;
        for (int k = most; k >= 0 && part > 1e-20; k--)
        {
            sum += part;
            part *= k / (double)(n - k + 1);
        }

        return Math.Min(1, 2 * sum * Math.Exp(SpecialFunctions.BinomialLn(n, most) - n * Math.Log(2)));
    }
}
