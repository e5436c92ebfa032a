using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Updates;

/// <summary>The update of a vector of parameters. A struct, so that the JIT compiles one loop for each.</summary>
internal interface IUpdateRule<TSelf>
    where TSelf : unmanaged, IUpdateRule<TSelf>
{
    /// <summary>How many numbers are kept for every parameter: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>The same rule for parameters that weight decay spares.</summary>
    TSelf WithoutDecay();

    /// <summary>
    /// Returns the new parameters. 0 must stay 0 under a gradient and states of 0: so do the gaps between slots.
    /// </summary>
    /// <param name="p">The parameters.</param>
    /// <param name="g">Their gradients.</param>
    /// <param name="first">The first state, replaced by the new one; only if States is 1 or more.</param>
    /// <param name="second">The second state, replaced by the new one; only if States is 2.</param>
    TSimd Apply<TSimd>(TSimd p, TSimd g, ref TSimd first, ref TSimd second)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>A piece of a flat buffer, at most <see cref="OptimizerKernels.ChunkLength"/> floats.</summary>
internal readonly record struct UpdateRange(int Start, int Length, bool Decay);

/// <summary>
/// The loops of the optimisers: parameters, gradients and states are read once and written once. An element's bits
/// depend on its own numbers alone, so that chunks may be dealt to workers in any way (D11). Empty states are allowed
/// where the rule has none.
/// </summary>
internal static unsafe class OptimizerKernels
{
    /// <summary>Floats a chunk; whole cache lines.</summary>
    public const int ChunkLength = 8192;

    // Below this the fork-join costs more than the second thread brings.
    private const long SmallestShared = 1 << 15;

    /// <summary>Updates the ranges of flat buffers that are all equally long.</summary>
    public static void Dense<TRule>(TRule rule, ReadOnlySpan<UpdateRange> ranges, ReadOnlySpan<float> g,
        Span<float> first, Span<float> second, Span<float> p)
        where TRule : unmanaged, IUpdateRule<TRule>
    {
        fixed (UpdateRange* pr = ranges)
        fixed (float* pg = g, pf = first, ps = second, pp = p)
        {
            DenseJob<TRule> job = new()
            {
                Decayed = rule,
                Spared = rule.WithoutDecay(),
                Ranges = pr,
                G = pg,
                First = pf,
                Second = ps,
                P = pp,
            };
            Run(ref job, ranges.Length, p.Length);
        }
    }

    /// <summary>Updates the touched rows of a table and their states; leaves all others alone.</summary>
    /// <param name="rule">With or without decay, as the table wants it.</param>
    /// <param name="touched">[n], different rows of the table. Read.</param>
    /// <param name="g">[n, cols]. Read.</param>
    /// <param name="cols">Columns of the table.</param>
    /// <param name="first">[V, cols]. Updated.</param>
    /// <param name="second">[V, cols]. Updated.</param>
    /// <param name="p">[V, cols]. Updated.</param>
    public static void TouchedRows<TRule>(TRule rule, ReadOnlySpan<int> touched, ReadOnlySpan<float> g, int cols,
        Span<float> first, Span<float> second, Span<float> p)
        where TRule : unmanaged, IUpdateRule<TRule>
    {
        fixed (int* pt = touched)
        fixed (float* pg = g, pf = first, ps = second, pp = p)
        {
            TouchedJob<TRule> job = new()
            {
                Rule = rule,
                Touched = pt,
                Count = touched.Length,
                Cols = cols,
                RowsPerChunk = Math.Max(1, ChunkLength / cols),
                G = pg,
                First = pf,
                Second = ps,
                P = pp,
            };
            Run(ref job, Chunks(touched.Length, job.RowsPerChunk), (long)touched.Length * cols);
        }
    }

    /// <summary>Updates all rows of a table; those that were not touched have gradient 0.</summary>
    /// <param name="rule">With or without decay, as the table wants it.</param>
    /// <param name="positions">[V], 1 + the row's position in g, or 0: not touched. Read.</param>
    /// <param name="g">[n, cols]. Read.</param>
    /// <param name="cols">Columns of the table.</param>
    /// <param name="first">[V, cols]. Updated.</param>
    /// <param name="second">[V, cols]. Updated.</param>
    /// <param name="p">[V, cols]. Updated.</param>
    public static void AllRows<TRule>(TRule rule, ReadOnlySpan<int> positions, ReadOnlySpan<float> g, int cols,
        Span<float> first, Span<float> second, Span<float> p)
        where TRule : unmanaged, IUpdateRule<TRule>
    {
        fixed (int* pt = positions)
        fixed (float* pg = g, pf = first, ps = second, pp = p)
        {
            AllRowsJob<TRule> job = new()
            {
                Rule = rule,
                Positions = pt,
                Rows = positions.Length,
                Cols = cols,
                RowsPerChunk = Math.Max(1, ChunkLength / cols),
                G = pg,
                First = pf,
                Second = ps,
                P = pp,
            };
            Run(ref job, Chunks(positions.Length, job.RowsPerChunk), p.Length);
        }
    }

    private static int Chunks(int rows, int rowsPerChunk) => (int)(((long)rows + rowsPerChunk - 1) / rowsPerChunk);

    private static void Run<TJob>(ref TJob job, int chunks, long elements)
        where TJob : unmanaged, IJob => Workers.Run(ref job, chunks, isSmall: elements < SmallestShared);

    // Never inlined: the JIT has one budget for all that it inlines into a method. Workers.Invoke took in everything up
    // to this loop and the budget was spent: the vector operations became calls, 12 ns an element instead of 0.5.
    // g may be null: the gradient is 0.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Update<TSimd, TRule>(TRule rule, float* g, float* first, float* second, float* p, int length)
        where TSimd : struct, ISimd<TSimd>
        where TRule : unmanaged, IUpdateRule<TRule>
    {
        int i = 0;
        for (; i <= length - TSimd.Count; i += TSimd.Count)
            Update<TSimd, TRule>(rule, g, first, second, p, i, TSimd.Count);

        if (i < length)
            Update<TSimd, TRule>(rule, g, first, second, p, i, length - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update<TSimd, TRule>(TRule rule, float* g, float* first, float* second, float* p, int i, int n)
        where TSimd : struct, ISimd<TSimd>
        where TRule : unmanaged, IUpdateRule<TRule>
    {
        TSimd f = TRule.States > 0 ? Part.Load<TSimd>(first + i, n) : TSimd.Zero;
        TSimd s = TRule.States > 1 ? Part.Load<TSimd>(second + i, n) : TSimd.Zero;
        TSimd gradient = g == null ? TSimd.Zero : Part.Load<TSimd>(g + i, n);
        TSimd updated = rule.Apply(Part.Load<TSimd>(p + i, n), gradient, ref f, ref s);
        TSimd least = TSimd.Create(Underflow.LeastState);
        if (TRule.States > 0)
            Part.Store(Underflow.ToZero(f, least), first + i, n);

        if (TRule.States > 1)
            Part.Store(Underflow.ToZero(s, least), second + i, n);

        Part.Store(updated, p + i, n);
    }

    private struct DenseJob<TRule> : IJob, ISimdJob
        where TRule : unmanaged, IUpdateRule<TRule>
    {
        public TRule Decayed, Spared;
        public UpdateRange* Ranges;
        public float* G, First, Second, P;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            UpdateRange range = Ranges[chunk];
            int start = range.Start;
            Update<TSimd, TRule>(range.Decay ? Decayed : Spared, G + start, First + start, Second + start, P + start,
                range.Length);
        }
    }

    private struct TouchedJob<TRule> : IJob, ISimdJob
        where TRule : unmanaged, IUpdateRule<TRule>
    {
        public TRule Rule;
        public int* Touched;
        public int Count, Cols, RowsPerChunk;
        public float* G, First, Second, P;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int begin = chunk * RowsPerChunk;
            int end = (int)Math.Min(Count, (long)begin + RowsPerChunk);
            for (int position = begin; position < end; position++)
            {
                long at = (long)Touched[position] * Cols;
                Update<TSimd, TRule>(Rule, G + ((long)position * Cols), First + at, Second + at, P + at, Cols);
            }
        }
    }

    private struct AllRowsJob<TRule> : IJob, ISimdJob
        where TRule : unmanaged, IUpdateRule<TRule>
    {
        public TRule Rule;
        public int* Positions;
        public int Rows, Cols, RowsPerChunk;
        public float* G, First, Second, P;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int row = chunk * RowsPerChunk;
            int end = (int)Math.Min(Rows, (long)row + RowsPerChunk);
            while (row < end)
            {
                int position = Positions[row] - 1;
                int next = row + 1;
                while (position < 0 && next < end && Positions[next] == 0)   // neighbours without gradient: one loop
                    next++;

                long at = (long)row * Cols;
                float* g = position < 0 ? null : G + ((long)position * Cols);
                Update<TSimd, TRule>(Rule, g, First + at, Second + at, P + at, (next - row) * Cols);
                row = next;
            }
        }
    }
}
