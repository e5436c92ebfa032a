using System;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>-log sigmoid(x.w_target) - sum of log sigmoid(-x.w_negative), by the definition.</summary>
internal static class NegativeSamplingOracle
{
    /// <summary>The sum over the counted targets, and how many those are, from x [N, E], w [V, E] and negatives
    /// [N, K].</summary>
    public static (double Sum, int Count) Run(double[] x, double[] w, int[] targets, int[] negatives)
    {
        int e = x.Length / targets.Length, perRow = negatives.Length / targets.Length;
        double sum = 0;
        for (int n = 0; n < targets.Length; n++)
        {
            if (targets[n] == LossOracle.Ignored)
                continue;

            double[] row = x[(n * e)..((n + 1) * e)];
            sum -= Math.Log(Sigmoid(Dot(row, w, targets[n])));
            foreach (int negative in negatives[(n * perRow)..((n + 1) * perRow)].Where(word => word != targets[n]))
                sum -= Math.Log(Sigmoid(-Dot(row, w, negative)));
        }

        return (sum, targets.Count(target => target != LossOracle.Ignored));
    }

    private static double Dot(double[] x, double[] w, int word) =>
        x.Select((v, i) => v * w[(word * x.Length) + i]).Sum();

    private static double Sigmoid(double d) => 1 / (1 + Math.Exp(-d));
}
