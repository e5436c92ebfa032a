using System;
using System.Runtime.Intrinsics;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// The blocked path: B in packed panels shared by all threads, A packed tile by tile into a buffer of each thread.
/// For a chunk of rows: panels of B outside, tiles of A inside, so that A stays in the second-level cache.
/// </summary>
public static partial class Gemm
{
    /// <summary>Rows packed at a time: with DepthBlock steps 256 kB, well inside a second-level cache.</summary>
    private const int RowBlock = 128;

    /// <summary>A packed B of up to this many floats is made whole: C is then finished block by block of rows, while
    /// it is in the cache. A larger one is made, and used, one block of k at a time; by several threads two blocks, as
    /// long as that is no more than four times as much.</summary>
    private const long WholeB = 1 << 22;

    /// <summary>Products with fewer multiply-adds than this are not worth a second thread.</summary>
    private const long SmallestShared = 1 << 17;

    [ThreadStatic]
    private static AlignedBuffer? t_packedA;

    [ThreadStatic]
    private static AlignedBuffer? t_packedB;

    [ThreadStatic]
    private static AlignedBuffer? t_panel;

    [ThreadStatic]
    private static AlignedBuffer? t_order;

    /// <summary>The most floats that RowBlock rows of A take when packed: tiles of 13 rows take 16.</summary>
    private const int PackedA = RowBlock * 3 / 2 * DepthBlock;

    /// <summary>This thread's buffer for packed rows of A, and a tile of C behind it.</summary>
    private static unsafe float* ScratchA =>
        (t_packedA ??= new AlignedBuffer(PackedA + (MicroKernel.MaxRows * MicroKernel.Columns))).Pointer;

    /// <summary>This thread's buffer for a packed B of so many floats, until the next call.</summary>
    private static unsafe float* ScratchB(long floats) => AlignedBuffer.AtLeast(ref t_packedB, floats).Pointer;

    /// <summary>This thread's buffer for a panel through one block of k.</summary>
    internal static unsafe float* ScratchPanel => (t_panel ??= new AlignedBuffer(DepthBlock * MicroKernel.Columns)).Pointer;

    /// <summary>
    /// C1 += A1^T*B and C2 += A2^T*B: two products that share B, which is packed once. The gradients of a recurrent
    /// layer's two weight matrices.
    /// </summary>
    /// <param name="n">N, columns of B, C1 and C2.</param>
    /// <param name="k">K, rows of all operands.</param>
    /// <param name="a1">[K, m1]. Read.</param>
    /// <param name="m1">Rows of C1.</param>
    /// <param name="a2">[K, m2]. Read.</param>
    /// <param name="m2">Rows of C2.</param>
    /// <param name="b">[K, N], rows ldb apart. Read.</param>
    /// <param name="ldb">At least N.</param>
    /// <param name="c1">[m1, N]. Added to.</param>
    /// <param name="c2">[m2, N]. Added to.</param>
    internal static unsafe void AddTransposedPair(int n, int k, ReadOnlySpan<float> a1, int m1, ReadOnlySpan<float> a2,
        int m2, ReadOnlySpan<float> b, int ldb, Span<float> c1, Span<float> c2)
    {
        CheckOperand(nameof(Gemm), nameof(a1), a1.Length, k, m1, m1);
        CheckOperand(nameof(Gemm), nameof(a2), a2.Length, k, m2, m2);
        CheckOperand(nameof(Gemm), nameof(b), b.Length, k, n, ldb);
        CheckOperand(nameof(Gemm), nameof(c1), c1.Length, m1, n, n);
        CheckOperand(nameof(Gemm), nameof(c2), c2.Length, m2, n, n);
        fixed (float* pa1 = a1, pa2 = a2, pb = b, pc1 = c1, pc2 = c2)
        {
            Factor second = new() { M = m2, A = pa2, Lda = m2, C = pc2, Ldc = n };
            Blocked(true, false, m1, n, k, pa1, m1, pb, ldb, pc1, n, add: true, second);
        }
    }

    private static unsafe void Blocked(bool aTransposed, bool bTransposed, int m, int n, int k, float* a, int lda,
        float* b, int ldb, float* c, int ldc, bool add, in Factor second = default)
    {
        Factor first = new() { M = m, A = a, Lda = lda, C = c, Ldc = ldc };
        long padded = PaddedColumns(n);
        int depth = k * padded <= WholeB ? k : Math.Min(k, DepthBlock);
        if (k > depth && Workers.Count > 1 && 2 * depth * padded <= 4 * WholeB)
        {
            BlocksInOrder(aTransposed, bTransposed, n, k, b, ldb, add, first, second);
            return;
        }

        PackedPanels panels = PackedPanels.OfFloats(ScratchB(depth * padded));
        BlockJob product = ProductOf(aTransposed, n, depth, first, add);
        BlockJob other = ProductOf(aTransposed, n, depth, second, add);
        PackJob packing = PackingOf(bTransposed, n, depth, b, ldb);
        for (int k0 = 0; k0 < k; k0 += depth)
        {
            int kc = Math.Min(depth, k - k0);
            packing.FromStep(k0, kc, panels).RunAll();
            product.FromStep(k0, kc, panels).RunAll();
            other.FromStep(k0, kc, panels).RunAll();
        }
    }

    /// <summary>Block by block of k, by several threads: they pack the next block while they multiply with one, and
    /// wait for one another only where the order of sums asks for it (design decision D118).</summary>
    private static unsafe void BlocksInOrder(bool aTransposed, bool bTransposed, int n, int k, float* b, int ldb,
        bool add, in Factor first, in Factor second)
    {
        OrderedJob job = new()
        {
            First = ProductOf(aTransposed, n, DepthBlock, first, add),
            Second = ProductOf(aTransposed, n, DepthBlock, second, add),
            Packing = PackingOf(bTransposed, n, DepthBlock, b, ldb),
            K = k,
        };
        job.FirstParts = job.First.Divide();
        int parts = job.FirstParts + job.Second.Divide();
        if (parts == 0)
            return;

        int blocks = ((k - 1) / DepthBlock) + 1;
        long floats = (long)DepthBlock * PaddedColumns(n);
        float* scratch = ScratchB(2 * floats);
        int* order = (int*)AlignedBuffer.AtLeast(ref t_order, BlockOrder.StateLength(parts)).Pointer;
        job.Even = PackedPanels.OfFloats(scratch);
        job.Odd = PackedPanels.OfFloats(scratch + floats);
        job.Order = new BlockOrder(order, blocks, job.Packing.Divide(), parts);
        Workers.Run(ref job, Workers.Count);
    }

    /// <summary>The first k steps of a factor's product, with which panels of B is said later; one without rows has no
    /// chunks.</summary>
    private static unsafe BlockJob ProductOf(bool aTransposed, int n, int k, in Factor factor, bool add) => new()
    {
        ATransposed = aTransposed,
        M = factor.M,
        N = n,
        K = k,
        A = factor.A,
        Lda = factor.Lda,
        C = factor.C,
        Ldc = factor.Ldc,
        Add = add,
    };

    /// <summary>The packing of the first k steps of B, to where is said later.</summary>
    private static unsafe PackJob PackingOf(bool bTransposed, int n, int k, float* b, int ldb) => new()
    {
        B = b,
        Ldb = ldb,
        Transposed = bTransposed,
        K = k,
        N = n,
    };

    /// <summary>Where step k0 of an operand begins: a row of it, or a column.</summary>
    internal static unsafe float* FromStep(float* operand, int ld, bool stepsAreRows, int k0) =>
        stepsAreRows ? operand + ((long)k0 * ld) : operand + k0;

    /// <summary>An A that is multiplied with B, and its C.</summary>
    private unsafe struct Factor
    {
        public int M;
        public float* A;
        public int Lda;
        public float* C;
        public int Ldc;
    }

    private static unsafe void BlockedPacked(bool aTransposed, int m, int n, int k, float* a, int lda, PackedPanels packedB,
        float* c, int ldc, bool add)
    {
        BlockJob job = ProductOf(aTransposed, n, k, new Factor { M = m, A = a, Lda = lda, C = c, Ldc = ldc }, add);
        job.PackedB = packedB;
        job.RunAll();
    }

    /// <summary>
    /// C = A*B, or C += A*B, B packed, on this thread alone or with the workers: what recurrent kernels call once a
    /// step.
    /// </summary>
    internal static unsafe void MultiplyStep(bool alone, int m, int n, int k, float* a, int lda, PackedPanels packedB,
        float* c, int ldc, bool add)
    {
        if (!alone)
        {
            BlockedPacked(false, m, n, k, a, lda, packedB, c, ldc, add);
            return;
        }

        int panels = PaddedColumns(n) / MicroKernel.Columns;
        for (int row = 0; row < m; row += RowBlock)
        {
            int rows = Math.Min(RowBlock, m - row);
            RowsTimesPanels(false, rows, n, k, a + ((long)row * lda), lda, packedB, 0, panels, c + ((long)row * ldc),
                ldc, add);
        }
    }

    /// <summary>Up to RowBlock rows of C, panels firstPanel .. lastPanel-1, all of k.</summary>
    private static unsafe void RowsTimesPanels(bool aTransposed, int m, int n, int k, float* a, int lda, PackedPanels packedB,
        int firstPanel, int lastPanel, float* c, int ldc, bool add)
    {
        int nr = MicroKernel.Columns;
        int padded = packedB.PaddedColumns(n);
        int tiles = (m + MicroKernel.MaxRows - 1) / MicroKernel.MaxRows;
        int rowsPerTile = m / tiles;
        int longer = m - (rowsPerTile * tiles);   // the first tiles have one row more: no short tile at the end
        var kernels = MicroKernel.For(aTransposed);
        var row = packedB.AreBFloat16 ? MicroKernel.Row<BFloat16Numbers>() : MicroKernel.Row<FloatNumbers>();
        float* packedA = ScratchA;
        float* edge = packedA + PackedA;
        float* wide = packedB.AreBFloat16 ? ScratchPanel : null;
        for (int k0 = 0; k0 < k; k0 += DepthBlock)
        {
            int kc = Math.Min(DepthBlock, k - k0);
            bool addHere = add || k0 > 0;
            if (aTransposed)
                Pack.ColumnTiles(a + ((long)k0 * lda), lda, tiles, rowsPerTile, longer, kc, packedA);
            else
                Pack.RowTiles(a + k0, lda, tiles, rowsPerTile, longer, kc, packedA);

            int panel = firstPanel;
            if (m == 1 && !aTransposed)
            {
                for (; panel < lastPanel; panel += MicroKernel.RowPanels)
                {
                    int columns = Math.Min((lastPanel - panel) * nr, n - (panel * nr));
                    bool fills = columns >= MicroKernel.RowPanels * nr;
                    if (!fills && (!packedB.AreBFloat16 || panel % MicroKernel.RowPanels != 0))
                        break;

                    // Behind the last panels of a group there are others, or zeros.
                    float* panels = packedB.At(((long)k0 * padded) + ((long)panel * kc * nr));
                    row(kc, a + k0, panels, packedB.Floats(kc * nr), fills ? c + (panel * nr) : edge, fills && addHere);
                    if (!fills)
                        CopyEdge(edge, nr, 1, columns, c + (panel * nr), ldc, addHere);
                }
            }

            for (; panel < lastPanel; panel++)
            {
                float* b = packedB.At(((long)k0 * padded) + ((long)panel * kc * nr));
                int nextRow = panel < lastPanel - 1 ? (int)packedB.Floats(nr) : 0;   // of the next panel, in floats
                int nextStep = MicroKernel.NextStep(nextRow, tiles);
                float* nextPanel = b + (kc * nextRow);
                if (packedB.AreBFloat16)
                {
                    BFloat16Pairs.Widen(b, kc, nr, wide);
                    b = wide;
                }

                int cols = Math.Min(nr, n - (panel * nr));
                float* cTile = c + (panel * nr);
                float* aTile = packedA;
                for (int tile = 0; tile < tiles; tile++)
                {
                    int rows = rowsPerTile + (tile < longer ? 1 : 0);
                    float* next = nextPanel + (kc * nextRow * tile / tiles);
                    if (cols == nr)
                    {
                        kernels[rows](kc, aTile, b, nr, next, nextStep, cTile, ldc, addHere);
                    }
                    else
                    {
                        kernels[rows](kc, aTile, b, nr, next, nextStep, edge, nr, false);
                        CopyEdge(edge, nr, rows, cols, cTile, ldc, addHere);
                    }

                    aTile += aTransposed ? Pack.ColumnTileSize(rows, kc) : Pack.RowTileSize(rows, kc);
                    cTile += (long)rows * ldc;
                }
            }
        }
    }

    /// <summary>The columns of a tile that exist, from the tile's own buffer into C.</summary>
    internal static unsafe void CopyEdge(float* edge, int width, int rows, int cols, float* c, int ldc, bool add)
    {
        for (int i = 0; i < rows; i++, edge += width, c += ldc)
        {
            int j = 0;
            for (; j <= cols - 4; j += 4)
            {
                Vector128<float> sum = Vector128.Load(edge + j);
                Vector128.Store(add ? Vector128.Load(c + j) + sum : sum, c + j);
            }

            for (; j < cols; j++)
                c[j] = add ? c[j] + edge[j] : edge[j];
        }
    }

    /// <summary>A grid of row blocks x groups of panels; a chunk is one cell.</summary>
    private unsafe struct BlockJob : IJob
    {
        public bool ATransposed;
        public int M;
        public int N;
        public int K;
        public float* A;
        public int Lda;
        public PackedPanels PackedB;
        public float* C;
        public int Ldc;
        public bool Add;

        private int _rowChunks;
        private int _columnChunks;
        private int _panels;
        private int _panelsPerGroup;
        private int _groups;

        /// <summary>Whether it is worth a second thread.</summary>
        public readonly bool IsShared => (long)M * N * K >= SmallestShared;

        public void RunAll() => Workers.Run(ref this, Divide(), isSmall: !IsShared);

        /// <summary>Before any is run: how many chunks there are.</summary>
        public int Divide()
        {
            if (M == 0 || N == 0)
                return 0;

            _panels = PaddedColumns(N) / MicroKernel.Columns;
            _panelsPerGroup = M == 1 ? MicroKernel.RowPanels : 1;   // what one row takes at a time stays together
            _groups = (_panels + _panelsPerGroup - 1) / _panelsPerGroup;
            _rowChunks = (M + RowBlock - 1) / RowBlock;
            _columnChunks = 1;
            int threads = IsShared ? Workers.Count : 1;
            if (threads > 1 && _rowChunks < 4 * threads)
            {
                // Few rows: even shares for the threads first by rows (B is streamed once by each), then by columns.
                int rows = Math.Max(_rowChunks, Math.Min(threads, M / 32));
                _rowChunks = (rows + threads - 1) / threads * threads <= M / 32
                    ? (rows + threads - 1) / threads * threads
                    : rows;
                _columnChunks = _rowChunks % threads == 0 && _rowChunks >= 2 * threads
                    ? 1
                    : Math.Min(_groups, ((2 * threads) + _rowChunks - 1) / _rowChunks);
            }

            return _rowChunks * _columnChunks;
        }

        private readonly int FirstPanel(int columnChunk) =>
            Math.Min(_panels, (int)((long)_groups * columnChunk / _columnChunks) * _panelsPerGroup);

        /// <summary>The same division with steps k0 .. k0 + kc - 1 of a job that begins with step 0.</summary>
        public readonly BlockJob FromStep(int k0, int kc, PackedPanels packedB)
        {
            BlockJob job = this;
            job.A = Gemm.FromStep(A, Lda, ATransposed, k0);
            job.K = kc;
            job.PackedB = packedB;
            job.Add = Add || k0 > 0;
            return job;
        }

        public readonly void Run(int chunk)
        {
            int rowChunk = chunk / _columnChunks;
            int columnChunk = chunk % _columnChunks;
            int row = (int)((long)M * rowChunk / _rowChunks);
            int rows = (int)((long)M * (rowChunk + 1) / _rowChunks) - row;
            int firstPanel = FirstPanel(columnChunk), lastPanel = FirstPanel(columnChunk + 1);
            float* a = ATransposed ? A + row : A + ((long)row * Lda);
            RowsTimesPanels(ATransposed, rows, N, K, a, Lda, PackedB, firstPanel, lastPanel, C + ((long)row * Ldc), Ldc,
                Add);
        }
    }

    /// <summary>One or two products with the blocks of B; a chunk is what one thread does until no task is
    /// left.</summary>
    private unsafe struct OrderedJob : IJob
    {
        public BlockJob First, Second;   // of the first block, and all are divided as it is
        public PackJob Packing;
        public int FirstParts;
        public int K;
        public PackedPanels Even, Odd;
        public BlockOrder Order;

        public readonly void Run(int chunk)
        {
            try
            {
                while (Order.Take(out BlockTask task))
                {
                    Do(task);
                    Order.Finish(task);
                }
            }
            catch
            {
                Order.Fail();
                throw;
            }
        }

        private readonly void Do(BlockTask task)
        {
            int k0 = task.Block * DepthBlock, kc = Math.Min(DepthBlock, K - k0);
            PackedPanels panels = task.Block % 2 == 0 ? Even : Odd;
            if (task.IsPacking)
                Packing.FromStep(k0, kc, panels).Run(task.Number);   // the last block may have fewer
            else if (task.Number < FirstParts)
                First.FromStep(k0, kc, panels).Run(task.Number);
            else
                Second.FromStep(k0, kc, panels).Run(task.Number - FirstParts);
        }
    }
}
