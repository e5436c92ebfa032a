using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels;
using Rnn.Core.Tensors;

namespace Rnn.Core.Parameters;

/// <summary>Initial values of parameters. Randomness is an argument; the same generator gives the same
/// values.</summary>
public static class Initializer
{
    /// <summary>Every element is <paramref name="value"/>.</summary>
    public static void Constant(Span<float> values, float value) => values.Fill(value);

    /// <summary>Uniform in [low, high).</summary>
    /// <param name="values">Overwritten.</param>
    /// <param name="low">At most high.</param>
    /// <param name="high">At least low.</param>
    /// <param name="random">Advanced by one word an element.</param>
    public static void Uniform(Span<float> values, float low, float high, ref Philox random)
    {
        if (!(low <= high))
        {
            Throw.OutOfRange(nameof(low), low, FormattableString.Invariant($"at most high, {high}"));
        }

        random.NextSingles(values);
        foreach (ref float value in values)
        {
            value = low + ((high - low) * value);
        }
    }

    /// <summary>Normal with this mean and standard deviation.</summary>
    /// <param name="values">Overwritten.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="deviation">The standard deviation, 0 or more.</param>
    /// <param name="random">Advanced by four words an element.</param>
    public static void Normal(Span<float> values, float mean, float deviation, ref Philox random)
    {
        if (!(deviation >= 0))
        {
            Throw.OutOfRange(nameof(deviation), deviation, "0 or more");
        }

        foreach (ref float value in values)
        {
            value = (float)(mean + (deviation * random.NextNormal()));
        }
    }

    /// <summary>Uniform in +-sqrt(6/(fanIn + fanOut)). Source: Glorot and Bengio 2010, equation 16.</summary>
    /// <param name="values">Overwritten.</param>
    /// <param name="fanIn">Inputs of a unit, more than 0.</param>
    /// <param name="fanOut">Outputs of a unit, more than 0.</param>
    /// <param name="random">Advanced by one word an element.</param>
    public static void GlorotUniform(Span<float> values, int fanIn, int fanOut, ref Philox random)
    {
        if (fanIn <= 0 || fanOut <= 0)
        {
            Throw.NotPositive(fanIn <= 0 ? nameof(fanIn) : nameof(fanOut), Math.Min(fanIn, fanOut));
        }

        float limit = (float)Math.Sqrt(6.0 / ((double)fanIn + fanOut));
        Uniform(values, -limit, limit, ref random);
    }

    /// <summary>
    /// A random matrix with orthonormal columns (rows, where it is wider than high), times gain: Gram-Schmidt, twice,
    /// on normal draws, in double. Source: Saxe, McClelland and Ganguli 2014.
    /// </summary>
    /// <param name="matrix">Overwritten.</param>
    /// <param name="gain">The factor.</param>
    /// <param name="random">Advanced.</param>
    public static void Orthogonal(MatrixView matrix, float gain, ref Philox random) =>
        Orthogonal(matrix, 0, matrix.Cols, gain, ref random);

    /// <summary>The same for columns first .. first+cols-1 of a matrix, such as the block of one gate.</summary>
    /// <param name="matrix">Overwritten in those columns.</param>
    /// <param name="first">The first column.</param>
    /// <param name="cols">The number of columns.</param>
    /// <param name="gain">The factor.</param>
    /// <param name="random">Advanced.</param>
    public static void Orthogonal(MatrixView matrix, int first, int cols, float gain, ref Philox random)
    {
        if (first < 0 || cols < 0 || first + cols > matrix.Cols)
        {
            Throw.OutOfRange(nameof(first), first, $"a block of {cols} columns within {matrix.Cols}");
        }

        bool byColumns = matrix.Rows >= cols;
        int vectors = byColumns ? cols : matrix.Rows, length = byColumns ? matrix.Rows : cols;
        double[][] basis = new double[vectors][];
        for (int v = 0; v < vectors; v++)
        {
            double[] vector = basis[v] = new double[length];
            double norm;
            do
            {
                for (int i = 0; i < length; i++)
                {
                    vector[i] = random.NextNormal();
                }

                norm = Math.Sqrt(Dot(vector, vector));
                for (int pass = 0; pass < 2; pass++)   // a second pass removes what rounding left of the first
                {
                    for (int u = 0; u < v; u++)
                    {
                        double along = Dot(vector, basis[u]);
                        for (int i = 0; i < length; i++)
                        {
                            vector[i] -= along * basis[u][i];
                        }
                    }
                }

                double rest = Math.Sqrt(Dot(vector, vector));
                norm = rest > 1e-6 * norm ? rest : 0;
            }
            while (norm == 0);   // a draw inside the span of the others: draw again

            for (int i = 0; i < length; i++)
            {
                vector[i] /= norm;
            }
        }

        for (int i = 0; i < matrix.Rows; i++)
        {
            for (int j = 0; j < cols; j++)
            {
                matrix[i, first + j] = (float)(gain * (byColumns ? basis[j][i] : basis[i][j]));
            }
        }
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
