using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Parameters;

/// <summary>
/// Random matrices with orthonormal columns, of uniform (Haar) distribution: the Q that a QR decomposition of normal
/// draws gives, R's diagonal positive. Its Householder reflections are themselves independent normal directions, so
/// they are drawn instead of computed, and Q is their product (D43). Reflections are applied a block at a time,
/// H_1*...*H_b = I - V*T*V^T (compact WY), which makes nearly all work products of matrices, done by all workers. Bits
/// don't depend on their number. Sources: Stewart 1980 (the draws); Schreiber and Van Loan 1989 (compact WY).
/// </summary>
internal static class RandomOrthogonal
{
    /// <summary>Reflections in a block.</summary>
    public const int BlockSize = 64;

    private const int WordsPerNormal = 4;

    /// <summary>Q [rows, cols] times gain, Q^T*Q = I.</summary>
    /// <param name="q">Rows ldq apart, from its first element on. Overwritten in cols columns.</param>
    /// <param name="ldq">At least cols.</param>
    /// <param name="rows">At least cols.</param>
    /// <param name="cols">0 or more.</param>
    /// <param name="gain">The factor.</param>
    /// <param name="random">Advanced.</param>
    public static void Fill(Span<float> q, int ldq, int rows, int cols, float gain, ref Philox random)
    {
        for (int i = 0; i < rows; i++)
            q.Slice(i * ldq, cols).Clear();

        int block = Math.Min(BlockSize, cols);
        AlignedBuffer v = new((long)rows * block), t = new((long)block * block);
        float[] signs = new float[block];
        AlignedBuffer projected = new((long)block * cols), turned = new((long)block * cols);

        // From the last block to the first: a block changes only the rows and columns from its own first on.
        for (int first = cols, end = cols; first > 0; end = first)
        {
            first = (end - 1) / BlockSize * BlockSize;
            int height = rows - first, width = cols - first, count = end - first;
            Span<float> corner = q[(first * (ldq + 1))..];
            Draw(v, signs, height, count, ref random);
            for (int j = 0; j < count; j++)
                corner[j * (ldq + 1)] = signs[j] * gain;

            Gemm.Multiply(GemmForm.TN, count, count, height, v.Span, count, v.Span, count, t.Span, count);
            InvertTriangle(t.Span, count);

            // Q -= V * (T * (V^T*Q)); T comes negated.
            Gemm.Multiply(GemmForm.TN, count, width, height, v.Span, count, corner, ldq, projected.Span, width);
            Gemm.Multiply(GemmForm.NN, count, width, count, t.Span, count, projected.Span, width, turned.Span, width);
            Gemm.Multiply(GemmForm.NN, height, width, count, v.Span, count, turned.Span, width, corner, ldq, add: true);
        }
    }

    /// <summary>
    /// The vectors of a block of reflections I - v*v^T, |v|^2 = 2, that take normal draws x to -sign(x_1)*|x|*e_1; and
    /// the signs that make R's diagonal positive. Every vector's draws have their place in the generator's sequence, so
    /// that any worker can make it.
    /// </summary>
    /// <param name="v">[height, count], lower trapezoid, zeros above. Overwritten.</param>
    /// <param name="signs">[count]. Overwritten.</param>
    /// <param name="height">Rows.</param>
    /// <param name="count">Reflections.</param>
    /// <param name="random">Advanced.</param>
    private static void Draw(AlignedBuffer v, float[] signs, int height, int count, ref Philox random)
    {
        Philox start = random;
        Workers.For(count, j =>
        {
            Philox own = start;
            own.Position += Words(height, j);
            double[] x = new double[height - j];
            double square = 0;
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = own.NextNormal();
                square += x[i] * x[i];
            }

            if (square == 0)
                x[0] = square = 1;   // once in 2^53 draws of a single element: any direction will do

            double norm = Math.Sqrt(square), sign = x[0] < 0 ? -1 : 1;
            x[0] += sign * norm;   // the sum of two of one sign: nothing cancels
            double scale = 1 / Math.Sqrt(norm * Math.Abs(x[0]));
            Span<float> to = v.Span[..(height * count)];
            for (int i = 0; i < height; i++)
                to[(i * count) + j] = i < j ? 0 : (float)(scale * x[i - j]);

            signs[j] = (float)-sign;
        });
        random.Position += Words(height, count);
    }

    /// <summary>Words of random numbers that the first vectors of a block take: those of heights height, height-1, ...
    /// </summary>
    private static ulong Words(int height, int vectors) =>
        (ulong)WordsPerNormal * (((ulong)vectors * (ulong)height) - ((ulong)vectors * (ulong)Math.Max(0, vectors - 1) / 2));

    /// <summary>
    /// From V^T*V to -T, where T^-1 is its upper triangle with half of its diagonal: then I - V*T*V^T is the product of
    /// the reflections.
    /// </summary>
    /// <param name="t">[n, n], symmetric. Overwritten by the upper triangle -T, zeros below.</param>
    /// <param name="n">Rows and columns.</param>
    private static void InvertTriangle(Span<float> t, int n)
    {
        double[] inverse = new double[n * n];
        for (int j = 0; j < n; j++)
        {
            double pivot = 0.5 * t[(j * n) + j];
            for (int i = 0; i < j; i++)
            {
                double sum = 0;
                for (int k = i; k < j; k++)
                    sum += inverse[(i * n) + k] * t[(k * n) + j];

                inverse[(i * n) + j] = -sum / pivot;
            }

            inverse[(j * n) + j] = 1 / pivot;
        }

        for (int i = 0; i < n * n; i++)
            t[i] = (float)-inverse[i];
    }
}
