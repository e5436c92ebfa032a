using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// Negative sampling of N rows, in two passes: losses, coefficients and dX row by row; then dW, every element in the
/// order of the rows. Between the two the owner of the gradient gives each word its place. No bit depends on the number
/// of threads (D11).
/// </summary>
internal static unsafe class NegativeSamplingKernel
{
    private const int RowsPerChunk = 16;
    private const int ColumnsPerChunk = 64;
    private const long SmallestShared = 1 << 16;

    /// <summary>
    /// The sum over all pairs of softplus(z), with d = x[n].w[word], z = -d for the target and d for a negative;
    /// coefficient = scale * d softplus(z) / dd, and dX[n] = sum over the row's pairs of coefficient * w[word].
    /// </summary>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="size">E.</param>
    /// <param name="targets">[N], 0 .. V-1 or ignored. Read.</param>
    /// <param name="ignored">The target of rows that have no pairs.</param>
    /// <param name="negatives">[N, K], each 0 .. V-1; where one is the row's target, it is left out. Read.</param>
    /// <param name="w">[V, E]. Read.</param>
    /// <param name="scale">What the loss is multiplied with. Not in the sum.</param>
    /// <param name="counts">[N], the pairs that each row has. Overwritten.</param>
    /// <param name="words">[N, 1 + K], a row's first counts[n] are the words of its pairs. Overwritten.</param>
    /// <param name="coefficients">[N, 1 + K], likewise. Overwritten.</param>
    /// <param name="dX">[N, E], or empty. Overwritten.</param>
    public static double Forward(ReadOnlySpan<float> x, int size, ReadOnlySpan<int> targets, int ignored,
        ReadOnlySpan<int> negatives, ReadOnlySpan<float> w, float scale, Span<int> counts, Span<int> words,
        Span<float> coefficients, Span<float> dX)
    {
        int rows = targets.Length, perRow = rows == 0 ? 0 : negatives.Length / rows;
        Debug.Assert(x.Length >= (long)rows * size && negatives.Length == rows * perRow);
        Debug.Assert(counts.Length >= rows && words.Length >= rows * (1 + perRow));
        Debug.Assert(coefficients.Length >= rows * (1 + perRow));
        fixed (float* px = x, pw = w, pc = coefficients, pd = dX)
        fixed (int* pt = targets, pn = negatives, pCounts = counts, pWords = words)
        {
            RowJob job = new()
            {
                X = px,
                W = pw,
                DX = pd,
                Coefficients = pc,
                Targets = pt,
                Negatives = pn,
                Counts = pCounts,
                Words = pWords,
                Rows = rows,
                Size = size,
                PerRow = perRow,
                Ignored = ignored,
                Scale = scale,
            };
            return OrderedSum.Run(job, (int)(((long)rows + RowsPerChunk - 1) / RowsPerChunk),
                (long)rows * (1 + perRow) * size);
        }
    }

    /// <summary>table[place] += coefficient * x[n] for every pair, in ascending order for every element.</summary>
    /// <param name="x">[N, E], as given to Forward. Read.</param>
    /// <param name="size">E.</param>
    /// <param name="counts">[N], from Forward. Read.</param>
    /// <param name="places">[N, 1 + K]: which row of the table each pair belongs to. Read.</param>
    /// <param name="coefficients">[N, 1 + K], from Forward. Read.</param>
    /// <param name="table">[rows, E]. Accumulated.</param>
    public static void Backward(ReadOnlySpan<float> x, int size, ReadOnlySpan<int> counts, ReadOnlySpan<int> places,
        ReadOnlySpan<float> coefficients, Span<float> table)
    {
        if (counts.IsEmpty)
            return;

        fixed (float* px = x, pc = coefficients, pt = table)
        fixed (int* pCounts = counts, pPlaces = places)
        {
            ScatterJob job = new()
            {
                X = px,
                Coefficients = pc,
                Table = pt,
                Counts = pCounts,
                Places = pPlaces,
                Rows = counts.Length,
                Size = size,
                Stride = places.Length / counts.Length,
            };
            int chunks = (size + ColumnsPerChunk - 1) / ColumnsPerChunk;
            Workers.Run(ref job, chunks, isSmall: (long)places.Length * size < SmallestShared);
        }
    }

    /// <summary>
    /// softplus(z) = log(1 + e^z) = -log sigmoid(-z), and its derivative sigmoid(z). Only e^-|z| is formed, which can't
    /// overflow, and 1 - sigmoid never is, which would lose digits.
    /// </summary>
    private static double Softplus(double z, out double sigmoid)
    {
        double e = Math.Exp(-Math.Abs(z)), u = 1 + e;
        sigmoid = (z >= 0 ? 1 : e) / u;
        double log = u == 1 ? e : Math.Log(u) * (e / (u - 1));   // log(1 + e) to the last digit, also where u rounds
        return Math.Max(z, 0) + log;
    }

    // y = sum over k of c[k] * w[words[k]], for each element a chain over ascending k. Four vectors at a time, so that
    // four chains are under way.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Combine<TSimd>(float* w, int size, int* words, float* c, int count, float* y)
        where TSimd : struct, ISimd<TSimd>
    {
        int i = 0;
        for (; i <= size - (4 * TSimd.Count); i += 4 * TSimd.Count)
        {
            TSimd y0 = TSimd.Zero, y1 = TSimd.Zero, y2 = TSimd.Zero, y3 = TSimd.Zero;
            for (int k = 0; k < count; k++)
            {
                float* row = w + ((long)words[k] * size) + i;
                TSimd factor = TSimd.Create(c[k]);
                y0 = TSimd.MultiplyAdd(factor, TSimd.Load(row), y0);
                y1 = TSimd.MultiplyAdd(factor, TSimd.Load(row + TSimd.Count), y1);
                y2 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (2 * TSimd.Count)), y2);
                y3 = TSimd.MultiplyAdd(factor, TSimd.Load(row + (3 * TSimd.Count)), y3);
            }

            y0.Store(y + i);
            y1.Store(y + i + TSimd.Count);
            y2.Store(y + i + (2 * TSimd.Count));
            y3.Store(y + i + (3 * TSimd.Count));
        }

        for (; i <= size - TSimd.Count; i += TSimd.Count)
        {
            TSimd sum = TSimd.Zero;
            for (int k = 0; k < count; k++)
                sum = TSimd.MultiplyAdd(TSimd.Create(c[k]), TSimd.Load(w + ((long)words[k] * size) + i), sum);

            sum.Store(y + i);
        }

        int rest = size - i;
        if (rest > 0)
        {
            TSimd sum = TSimd.Zero;
            for (int k = 0; k < count; k++)
                sum = TSimd.MultiplyAdd(TSimd.Create(c[k]), TSimd.Load(w + ((long)words[k] * size) + i, rest), sum);

            sum.Store(y + i, rest);
        }
    }

    private struct RowJob : ISumJob, ISimdJob<double>
    {
        public float* X, W, DX, Coefficients;
        public int* Targets, Negatives, Counts, Words;
        public int Rows, Size, PerRow, Ignored;
        public float Scale;

        public readonly double Run(int chunk) => SimdWidth.Run<RowJob, double>(this, chunk);

        public readonly double Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            double sum = 0;
            int end = (int)Math.Min(Rows, ((long)chunk + 1) * RowsPerChunk);
            for (int n = chunk * RowsPerChunk; n < end; n++)
                sum += Row<TSimd>(n);

            return sum;
        }

        private readonly double Row<TSimd>(int n)
            where TSimd : struct, ISimd<TSimd>
        {
            int* words = Words + ((long)n * (1 + PerRow));
            int count = Counts[n] = Pairs(n, words);
            float* x = X + ((long)n * Size), c = Coefficients + ((long)n * (1 + PerRow));
            float* dots = stackalloc float[4];
            double sum = 0;
            for (int k = 0; k < count; k += 4)
            {
                int last = count - 1 - k;   // a rest of fewer than four takes its last several times
                RowDots.Four<TSimd>(x, At(words[k]), At(words[k + Math.Min(1, last)]), At(words[k + Math.Min(2, last)]),
                    At(words[k + Math.Min(3, last)]), Size, dots);
                for (int i = 0; i <= Math.Min(3, last); i++)
                {
                    double sign = k + i == 0 ? -1 : 1;                              // the target is the first
                    sum += Softplus(sign * dots[i], out double sigmoid);
                    c[k + i] = (float)(Scale * sign * sigmoid);                     // d softplus(sign*d)/dd
                }
            }

            if (DX != null)
                Combine<TSimd>(W, Size, words, c, count, DX + ((long)n * Size));    // d = x.w: dx = sum of c*w

            return sum;
        }

        /// <summary>The row's words, the target first; how many there are.</summary>
        private readonly int Pairs(int n, int* words)
        {
            int target = Targets[n], count = 0;
            if (target == Ignored)
                return 0;

            words[count++] = target;
            int* negatives = Negatives + ((long)n * PerRow);
            for (int k = 0; k < PerRow; k++)
            {
                if (negatives[k] != target)
                    words[count++] = negatives[k];
            }

            return count;
        }

        private readonly float* At(int word) => W + ((long)word * Size);
    }

    private struct ScatterJob : IJob, ISimdJob
    {
        public float* X, Coefficients, Table;
        public int* Counts, Places;
        public int Rows, Size, Stride;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int first = chunk * ColumnsPerChunk, columns = Math.Min(ColumnsPerChunk, Size - first);
            for (int n = 0; n < Rows; n++)
            {
                float* x = X + ((long)n * Size) + first;
                long at = (long)n * Stride;
                for (int k = 0; k < Counts[n]; k++)
                {
                    float* dw = Table + ((long)Places[at + k] * Size) + first;
                    TSimd c = TSimd.Create(Coefficients[at + k]);                   // d = x.w: dw += c*x
                    int i = 0;
                    for (; i <= columns - TSimd.Count; i += TSimd.Count)
                        TSimd.MultiplyAdd(c, TSimd.Load(x + i), TSimd.Load(dw + i)).Store(dw + i);

                    int rest = columns - i;
                    if (rest > 0)
                        TSimd.MultiplyAdd(c, TSimd.Load(x + i, rest), TSimd.Load(dw + i, rest)).Store(dw + i, rest);
                }
            }
        }
    }
}
