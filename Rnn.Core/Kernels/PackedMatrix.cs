using System;
using System.Diagnostics;
using System.Runtime.Intrinsics;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels;

/// <summary>
/// A matrix B [K, N] in the order in which the register tiles of Gemm read it: blocks of <see cref="Gemm.DepthBlock"/>
/// rows; in a block, panels of <see cref="MicroKernel.Columns"/> columns; in a panel, row after row. The last panel is
/// filled up with zeros. Weights that are used in many products are packed once.
/// </summary>
public sealed class PackedMatrix
{
    private readonly AlignedBuffer _buffer;

    /// <summary>Room for a matrix of this shape; all zeros.</summary>
    /// <param name="rows">K, 0 or more.</param>
    /// <param name="cols">N, 0 or more.</param>
    public PackedMatrix(int rows, int cols)
    {
        if (rows < 0)
        {
            Throw.NegativeSize(nameof(rows), rows);
        }

        if (cols < 0)
        {
            Throw.NegativeSize(nameof(cols), cols);
        }

        Rows = rows;
        Cols = cols;
        _buffer = new AlignedBuffer((long)rows * Gemm.PaddedColumns(cols));
    }

    /// <summary>K.</summary>
    public int Rows { get; }

    /// <summary>N.</summary>
    public int Cols { get; }

    internal unsafe float* Pointer => _buffer.Pointer;

    /// <summary>Copies a row-major B [K, N] in.</summary>
    /// <param name="b">Row p starts at p*ldb. Read.</param>
    /// <param name="ldb">Distance of two rows, at least N.</param>
    public unsafe void Pack(ReadOnlySpan<float> b, int ldb)
    {
        Gemm.CheckOperand(nameof(PackedMatrix), nameof(b), b.Length, Rows, Cols, ldb);
        fixed (float* pb = b)
        {
            PackJob job = new() { B = pb, Ldb = ldb, Transposed = false, K = Rows, N = Cols, Packed = Pointer };
            job.RunAll();
        }

        GC.KeepAlive(this);
    }

    /// <summary>Copies the transpose of a row-major matrix [N, K] in.</summary>
    /// <param name="b">Row j, column j of B, starts at j*ldb. Read.</param>
    /// <param name="ldb">Distance of two rows, at least K.</param>
    public unsafe void PackTransposed(ReadOnlySpan<float> b, int ldb)
    {
        Gemm.CheckOperand(nameof(PackedMatrix), nameof(b), b.Length, Cols, Rows, ldb);
        fixed (float* pb = b)
        {
            PackJob job = new() { B = pb, Ldb = ldb, Transposed = true, K = Rows, N = Cols, Packed = Pointer };
            job.RunAll();
        }

        GC.KeepAlive(this);
    }
}

/// <summary>Packs the panels of B; a chunk is a group of panels through all blocks of rows.</summary>
internal unsafe struct PackJob : IJob
{
    private const int PanelsPerChunk = 4;
    private const int SmallestShared = 1 << 14;

    public float* B;
    public int Ldb;
    public bool Transposed;
    public int K;
    public int N;
    public float* Packed;

    public void RunAll()
    {
        int panels = Gemm.PaddedColumns(N) / MicroKernel.Columns;
        int chunks = (panels + PanelsPerChunk - 1) / PanelsPerChunk;
        Workers.Run(ref this, chunks, isSmall: (long)K * N < SmallestShared);
    }

    public readonly void Run(int chunk)
    {
        int nr = MicroKernel.Columns;
        int padded = Gemm.PaddedColumns(N);
        int last = Math.Min((chunk + 1) * PanelsPerChunk, padded / nr);
        for (int panel = chunk * PanelsPerChunk; panel < last; panel++)
        {
            int cols = Math.Min(nr, N - (panel * nr));
            for (int k0 = 0; k0 < K; k0 += Gemm.DepthBlock)
            {
                int kc = Math.Min(Gemm.DepthBlock, K - k0);
                float* to = Packed + ((long)k0 * padded) + ((long)panel * kc * nr);
                if (Transposed)
                {
                    Pack.TransposedPanel(B + ((long)panel * nr * Ldb) + k0, Ldb, kc, cols, nr, to);
                }
                else
                {
                    Pack.Panel(B + ((long)k0 * Ldb) + (panel * nr), Ldb, kc, cols, nr, to);
                }
            }
        }
    }
}

/// <summary>The copies that bring A and B into the order of the register tiles.</summary>
internal static unsafe class Pack
{
    /// <summary>to[p*width + j] = b[p*ldb + j], zeros for j >= cols.</summary>
    public static void Panel(float* b, int ldb, int k, int cols, int width, float* to)
    {
        for (int p = 0; p < k; p++)
        {
            Copy(b, to, cols);
            for (int j = cols; j < width; j++)
            {
                to[j] = 0;
            }

            b += ldb;
            to += width;
        }
    }

    /// <summary>to[p*width + j] = b[j*ldb + p], zeros for j >= cols.</summary>
    public static void TransposedPanel(float* b, int ldb, int k, int cols, int width, float* to)
    {
        Debug.Assert(cols <= width);
        int full = cols & ~3;
        for (int j = 0; j < full; j += 4)
        {
            Transpose4(b + ((long)j * ldb), ldb, k, width, to + j);
        }

        for (int j = full; j < width; j++)
        {
            float* from = b + ((long)j * ldb);
            float* target = to + j;
            for (int p = 0; p < k; p++, target += width)
            {
                *target = j < cols ? from[p] : 0;
            }
        }
    }

    /// <summary>A in blocks of 16 steps: to[(p/16)*16*rows + i*16 + p%16] = a[i*lda + p].</summary>
    public static void RowBlocks(float* a, int lda, int rows, int k, float* to)
    {
        const int depth = RowBlockLayout.Depth;
        for (int p = 0; p < k; p += depth)
        {
            int steps = Math.Min(depth, k - p);
            float* from = a + p;
            for (int i = 0; i < rows; i++, from += lda, to += depth)
            {
                if (steps == depth)
                {
                    Copy16(from, to);
                }
                else
                {
                    Copy(from, to, steps);
                }
            }
        }
    }

    /// <summary>A transposed A: to[p*rows + i] = a[p*lda + i].</summary>
    public static void Columns(float* a, int lda, int rows, int k, float* to)
    {
        for (int p = 0; p < k; p++, a += lda, to += rows)
        {
            Copy(a, to, rows);
        }
    }

    private static void Copy16(float* from, float* to) => Vector512.Store(Vector512.Load(from), to);

    private static void Copy(float* from, float* to, int count)
    {
        int i = 0;
        for (; i <= count - 4; i += 4)
        {
            Vector128.Store(Vector128.Load(from + i), to + i);
        }

        for (; i < count; i++)
        {
            to[i] = from[i];
        }
    }

    private static void Transpose4(float* b, int ldb, int k, int width, float* to)
    {
        float* b1 = b + ldb;
        float* b2 = b1 + ldb;
        float* b3 = b2 + ldb;
        for (int p = 0; p < k; p++, to += width)
        {
            Vector128.Store(Vector128.Create(b[p], b1[p], b2[p], b3[p]), to);
        }
    }
}
