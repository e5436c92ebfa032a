using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// The path for few rows: packing B would cost more than the product, so the register tile reads B's rows where they
/// lie. Only the columns that don't fill a panel are packed. The chains are those of the blocked path, bit for bit.
/// </summary>
public static partial class Gemm
{
    /// <summary>Up to this many rows the product is done without packing B.</summary>
    internal const int SkinnyRows = 4;

    private const int SkinnyPanelsPerChunk = 4;
    private const int PackedSkinnyA = 8 * DepthBlock;   // packed by columns, up to 8 rows take 8

    [ThreadStatic]
    private static AlignedBuffer? t_skinny;

    private static unsafe void Skinny(bool aTransposed, int m, int n, int k, float* a, int lda, float* b, int ldb,
        float* c, int ldc, bool add)
    {
        int panels = PaddedColumns(n) / MicroKernel.Columns;
        SkinnyJob job = new()
        {
            ATransposed = aTransposed,
            M = m,
            N = n,
            K = k,
            A = a,
            Lda = lda,
            B = b,
            Ldb = ldb,
            C = c,
            Ldc = ldc,
            Add = add,
            Panels = panels,
        };
        int chunks = (panels + SkinnyPanelsPerChunk - 1) / SkinnyPanelsPerChunk;
        if (m == 0)
            return;

        Workers.Run(ref job, chunks, isSmall: (long)m * n * k < SmallestShared);
    }

    private unsafe struct SkinnyJob : IJob
    {
        public bool ATransposed;
        public int M;
        public int N;
        public int K;
        public float* A;
        public int Lda;
        public float* B;
        public int Ldb;
        public float* C;
        public int Ldc;
        public bool Add;
        public int Panels;

        public readonly void Run(int chunk)
        {
            int nr = MicroKernel.Columns;
            int last = Math.Min((chunk + 1) * SkinnyPanelsPerChunk, Panels);
            var kernel = MicroKernel.For(ATransposed)[M];
            float* packedA = (t_skinny ??= new AlignedBuffer(
                PackedSkinnyA + (MicroKernel.Columns * (DepthBlock + SkinnyRows)))).Pointer;
            float* edgeB = packedA + PackedSkinnyA;
            float* edgeC = edgeB + (nr * DepthBlock);
            for (int k0 = 0; k0 < K; k0 += DepthBlock)
            {
                int kc = Math.Min(DepthBlock, K - k0);
                bool addHere = Add || k0 > 0;
                if (ATransposed)
                    Pack.Columns(A + ((long)k0 * Lda), Lda, M, kc, packedA);
                else
                    Pack.RowBlocks(A + k0, Lda, M, kc, packedA);

                for (int panel = chunk * SkinnyPanelsPerChunk; panel < last; panel++)
                {
                    int cols = Math.Min(nr, N - (panel * nr));
                    float* b = B + ((long)k0 * Ldb) + (panel * nr);
                    float* c = C + (panel * nr);
                    if (cols == nr)
                    {
                        kernel(kc, packedA, b, Ldb, b, 0, c, Ldc, addHere);
                    }
                    else
                    {
                        Pack.Panel(b, Ldb, kc, cols, nr, edgeB);
                        kernel(kc, packedA, edgeB, nr, edgeB, 0, edgeC, nr, false);
                        CopyEdge(edgeC, nr, M, cols, c, Ldc, addHere);
                    }
                }
            }
        }
    }
}
