using System;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// Many numbers to one, or many rows to one. The order of additions depends on lengths alone, never on alignment,
/// threads or, for the sums in double, the vector width (D11).
/// </summary>
public static unsafe class Reductions
{
    /// <summary>
    /// Sum and SumOfSquares are sums over chunks of this many floats, added in order. A worker may take any chunks:
    /// the partial results, added in the same order, give the same bits.
    /// </summary>
    internal const int ChunkLength = 4096;

    /// <summary>SumRows adds rows in float within chunks of this many, and the chunks in order.</summary>
    internal const int RowsPerChunk = 64;

    private const int ColumnsPerChunk = 256;
    private const long SmallestShared = 1 << 16;

    /// <summary>The sum of all elements, in double. 0 when empty.</summary>
    /// <param name="x">Any length. Read.</param>
    public static double Sum(ReadOnlySpan<float> x)
    {
        double sum = 0;
        for (; x.Length > ChunkLength; x = x.Slice(ChunkLength))
            sum += SumChunk(x.Slice(0, ChunkLength), squares: false);

        return sum + SumChunk(x, squares: false);
    }

    /// <summary>The sum of the squares of all elements, in double, so that no square overflows. 0 when empty.</summary>
    /// <param name="x">Any length. Read.</param>
    public static double SumOfSquares(ReadOnlySpan<float> x)
    {
        double sum = 0;
        for (; x.Length > ChunkLength; x = x.Slice(ChunkLength))
            sum += SumChunk(x.Slice(0, ChunkLength), squares: true);

        return sum + SumChunk(x, squares: true);
    }

    /// <summary>Whether no element is NaN or infinite. True when empty.</summary>
    /// <param name="x">Any length. Read.</param>
    public static bool AllFinite(ReadOnlySpan<float> x)
    {
        fixed (float* p = x)
            return SimdWidth.Run<FiniteJob, bool>(new(p, x.Length));
    }

    /// <summary>The largest element; NaN if there is one.</summary>
    /// <param name="x">At least one element. Read.</param>
    /// <exception cref="ArgumentException">x is empty.</exception>
    public static float Max(ReadOnlySpan<float> x)
    {
        if (x.IsEmpty)
            Throw.EmptySpan(nameof(Max), nameof(x));

        return TensorPrimitives.Max(x);
    }

    /// <summary>The index of the largest element, the first among equals; of the first NaN if there is one.</summary>
    /// <param name="x">At least one element. Read.</param>
    /// <exception cref="ArgumentException">x is empty.</exception>
    public static int IndexOfMax(ReadOnlySpan<float> x)
    {
        if (x.IsEmpty)
            Throw.EmptySpan(nameof(IndexOfMax), nameof(x));

        return TensorPrimitives.IndexOfMax(x);
    }

    /// <summary>db[j] += sum over i of m[i, j], for all columns of a contiguous matrix.</summary>
    /// <param name="m">[rows, columns]. Read.</param>
    /// <param name="rows">0 or more.</param>
    /// <param name="db">[columns]. Accumulated.</param>
    /// <exception cref="ArgumentException">m is not rows times db's length.</exception>
    public static void SumRows(ReadOnlySpan<float> m, int rows, Span<float> db)
    {
        if (m.Length != (long)rows * db.Length)
            Throw.ShapeMismatch(nameof(SumRows), nameof(m), $"[{rows}, {db.Length}]", $"{m.Length} elements");

        SumRows(m, rows, db.Length, 0, db);
    }

    /// <summary>
    /// db[j] += sum over i of m[i, firstColumn + j]. A column's bits depend on its own numbers and on rows alone, so
    /// that columns may be split between workers in any way.
    /// </summary>
    /// <param name="m">Row i starts at i*stride. Read.</param>
    /// <param name="rows">0 or more.</param>
    /// <param name="stride">Floats from one row to the next, at least firstColumn plus db's length.</param>
    /// <param name="firstColumn">The column of m that is summed into db[0].</param>
    /// <param name="db">One element a column. Accumulated.</param>
    /// <exception cref="ArgumentException">m is too short, or the columns don't fit in a row.</exception>
    public static void SumRows(ReadOnlySpan<float> m, int rows, int stride, int firstColumn, Span<float> db)
    {
        if (rows < 0)
            Throw.NegativeSize(nameof(rows), rows);

        if (firstColumn < 0 || (long)firstColumn + db.Length > stride)
            Throw.ColumnsOutside(nameof(SumRows), firstColumn, db.Length, stride);

        if (rows > 0 && m.Length < ((rows - 1L) * stride) + firstColumn + db.Length)
            Throw.ShapeMismatch(nameof(SumRows), nameof(m), $"{rows} rows {stride} apart", $"{m.Length} elements");

        if (rows == 0 || db.IsEmpty)
            return;

        fixed (float* pm = m, pb = db)
        {
            SumRowsJob job = new() { M = pm + firstColumn, Rows = rows, Stride = stride, Db = pb, Columns = db.Length };
            int chunks = (db.Length + ColumnsPerChunk - 1) / ColumnsPerChunk;
            Workers.Run(ref job, chunks, isSmall: (long)rows * db.Length < SmallestShared);
        }
    }

    /// <summary>
    /// sum[j] += sum over i of a[i, j]*b[i, j]. A column's bits depend on its own numbers and on rows alone.
    /// </summary>
    /// <param name="a">Row i starts at i*strideA. Read.</param>
    /// <param name="strideA">At least as many as sum has.</param>
    /// <param name="b">Row i starts at i*strideB. Read.</param>
    /// <param name="strideB">At least as many as sum has.</param>
    /// <param name="rows">0 or more.</param>
    /// <param name="sum">One element a column. Accumulated.</param>
    internal static void SumRowProducts(ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB,
        int rows, Span<float> sum)
    {
        if (rows == 0)
            return;

        long last = rows - 1L;
        if (a.Length < (last * strideA) + sum.Length || b.Length < (last * strideB) + sum.Length)
            Throw.ShapeMismatch(nameof(SumRowProducts), nameof(a), $"{rows} rows of {sum.Length}", $"{a.Length} elements");

        fixed (float* pa = a, pb = b, ps = sum)
        {
            RowProductsJob job = new()
            {
                A = pa,
                B = pb,
                Sum = ps,
                Rows = rows,
                StrideA = strideA,
                StrideB = strideB,
                Columns = sum.Length,
            };
            int chunks = (sum.Length + ColumnsPerChunk - 1) / ColumnsPerChunk;
            Workers.Run(ref job, chunks, isSmall: (long)rows * sum.Length < SmallestShared);
        }
    }

    // Sixteen sums side by side, at every width: element i of the chunk goes to sum i % 16. Squares of floats are exact
    // in double, so that a fused and an unfused multiply-add agree.
    private static double SumChunk(ReadOnlySpan<float> x, bool squares)
    {
        double* sums = stackalloc double[16];
        fixed (float* p = x)
        {
            Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
            int i = 0;
            for (; i <= x.Length - 16; i += 16)
            {
                (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Load(p + i));
                (Vector256<double> c, Vector256<double> d) = Vector256.Widen(Vector256.Load(p + i + 8));
                s0 += squares ? a * a : a;
                s1 += squares ? b * b : b;
                s2 += squares ? c * c : c;
                s3 += squares ? d * d : d;
            }

            s0.Store(sums);
            s1.Store(sums + 4);
            s2.Store(sums + 8);
            s3.Store(sums + 12);
            for (int lane = 0; i < x.Length; i++, lane++)
            {
                double value = p[i];
                sums[lane] += squares ? value * value : value;
            }
        }

        for (int half = 8; half > 0; half >>= 1)
        {
            for (int i = 0; i < half; i++)
                sums[i] += sums[i + half];
        }

        return sums[0];
    }

    // 0*x is 0 for a finite x and NaN otherwise, and a sum keeps a NaN.
    private static bool AllFinite<TSimd>(float* x, int length)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd s0 = TSimd.Zero, s1 = TSimd.Zero;
        int i = 0;
        for (; i <= length - (2 * TSimd.Count); i += 2 * TSimd.Count)
        {
            s0 = TSimd.MultiplyAdd(TSimd.Load(x + i), TSimd.Zero, s0);
            s1 = TSimd.MultiplyAdd(TSimd.Load(x + i + TSimd.Count), TSimd.Zero, s1);
        }

        if (i <= length - TSimd.Count)
        {
            s0 = TSimd.MultiplyAdd(TSimd.Load(x + i), TSimd.Zero, s0);
            i += TSimd.Count;
        }

        if (i < length)
            s1 = TSimd.MultiplyAdd(TSimd.Load(x + i, length - i), TSimd.Zero, s1);

        return (s0 + s1).Sum() == 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // design decision D26
    private static void SumRows<TSimd>(float* m, int rows, int stride, float* db, int columns)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int first = 0; first < rows; first += RowsPerChunk)
        {
            float* chunk = m + ((long)first * stride);
            int count = Math.Min(RowsPerChunk, rows - first);
            int j = 0;
            for (; j <= columns - (4 * TSimd.Count); j += 4 * TSimd.Count)
            {
                float* p = chunk + j;
                TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
                for (int i = 0; i < count; i++, p += stride)
                {
                    s0 += TSimd.Load(p);
                    s1 += TSimd.Load(p + TSimd.Count);
                    s2 += TSimd.Load(p + (2 * TSimd.Count));
                    s3 += TSimd.Load(p + (3 * TSimd.Count));
                }

                (TSimd.Load(db + j) + s0).Store(db + j);
                (TSimd.Load(db + j + TSimd.Count) + s1).Store(db + j + TSimd.Count);
                (TSimd.Load(db + j + (2 * TSimd.Count)) + s2).Store(db + j + (2 * TSimd.Count));
                (TSimd.Load(db + j + (3 * TSimd.Count)) + s3).Store(db + j + (3 * TSimd.Count));
            }

            for (; j <= columns - TSimd.Count; j += TSimd.Count)
            {
                float* p = chunk + j;
                TSimd sum = TSimd.Zero;
                for (int i = 0; i < count; i++, p += stride)
                    sum += TSimd.Load(p);

                (TSimd.Load(db + j) + sum).Store(db + j);
            }

            int rest = columns - j;
            if (rest > 0)
            {
                float* p = chunk + j;
                TSimd sum = TSimd.Zero;
                for (int i = 0; i < count; i++, p += stride)
                    sum += TSimd.Load(p, rest);

                (TSimd.Load(db + j, rest) + sum).Store(db + j, rest);
            }
        }
    }

    private readonly struct FiniteJob(float* x, int length) : ISimdJob<bool>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd> => AllFinite<TSimd>(x, length);
    }

    private struct SumRowsJob : IJob, ISimdJob
    {
        public float* M, Db;
        public int Rows, Stride, Columns;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int first = chunk * ColumnsPerChunk;
            SumRows<TSimd>(M + first, Rows, Stride, Db + first, Math.Min(ColumnsPerChunk, Columns - first));
        }
    }

    private struct RowProductsJob : IJob, ISimdJob
    {
        public float* A, B, Sum;
        public int Rows, StrideA, StrideB, Columns;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int end = Math.Min(Columns, (chunk + 1) * ColumnsPerChunk);
            for (int j = chunk * ColumnsPerChunk; j < end; j += TSimd.Count)
            {
                int n = end - j;
                TSimd total = Part.Load<TSimd>(Sum + j, n);
                for (int first = 0; first < Rows; first += RowsPerChunk)
                {
                    TSimd sum = TSimd.Zero;
                    for (int i = first; i < Math.Min(Rows, first + RowsPerChunk); i++)
                    {
                        sum = TSimd.MultiplyAdd(Part.Load<TSimd>(A + ((long)i * StrideA) + j, n),
                            Part.Load<TSimd>(B + ((long)i * StrideB) + j, n), sum);
                    }

                    total += sum;
                }

                Part.Store(total, Sum + j, n);
            }
        }
    }
}
