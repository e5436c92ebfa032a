using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// Many small products: C_i = op(A_i)*op(B_i). Each is done by one thread from beginning to end; the elements have the
/// bits that <see cref="Gemm"/> would give them (design decision D10), on any number of threads.
/// </summary>
public static class BatchedGemm
{
    /// <summary>Multiply-adds of a chunk, some microseconds, so that a thread's start is worth it.</summary>
    private const long WorkPerChunk = 1 << 17;

    private const int ChunksPerThread = 16;

    /// <summary>Products that have less in all are done by the caller alone.</summary>
    private const long SmallestShared = 1 << 18;

    /// <summary>Rows of C done together: their A is packed once, each panel of B once for them.</summary>
    private const int RowBlock = 128;

    /// <summary>A B whose rows are no further apart is read where it lies: all of it is in the cache.</summary>
    private const int DirectStride = 128;

    // What RowBlock rows take when packed by columns: 10 tiles of 13 rows take 16 each, 22 of 6 take 8.
    private const int PackedA = RowBlock * 8 / 5 * Gemm.DepthBlock;

    [ThreadStatic]
    private static AlignedBuffer? t_scratch;

    /// <summary>C_i = op(A_i)*op(B_i), or C_i += op(A_i)*op(B_i), for all matrices of the batch.</summary>
    /// <param name="form">Which operand is transposed.</param>
    /// <param name="a">Read.</param>
    /// <param name="aLayout">Matrices [M, K], or [K, M] for TN.</param>
    /// <param name="b">Read.</param>
    /// <param name="bLayout">As many matrices [K, N], or [N, K] for NT. A stride of 0 gives many products the same
    /// one.</param>
    /// <param name="c">Overwritten or added to; nothing between the rows is touched. Must not overlap what is read of A
    /// or B; a buffer may hold them side by side.</param>
    /// <param name="cLayout">As many matrices [M, N], of which no two share an element.</param>
    /// <param name="add">Whether to add to C; by default it is overwritten.</param>
    /// <exception cref="ArgumentException">The numbers or shapes disagree, a buffer is too short, or matrices of C
    /// share elements.</exception>
    public static unsafe void Multiply(GemmForm form, ReadOnlySpan<float> a, in BatchLayout aLayout,
        ReadOnlySpan<float> b, in BatchLayout bLayout, Span<float> c, in BatchLayout cLayout, bool add = false)
    {
        bool aTransposed = form == GemmForm.TN;
        bool bTransposed = form == GemmForm.NT;
        int m = cLayout.Rows, n = cLayout.Cols, k = aTransposed ? aLayout.Rows : aLayout.Cols;
        if (aLayout.Count != cLayout.Count || bLayout.Count != cLayout.Count
            || (aTransposed ? aLayout.Cols : aLayout.Rows) != m
            || (bTransposed ? bLayout.Rows : bLayout.Cols) != n
            || (bTransposed ? bLayout.Cols : bLayout.Rows) != k)
        {
            RefuseShapes(form, aLayout, bLayout, cLayout);
        }

        aLayout.Check(nameof(BatchedGemm), nameof(a), a.Length);
        bLayout.Check(nameof(BatchedGemm), nameof(b), b.Length);
        cLayout.Check(nameof(BatchedGemm), nameof(c), c.Length);
        if (!cLayout.IsDisjoint)
            Throw.MatricesOverlap(nameof(BatchedGemm), nameof(c), cLayout.ToString());

        if (cLayout.Length == 0)
            return;

        fixed (float* pa = a, pb = b, pc = c)
        {
            Job job = new()
            {
                ATransposed = aTransposed,
                BTransposed = bTransposed,
                K = k,
                A = pa,
                LayoutA = aLayout,
                B = pb,
                LayoutB = bLayout,
                C = pc,
                LayoutC = cLayout,
                Add = add,
            };
            job.RunAll();
        }
    }

    // Apart, so that no text is made where nothing is wrong.
    private static void RefuseShapes(GemmForm form, in BatchLayout a, in BatchLayout b, in BatchLayout c) =>
        Throw.ProductShapes(nameof(BatchedGemm), form.ToString(), a.ToString(), b.ToString(), c.ToString(),
            Gemm.Shapes(form) + ", and as many of each");

    /// <summary>One product on this thread.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void Product(in Operands x, int m, int n, int k, bool add, ref Ahead ahead)
    {
        for (int i = 0; i < m && k == 0 && !add; i++)
            new Span<float>(x.C + ((long)i * x.Ldc), n).Clear();

        // A narrow rest of columns gets tiles of half the width, so that fewer lanes are idle: as many operations a
        // cycle where 512 bits take two (Zen 4), and no fewer useful ones elsewhere.
        int rest = n % MicroKernel.Columns;
        int narrow = rest <= MicroKernel.NarrowColumns ? rest : 0;
        int wide = n - narrow;
        int blocks = (m + RowBlock - 1) / RowBlock;
        for (int k0 = 0; k0 < k; k0 += Gemm.DepthBlock)
        {
            int kc = Math.Min(Gemm.DepthBlock, k - k0);
            for (int block = 0; block < blocks; block++)
            {
                int row = (int)((long)m * block / blocks);
                int rows = (int)((long)m * (block + 1) / blocks) - row;
                Operands part = x.From(row, k0);
                if (wide > 0)
                {
                    Panels(part, rows, 0, wide, kc, add || k0 > 0, ref ahead, MicroKernel.For(x.ATransposed),
                        MicroKernel.MaxRows, MicroKernel.Columns);
                }

                if (narrow > 0)
                {
                    Panels(part, rows, wide, n, kc, add || k0 > 0, ref ahead, MicroKernel256.For(x.ATransposed),
                        MicroKernel256.MaxRows, MicroKernel256.Columns);
                }
            }
        }
    }

    /// <summary>Columns firstColumn .. lastColumn-1 of up to RowBlock rows, one block of k.</summary>
    private static unsafe void Panels(in Operands x, int m, int firstColumn, int lastColumn, int kc, bool add,
        ref Ahead ahead, delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>* kernels, int maxRows,
        int nr)
    {
        float* packedA = Scratch;
        float* panel = packedA + PackedA;
        float* edge = panel + (Gemm.DepthBlock * MicroKernel.Columns);
        int tiles = (m + maxRows - 1) / maxRows;
        int rowsPerTile = m / tiles;
        int longer = m - (rowsPerTile * tiles);   // the first tiles have one row more: no short tile at the end
        if (x.ATransposed)
            Pack.ColumnTiles(x.A, x.Lda, tiles, rowsPerTile, longer, kc, packedA);
        else
            Pack.RowTiles(x.A, x.Lda, tiles, rowsPerTile, longer, kc, packedA);

        for (int j = firstColumn; j < lastColumn; j += nr)
        {
            int cols = Math.Min(nr, lastColumn - j);
            float* b = panel;
            int bStep = nr;
            if (x.BTransposed)
            {
                Pack.TransposedPanel(x.B + ((long)j * x.Ldb), x.Ldb, kc, cols, nr, panel);
            }
            else if (cols < nr || (tiles > 1 && x.Ldb > DirectStride))
            {
                Pack.Panel(x.B + j, x.Ldb, kc, cols, nr, panel);
            }
            else
            {
                b = x.B + j;
                bStep = x.Ldb;
            }

            float* aTile = packedA;
            float* c = x.C + j;
            for (int tile = 0; tile < tiles; tile++)
            {
                int rows = rowsPerTile + (tile < longer ? 1 : 0);
                if (cols == nr)
                {
                    kernels[rows](kc, aTile, b, bStep, b, 0, c, x.Ldc, add);
                }
                else
                {
                    kernels[rows](kc, aTile, b, bStep, b, 0, edge, nr, false);
                    Gemm.CopyEdge(edge, nr, rows, cols, c, x.Ldc, add);
                }

                ahead.Step();
                aTile += x.ATransposed ? Pack.ColumnTileSize(rows, kc) : Pack.RowTileSize(rows, kc);
                c += (long)rows * x.Ldc;
            }
        }
    }

    /// <summary>This thread's buffer: packed rows of A, a panel of B, a tile of C.</summary>
    private static unsafe float* Scratch => (t_scratch ??= new AlignedBuffer(
        PackedA + (MicroKernel.Columns * (Gemm.DepthBlock + MicroKernel.MaxRows)))).Pointer;

    /// <summary>The matrices of one product.</summary>
    private unsafe struct Operands
    {
        public bool ATransposed;
        public bool BTransposed;
        public float* A;
        public int Lda;
        public float* B;
        public int Ldb;
        public float* C;
        public int Ldc;

        /// <summary>From a row of C and a step of k on.</summary>
        public readonly Operands From(int row, int k0)
        {
            Operands part = this;
            part.A += ATransposed ? ((long)k0 * Lda) + row : ((long)row * Lda) + k0;
            part.B += BTransposed ? k0 : (long)k0 * Ldb;
            part.C += (long)row * Ldc;
            return part;
        }
    }

    /// <summary>
    /// Asks for the matrices of the next product while this one is computed, some rows after each tile: they are seldom
    /// in the cache, and their rows may be pages apart, where the processor does not look ahead by itself.
    /// </summary>
    private unsafe struct Ahead
    {
        private Rows _a;
        private Rows _b;

        public Ahead(float* a, in BatchLayout layoutA, float* b, in BatchLayout layoutB, int tiles)
        {
            _a = new Rows(a, layoutA, tiles);
            _b = new Rows(b, layoutB, tiles);
        }

        public void Step()
        {
            _a.Step();
            _b.Step();
        }

        private struct Rows
        {
            // Lines of a second-level cache's set, and its sets: where rows fall on few sets, they would drive each
            // other out before they are read.
            private const int Ways = 8, Sets = 2048, Line = 16;

            private readonly int _cols;
            private readonly int _stride;
            private readonly int _perStep;
            private float* _next;
            private int _left;

            public Rows(float* first, in BatchLayout layout, int steps)
            {
                int lines = Math.Max(1, layout.RowStride / Line), apart = Math.Min(lines & -lines, Sets);
                _next = first;
                _cols = layout.Cols;
                _stride = layout.RowStride;
                _left = layout.Rows <= Ways / 2 * (Sets / apart) ? layout.Rows : 0;
                _perStep = (layout.Rows + steps - 1) / steps;
            }

            public void Step()
            {
                int rows = Math.Min(_perStep, _left);
                _left -= rows;
                for (; rows > 0; rows--, _next += _stride)
                {
                    for (int j = 0; j < _cols; j += Line)
                        MicroKernel.PrefetchPanel(_next + j);

                    MicroKernel.PrefetchPanel(_next + _cols - 1);
                }
            }
        }
    }

    /// <summary>A chunk is some matrices that follow one another.</summary>
    private unsafe struct Job : IJob
    {
        public bool ATransposed;
        public bool BTransposed;
        public int K;
        public float* A;
        public BatchLayout LayoutA;
        public float* B;
        public BatchLayout LayoutB;
        public float* C;
        public BatchLayout LayoutC;
        public bool Add;

        private int _perChunk;

        public void RunAll()
        {
            int count = LayoutC.Count;
            long work = (long)LayoutC.Rows * LayoutC.Cols * Math.Max(1, K);
            // Long runs where there is enough for all: a thread then has the matrices that it has asked for.
            long share = count / (ChunksPerThread * (long)Workers.Count);
            _perChunk = (int)Math.Clamp(WorkPerChunk / work, Math.Max(1, share), count);
            Workers.Run(ref this, (count + _perChunk - 1) / _perChunk, isSmall: work < SmallestShared / count);
        }

        public readonly void Run(int chunk)
        {
            int last = (int)Math.Min(LayoutC.Count, (chunk + 1L) * _perChunk);
            int tiles = ((LayoutC.Rows + MicroKernel.MaxRows - 1) / MicroKernel.MaxRows)
                * ((LayoutC.Cols + MicroKernel.Columns - 1) / MicroKernel.Columns);
            for (int i = chunk * _perChunk; i < last; i++)
            {
                Operands operands = new()
                {
                    ATransposed = ATransposed,
                    BTransposed = BTransposed,
                    A = A + LayoutA.Start(i),
                    Lda = LayoutA.RowStride,
                    B = B + LayoutB.Start(i),
                    Ldb = LayoutB.RowStride,
                    C = C + LayoutC.Start(i),
                    Ldc = LayoutC.RowStride,
                };
                Ahead ahead = i + 1 < LayoutC.Count
                    ? new Ahead(A + LayoutA.Start(i + 1), LayoutA, B + LayoutB.Start(i + 1), LayoutB, tiles) : default;
                Product(operands, LayoutC.Rows, LayoutC.Cols, K, Add, ref ahead);
            }
        }
    }
}
