namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>Y = X*W + b, or without b.</summary>
internal static class LinearOracle
{
    /// <summary>[N, O] from x [N, I], w [I, O] and b [O].</summary>
    public static double[] Run(double[] x, double[] w, double[]? b, int n, int inputs, int outputs)
    {
        double[] y = new double[n * outputs];
        for (int row = 0; row < n; row++)
        {
            for (int k = 0; k < outputs; k++)
            {
                double sum = b is null ? 0 : b[k];
                for (int i = 0; i < inputs; i++)
                    sum += x[(row * inputs) + i] * w[(i * outputs) + k];

                y[(row * outputs) + k] = sum;
            }
        }

        return y;
    }
}
