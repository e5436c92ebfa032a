using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// Y = X*W^T + b for few rows of X and many of W, by dot products: W is read where it lies, once for some rows of X. An
/// element's bits depend on its two rows alone, not on how many there are; they are not those of Gemm, which adds in
/// another order.
/// </summary>
internal static unsafe class RowDots
{
    private const int WordsPerChunk = 256;
    private const int RowsTogether = 16;   // stay in the first-level cache while the words go by
    private const long SmallestShared = 1 << 16;

    /// <summary>y[n, v] = sum over i of x[n, i]*w[v, i], + b[v].</summary>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="rows">N.</param>
    /// <param name="w">[V, E]. Read.</param>
    /// <param name="words">V.</param>
    /// <param name="size">E.</param>
    /// <param name="b">[V], or empty. Read.</param>
    /// <param name="y">[N, V], rows yStride apart. Overwritten.</param>
    /// <param name="yStride">At least V.</param>
    public static void Run(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> w, int words, int size,
        ReadOnlySpan<float> b, Span<float> y, int yStride)
    {
        Debug.Assert(x.Length >= (long)rows * size && w.Length >= (long)words * size);
        Debug.Assert((rows == 0 || y.Length >= ((rows - 1L) * yStride) + words) && (b.IsEmpty || b.Length >= words));
        fixed (float* px = x, pw = w, pb = b, py = y)
        {
            Job job = new()
            {
                X = px,
                W = pw,
                B = pb,
                Y = py,
                Rows = rows,
                Words = words,
                Size = size,
                YStride = yStride,
            };
            int chunks = (int)(((long)words + WordsPerChunk - 1) / WordsPerChunk);
            Workers.Run(ref job, chunks, isSmall: (long)rows * words * size < SmallestShared);
        }
    }

    /// <summary>The dot products of x [E] with four rows [E], which share its loads. A product's bits depend on its two
    /// rows alone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Four<TSimd>(float* x, float* w0, float* w1, float* w2, float* w3, int size, float* sums)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        int i = 0;
        for (; i <= size - TSimd.Count; i += TSimd.Count)
        {
            TSimd v = TSimd.Load(x + i);
            s0 = TSimd.MultiplyAdd(v, TSimd.Load(w0 + i), s0);
            s1 = TSimd.MultiplyAdd(v, TSimd.Load(w1 + i), s1);
            s2 = TSimd.MultiplyAdd(v, TSimd.Load(w2 + i), s2);
            s3 = TSimd.MultiplyAdd(v, TSimd.Load(w3 + i), s3);
        }

        int rest = size - i;
        if (rest > 0)
        {
            TSimd v = TSimd.Load(x + i, rest);
            s0 = TSimd.MultiplyAdd(v, TSimd.Load(w0 + i, rest), s0);
            s1 = TSimd.MultiplyAdd(v, TSimd.Load(w1 + i, rest), s1);
            s2 = TSimd.MultiplyAdd(v, TSimd.Load(w2 + i, rest), s2);
            s3 = TSimd.MultiplyAdd(v, TSimd.Load(w3 + i, rest), s3);
        }

        sums[0] = s0.Sum();
        sums[1] = s1.Sum();
        sums[2] = s2.Sum();
        sums[3] = s3.Sum();
    }

    /// <summary>The same of two rows of X that follow one another and four of W that do, with the bias: twice the
    /// products for six loads instead of five.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TwoByFour<TSimd>(float* x, float* w, int size, Vector128<float> bias, float* y0, float* y1)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd a0 = TSimd.Zero, a1 = TSimd.Zero, a2 = TSimd.Zero, a3 = TSimd.Zero;
        TSimd b0 = TSimd.Zero, b1 = TSimd.Zero, b2 = TSimd.Zero, b3 = TSimd.Zero;
        float* second = x + size, w1 = w + size, w2 = w1 + size, w3 = w2 + size;
        for (int i = 0; i < size; i += TSimd.Count)
        {
            int left = size - i;
            TSimd a = Part.Load<TSimd>(x + i, left), b = Part.Load<TSimd>(second + i, left);
            TSimd word = Part.Load<TSimd>(w + i, left);
            a0 = TSimd.MultiplyAdd(a, word, a0);
            b0 = TSimd.MultiplyAdd(b, word, b0);
            word = Part.Load<TSimd>(w1 + i, left);
            a1 = TSimd.MultiplyAdd(a, word, a1);
            b1 = TSimd.MultiplyAdd(b, word, b1);
            word = Part.Load<TSimd>(w2 + i, left);
            a2 = TSimd.MultiplyAdd(a, word, a2);
            b2 = TSimd.MultiplyAdd(b, word, b2);
            word = Part.Load<TSimd>(w3 + i, left);
            a3 = TSimd.MultiplyAdd(a, word, a3);
            b3 = TSimd.MultiplyAdd(b, word, b3);
        }

        (TSimd.SumsByHalves(a0, a1, a2, a3) + bias).Store(y0);
        (TSimd.SumsByHalves(b0, b1, b2, b3) + bias).Store(y1);
    }

    private struct Job : IJob, ISimdJob
    {
        public float* X, W, B, Y;
        public int Rows, Words, Size, YStride;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            float* sums = stackalloc float[4];
            int first = chunk * WordsPerChunk, last = (int)Math.Min(Words, ((long)chunk + 1) * WordsPerChunk);
            for (int row = 0; row < Rows; row += RowsTogether)
            {
                int rows = Math.Min(RowsTogether, Rows - row), pairs = rows / 2 * 2;
                for (int word = first; word < last; word += 4)
                {
                    int count = Math.Min(4, last - word), done = 0;
                    if (count == 4)
                    {
                        Pairs<TSimd>(row, pairs, word);
                        done = pairs;
                    }

                    for (int i = row + done; i < row + rows; i++)
                        Row<TSimd>(i, word, count, sums);
                }
            }
        }

        // Rows first .. first + count - 1, an even number, times four words.
        private readonly void Pairs<TSimd>(int first, int count, int word)
            where TSimd : struct, ISimd<TSimd>
        {
            Vector128<float> bias = B == null ? Vector128<float>.Zero : Vector128.Load(B + word);
            float* x = X + ((long)first * Size), w = W + ((long)word * Size);
            float* y = Y + ((long)first * YStride) + word;
            for (int i = 0; i < count; i += 2, x += 2L * Size, y += 2L * YStride)
                TwoByFour<TSimd>(x, w, Size, bias, y, y + YStride);
        }

        // One row times up to four words; fewer take the last one several times.
        private readonly void Row<TSimd>(int row, int word, int count, float* sums)
            where TSimd : struct, ISimd<TSimd>
        {
            float* w0 = W + ((long)word * Size);
            float* w1 = w0 + ((long)Math.Min(1, count - 1) * Size);
            float* w2 = w0 + ((long)Math.Min(2, count - 1) * Size);
            float* w3 = w0 + ((long)Math.Min(3, count - 1) * Size);
            Four<TSimd>(X + ((long)row * Size), w0, w1, w2, w3, Size, sums);
            float* y = Y + ((long)row * YStride) + word;
            for (int i = 0; i < count; i++)
                y[i] = sums[i] + (B == null ? 0 : B[word + i]);
        }
    }
}
