using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// The column of a row's own target beside the logits of the words that all rows share: logits [N, S+1], the target's
/// last. Rows are independent, so no bit depends on the number of threads.
/// </summary>
internal static unsafe class SampledSoftmaxKernel
{
    private const int RowsPerChunk = 16;
    private const long SmallestShared = 1 << 16;

    /// <summary>
    /// logits[n, S] = x[n] . w[target] + offsets[n], and logits[n, j] = -infinity where word j is the row's target.
    /// </summary>
    /// <param name="x">[N, E]. Read.</param>
    /// <param name="size">E.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="w">[V, E]. Read.</param>
    /// <param name="offsets">[N], what is added to the target's logit. Read.</param>
    /// <param name="words">[S], ascending. Read.</param>
    /// <param name="logits">[N, S+1]. The last column is overwritten.</param>
    public static void Targets(ReadOnlySpan<float> x, int size, ReadOnlySpan<int> targets, ReadOnlySpan<float> w,
        ReadOnlySpan<float> offsets, ReadOnlySpan<int> words, Span<float> logits)
    {
        int rows = targets.Length;
        Debug.Assert(x.Length == (long)rows * size && offsets.Length == rows);
        Debug.Assert(logits.Length == (long)rows * (words.Length + 1));
        fixed (float* px = x, pw = w, po = offsets, pl = logits)
        fixed (int* pt = targets, ps = words)
        {
            Job job = new()
            {
                X = px,
                W = pw,
                Offsets = po,
                Logits = pl,
                Targets = pt,
                Words = ps,
                Rows = rows,
                Size = size,
                Samples = words.Length,
            };
            Workers.Run(ref job, Chunks(rows), isSmall: (long)rows * size < SmallestShared);
        }
    }

    /// <summary>dX[n] += coefficients[n] * w[target].</summary>
    /// <param name="coefficients">[N], the gradients of the targets' logits. Read.</param>
    /// <param name="targets">[N]. Read.</param>
    /// <param name="w">[V, E]. Read.</param>
    /// <param name="size">E.</param>
    /// <param name="dX">[N, E]. Accumulated.</param>
    public static void TargetsBackward(ReadOnlySpan<float> coefficients, ReadOnlySpan<int> targets,
        ReadOnlySpan<float> w, int size, Span<float> dX)
    {
        int rows = targets.Length;
        Debug.Assert(dX.Length == (long)rows * size && coefficients.Length == rows);
        fixed (float* px = dX, pw = w, pc = coefficients)
        fixed (int* pt = targets)
        {
            BackwardJob job = new() { DX = px, W = pw, Coefficients = pc, Targets = pt, Rows = rows, Size = size };
            Workers.Run(ref job, Chunks(rows), isSmall: (long)rows * size < SmallestShared);
        }
    }

    private static int Chunks(int rows) => (rows + RowsPerChunk - 1) / RowsPerChunk;

    private static float Dot<TSimd>(float* x, float* y, int size)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd sum = TSimd.Zero;
        for (int i = 0; i < size; i += TSimd.Count)
            sum = TSimd.MultiplyAdd(Part.Load<TSimd>(x + i, size - i), Part.Load<TSimd>(y + i, size - i), sum);

        return sum.Sum();
    }

    private static void Add<TSimd>(float factor, float* x, float* y, int size)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd c = TSimd.Create(factor);
        for (int i = 0; i < size; i += TSimd.Count)
        {
            Part.Store(TSimd.MultiplyAdd(c, Part.Load<TSimd>(x + i, size - i), Part.Load<TSimd>(y + i, size - i)), y + i,
                size - i);
        }
    }

    private struct Job : IJob, ISimdJob
    {
        public float* X, W, Offsets, Logits;
        public int* Targets, Words;
        public int Rows, Size, Samples;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            ReadOnlySpan<int> words = new(Words, Samples);
            int end = Math.Min(Rows, (chunk + 1) * RowsPerChunk);
            for (int n = chunk * RowsPerChunk; n < end; n++)
            {
                float* row = Logits + ((long)n * (Samples + 1));
                row[Samples] = Dot<TSimd>(X + ((long)n * Size), W + ((long)Targets[n] * Size), Size) + Offsets[n];
                int at = words.BinarySearch(Targets[n]);
                if (at >= 0)
                    row[at] = float.NegativeInfinity;
            }
        }
    }

    private struct BackwardJob : IJob, ISimdJob
    {
        public float* DX, W, Coefficients;
        public int* Targets;
        public int Rows, Size;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int end = Math.Min(Rows, (chunk + 1) * RowsPerChunk);
            for (int n = chunk * RowsPerChunk; n < end; n++)
                Add<TSimd>(Coefficients[n], W + ((long)Targets[n] * Size), DX + ((long)n * Size), Size);   // l = x.w
        }
    }
}
