using System;
using System.Collections.Generic;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>Pooling over the steps of items, in double: Forward alone.</summary>
/// <param name="steps">T.</param>
/// <param name="features">F.</param>
/// <param name="lengths">[B], steps of each row.</param>
/// <param name="firstRows">[N + 1].</param>
internal sealed class PoolingOracle(int steps, int features, int[] lengths, int[] firstRows)
{
    private int Batch => lengths.Length;

    private int Items => firstRows.Length - 1;

    /// <summary>[N, F]: x at the last step of the last row; of two directions the second half at the first step of the
    /// first row.</summary>
    public double[] Last(double[] x, bool bidirectional) => Pool((item, j) =>
    {
        List<int> rows = Rows(item);
        bool isBackward = bidirectional && j >= features / 2;
        return x[(rows[isBackward ? 0 : ^1] * features) + j];
    });

    /// <summary>[N, F].</summary>
    public double[] Mean(double[] x) =>
        Pool((item, j) => Rows(item).Average(row => x[(row * features) + j]));

    /// <summary>[N, F].</summary>
    public double[] Max(double[] x) => Pool((item, j) => Rows(item).Max(row => x[(row * features) + j]));

    /// <summary>[N, F], and the weights [T*B].</summary>
    /// <param name="x">[T, B, F].</param>
    /// <param name="w">[F, A].</param>
    /// <param name="b">[A].</param>
    /// <param name="v">[A].</param>
    public (double[] Y, double[] Weights) Attention(double[] x, double[] w, double[] b, double[] v)
    {
        double[] weights = new double[steps * Batch];
        for (int item = 0; item < Items; item++)
        {
            List<int> rows = Rows(item);
            double[] scores = [.. rows.Select(row => Score(x.AsSpan(row * features, features), w, b, v))];
            double max = scores.Max(), sum = scores.Sum(score => Math.Exp(score - max));
            for (int i = 0; i < scores.Length; i++)
                weights[rows[i]] = Math.Exp(scores[i] - max) / sum;
        }

        return (Pool((item, j) => Rows(item).Sum(row => weights[row] * x[(row * features) + j])), weights);
    }

    private double Score(ReadOnlySpan<double> x, double[] w, double[] b, double[] v)
    {
        double score = 0;
        for (int k = 0; k < v.Length; k++)
        {
            double sum = b[k];
            for (int j = 0; j < features; j++)
                sum += x[j] * w[(j * v.Length) + k];

            score += v[k] * Math.Tanh(sum);
        }

        return score;
    }

    /// <summary>The rows of x [T*B, F] that are an item's.</summary>
    private List<int> Rows(int item)
    {
        List<int> rows = [];
        for (int b = firstRows[item]; b < firstRows[item + 1]; b++)
        {
            for (int t = 0; t < lengths[b]; t++)
                rows.Add((t * Batch) + b);
        }

        return rows;
    }

    private double[] Pool(Func<int, int, double> value)
    {
        double[] y = new double[Items * features];
        for (int item = 0; item < Items; item++)
        {
            for (int j = 0; j < features; j++)
                y[(item * features) + j] = value(item, j);
        }

        return y;
    }
}
