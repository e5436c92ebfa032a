using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// The path of a small C whose sums are long, such as the gradient by the input of a softmax over many words: each
/// block of k is one thread's, so that its parts of A and B are packed in that thread's cache and nobody waits in
/// between; the blocks' sums are added in their order when all are there. The bits are those of the other paths (D115).
/// </summary>
public static partial class Gemm
{
    /// <summary>Most rows and columns of C: a block of B is 256 kB then, one of A up to 352 kB as its tiles are
    /// packed.</summary>
    private const int MostDeepRows = RowBlock, MostDeepColumns = 128;

    private const int FewestDeepBlocks = 8;

    /// <summary>Floats of the sums that wait to be added, 4 MB.</summary>
    private const int MostPartials = 1 << 20;

    [ThreadStatic]
    private static AlignedBuffer? t_partials;

    /// <summary>Whether there are blocks enough, also for all threads.</summary>
    private static bool IsDeep(int m, int n, int k) => m <= MostDeepRows && n <= MostDeepColumns
        && k / DepthBlock >= Math.Max(FewestDeepBlocks, Workers.Count);

    private static unsafe void Deep(bool aTransposed, bool bTransposed, int m, int n, int k, float* a, int lda,
        float* b, int ldb, float* c, int ldc, bool add)
    {
        if (m == 0 || n == 0)
            return;

        int blocks = ((k - 1) / DepthBlock) + 1, size = m * n;
        int rounds = (blocks + (MostPartials / size) - 1) / (MostPartials / size);
        int blocksAtOnce = (blocks + rounds - 1) / rounds;
        float* partials = AlignedBuffer.AtLeast(ref t_partials, (long)blocksAtOnce * size).Pointer;
        for (int first = 0; first < blocks; first += blocksAtOnce)
        {
            DeepJob job = new()
            {
                ATransposed = aTransposed,
                BTransposed = bTransposed,
                M = m,
                N = n,
                K = k,
                A = a,
                Lda = lda,
                B = b,
                Ldb = ldb,
                First = first,
                Count = Math.Min(blocks - first, blocksAtOnce),
                Partials = partials,
            };
            job.RunAll();
            SumJob sum = new()
            {
                Partials = partials,
                Count = job.Count,
                M = m,
                N = n,
                C = c,
                Ldc = ldc,
                Add = add || first > 0,
            };
            sum.RunAll();
        }
    }

    /// <summary>A chunk is a block of k, of Count from First on: its sums [M, N], without what was there before.</summary>
    private unsafe struct DeepJob : IJob
    {
        public bool ATransposed, BTransposed;
        public int M, N, K;
        public float* A;
        public int Lda;
        public float* B;
        public int Ldb;
        public int First, Count;

        /// <summary>[Count, M, N].</summary>
        public float* Partials;

        public void RunAll() => Workers.Run(ref this, Count, isSmall: (long)M * N * K < SmallestShared);

        public readonly void Run(int chunk)
        {
            int k0 = (First + chunk) * DepthBlock, kc = Math.Min(DepthBlock, K - k0), padded = PaddedColumns(N);
            PackedPanels panels = PackedPanels.OfFloats(ScratchB((long)DepthBlock * padded));
            PackingOf(BTransposed, N, DepthBlock, B, Ldb).FromStep(k0, kc, panels).RunAlone();
            RowsTimesPanels(ATransposed, M, N, kc, FromStep(A, Lda, ATransposed, k0), Lda, panels, 0,
                padded / MicroKernel.Columns, Partials + ((long)chunk * M * N), N, add: false);
        }
    }

    /// <summary>A chunk is a row of C, to which the blocks are added one after another.</summary>
    private unsafe struct SumJob : IJob
    {
        public float* Partials;
        public int Count, M, N;
        public float* C;
        public int Ldc;
        public bool Add;

        public void RunAll() => Workers.Run(ref this, M, isSmall: (long)Count * M * N < SmallestShared);

        public readonly void Run(int row)
        {
            Span<float> c = new(C + ((long)row * Ldc), N);
            for (int block = 0; block < Count; block++)
            {
                ReadOnlySpan<float> sums = new(Partials + (((long)block * M) + row) * N, N);
                if (block == 0 && !Add)
                    sums.CopyTo(c);
                else
                    Elementwise.Add(c, sums, c);
            }
        }
    }
}
