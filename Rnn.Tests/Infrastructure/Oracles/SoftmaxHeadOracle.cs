namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>logits = X*W^T + b, and their cross-entropy.</summary>
internal static class SoftmaxHeadOracle
{
    /// <summary>[N, V] from x [N, E], w [V, E] and b [V].</summary>
    public static double[] Logits(double[] x, double[] w, double[]? b, int inputSize)
    {
        int n = x.Length / inputSize, v = w.Length / inputSize;
        double[] logits = new double[n * v];
        for (int row = 0; row < n; row++)
        {
            for (int word = 0; word < v; word++)
            {
                double sum = b is null ? 0 : b[word];
                for (int i = 0; i < inputSize; i++)
                    sum += x[(row * inputSize) + i] * w[(word * inputSize) + i];

                logits[(row * v) + word] = sum;
            }
        }

        return logits;
    }

    /// <summary>The sum over the counted targets, and how many those are.</summary>
    public static (double Sum, int Count) Run(double[] x, double[] w, double[]? b, int[] targets,
        double smoothing = 0) =>
        LossOracle.SoftmaxCrossEntropy(Logits(x, w, b, x.Length / targets.Length), targets, smoothing: smoothing);
}
