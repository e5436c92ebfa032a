using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.RandomNumbers;
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
            Throw.OutOfRange(nameof(low), low, FormattableString.Invariant($"at most high, {high}"));

        random.NextSingles(values);
        foreach (ref float value in values)
            value = low + ((high - low) * value);
    }

    /// <summary>Normal with this mean and standard deviation.</summary>
    /// <param name="values">Overwritten.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="deviation">The standard deviation, 0 or more.</param>
    /// <param name="random">Advanced by four words an element.</param>
    public static void Normal(Span<float> values, float mean, float deviation, ref Philox random)
    {
        if (!(deviation >= 0))
            Throw.OutOfRange(nameof(deviation), deviation, "0 or more");

        foreach (ref float value in values)
            value = (float)(mean + (deviation * random.NextNormal()));
    }

    /// <summary>Uniform in +-sqrt(6/(fanIn + fanOut)). Source: Glorot and Bengio 2010, equation 16.</summary>
    /// <param name="values">Overwritten.</param>
    /// <param name="fanIn">Inputs of a unit, more than 0.</param>
    /// <param name="fanOut">Outputs of a unit, more than 0.</param>
    /// <param name="random">Advanced by one word an element.</param>
    public static void GlorotUniform(Span<float> values, int fanIn, int fanOut, ref Philox random)
    {
        if (fanIn <= 0 || fanOut <= 0)
            Throw.NotPositive(fanIn <= 0 ? nameof(fanIn) : nameof(fanOut), Math.Min(fanIn, fanOut));

        float limit = (float)Math.Sqrt(6.0 / ((double)fanIn + fanOut));
        Uniform(values, -limit, limit, ref random);
    }

    /// <summary>
    /// A random matrix with orthonormal columns (rows, where it is wider than high), times gain; every rotation and
    /// reflection is equally likely. Q^T*Q is the identity to about 1e-6. Done by all workers, with the same bits on any
    /// number of them. Source: Saxe, McClelland and Ganguli 2014.
    /// </summary>
    /// <param name="matrix">Overwritten.</param>
    /// <param name="gain">The factor.</param>
    /// <param name="random">Advanced, by four words for each element of a trapezoid of min(rows, columns)
    /// vectors.</param>
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
            Throw.OutOfRange(nameof(first), first, $"a block of {cols} columns within {matrix.Cols}");

        if (matrix.Rows >= cols)
        {
            RandomOrthogonal.Fill(matrix.Span[Math.Min(first, matrix.Span.Length)..], matrix.Cols, matrix.Rows, cols,
                gain, ref random);
            return;
        }

        float[] transposed = new float[cols * matrix.Rows];
        RandomOrthogonal.Fill(transposed, matrix.Rows, cols, matrix.Rows, gain, ref random);
        for (int i = 0; i < matrix.Rows; i++)
        {
            for (int j = 0; j < cols; j++)
                matrix[i, first + j] = transposed[(j * matrix.Rows) + i];
        }
    }
}
