using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Pooling;

/// <summary>
/// Passes over the steps of items (<see cref="PooledSteps"/>). A column of an item is summed by one worker alone in the
/// order of its steps, and a step's row is written by one alone: the same bits on any number of threads, and for an
/// item alone or in a batch. Rows of x past a length are not read.
/// </summary>
internal static unsafe class PoolingKernels
{
    /// <summary>A sum runs in float within so many steps of an item, and the partial sums are added in order.</summary>
    private const int StepsPerSum = 64;

    private const int ColumnsPerChunk = 256;
    private const int StepsPerChunk = 16;
    private const int FloatsPerChunk = 1 << 14;
    private const long SmallestShared = 1 << 15;

    /// <summary>y[n] = the mean of x over the steps of item n.</summary>
    /// <param name="steps">The items.</param>
    /// <param name="x">[T*B, F]. Read.</param>
    /// <param name="features">F.</param>
    /// <param name="y">[N, F], rows yStride apart. Overwritten.</param>
    /// <param name="yStride">At least F.</param>
    public static void Means(PooledSteps steps, ReadOnlySpan<float> x, int features, Span<float> y, int yStride) =>
        Sums(steps, x, features, null, y, yStride);

    /// <summary>y[n] = the sum over the steps i of item n of weights[i]*x[i].</summary>
    /// <param name="steps">The items.</param>
    /// <param name="x">[T*B, F]. Read.</param>
    /// <param name="features">F.</param>
    /// <param name="weights">[steps.Count]. Read.</param>
    /// <param name="y">[N, F], rows yStride apart. Overwritten.</param>
    /// <param name="yStride">At least F.</param>
    public static void WeightedSums(PooledSteps steps, ReadOnlySpan<float> x, int features,
        ReadOnlySpan<float> weights, Span<float> y, int yStride)
    {
        Debug.Assert(weights.Length == steps.Count);
        fixed (float* pw = weights)
            Sums(steps, x, features, pw, y, yStride);
    }

    /// <summary>y[n] = the largest x over the steps of item n, column by column, and where it stands: the first step of
    /// equal ones. A NaN counts as largest.</summary>
    /// <param name="steps">The items.</param>
    /// <param name="x">[T*B, F]. Read.</param>
    /// <param name="features">F.</param>
    /// <param name="y">[N, F], rows yStride apart. Overwritten.</param>
    /// <param name="yStride">At least F.</param>
    /// <param name="places">[N, F], rows of x. Overwritten.</param>
    public static void Maxima(PooledSteps steps, ReadOnlySpan<float> x, int features, Span<float> y, int yStride,
        PinnedArray<int> places)
    {
        fixed (float* px = x, py = y)
        {
            MaximaJob job = new()
            {
                X = px,
                Y = py,
                Rows = steps.RowsPointer,
                Starts = steps.StartsPointer,
                Places = places.Pointer,
                Features = features,
                YStride = yStride,
                ColumnChunks = Chunks(features, ColumnsPerChunk),
            };
            Workers.Run(ref job, steps.Items * job.ColumnChunks, isSmall: IsSmall(steps, features));
        }
    }

    /// <summary>Backward of <see cref="Maxima"/>: dX = 0, but dY[n, j] where the maximum stood.</summary>
    /// <param name="steps">The items.</param>
    /// <param name="dY">[N, F], rows dYStride apart. Read.</param>
    /// <param name="dYStride">At least F.</param>
    /// <param name="places">[N, F], as Maxima gave them. Read.</param>
    /// <param name="features">F.</param>
    /// <param name="dX">[T*B, F]. Overwritten.</param>
    public static void MaximaBackward(PooledSteps steps, ReadOnlySpan<float> dY, int dYStride, PinnedArray<int> places,
        int features, Span<float> dX)
    {
        Zero(dX);
        int* place = places.Pointer;
        for (int item = 0; item < steps.Items; item++)
        {
            for (int j = 0; j < features; j++)   // items share no rows: each element has one gradient at most
                dX[(*place++ * features) + j] = dY[(item * dYStride) + j];
        }
    }

    /// <summary>Backward of <see cref="Means"/>: dX[i] = dY[item of i] / steps of the item; 0 past the
    /// lengths.</summary>
    /// <param name="steps">The items.</param>
    /// <param name="dY">[N, F], rows dYStride apart. Read.</param>
    /// <param name="dYStride">At least F.</param>
    /// <param name="features">F.</param>
    /// <param name="dX">[T*B, F]. Overwritten.</param>
    public static void MeansBackward(PooledSteps steps, ReadOnlySpan<float> dY, int dYStride, int features,
        Span<float> dX)
    {
        Spread(steps, 0, steps.Count, dY, dYStride, null, null, features, dX);
        ClearPadding(steps, features, dX);
    }

    /// <summary>For steps first .. first + count - 1: dX[i] = weights[i]*dY[item of i] + rest[i - first].</summary>
    /// <param name="steps">The items.</param>
    /// <param name="first">The first step.</param>
    /// <param name="dY">[N, F], rows dYStride apart. Read.</param>
    /// <param name="dYStride">At least F.</param>
    /// <param name="weights">[steps.Count]. Read.</param>
    /// <param name="rest">[count, F]. Read.</param>
    /// <param name="features">F.</param>
    /// <param name="dX">[T*B, F]. Overwritten at these steps.</param>
    public static void WeightedSumsBackward(PooledSteps steps, int first, ReadOnlySpan<float> dY, int dYStride,
        ReadOnlySpan<float> weights, ReadOnlySpan<float> rest, int features, Span<float> dX)
    {
        Debug.Assert(weights.Length == steps.Count);
        fixed (float* pw = weights, pr = rest)
            Spread(steps, first, rest.Length / features, dY, dYStride, pw, pr, features, dX);
    }

    /// <summary>dX = 0 past the lengths.</summary>
    /// <param name="steps">The items.</param>
    /// <param name="features">F.</param>
    /// <param name="dX">[T*B, F]. Overwritten past the lengths.</param>
    public static void ClearPadding(PooledSteps steps, int features, Span<float> dX)
    {
        int rows = steps.Steps * steps.Batch;
        if (steps.Count == rows)
            return;

        fixed (float* p = dX)
        {
            PaddingJob job = new()
            {
                X = p,
                Lengths = steps.LengthsPointer,
                Rows = rows,
                Batch = steps.Batch,
                Features = features,
            };
            Workers.Run(ref job, Chunks(rows, StepsPerChunk),
                isSmall: (long)(rows - steps.Count) * features < SmallestShared);
        }
    }

    /// <summary>x = 0.</summary>
    /// <param name="x">Any length. Overwritten.</param>
    public static void Zero(Span<float> x)
    {
        fixed (float* p = x)
        {
            ZeroJob job = new() { X = p, Length = x.Length };
            Workers.Run(ref job, Chunks(x.Length, FloatsPerChunk), isSmall: x.Length < SmallestShared);
        }
    }

    private static void Sums(PooledSteps steps, ReadOnlySpan<float> x, int features, float* weights, Span<float> y,
        int yStride)
    {
        fixed (float* px = x, py = y)
        {
            SumsJob job = new()
            {
                X = px,
                Y = py,
                Weights = weights,
                Rows = steps.RowsPointer,
                Starts = steps.StartsPointer,
                Features = features,
                YStride = yStride,
                ColumnChunks = Chunks(features, ColumnsPerChunk),
            };
            Workers.Run(ref job, steps.Items * job.ColumnChunks, isSmall: IsSmall(steps, features));
        }
    }

    private static void Spread(PooledSteps steps, int first, int count, ReadOnlySpan<float> dY, int dYStride,
        float* weights, float* rest, int features, Span<float> dX)
    {
        fixed (float* py = dY, px = dX)
        {
            SpreadJob job = new()
            {
                DY = py,
                DX = px,
                Weights = weights,
                Rest = rest,
                Rows = steps.RowsPointer,
                ItemOf = steps.ItemOfPointer,
                Starts = steps.StartsPointer,
                First = first,
                Count = count,
                Features = features,
                DYStride = dYStride,
            };
            Workers.Run(ref job, Chunks(count, StepsPerChunk), isSmall: (long)count * features < SmallestShared);
        }
    }

    private static int Chunks(int length, int perChunk) => (int)(((long)length + perChunk - 1) / perChunk);

    private static bool IsSmall(PooledSteps steps, int features) => (long)steps.Count * features < SmallestShared;

    // Four vectors of columns side by side, so that four sums hide each other's latency; their totals lie in y.
    [MethodImpl(MethodImplOptions.NoInlining)]   // design decision D26
    private static void SumColumns<TSimd>(float* x, long stride, int* rows, float* weights, int count, float* y,
        int columns)
        where TSimd : struct, ISimd<TSimd>
    {
        int j = 0;
        for (; j <= columns - (4 * TSimd.Count); j += 4 * TSimd.Count)
        {
            float* px = x + j, py = y + j;
            for (int from = 0; from < count; from += StepsPerSum)
            {
                TSimd s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
                int end = Math.Min(count, from + StepsPerSum);
                for (int i = from; i < end; i++)
                {
                    float* row = px + (rows[i] * stride);
                    TSimd w = TSimd.Create(weights == null ? 1 : weights[i]);   // 1*x + s is x + s to the bit
                    s0 = TSimd.MultiplyAdd(w, TSimd.Load(row), s0);
                    s1 = TSimd.MultiplyAdd(w, TSimd.Load(row + TSimd.Count), s1);
                    s2 = TSimd.MultiplyAdd(w, TSimd.Load(row + (2 * TSimd.Count)), s2);
                    s3 = TSimd.MultiplyAdd(w, TSimd.Load(row + (3 * TSimd.Count)), s3);
                }

                if (from > 0)
                {
                    s0 = TSimd.Load(py) + s0;
                    s1 = TSimd.Load(py + TSimd.Count) + s1;
                    s2 = TSimd.Load(py + (2 * TSimd.Count)) + s2;
                    s3 = TSimd.Load(py + (3 * TSimd.Count)) + s3;
                }

                s0.Store(py);
                s1.Store(py + TSimd.Count);
                s2.Store(py + (2 * TSimd.Count));
                s3.Store(py + (3 * TSimd.Count));
            }
        }

        for (; j < columns; j += TSimd.Count)
        {
            int n = columns - j;
            for (int from = 0; from < count; from += StepsPerSum)
            {
                TSimd sum = TSimd.Zero;
                int end = Math.Min(count, from + StepsPerSum);
                for (int i = from; i < end; i++)
                {
                    TSimd w = TSimd.Create(weights == null ? 1 : weights[i]);
                    sum = TSimd.MultiplyAdd(w, Part.Load<TSimd>(x + j + (rows[i] * stride), n), sum);
                }

                if (from > 0)
                    sum = Part.Load<TSimd>(y + j, n) + sum;

                Part.Store(sum, y + j, n);
            }
        }

        if (weights != null)
            return;

        TSimd divisor = TSimd.Create(count);
        for (j = 0; j < columns; j += TSimd.Count)
            Part.Store(Part.Load<TSimd>(y + j, columns - j) / divisor, y + j, columns - j);
    }

    // A place is an int in the bits of a float lane, which is only moved and chosen, never computed with.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MaxColumns<TSimd>(float* x, long stride, int* rows, int count, float* y, int* places,
        int columns)
        where TSimd : struct, ISimd<TSimd>
    {
        int j = 0;
        for (; j <= columns - (2 * TSimd.Count); j += 2 * TSimd.Count)
        {
            float* px = x + j;
            TSimd place = Place<TSimd>(rows[0]);
            TSimd m0 = TSimd.Load(px + (rows[0] * stride)), p0 = place;
            TSimd m1 = TSimd.Load(px + (rows[0] * stride) + TSimd.Count), p1 = place;
            for (int i = 1; i < count; i++)
            {
                float* row = px + (rows[i] * stride);
                place = Place<TSimd>(rows[i]);
                Larger(TSimd.Load(row), place, ref m0, ref p0);
                Larger(TSimd.Load(row + TSimd.Count), place, ref m1, ref p1);
            }

            m0.Store(y + j);
            m1.Store(y + j + TSimd.Count);
            p0.Store((float*)(places + j));
            p1.Store((float*)(places + j + TSimd.Count));
        }

        for (; j < columns; j += TSimd.Count)
        {
            int n = columns - j;
            TSimd max = Part.Load<TSimd>(x + j + (rows[0] * stride), n), at = Place<TSimd>(rows[0]);
            for (int i = 1; i < count; i++)
                Larger(Part.Load<TSimd>(x + j + (rows[i] * stride), n), Place<TSimd>(rows[i]), ref max, ref at);

            Part.Store(max, y + j, n);
            Part.Store(at, (float*)(places + j), n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Place<TSimd>(int row)
        where TSimd : struct, ISimd<TSimd> => TSimd.Create(BitConverter.Int32BitsToSingle(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Larger<TSimd>(TSimd value, TSimd place, ref TSimd max, ref TSimd at)
        where TSimd : struct, ISimd<TSimd>
    {
        // Where value is a number: max < value. Where it is NaN: all bits, so that a NaN comes through.
        TSimd isLarger = TSimd.Select(TSimd.Equal(value, value), TSimd.LessThan(max, value),
            TSimd.FirstLanes(TSimd.Count));
        max = TSimd.Select(isLarger, value, max);
        at = TSimd.Select(isLarger, place, at);
    }

    private struct SumsJob : IJob, ISimdJob
    {
        public float* X, Y, Weights;
        public int* Rows, Starts;
        public int Features, YStride, ColumnChunks;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int item = chunk / ColumnChunks, column = chunk % ColumnChunks * ColumnsPerChunk, start = Starts[item];
            SumColumns<TSimd>(X + column, Features, Rows + start, Weights == null ? null : Weights + start,
                Starts[item + 1] - start, Y + ((long)item * YStride) + column,
                Math.Min(ColumnsPerChunk, Features - column));
        }
    }

    private struct MaximaJob : IJob, ISimdJob
    {
        public float* X, Y;
        public int* Rows, Starts, Places;
        public int Features, YStride, ColumnChunks;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int item = chunk / ColumnChunks, column = chunk % ColumnChunks * ColumnsPerChunk, start = Starts[item];
            MaxColumns<TSimd>(X + column, Features, Rows + start, Starts[item + 1] - start,
                Y + ((long)item * YStride) + column, Places + ((long)item * Features) + column,
                Math.Min(ColumnsPerChunk, Features - column));
        }
    }

    private struct SpreadJob : IJob, ISimdJob
    {
        public float* DY, DX, Weights, Rest;
        public int* Rows, ItemOf, Starts;
        public int First, Count, Features, DYStride;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int end = Math.Min(Count, (chunk + 1) * StepsPerChunk);
            for (int k = chunk * StepsPerChunk; k < end; k++)
            {
                int i = First + k, item = ItemOf[i];
                float weight = Weights == null ? 1f / (Starts[item + 1] - Starts[item]) : Weights[i];
                Row<TSimd>(weight, DY + ((long)item * DYStride), Rest == null ? null : Rest + ((long)k * Features),
                    DX + ((long)Rows[i] * Features), Features);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Row<TSimd>(float weight, float* dY, float* rest, float* dX, int n)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd w = TSimd.Create(weight);
            if (rest == null)
            {
                for (int j = 0; j < n; j += TSimd.Count)
                    Part.Store(w * Part.Load<TSimd>(dY + j, n - j), dX + j, n - j);
            }
            else
            {
                for (int j = 0; j < n; j += TSimd.Count)
                {
                    Part.Store(TSimd.MultiplyAdd(w, Part.Load<TSimd>(dY + j, n - j),
                        Part.Load<TSimd>(rest + j, n - j)), dX + j, n - j);
                }
            }
        }
    }

    private struct PaddingJob : IJob
    {
        public float* X;
        public int* Lengths;
        public int Rows, Batch, Features;

        public readonly void Run(int chunk)
        {
            int end = Math.Min(Rows, (chunk + 1) * StepsPerChunk);
            for (int row = chunk * StepsPerChunk; row < end; row++)
            {
                if (row / Batch >= Lengths[row % Batch])
                    new Span<float>(X + ((long)row * Features), Features).Clear();
            }
        }
    }

    private struct ZeroJob : IJob
    {
        public float* X;
        public int Length;

        public readonly void Run(int chunk)
        {
            int start = chunk * FloatsPerChunk;
            new Span<float>(X + start, Math.Min(FloatsPerChunk, Length - start)).Clear();
        }
    }
}
