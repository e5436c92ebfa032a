using System;

namespace Rnn.Models.Classification;

/// <summary>
/// Naive Bayes as weights of features. Source: Wang, Manning, "Baselines and bigrams: simple, good sentiment and topic
/// classification", ACL 2012.
/// </summary>
internal static class LogCountRatios
{
    /// <summary>r = log((a + p) / |a + p|) - log((a + q) / |a + q|), |.| being the sum over all n-grams.</summary>
    /// <param name="x">Its counts f give p = sum of f over rows with y = 1, q = that over the others.</param>
    /// <param name="y">[rows], 1 or -1.</param>
    /// <param name="smoothing">a, more than 0.</param>
    public static double[] Of(TextFeatures x, ReadOnlySpan<sbyte> y, double smoothing)
    {
        int features = x.Table.Count;
        double[] p = new double[features], q = new double[features];
        Array.Fill(p, smoothing);
        Array.Fill(q, smoothing);
        for (int row = 0; row < x.Rows; row++)
        {
            double[] counts = y[row] > 0 ? p : q;
            for (int i = x.Starts[row]; i < x.Starts[row + 1]; i++)
                counts[x.Columns[i]] += x.Counts is null ? 1 : x.Counts[i];
        }

        double sumP = 0, sumQ = 0;
        for (int j = 0; j < features; j++)
        {
            sumP += p[j];
            sumQ += q[j];
        }

        double between = Math.Log(sumQ / sumP);
        for (int j = 0; j < features; j++)
            p[j] = Math.Log(p[j] / q[j]) + between;
        return p;
    }

    /// <summary>What an n-gram adds to a score: r * ((1 - b) * mean|w| + b * w).</summary>
    /// <param name="solver">Gives r * w of each n-gram.</param>
    /// <param name="ratios">r; empty: all are 1, and b is 1.</param>
    /// <param name="features">V.</param>
    /// <param name="interpolation">b.</param>
    public static float[] Interpolate(LinearSolver solver, ReadOnlySpan<double> ratios, int features,
        double interpolation)
    {
        double mean = 0;
        if (interpolation < 1)
        {
            // Where r is 0, so is w: the feature is 0 in every row.
            for (int j = 0; j < features; j++)
                mean += ratios[j] == 0 ? 0 : Math.Abs(solver.Weight(j) / ratios[j]);
            mean /= features;
        }

        float[] weights = new float[features];
        for (int j = 0; j < features; j++)
        {
            double rest = interpolation < 1 ? (1 - interpolation) * mean * ratios[j] : 0;
            weights[j] = (float)(rest + interpolation * solver.Weight(j));
        }

        return weights;
    }
}
