using System;
using System.Linq;
using Rnn.Core.Layers.Attention;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>One query of one row, in double, by the definition: Forward alone.</summary>
/// <param name="layer">Whose score and sizes.</param>
/// <param name="values">The values of a parameter by its name, as they lie in memory; read anew each time.</param>
internal sealed class AttentionOracle(GlobalAttention layer, Func<string, double[]> values)
{
    /// <summary>The context [M], and the weights [S], 0 past the length.</summary>
    /// <param name="query">[Q].</param>
    /// <param name="memory">[S][M].</param>
    /// <param name="length">1 .. S.</param>
    public (double[] Context, double[] Weights) Attend(double[] query, double[][] memory, int length)
    {
        double[] scores = [.. memory.Take(length).Select(m => Score(query, m))];
        double max = scores.Max(), sum = scores.Sum(e => Math.Exp(e - max));
        double[] weights = new double[memory.Length], context = new double[layer.MemorySize];
        for (int s = 0; s < length; s++)
        {
            weights[s] = Math.Exp(scores[s] - max) / sum;
            for (int j = 0; j < context.Length; j++)
                context[j] += weights[s] * memory[s][j];
        }

        return (context, weights);
    }

    private double Score(double[] q, double[] m)
    {
        switch (layer.Score)
        {
            case AttentionScore.Dot:
                return q.Zip(m, (a, b) => a * b).Sum();
            case AttentionScore.ScaledDot:
                return q.Zip(m, (a, b) => a * b).Sum() / Math.Sqrt(m.Length);
            case AttentionScore.General:
                return q.Zip(Times(m, values($"{layer.Name}.weight"), q.Length), (a, b) => a * b).Sum();
            default:
                double[] v = values($"{layer.Name}.score.weight"), bias = values($"{layer.Name}.key.bias");
                double[] k = Times(m, values($"{layer.Name}.key.weight"), v.Length);
                double[] p = Times(q, values($"{layer.Name}.query.weight"), v.Length);
                return v.Select((x, j) => x * Math.Tanh(p[j] + k[j] + bias[j])).Sum();
        }
    }

    /// <summary>x*W, W [x, columns].</summary>
    internal static double[] Times(double[] x, double[] w, int columns) =>
        [.. Enumerable.Range(0, columns).Select(j => x.Select((a, i) => a * w[(i * columns) + j]).Sum())];
}
