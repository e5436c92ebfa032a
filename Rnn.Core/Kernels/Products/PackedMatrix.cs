using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// A matrix B [K, N] in the order in which the register tiles of Gemm read it: blocks of <see cref="Gemm.DepthBlock"/>
/// rows; in a block, panels of <see cref="MicroKernel.Columns"/> columns; in a panel, row after row. The last panel is
/// filled up with zeros. Weights that are used in many products are packed once, and where they are read once a product
/// (few rows, as in inference) in half the memory by choice: then there are whole groups of <see cref="MicroKernel.RowPanels"/>
/// panels, the last of which are zeros (design decision D108).
/// </summary>
public sealed class PackedMatrix
{
    private readonly AlignedBuffer _buffer;

    /// <summary>Room for a matrix of this shape; all zeros.</summary>
    /// <param name="rows">K, 0 or more.</param>
    /// <param name="cols">N, 0 or more.</param>
    public PackedMatrix(int rows, int cols)
        : this(rows, cols, WeightPrecision.Full)
    {
    }

    /// <summary>Room for a matrix of this shape in such numbers; all zeros.</summary>
    /// <param name="rows">K, 0 or more.</param>
    /// <param name="cols">N, 0 or more.</param>
    /// <param name="precision">What its elements are rounded to when they are packed.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or there is no such precision.</exception>
    public PackedMatrix(int rows, int cols, WeightPrecision precision)
    {
        if (rows < 0)
            Throw.NegativeSize(nameof(rows), rows);

        if (cols < 0)
            Throw.NegativeSize(nameof(cols), cols);

        if (!Enum.IsDefined(precision))
            Throw.OutOfRange(nameof(precision), (int)precision, $"{WeightPrecision.Full} or {WeightPrecision.BFloat16}");

        Rows = rows;
        Cols = cols;
        Precision = precision;
        long count = (long)rows * PackedPanels.PaddedColumns(cols, precision);
        _buffer = new AlignedBuffer(precision == WeightPrecision.BFloat16 ? count / 2 : count);
    }

    /// <summary>K.</summary>
    public int Rows { get; }

    /// <summary>N.</summary>
    public int Cols { get; }

    /// <summary>In which numbers.</summary>
    public WeightPrecision Precision { get; }

    internal unsafe PackedPanels Panels => new(_buffer.Pointer, Precision);

    /// <summary>Copies a row-major B [K, N] in.</summary>
    /// <param name="b">Row p starts at p*ldb. Read.</param>
    /// <param name="ldb">Distance of two rows, at least N.</param>
    public unsafe void Pack(ReadOnlySpan<float> b, int ldb)
    {
        Gemm.CheckOperand(nameof(PackedMatrix), nameof(b), b.Length, Rows, Cols, ldb);
        fixed (float* pb = b)
        {
            PackJob job = new() { B = pb, Ldb = ldb, Transposed = false, K = Rows, N = Cols, Packed = Panels };
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
            PackJob job = new() { B = pb, Ldb = ldb, Transposed = true, K = Rows, N = Cols, Packed = Panels };
            job.RunAll();
        }

        GC.KeepAlive(this);
    }
}

/// <summary>Packs the panels of B; a chunk is a group of panels through some rows of one block.</summary>
internal unsafe struct PackJob : IJob
{
    private const int PanelsPerChunk = 16;
    private const int RowsPerChunk = 64;   // so that weights of 128 rows are packed by two threads
    private const int SmallestShared = 1 << 14;

    public float* B;
    public int Ldb;
    public bool Transposed;
    public int K;
    public int N;
    public PackedPanels Packed;

    private int _groups;

    /// <summary>Whether it is worth a second thread.</summary>
    public readonly bool IsShared => (long)K * N >= SmallestShared;

    public void RunAll() => Run(isAlone: !IsShared);

    /// <summary>The same on this thread.</summary>
    public void RunAlone() => Run(isAlone: true);

    /// <summary>Before any is run: how many chunks there are, none where K is 0.</summary>
    public int Divide()
    {
        int panels = Gemm.PaddedColumns(N) / MicroKernel.Columns;
        _groups = (panels + PanelsPerChunk - 1) / PanelsPerChunk;
        int rows = (K + RowsPerChunk - 1) / RowsPerChunk;   // which don't cross a block: its length is a multiple
        return _groups * rows;
    }

    private void Run(bool isAlone) => Workers.Run(ref this, Divide(), isAlone);

    /// <summary>The same division with rows k0 .. k0 + kc - 1 of a job that begins with row 0; of fewer rows the last
    /// chunks are empty.</summary>
    public readonly PackJob FromStep(int k0, int kc, PackedPanels packed)
    {
        PackJob job = this;
        job.B = Gemm.FromStep(B, Ldb, !Transposed, k0);
        job.K = kc;
        job.Packed = packed;
        return job;
    }

    public readonly void Run(int chunk)
    {
        int nr = MicroKernel.Columns;
        int padded = Packed.PaddedColumns(N);
        int first = chunk % _groups * PanelsPerChunk;
        int panels = Math.Min(PanelsPerChunk, (Gemm.PaddedColumns(N) / nr) - first);
        int row = chunk / _groups * RowsPerChunk;
        int rows = Math.Min(RowsPerChunk, K - row);
        if (rows <= 0)
            return;

        int k0 = row / Gemm.DepthBlock * Gemm.DepthBlock;
        int kc = Math.Min(Gemm.DepthBlock, K - k0);
        long place = ((long)k0 * padded) + ((long)first * kc * nr) + ((long)(row - k0) * nr);
        int cols = Math.Min(panels * nr, N - (first * nr));
        if (!Packed.AreBFloat16 && !Transposed)
        {
            Copy(row, first, rows, cols, (long)kc * nr, Packed.At(place));
            return;
        }

        for (int panel = 0; panel < panels; panel++, place += (long)kc * nr)
        {
            float* to = Packed.At(place), wide = Packed.AreBFloat16 ? Gemm.ScratchPanel : to;
            Copy(row, first + panel, rows, Math.Min(nr, cols - (panel * nr)), 0, wide);
            if (Packed.AreBFloat16)
                BFloat16Pairs.Narrow(wide, rows, nr, to);
        }
    }

    // Some rows from a panel on: of the transpose one panel, else so many as the columns fill.
    private readonly void Copy(int row, int panel, int rows, int cols, long panelStep, float* to)
    {
        int nr = MicroKernel.Columns;
        if (Transposed)
            Pack.TransposedPanel(B + ((long)panel * nr * Ldb) + row, Ldb, rows, cols, nr, to);
        else
            Pack.Panels(B + ((long)row * Ldb) + (panel * nr), Ldb, rows, cols, nr, panelStep, to);
    }
}

/// <summary>The copies that bring A and B into the order of the register tiles.</summary>
internal static unsafe class Pack
{
    /// <summary>Rows of a large matrix are pages apart, where the processor does not look ahead by itself
    /// (D31).</summary>
    private const int RowsAhead = 12;

    /// <summary>Rows of up to this length are over before the processor looks ahead.</summary>
    private const int ShortRow = 128;

    /// <summary>Floats that a tile of A takes, packed by rows: whole blocks of 16 steps.</summary>
    public static int RowTileSize(int rows, int k) =>
        rows * ((k + RowBlockLayout.Depth - 1) / RowBlockLayout.Depth * RowBlockLayout.Depth);

    /// <summary>Floats that a tile of a transposed A takes.</summary>
    public static int ColumnTileSize(int rows, int k) => k * ColumnLayout.DepthStride(rows);

    /// <summary>to[p*width + j] = b[p*ldb + j], zeros for j >= cols: one panel.</summary>
    public static void Panel(float* b, int ldb, int k, int cols, int width, float* to) =>
        Panels(b, ldb, k, cols, width, 0, to);

    /// <summary>
    /// Panels side by side, panelStep apart, row by row: what is read is contiguous. The last is filled up with zeros.
    /// </summary>
    public static void Panels(float* b, int ldb, int k, int cols, int width, long panelStep, float* to)
    {
        for (int p = 0; p < k; p++, b += ldb, to += width)
        {
            float* target = to;
            int j = 0;
            bool ahead = p < k - RowsAhead;
            for (; j <= cols - width; j += width, target += panelStep)
            {
                if (ahead)
                    Prefetch(b + j + ((long)RowsAhead * ldb), width);

                for (int i = 0; i < width; i += 8)
                    Vector256.Store(Vector256.Load(b + j + i), target + i);
            }

            if (j < cols)
            {
                Copy(b + j, target, cols - j);
                new Span<float>(target + (cols - j), width - (cols - j)).Clear();
            }
        }
    }

    /// <summary>to[p*width + j] = b[j*ldb + p], zeros for j >= cols.</summary>
    public static void TransposedPanel(float* b, int ldb, int k, int cols, int width, float* to)
    {
        Debug.Assert(cols <= width && width % 4 == 0);
        int j = 0;
        if (Avx.IsSupported)
        {
            for (; j <= cols - 8; j += 8)
            {
                for (int i = j + 8; i < Math.Min(j + 16, cols); i++)
                    Prefetch(b + ((long)i * ldb), k);

                Transpose8(b + ((long)j * ldb), ldb, k, width, to + j);
            }
        }

        for (; j <= cols - 4; j += 4)
            Transpose4(b + ((long)j * ldb), ldb, k, width, to + j);

        for (; j < cols; j++)
        {
            float* from = b + ((long)j * ldb);
            float* target = to + j;
            for (int p = 0; p < k; p++, target += width)
                *target = from[p];
        }

        if (j < width)
        {
            for (int p = 0; p < k; p++, to += width)
            {
                int i = j;
                for (; (i & 3) != 0; i++)
                    to[i] = 0;

                for (; i < width; i += 4)
                    Vector128.Store(Vector128<float>.Zero, to + i);
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
                    Copy16(from, to);
                else
                    Copy(from, to, steps);
            }
        }
    }

    /// <summary>Tiles of A below one another, each as <see cref="RowBlocks"/> packs it; the first
    /// <paramref name="longer"/> have one row more.</summary>
    public static void RowTiles(float* a, int lda, int tiles, int rowsPerTile, int longer, int k, float* to)
    {
        for (int tile = 0; tile < tiles; tile++)
        {
            int rows = rowsPerTile + (tile < longer ? 1 : 0);
            for (int i = rows; i < 2 * rows && k <= ShortRow && tile < tiles - 1; i++)
                Prefetch(a + ((long)i * lda), k);

            RowBlocks(a, lda, rows, k, to);
            a += (long)rows * lda;
            to += RowTileSize(rows, k);
        }
    }

    /// <summary>A transposed A, one tile: to[p*stride + i] = a[p*lda + i].</summary>
    public static void Columns(float* a, int lda, int rows, int k, float* to) =>
        ColumnTiles(a, lda, 1, rows, 0, k, to);

    /// <summary>
    /// Tiles of a transposed A side by side, step by step: what is read is contiguous. Whole vectors are copied, with
    /// numbers that nobody reads at their ends (D31), except in the last step, after which the matrix may end.
    /// </summary>
    public static void ColumnTiles(float* a, int lda, int tiles, int rowsPerTile, int longer, int k, float* to)
    {
        for (int p = 0; p < k; p++, a += lda)
        {
            float* from = a, tileStart = to;
            bool ahead = p < k - RowsAhead, last = p == k - 1 || lda < 16;
            for (int tile = 0; tile < tiles; tile++)
            {
                if (ahead)
                    Prefetch(from + ((long)RowsAhead * lda), 1);

                int rows = rowsPerTile + (tile < longer ? 1 : 0), stride = ColumnLayout.DepthStride(rows);
                float* target = tileStart + ((long)p * stride);
                if (last)
                    Copy(from, target, rows);
                else if (stride == 16)
                    Copy16(from, target);
                else
                    Vector256.Store(Vector256.Load(from), target);

                from += rows;
                tileStart += (long)k * stride;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* from, int count)
    {
        if (Sse.IsSupported)
        {
            for (int i = 0; i < count; i += 16)
                Sse.Prefetch0(from + i);
        }
    }

    private static void Copy16(float* from, float* to) => Vector512.Store(Vector512.Load(from), to);

    private static void Copy(float* from, float* to, int count)
    {
        int i = 0;
        for (; i <= count - 4; i += 4)
            Vector128.Store(Vector128.Load(from + i), to + i);

        for (; i < count; i++)
            to[i] = from[i];
    }

    // Eight rows, eight steps at a time: pairs, then fours, then halves change places.
    private static void Transpose8(float* b, int ldb, int k, int width, float* to)
    {
        float* b4 = b + (4L * ldb);
        int p = 0;
        for (; p <= k - 8; p += 8, to += 8 * width)
        {
            Vector256<float> r0 = Vector256.Load(b + p), r1 = Vector256.Load(b + ldb + p);
            Vector256<float> r2 = Vector256.Load(b + (2L * ldb) + p), r3 = Vector256.Load(b + (3L * ldb) + p);
            Vector256<float> r4 = Vector256.Load(b4 + p), r5 = Vector256.Load(b4 + ldb + p);
            Vector256<float> r6 = Vector256.Load(b4 + (2L * ldb) + p), r7 = Vector256.Load(b4 + (3L * ldb) + p);
            Vector256<float> s0 = Avx.UnpackLow(r0, r1), s1 = Avx.UnpackHigh(r0, r1);
            Vector256<float> s2 = Avx.UnpackLow(r2, r3), s3 = Avx.UnpackHigh(r2, r3);
            Vector256<float> s4 = Avx.UnpackLow(r4, r5), s5 = Avx.UnpackHigh(r4, r5);
            Vector256<float> s6 = Avx.UnpackLow(r6, r7), s7 = Avx.UnpackHigh(r6, r7);
            const byte low = 0x44, high = 0xEE;
            r0 = Avx.Shuffle(s0, s2, low);
            r1 = Avx.Shuffle(s0, s2, high);
            r2 = Avx.Shuffle(s1, s3, low);
            r3 = Avx.Shuffle(s1, s3, high);
            r4 = Avx.Shuffle(s4, s6, low);
            r5 = Avx.Shuffle(s4, s6, high);
            r6 = Avx.Shuffle(s5, s7, low);
            r7 = Avx.Shuffle(s5, s7, high);
            const byte lower = 0x20, upper = 0x31;
            Vector256.Store(Avx.Permute2x128(r0, r4, lower), to);
            Vector256.Store(Avx.Permute2x128(r1, r5, lower), to + width);
            Vector256.Store(Avx.Permute2x128(r2, r6, lower), to + (2 * width));
            Vector256.Store(Avx.Permute2x128(r3, r7, lower), to + (3 * width));
            Vector256.Store(Avx.Permute2x128(r0, r4, upper), to + (4 * width));
            Vector256.Store(Avx.Permute2x128(r1, r5, upper), to + (5 * width));
            Vector256.Store(Avx.Permute2x128(r2, r6, upper), to + (6 * width));
            Vector256.Store(Avx.Permute2x128(r3, r7, upper), to + (7 * width));
        }

        if (p < k)
        {
            Transpose4(b + p, ldb, k - p, width, to);
            Transpose4(b4 + p, ldb, k - p, width, to + 4);
        }
    }

    private static void Transpose4(float* b, int ldb, int k, int width, float* to)
    {
        float* b1 = b + ldb;
        float* b2 = b1 + ldb;
        float* b3 = b2 + ldb;
        for (int p = 0; p < k; p++, to += width)
            Vector128.Store(Vector128.Create(b[p], b1[p], b2[p], b3[p]), to);
    }
}
