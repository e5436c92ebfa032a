using System;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// <see cref="Elementwise"/> and <see cref="Reductions"/> over long spans, with all workers: the same bits as there,
/// for any number of threads, since chunks are those of Reductions and an element's bits don't depend on its position.
/// </summary>
internal static unsafe class SharedPasses
{
    private const int ElementwiseChunk = 16384;
    private const int SmallestShared = 1 << 15;

    private enum Operation
    {
        Scale,
        Clip,
        Add,
        Clear,
    }

    /// <summary>The sum of the squares of all elements, in double. The bits of Reductions.SumOfSquares.</summary>
    /// <param name="x">Any length. Read.</param>
    public static double SumOfSquares(ReadOnlySpan<float> x)
    {
        fixed (float* p = x)
        {
            SumOfSquaresJob job = new() { X = p, Length = x.Length };
            return OrderedSum.Run(job, Chunks(x.Length, Reductions.ChunkLength), x.Length);
        }
    }

    /// <summary>x = 0.</summary>
    public static void Clear(Span<float> x) => Run(Operation.Clear, default, 0, x);

    /// <summary>x *= factor.</summary>
    public static void Scale(Span<float> x, float factor) => Run(Operation.Scale, default, factor, x);

    /// <summary>x = x cut to [-limit, limit]. NaN stays NaN.</summary>
    public static void Clip(Span<float> x, float limit) => Run(Operation.Clip, default, limit, x);

    /// <summary>sum += x.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="sum">As long as x. Accumulated.</param>
    public static void Add(ReadOnlySpan<float> x, Span<float> sum) => Run(Operation.Add, x, 0, sum);

    /// <summary>y[i] += row for every row i of y.</summary>
    /// <param name="row">[C]. Read.</param>
    /// <param name="y">[N, C]. Accumulated.</param>
    public static void AddRow(ReadOnlySpan<float> row, Span<float> y)
    {
        if (row.IsEmpty)
            return;

        fixed (float* pr = row, py = y)
        {
            int rowsPerChunk = Math.Max(1, ElementwiseChunk / row.Length), rows = y.Length / row.Length;
            AddRowJob job = new() { Row = pr, Columns = row.Length, Y = py, Rows = rows, RowsPerChunk = rowsPerChunk };
            Workers.Run(ref job, Chunks(rows, rowsPerChunk), isSmall: y.Length < SmallestShared);
        }
    }

    private static void Run(Operation operation, ReadOnlySpan<float> x, float number, Span<float> y)
    {
        fixed (float* px = x, py = y)
        {
            ElementwiseJob job = new() { Operation = operation, X = px, Number = number, Y = py, Length = y.Length };
            Workers.Run(ref job, Chunks(y.Length, ElementwiseChunk), isSmall: y.Length < SmallestShared);
        }
    }

    private static int Chunks(int length, int chunkLength) => (int)(((long)length + chunkLength - 1) / chunkLength);

    private struct SumOfSquaresJob : ISumJob
    {
        public float* X;
        public int Length;

        public readonly double Run(int chunk)
        {
            int start = chunk * Reductions.ChunkLength;
            return Reductions.SumOfSquares(
                new ReadOnlySpan<float>(X + start, Math.Min(Reductions.ChunkLength, Length - start)));
        }
    }

    private struct AddRowJob : IJob
    {
        public float* Row, Y;
        public int Columns, Rows, RowsPerChunk;

        public readonly void Run(int chunk)
        {
            ReadOnlySpan<float> row = new(Row, Columns);
            int end = Math.Min(Rows, (chunk + 1) * RowsPerChunk);
            for (int i = chunk * RowsPerChunk; i < end; i++)
            {
                Span<float> y = new(Y + ((long)i * Columns), Columns);
                Elementwise.Add(y, row, y);
            }
        }
    }

    private struct ElementwiseJob : IJob
    {
        public Operation Operation;
        public float* X, Y;
        public float Number;
        public int Length;

        public readonly void Run(int chunk)
        {
            int start = chunk * ElementwiseChunk;
            int count = Math.Min(ElementwiseChunk, Length - start);
            Span<float> y = new(Y + start, count);
            switch (Operation)
            {
                case Operation.Scale:
                    Elementwise.Scale(y, Number, y);
                    break;
                case Operation.Clip:
                    Elementwise.Clip(y, -Number, Number, y);
                    break;
                case Operation.Clear:
                    y.Clear();
                    break;
                default:
                    Elementwise.Add(y, new ReadOnlySpan<float>(X + start, count), y);
                    break;
            }
        }
    }
}
