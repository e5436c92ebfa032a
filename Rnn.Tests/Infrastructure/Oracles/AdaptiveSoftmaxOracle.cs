using System;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>P(v) = P(v | head) in the shortlist, P(cluster | head) * P(v | cluster) beyond.</summary>
/// <param name="Head">[shortlist + clusters, E].</param>
/// <param name="Bias">[shortlist + clusters], or null.</param>
/// <param name="Projections">Each [E, D].</param>
/// <param name="Tails">Each [words, D].</param>
internal sealed record AdaptiveSoftmaxOracle(double[] Head, double[]? Bias, double[][] Projections, double[][] Tails)
{
    /// <summary>The logarithms of all words' probabilities [V] at one x [E].</summary>
    public double[] LogProbabilities(double[] x)
    {
        double[] head = LogSoftmax(SoftmaxHeadOracle.Logits(x, Head, Bias, x.Length));
        int shortlist = head.Length - Tails.Length;
        return
        [
            .. head[..shortlist],
            .. Tails.SelectMany((tail, i) =>
            {
                int size = Projections[i].Length / x.Length;
                double[] projected = [.. Enumerable.Range(0, size)
                    .Select(d => x.Select((value, e) => value * Projections[i][(e * size) + d]).Sum())];
                return LogSoftmax(SoftmaxHeadOracle.Logits(projected, tail, null, size))
                    .Select(log => head[shortlist + i] + log);
            }),
        ];
    }

    /// <summary>The sum over the counted targets.</summary>
    public double Run(double[] x, int[] targets)
    {
        int size = x.Length / targets.Length;
        return -targets.Select((target, n) => target == LossOracle.Ignored ? 0
            : LogProbabilities(x[(n * size)..((n + 1) * size)])[target]).Sum();
    }

    private static double[] LogSoftmax(double[] logits)
    {
        double log = Math.Log(logits.Sum(Math.Exp));
        return Array.ConvertAll(logits, logit => logit - log);
    }
}
