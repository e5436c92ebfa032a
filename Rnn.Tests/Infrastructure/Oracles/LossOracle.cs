using System;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>The losses by their definitions: the sum over the counted targets, and how many those are.</summary>
internal static class LossOracle
{
    /// <summary>The target of a row that doesn't count.</summary>
    public const int Ignored = -100;

    /// <summary>-log softmax(logits[n])[targets[n]] of logits [N, V].</summary>
    public static (double Sum, int Count) SoftmaxCrossEntropy(double[] logits, int[] targets)
    {
        int v = logits.Length / targets.Length;
        double sum = 0;
        for (int n = 0; n < targets.Length; n++)
        {
            if (targets[n] != Ignored)
            {
                double[] row = logits[(n * v)..((n + 1) * v)];
                sum += Math.Log(row.Sum(Math.Exp)) - row[targets[n]];
            }
        }

        return (sum, targets.Count(target => target != Ignored));
    }

    /// <summary>-w*(y*log(sigmoid(x)) + (1-y)*log(1 - sigmoid(x))).</summary>
    public static (double Sum, int Count) SigmoidCrossEntropy(double[] logits, float[] targets, float[] weights)
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            double weight = weights.Length == 0 ? 1 : weights[i];
            double p = 1 / (1 + Math.Exp(-logits[i]));
            sum -= weight * ((targets[i] * Math.Log(p)) + ((1 - targets[i]) * Math.Log(1 - p)));
            count += weight != 0 ? 1 : 0;
        }

        return (sum, count);
    }

    /// <summary>(prediction - target)^2.</summary>
    public static (double Sum, int Count) MeanSquaredError(double[] predictions, float[] targets) =>
        (predictions.Zip(targets, (p, y) => (p - y) * (p - y)).Sum(), predictions.Length);
}
