using System;
using System.Collections.Generic;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>The cross-entropy of a row's target among itself and the drawn words, each logit less the logarithm of the
/// probability with which its word is drawn.</summary>
internal static class SampledSoftmaxOracle
{
    /// <summary>The sum over the counted targets, from x [N, E], w [V, E] and b [V].</summary>
    public static double Run(double[] x, double[] w, double[]? b, int[] targets, IReadOnlyList<int> samples,
        Func<int, double> probability)
    {
        int e = x.Length / targets.Length;
        double sum = 0;
        for (int n = 0; n < targets.Length; n++)
        {
            if (targets[n] == LossOracle.Ignored)
                continue;

            double Weight(int word) => Math.Exp((b is null ? 0 : b[word])
                + Enumerable.Range(0, e).Sum(i => x[(n * e) + i] * w[(word * e) + i])) / probability(word);

            double own = Weight(targets[n]);
            sum -= Math.Log(own / (own + samples.Where(word => word != targets[n]).Sum(Weight)));
        }

        return sum;
    }
}
