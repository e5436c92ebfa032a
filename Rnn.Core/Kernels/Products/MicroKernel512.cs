using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// The register tile of Gemm for 512-bit vectors: up to 14 rows x 32 columns, 28 accumulators of 32 registers.
/// One generic method, and a step of it; the type argument gives the number of rows, so the compiler drops the rows that are not used.
/// The files of the three widths have the same shape and are held alike by one test (design decision D7).
/// </summary>
internal sealed unsafe class MicroKernel512 : IMicroKernel
{
    /// <summary>Columns of the tile: two vectors.</summary>
    public const int Columns = 32;

    /// <summary>Most rows of the tile.</summary>
    public const int MaxRows = 14;

    private static readonly delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>* s_rowBlock =
        MicroKernelTable.Build<MicroKernel512, RowBlockLayout>(MaxRows);

    private static readonly delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>* s_column =
        MicroKernelTable.Build<MicroKernel512, ColumnLayout>(MaxRows);

    /// <summary>The kernels for 1 .. MaxRows rows (entry 0 unused) of an A packed in the given layout.</summary>
    public static delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>* For(bool columnLayout) =>
        columnLayout ? s_column : s_rowBlock;

    /// <summary>C = A*B or C += A*B for one tile: element (i, j) is one multiply-add chain over ascending k
    /// (D10).</summary>
    /// <param name="k">Length of the chain.</param>
    /// <param name="a">TRows x k, packed in TLayout. Read.</param>
    /// <param name="b">k x 32; row p starts at b + p*bStep. Read.</param>
    /// <param name="bStep">Distance of two rows of b.</param>
    /// <param name="next">What will be read after b, of which this tile asks for its share (D34).</param>
    /// <param name="nextStep">How far it comes with each step: see <see cref="MicroKernel.NextStep"/>.</param>
    /// <param name="c">TRows x 32; row i starts at c + i*ldc. Overwritten, or added to.</param>
    /// <param name="ldc">Distance of two rows of c.</param>
    /// <param name="add">Whether to add to c.</param>
    public static void Run<TRows, TLayout>(int k, float* a, float* b, int bStep, float* next, int nextStep, float* c,
        int ldc, bool add)
        where TRows : struct, IRows
        where TLayout : struct, IPackLayout
    {
        int depth = TLayout.DepthStride(TRows.Count);
        nint row = bStep, forward = nextStep;
        float* same = a;   // see Step
        MicroKernel.Prefetch(c, ldc, TRows.Count, Columns);
        Vector512<float> c0 = Vector512<float>.Zero, d0 = Vector512<float>.Zero;
        Vector512<float> c1 = Vector512<float>.Zero, d1 = Vector512<float>.Zero;
        Vector512<float> c2 = Vector512<float>.Zero, d2 = Vector512<float>.Zero;
        Vector512<float> c3 = Vector512<float>.Zero, d3 = Vector512<float>.Zero;
        Vector512<float> c4 = Vector512<float>.Zero, d4 = Vector512<float>.Zero;
        Vector512<float> c5 = Vector512<float>.Zero, d5 = Vector512<float>.Zero;
        Vector512<float> c6 = Vector512<float>.Zero, d6 = Vector512<float>.Zero;
        Vector512<float> c7 = Vector512<float>.Zero, d7 = Vector512<float>.Zero;
        Vector512<float> c8 = Vector512<float>.Zero, d8 = Vector512<float>.Zero;
        Vector512<float> c9 = Vector512<float>.Zero, d9 = Vector512<float>.Zero;
        Vector512<float> c10 = Vector512<float>.Zero, d10 = Vector512<float>.Zero;
        Vector512<float> c11 = Vector512<float>.Zero, d11 = Vector512<float>.Zero;
        Vector512<float> c12 = Vector512<float>.Zero, d12 = Vector512<float>.Zero;
        Vector512<float> c13 = Vector512<float>.Zero, d13 = Vector512<float>.Zero;

        while (k > 0)
        {
            int steps = Math.Min(k, RowBlockLayout.Depth);
            k -= steps;
            do
            {
                MicroKernel.PrefetchPanel(next);
                Step<TRows, TLayout>(a, same, b,
                    ref c0, ref d0, ref c1, ref d1, ref c2, ref d2, ref c3, ref d3, ref c4, ref d4,
                    ref c5, ref d5, ref c6, ref d6, ref c7, ref d7, ref c8, ref d8, ref c9, ref d9,
                    ref c10, ref d10, ref c11, ref d11, ref c12, ref d12, ref c13, ref d13);
                if (--steps == 0)
                    break;   // an odd number is left at the end of the chain only: Depth is even

                MicroKernel.PrefetchPanel(next + forward);
                Step<TRows, TLayout>(a + depth, same + depth, b + row,
                    ref c0, ref d0, ref c1, ref d1, ref c2, ref d2, ref c3, ref d3, ref c4, ref d4,
                    ref c5, ref d5, ref c6, ref d6, ref c7, ref d7, ref c8, ref d8, ref c9, ref d9,
                    ref c10, ref d10, ref c11, ref d11, ref c12, ref d12, ref c13, ref d13);
                next += 2 * forward;
                a += 2 * depth;
                same += 2 * depth;
                b += 2 * row;
            }
            while (--steps > 0);

            a += TLayout.BlockJump(TRows.Count);
            same = a;
        }

        if (add)
        {
            c0 += Vector512.Load(c);
            d0 += Vector512.Load(c + 16);

            if (TRows.Count > 1)
            {
                c1 += Vector512.Load(c + (1 * ldc));
                d1 += Vector512.Load(c + (1 * ldc) + 16);
            }

            if (TRows.Count > 2)
            {
                c2 += Vector512.Load(c + (2 * ldc));
                d2 += Vector512.Load(c + (2 * ldc) + 16);
            }

            if (TRows.Count > 3)
            {
                c3 += Vector512.Load(c + (3 * ldc));
                d3 += Vector512.Load(c + (3 * ldc) + 16);
            }

            if (TRows.Count > 4)
            {
                c4 += Vector512.Load(c + (4 * ldc));
                d4 += Vector512.Load(c + (4 * ldc) + 16);
            }

            if (TRows.Count > 5)
            {
                c5 += Vector512.Load(c + (5 * ldc));
                d5 += Vector512.Load(c + (5 * ldc) + 16);
            }

            if (TRows.Count > 6)
            {
                c6 += Vector512.Load(c + (6 * ldc));
                d6 += Vector512.Load(c + (6 * ldc) + 16);
            }

            if (TRows.Count > 7)
            {
                c7 += Vector512.Load(c + (7 * ldc));
                d7 += Vector512.Load(c + (7 * ldc) + 16);
            }

            if (TRows.Count > 8)
            {
                c8 += Vector512.Load(c + (8 * ldc));
                d8 += Vector512.Load(c + (8 * ldc) + 16);
            }

            if (TRows.Count > 9)
            {
                c9 += Vector512.Load(c + (9 * ldc));
                d9 += Vector512.Load(c + (9 * ldc) + 16);
            }

            if (TRows.Count > 10)
            {
                c10 += Vector512.Load(c + (10 * ldc));
                d10 += Vector512.Load(c + (10 * ldc) + 16);
            }

            if (TRows.Count > 11)
            {
                c11 += Vector512.Load(c + (11 * ldc));
                d11 += Vector512.Load(c + (11 * ldc) + 16);
            }

            if (TRows.Count > 12)
            {
                c12 += Vector512.Load(c + (12 * ldc));
                d12 += Vector512.Load(c + (12 * ldc) + 16);
            }

            if (TRows.Count > 13)
            {
                c13 += Vector512.Load(c + (13 * ldc));
                d13 += Vector512.Load(c + (13 * ldc) + 16);
            }
        }

        Vector512.Store(c0, c);
        Vector512.Store(d0, c + 16);

        if (TRows.Count > 1)
        {
            Vector512.Store(c1, c + (1 * ldc));
            Vector512.Store(d1, c + (1 * ldc) + 16);
        }

        if (TRows.Count > 2)
        {
            Vector512.Store(c2, c + (2 * ldc));
            Vector512.Store(d2, c + (2 * ldc) + 16);
        }

        if (TRows.Count > 3)
        {
            Vector512.Store(c3, c + (3 * ldc));
            Vector512.Store(d3, c + (3 * ldc) + 16);
        }

        if (TRows.Count > 4)
        {
            Vector512.Store(c4, c + (4 * ldc));
            Vector512.Store(d4, c + (4 * ldc) + 16);
        }

        if (TRows.Count > 5)
        {
            Vector512.Store(c5, c + (5 * ldc));
            Vector512.Store(d5, c + (5 * ldc) + 16);
        }

        if (TRows.Count > 6)
        {
            Vector512.Store(c6, c + (6 * ldc));
            Vector512.Store(d6, c + (6 * ldc) + 16);
        }

        if (TRows.Count > 7)
        {
            Vector512.Store(c7, c + (7 * ldc));
            Vector512.Store(d7, c + (7 * ldc) + 16);
        }

        if (TRows.Count > 8)
        {
            Vector512.Store(c8, c + (8 * ldc));
            Vector512.Store(d8, c + (8 * ldc) + 16);
        }

        if (TRows.Count > 9)
        {
            Vector512.Store(c9, c + (9 * ldc));
            Vector512.Store(d9, c + (9 * ldc) + 16);
        }

        if (TRows.Count > 10)
        {
            Vector512.Store(c10, c + (10 * ldc));
            Vector512.Store(d10, c + (10 * ldc) + 16);
        }

        if (TRows.Count > 11)
        {
            Vector512.Store(c11, c + (11 * ldc));
            Vector512.Store(d11, c + (11 * ldc) + 16);
        }

        if (TRows.Count > 12)
        {
            Vector512.Store(c12, c + (12 * ldc));
            Vector512.Store(d12, c + (12 * ldc) + 16);
        }

        if (TRows.Count > 13)
        {
            Vector512.Store(c13, c + (13 * ldc));
            Vector512.Store(d13, c + (13 * ldc) + 16);
        }
    }

    /// <summary>
    /// One step of all chains: a method, so that the loop above can do two a turn. Every second row is read twice, by way
    /// of two pointers that hold one address: each of its multiply-adds then broadcasts its operand itself, an instruction
    /// less; for all rows that would be more loads than a processor with two multiply-adds a cycle has time for (D116).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TRows, TLayout>(float* a, float* same, float* b,
        ref Vector512<float> c0, ref Vector512<float> d0, ref Vector512<float> c1, ref Vector512<float> d1,
        ref Vector512<float> c2, ref Vector512<float> d2, ref Vector512<float> c3, ref Vector512<float> d3,
        ref Vector512<float> c4, ref Vector512<float> d4, ref Vector512<float> c5, ref Vector512<float> d5,
        ref Vector512<float> c6, ref Vector512<float> d6, ref Vector512<float> c7, ref Vector512<float> d7,
        ref Vector512<float> c8, ref Vector512<float> d8, ref Vector512<float> c9, ref Vector512<float> d9,
        ref Vector512<float> c10, ref Vector512<float> d10, ref Vector512<float> c11, ref Vector512<float> d11,
        ref Vector512<float> c12, ref Vector512<float> d12, ref Vector512<float> c13, ref Vector512<float> d13)
        where TRows : struct, IRows
        where TLayout : struct, IPackLayout
    {
        Vector512<float> b0 = Vector512.Load(b);
        Vector512<float> b1 = Vector512.Load(b + 16);

        {
            Vector512<float> r = Vector512.Create(a[0 * TLayout.RowStride(TRows.Count)]);
            c0 = Vector512.FusedMultiplyAdd(r, b0, c0);
            d0 = Vector512.FusedMultiplyAdd(r, b1, d0);
        }

        if (TRows.Count > 1)
        {
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a[1 * TLayout.RowStride(TRows.Count)]), b0, c1);
            d1 = Vector512.FusedMultiplyAdd(Vector512.Create(same[1 * TLayout.RowStride(TRows.Count)]), b1, d1);
        }

        if (TRows.Count > 2)
        {
            Vector512<float> r = Vector512.Create(a[2 * TLayout.RowStride(TRows.Count)]);
            c2 = Vector512.FusedMultiplyAdd(r, b0, c2);
            d2 = Vector512.FusedMultiplyAdd(r, b1, d2);
        }

        if (TRows.Count > 3)
        {
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a[3 * TLayout.RowStride(TRows.Count)]), b0, c3);
            d3 = Vector512.FusedMultiplyAdd(Vector512.Create(same[3 * TLayout.RowStride(TRows.Count)]), b1, d3);
        }

        if (TRows.Count > 4)
        {
            Vector512<float> r = Vector512.Create(a[4 * TLayout.RowStride(TRows.Count)]);
            c4 = Vector512.FusedMultiplyAdd(r, b0, c4);
            d4 = Vector512.FusedMultiplyAdd(r, b1, d4);
        }

        if (TRows.Count > 5)
        {
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(a[5 * TLayout.RowStride(TRows.Count)]), b0, c5);
            d5 = Vector512.FusedMultiplyAdd(Vector512.Create(same[5 * TLayout.RowStride(TRows.Count)]), b1, d5);
        }

        if (TRows.Count > 6)
        {
            Vector512<float> r = Vector512.Create(a[6 * TLayout.RowStride(TRows.Count)]);
            c6 = Vector512.FusedMultiplyAdd(r, b0, c6);
            d6 = Vector512.FusedMultiplyAdd(r, b1, d6);
        }

        if (TRows.Count > 7)
        {
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(a[7 * TLayout.RowStride(TRows.Count)]), b0, c7);
            d7 = Vector512.FusedMultiplyAdd(Vector512.Create(same[7 * TLayout.RowStride(TRows.Count)]), b1, d7);
        }

        if (TRows.Count > 8)
        {
            Vector512<float> r = Vector512.Create(a[8 * TLayout.RowStride(TRows.Count)]);
            c8 = Vector512.FusedMultiplyAdd(r, b0, c8);
            d8 = Vector512.FusedMultiplyAdd(r, b1, d8);
        }

        if (TRows.Count > 9)
        {
            c9 = Vector512.FusedMultiplyAdd(Vector512.Create(a[9 * TLayout.RowStride(TRows.Count)]), b0, c9);
            d9 = Vector512.FusedMultiplyAdd(Vector512.Create(same[9 * TLayout.RowStride(TRows.Count)]), b1, d9);
        }

        if (TRows.Count > 10)
        {
            Vector512<float> r = Vector512.Create(a[10 * TLayout.RowStride(TRows.Count)]);
            c10 = Vector512.FusedMultiplyAdd(r, b0, c10);
            d10 = Vector512.FusedMultiplyAdd(r, b1, d10);
        }

        if (TRows.Count > 11)
        {
            c11 = Vector512.FusedMultiplyAdd(Vector512.Create(a[11 * TLayout.RowStride(TRows.Count)]), b0, c11);
            d11 = Vector512.FusedMultiplyAdd(Vector512.Create(same[11 * TLayout.RowStride(TRows.Count)]), b1, d11);
        }

        if (TRows.Count > 12)
        {
            Vector512<float> r = Vector512.Create(a[12 * TLayout.RowStride(TRows.Count)]);
            c12 = Vector512.FusedMultiplyAdd(r, b0, c12);
            d12 = Vector512.FusedMultiplyAdd(r, b1, d12);
        }

        if (TRows.Count > 13)
        {
            c13 = Vector512.FusedMultiplyAdd(Vector512.Create(a[13 * TLayout.RowStride(TRows.Count)]), b0, c13);
            d13 = Vector512.FusedMultiplyAdd(Vector512.Create(same[13 * TLayout.RowStride(TRows.Count)]), b1, d13);
        }
    }

    /// <summary>
    /// One row of A times four panels that follow one another: each element's chain is that of <see cref="Run"/>, but
    /// eight chains run side by side, so that the loop waits for B alone (D32).
    /// </summary>
    /// <param name="k">Length of the chains.</param>
    /// <param name="a">[k]. Read.</param>
    /// <param name="b">Four panels of k x 32. In TNumbers. Read.</param>
    /// <param name="panelStep">Distance of two panels, in floats.</param>
    /// <param name="c">[4 * 32]. Overwritten, or added to.</param>
    /// <param name="add">Whether to add to c.</param>
    public static void RunRow<TNumbers>(int k, float* a, float* b, long panelStep, float* c, bool add)
        where TNumbers : struct, IPackedNumbers
    {
        Vector512<float> c0 = Vector512<float>.Zero, c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
        float* b1 = b + panelStep;
        float* b2 = b1 + panelStep;
        float* b3 = b2 + panelStep;
        for (int p = 0; p < k; p++)
        {
            Vector512<float> r = Vector512.Create(a[p]);
            if (TNumbers.AreBFloat16)
            {
                Vector512<uint> w = Vector512.Load((uint*)b);
                c0 = Vector512.FusedMultiplyAdd(r, (w << 16).AsSingle(), c0);
                c1 = Vector512.FusedMultiplyAdd(r, (w & Vector512.Create(BFloat16Pairs.High)).AsSingle(), c1);
                w = Vector512.Load((uint*)b1);
                c2 = Vector512.FusedMultiplyAdd(r, (w << 16).AsSingle(), c2);
                c3 = Vector512.FusedMultiplyAdd(r, (w & Vector512.Create(BFloat16Pairs.High)).AsSingle(), c3);
                w = Vector512.Load((uint*)b2);
                c4 = Vector512.FusedMultiplyAdd(r, (w << 16).AsSingle(), c4);
                c5 = Vector512.FusedMultiplyAdd(r, (w & Vector512.Create(BFloat16Pairs.High)).AsSingle(), c5);
                w = Vector512.Load((uint*)b3);
                c6 = Vector512.FusedMultiplyAdd(r, (w << 16).AsSingle(), c6);
                c7 = Vector512.FusedMultiplyAdd(r, (w & Vector512.Create(BFloat16Pairs.High)).AsSingle(), c7);
            }
            else
            {
                c0 = Vector512.FusedMultiplyAdd(r, Vector512.Load(b), c0);
                c1 = Vector512.FusedMultiplyAdd(r, Vector512.Load(b + 16), c1);
                c2 = Vector512.FusedMultiplyAdd(r, Vector512.Load(b1), c2);
                c3 = Vector512.FusedMultiplyAdd(r, Vector512.Load(b1 + 16), c3);
                c4 = Vector512.FusedMultiplyAdd(r, Vector512.Load(b2), c4);
                c5 = Vector512.FusedMultiplyAdd(r, Vector512.Load(b2 + 16), c5);
                c6 = Vector512.FusedMultiplyAdd(r, Vector512.Load(b3), c6);
                c7 = Vector512.FusedMultiplyAdd(r, Vector512.Load(b3 + 16), c7);
            }

            b += TNumbers.Floats(Columns);
            b1 += TNumbers.Floats(Columns);
            b2 += TNumbers.Floats(Columns);
            b3 += TNumbers.Floats(Columns);
        }

        if (add)
        {
            c0 += Vector512.Load(c);
            c1 += Vector512.Load(c + 16);
            c2 += Vector512.Load(c + 32);
            c3 += Vector512.Load(c + 48);
            c4 += Vector512.Load(c + 64);
            c5 += Vector512.Load(c + 80);
            c6 += Vector512.Load(c + 96);
            c7 += Vector512.Load(c + 112);
        }

        Vector512.Store(c0, c);
        Vector512.Store(c1, c + 16);
        Vector512.Store(c2, c + 32);
        Vector512.Store(c3, c + 48);
        Vector512.Store(c4, c + 64);
        Vector512.Store(c5, c + 80);
        Vector512.Store(c6, c + 96);
        Vector512.Store(c7, c + 112);
    }
}
