using System;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>y[i] = E[index[i]].</summary>
internal static class EmbeddingOracle
{
    /// <summary>[N, E] from the table [V, E].</summary>
    public static double[] Run(double[] table, int[] indices, int size)
    {
        double[] y = new double[indices.Length * size];
        for (int i = 0; i < indices.Length; i++)
            Array.Copy(table, indices[i] * size, y, i * size, size);

        return y;
    }
}
