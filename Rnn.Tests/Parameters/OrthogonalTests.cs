using System;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Parameters;

/// <summary>Random orthogonal matrices: orthonormal, of the right distribution, the same on any number of
/// threads.</summary>
[Collection("Alone")]
public class OrthogonalTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(1, 5)]
    [InlineData(63, 63)]
    [InlineData(64, 64)]
    [InlineData(65, 65)]
    [InlineData(128, 128)]
    [InlineData(129, 127)]
    [InlineData(127, 129)]
    [InlineData(200, 64)]
    [InlineData(64, 200)]
    [InlineData(200, 65)]
    [InlineData(31, 300)]
    [InlineData(320, 320)]
    public void IsOrthonormal(int rows, int cols)
    {
        float[] q = Draw(rows, cols, gain: 1f, seed: 5);
        Assert.InRange(Departure(q, rows, cols, gain: 1), 0, 2e-6);
        Assert.InRange(Departure(Draw(rows, cols, gain: 1.5f, seed: 5), rows, cols, gain: 1.5), 0, 5e-6);
    }

    [Fact]
    public void WritesOnlyItsColumns()
    {
        float[] values = [.. Enumerable.Repeat(7f, 70 * 200)];
        Philox random = new(3);
        Initializer.Orthogonal(new MatrixView(values, 70, 200), 40, 70, 1f, ref random);
        float[] block = new float[70 * 70];
        for (int i = 0; i < 70; i++)
        {
            values.AsSpan((i * 200) + 40, 70).CopyTo(block.AsSpan(i * 70));
            Assert.All(values[(i * 200)..((i * 200) + 40)], value => Assert.Equal(7f, value));
            Assert.All(values[((i * 200) + 110)..((i + 1) * 200)], value => Assert.Equal(7f, value));
        }

        Bits.Same(Draw(70, 70, 1f, seed: 3), block, "the block alone");
    }

    [Fact]
    public void NoColumnsAndNoRowsAreNothing()
    {
        Philox random = new(3);
        Initializer.Orthogonal(new MatrixView(new float[12], 3, 4), 4, 0, 1f, ref random);
        Initializer.Orthogonal(new MatrixView([], 0, 4), 1f, ref random);
        Assert.Equal(0UL, random.Position);
    }

    [Fact]
    public void HasTheSameBitsOnAnyNumberOfThreads()
    {
        int before = Workers.Count;
        try
        {
            Workers.Count = 1;
            float[] alone = Draw(300, 260, 1f, seed: 9);
            foreach (int threads in (int[])[2, 3, 5])
            {
                Workers.Count = threads;
                Bits.Same(alone, Draw(300, 260, 1f, seed: 9), $"{threads} threads");
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(2, 4)]
    public void EveryRotationAndReflectionIsEquallyLikely(int rows, int cols)
    {
        // Under Haar's measure on n x n: the mean of an entry is 0, of its square 1/n, of its fourth power
        // 3/(n(n+2)), of the product of two entries 0, of the trace 0 and of its square 1.
        const int draws = 20_000;
        int n = Math.Max(rows, cols), count = rows * cols;
        Philox random = new(17);
        float[] q = new float[count];
        double[] mean = new double[count], square = new double[count], fourth = new double[count];
        double[] product = new double[count];
        double trace = 0, traceSquare = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            Initializer.Orthogonal(new MatrixView(q, rows, cols), 1f, ref random);
            double diagonal = 0;
            for (int i = 0; i < count; i++)
            {
                mean[i] += q[i];
                square[i] += q[i] * q[i];
                fourth[i] += Math.Pow(q[i], 4);
                product[i] += q[i] * q[(i + 1) % count];
            }

            for (int i = 0; i < Math.Min(rows, cols); i++)
                diagonal += q[(i * cols) + i];

            trace += diagonal;
            traceSquare += diagonal * diagonal;
        }

        const double tolerance = 0.03;   // four standard errors of the widest
        Assert.All(mean, sum => Assert.Equal(0, sum / draws, tolerance));
        Assert.All(square, sum => Assert.Equal(1.0 / n, sum / draws, tolerance));
        Assert.All(fourth, sum => Assert.Equal(3.0 / (n * (n + 2)), sum / draws, tolerance));
        Assert.All(product, sum => Assert.Equal(0, sum / draws, tolerance));
        Assert.Equal(0, trace / draws, tolerance);
        if (rows == cols)
            Assert.Equal(1, traceSquare / draws, 2 * tolerance);
    }

    private static float[] Draw(int rows, int cols, float gain, ulong seed)
    {
        float[] q = new float[rows * cols];
        Philox random = new(seed);
        Initializer.Orthogonal(new MatrixView(q, rows, cols), gain, ref random);
        return q;
    }

    /// <summary>The largest element of |Q^T*Q - gain^2*I|, or of Q*Q^T where it is wider than high.</summary>
    private static double Departure(float[] q, int rows, int cols, double gain)
    {
        bool tall = rows >= cols;
        int vectors = Math.Min(rows, cols), length = Math.Max(rows, cols);
        double worst = 0;
        for (int a = 0; a < vectors; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double dot = 0;
                for (int i = 0; i < length; i++)
                    dot += tall ? (double)q[(i * cols) + a] * q[(i * cols) + b] : (double)q[(a * cols) + i] * q[(b * cols) + i];

                worst = Math.Max(worst, Math.Abs(dot - (a == b ? gain * gain : 0)));
            }
        }

        return worst;
    }
}
