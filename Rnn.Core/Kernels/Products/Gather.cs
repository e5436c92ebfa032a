using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// Products with one-hot rows: forwards a gather of rows of the table, backwards rows added into it. Indices are
/// checked once, at the door.
/// </summary>
public static class Gather
{
    private const int RowsPerChunk = 256;
    private const int ColumnsPerChunk = 128;
    private const long SmallestShared = 1 << 16;

    /// <summary>destination[i] = table[indices[i]].</summary>
    /// <param name="table">[V, width]. Read.</param>
    /// <param name="width">Columns of the table.</param>
    /// <param name="indices">[N], each 0 .. V-1. Read.</param>
    /// <param name="destination">[N, width] with rows destinationStride apart. Overwritten.</param>
    /// <param name="destinationStride">At least width.</param>
    /// <exception cref="ArgumentException">A span is too short, or an index is out of range.</exception>
    public static unsafe void CopyRows(ReadOnlySpan<float> table, int width, ReadOnlySpan<int> indices,
        Span<float> destination, int destinationStride)
    {
        Gemm.CheckOperand(nameof(Gather), nameof(destination), destination.Length, indices.Length, width,
            destinationStride);
        CheckIndices(indices, width == 0 ? int.MaxValue : table.Length / width);
        fixed (float* from = table, to = destination)
        fixed (int* index = indices)
        {
            CopyJob job = new()
            {
                Table = from,
                Width = width,
                Indices = index,
                N = indices.Length,
                To = to,
                Stride = destinationStride
            };
            Workers.Run(ref job, (indices.Length + RowsPerChunk - 1) / RowsPerChunk, IsSmall(indices.Length, width));
        }
    }

    /// <summary>
    /// table[indices[i]] += rows[i], in ascending order of i for every element, so the bits don't depend on the number
    /// of threads.
    /// </summary>
    /// <param name="indices">[N], each 0 .. V-1. Read.</param>
    /// <param name="rows">[N, width] with rows rowStride apart. Read.</param>
    /// <param name="rowStride">At least width.</param>
    /// <param name="width">Columns of the table.</param>
    /// <param name="table">[V, width]. Accumulated.</param>
    /// <exception cref="ArgumentException">A span is too short, or an index is out of range.</exception>
    public static unsafe void AddRows(ReadOnlySpan<int> indices, ReadOnlySpan<float> rows, int rowStride, int width,
        Span<float> table)
    {
        Gemm.CheckOperand(nameof(Gather), nameof(rows), rows.Length, indices.Length, width, rowStride);
        CheckIndices(indices, width == 0 ? int.MaxValue : table.Length / width);
        fixed (float* from = rows, to = table)
        fixed (int* index = indices)
        {
            AddJob job = new()
            {
                Rows = from,
                Stride = rowStride,
                Width = width,
                Indices = index,
                N = indices.Length,
                Table = to
            };
            Workers.Run(ref job, (width + ColumnsPerChunk - 1) / ColumnsPerChunk, IsSmall(indices.Length, width));
        }
    }

    private static bool IsSmall(int rows, int width) => (long)rows * width < SmallestShared;

    private static void CheckIndices(ReadOnlySpan<int> indices, int limit)
    {
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)limit)
                Throw.IndexOutside(nameof(Gather), nameof(indices), index, limit);
        }
    }

    private unsafe struct CopyJob : IJob
    {
        public float* Table;
        public int Width;
        public int* Indices;
        public int N;
        public float* To;
        public int Stride;

        public readonly void Run(int chunk)
        {
            int last = Math.Min(N, (chunk + 1) * RowsPerChunk);
            for (int i = chunk * RowsPerChunk; i < last; i++)
            {
                new ReadOnlySpan<float>(Table + ((long)Indices[i] * Width), Width)
                    .CopyTo(new Span<float>(To + ((long)i * Stride), Width));
            }
        }
    }

    private unsafe struct AddJob : IJob
    {
        public float* Rows;
        public int Stride;
        public int Width;
        public int* Indices;
        public int N;
        public float* Table;

        public readonly void Run(int chunk)
        {
            int first = chunk * ColumnsPerChunk, columns = Math.Min(ColumnsPerChunk, Width - first);
            for (int i = 0; i < N; i++)
            {
                Span<float> to = new(Table + ((long)Indices[i] * Width) + first, columns);
                Elementwise.Add(to, new ReadOnlySpan<float>(Rows + ((long)i * Stride) + first, columns), to);
            }
        }
    }
}
