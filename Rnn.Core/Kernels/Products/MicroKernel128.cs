using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// The register tile of Gemm for 128-bit vectors: up to 6 rows x 8 columns, 12 accumulators of 16 registers; without
/// FMA a multiplication and an addition. One generic method; the type argument gives the number of rows, so the
/// compiler drops the rows that are not used. The files of the three widths have the same shape and are held alike by
/// one test (design decision D7).
/// </summary>
internal sealed unsafe class MicroKernel128 : IMicroKernel
{
    /// <summary>Columns of the tile: two vectors.</summary>
    public const int Columns = 8;

    /// <summary>Most rows of the tile.</summary>
    public const int MaxRows = 6;

    private static readonly delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>* s_rowBlock =
        MicroKernelTable.Build<MicroKernel128, RowBlockLayout>(MaxRows);

    private static readonly delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>* s_column =
        MicroKernelTable.Build<MicroKernel128, ColumnLayout>(MaxRows);

    /// <summary>The kernels for 1 .. MaxRows rows (entry 0 unused) of an A packed in the given layout.</summary>
    public static delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>* For(bool columnLayout) =>
        columnLayout ? s_column : s_rowBlock;

    /// <summary>C = A*B or C += A*B for one tile: element (i, j) is one multiply-add chain over ascending k
    /// (D10).</summary>
    /// <param name="k">Length of the chain.</param>
    /// <param name="a">TRows x k, packed in TLayout. Read.</param>
    /// <param name="b">k x 8; row p starts at b + p*bStep. Read.</param>
    /// <param name="bStep">Distance of two rows of b.</param>
    /// <param name="next">What will be read after b, of which this tile asks for its share (D34).</param>
    /// <param name="nextStep">How far it comes with each step: see <see cref="MicroKernel.NextStep"/>.</param>
    /// <param name="c">TRows x 8; row i starts at c + i*ldc. Overwritten, or added to.</param>
    /// <param name="ldc">Distance of two rows of c.</param>
    /// <param name="add">Whether to add to c.</param>
    public static void Run<TRows, TLayout>(int k, float* a, float* b, int bStep, float* next, int nextStep, float* c,
        int ldc, bool add)
        where TRows : struct, IRows
        where TLayout : struct, IPackLayout
    {
        int depth = TLayout.DepthStride(TRows.Count);
        nint row = bStep, forward = nextStep;
        MicroKernel.Prefetch(c, ldc, TRows.Count, Columns);
        Vector128<float> c0 = Vector128<float>.Zero, d0 = Vector128<float>.Zero;
        Vector128<float> c1 = Vector128<float>.Zero, d1 = Vector128<float>.Zero;
        Vector128<float> c2 = Vector128<float>.Zero, d2 = Vector128<float>.Zero;
        Vector128<float> c3 = Vector128<float>.Zero, d3 = Vector128<float>.Zero;
        Vector128<float> c4 = Vector128<float>.Zero, d4 = Vector128<float>.Zero;
        Vector128<float> c5 = Vector128<float>.Zero, d5 = Vector128<float>.Zero;

        while (k > 0)
        {
            int steps = Math.Min(k, RowBlockLayout.Depth);
            k -= steps;
            do
            {
                MicroKernel.PrefetchPanel(next);
                Step<TRows, TLayout>(a, b,
                    ref c0, ref d0, ref c1, ref d1, ref c2, ref d2, ref c3, ref d3, ref c4, ref d4,
                    ref c5, ref d5);
                if (--steps == 0)
                    break;   // an odd number is left at the end of the chain only: Depth is even

                MicroKernel.PrefetchPanel(next + forward);
                Step<TRows, TLayout>(a + depth, b + row,
                    ref c0, ref d0, ref c1, ref d1, ref c2, ref d2, ref c3, ref d3, ref c4, ref d4,
                    ref c5, ref d5);
                next += 2 * forward;
                a += 2 * depth;
                b += 2 * row;
            }
            while (--steps > 0);

            a += TLayout.BlockJump(TRows.Count);
        }

        if (add)
        {
            c0 += Vector128.Load(c);
            d0 += Vector128.Load(c + 4);

            if (TRows.Count > 1)
            {
                c1 += Vector128.Load(c + (1 * ldc));
                d1 += Vector128.Load(c + (1 * ldc) + 4);
            }

            if (TRows.Count > 2)
            {
                c2 += Vector128.Load(c + (2 * ldc));
                d2 += Vector128.Load(c + (2 * ldc) + 4);
            }

            if (TRows.Count > 3)
            {
                c3 += Vector128.Load(c + (3 * ldc));
                d3 += Vector128.Load(c + (3 * ldc) + 4);
            }

            if (TRows.Count > 4)
            {
                c4 += Vector128.Load(c + (4 * ldc));
                d4 += Vector128.Load(c + (4 * ldc) + 4);
            }

            if (TRows.Count > 5)
            {
                c5 += Vector128.Load(c + (5 * ldc));
                d5 += Vector128.Load(c + (5 * ldc) + 4);
            }
        }

        Vector128.Store(c0, c);
        Vector128.Store(d0, c + 4);

        if (TRows.Count > 1)
        {
            Vector128.Store(c1, c + (1 * ldc));
            Vector128.Store(d1, c + (1 * ldc) + 4);
        }

        if (TRows.Count > 2)
        {
            Vector128.Store(c2, c + (2 * ldc));
            Vector128.Store(d2, c + (2 * ldc) + 4);
        }

        if (TRows.Count > 3)
        {
            Vector128.Store(c3, c + (3 * ldc));
            Vector128.Store(d3, c + (3 * ldc) + 4);
        }

        if (TRows.Count > 4)
        {
            Vector128.Store(c4, c + (4 * ldc));
            Vector128.Store(d4, c + (4 * ldc) + 4);
        }

        if (TRows.Count > 5)
        {
            Vector128.Store(c5, c + (5 * ldc));
            Vector128.Store(d5, c + (5 * ldc) + 4);
        }
    }

    /// <summary>One step of all chains: a method, so that the loop above can do two a turn (D116).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TRows, TLayout>(float* a, float* b,
        ref Vector128<float> c0, ref Vector128<float> d0, ref Vector128<float> c1, ref Vector128<float> d1,
        ref Vector128<float> c2, ref Vector128<float> d2, ref Vector128<float> c3, ref Vector128<float> d3,
        ref Vector128<float> c4, ref Vector128<float> d4, ref Vector128<float> c5, ref Vector128<float> d5)
        where TRows : struct, IRows
        where TLayout : struct, IPackLayout
    {
        Vector128<float> b0 = Vector128.Load(b);
        Vector128<float> b1 = Vector128.Load(b + 4);

        {
            Vector128<float> r = Vector128.Create(a[0 * TLayout.RowStride(TRows.Count)]);
            c0 = Vector128.MultiplyAddEstimate(r, b0, c0);
            d0 = Vector128.MultiplyAddEstimate(r, b1, d0);
        }

        if (TRows.Count > 1)
        {
            Vector128<float> r = Vector128.Create(a[1 * TLayout.RowStride(TRows.Count)]);
            c1 = Vector128.MultiplyAddEstimate(r, b0, c1);
            d1 = Vector128.MultiplyAddEstimate(r, b1, d1);
        }

        if (TRows.Count > 2)
        {
            Vector128<float> r = Vector128.Create(a[2 * TLayout.RowStride(TRows.Count)]);
            c2 = Vector128.MultiplyAddEstimate(r, b0, c2);
            d2 = Vector128.MultiplyAddEstimate(r, b1, d2);
        }

        if (TRows.Count > 3)
        {
            Vector128<float> r = Vector128.Create(a[3 * TLayout.RowStride(TRows.Count)]);
            c3 = Vector128.MultiplyAddEstimate(r, b0, c3);
            d3 = Vector128.MultiplyAddEstimate(r, b1, d3);
        }

        if (TRows.Count > 4)
        {
            Vector128<float> r = Vector128.Create(a[4 * TLayout.RowStride(TRows.Count)]);
            c4 = Vector128.MultiplyAddEstimate(r, b0, c4);
            d4 = Vector128.MultiplyAddEstimate(r, b1, d4);
        }

        if (TRows.Count > 5)
        {
            Vector128<float> r = Vector128.Create(a[5 * TLayout.RowStride(TRows.Count)]);
            c5 = Vector128.MultiplyAddEstimate(r, b0, c5);
            d5 = Vector128.MultiplyAddEstimate(r, b1, d5);
        }
    }

    /// <summary>
    /// One row of A times four panels that follow one another: each element's chain is that of <see cref="Run"/>, but
    /// eight chains run side by side, so that the loop waits for B alone (D32).
    /// </summary>
    /// <param name="k">Length of the chains.</param>
    /// <param name="a">[k]. Read.</param>
    /// <param name="b">Four panels of k x 8. In TNumbers. Read.</param>
    /// <param name="panelStep">Distance of two panels, in floats.</param>
    /// <param name="c">[4 * 8]. Overwritten, or added to.</param>
    /// <param name="add">Whether to add to c.</param>
    public static void RunRow<TNumbers>(int k, float* a, float* b, long panelStep, float* c, bool add)
        where TNumbers : struct, IPackedNumbers
    {
        Vector128<float> c0 = Vector128<float>.Zero, c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
        float* b1 = b + panelStep;
        float* b2 = b1 + panelStep;
        float* b3 = b2 + panelStep;
        for (int p = 0; p < k; p++)
        {
            Vector128<float> r = Vector128.Create(a[p]);
            if (TNumbers.AreBFloat16)
            {
                Vector128<uint> w = Vector128.Load((uint*)b);
                c0 = Vector128.MultiplyAddEstimate(r, (w << 16).AsSingle(), c0);
                c1 = Vector128.MultiplyAddEstimate(r, (w & Vector128.Create(BFloat16Pairs.High)).AsSingle(), c1);
                w = Vector128.Load((uint*)b1);
                c2 = Vector128.MultiplyAddEstimate(r, (w << 16).AsSingle(), c2);
                c3 = Vector128.MultiplyAddEstimate(r, (w & Vector128.Create(BFloat16Pairs.High)).AsSingle(), c3);
                w = Vector128.Load((uint*)b2);
                c4 = Vector128.MultiplyAddEstimate(r, (w << 16).AsSingle(), c4);
                c5 = Vector128.MultiplyAddEstimate(r, (w & Vector128.Create(BFloat16Pairs.High)).AsSingle(), c5);
                w = Vector128.Load((uint*)b3);
                c6 = Vector128.MultiplyAddEstimate(r, (w << 16).AsSingle(), c6);
                c7 = Vector128.MultiplyAddEstimate(r, (w & Vector128.Create(BFloat16Pairs.High)).AsSingle(), c7);
            }
            else
            {
                c0 = Vector128.MultiplyAddEstimate(r, Vector128.Load(b), c0);
                c1 = Vector128.MultiplyAddEstimate(r, Vector128.Load(b + 4), c1);
                c2 = Vector128.MultiplyAddEstimate(r, Vector128.Load(b1), c2);
                c3 = Vector128.MultiplyAddEstimate(r, Vector128.Load(b1 + 4), c3);
                c4 = Vector128.MultiplyAddEstimate(r, Vector128.Load(b2), c4);
                c5 = Vector128.MultiplyAddEstimate(r, Vector128.Load(b2 + 4), c5);
                c6 = Vector128.MultiplyAddEstimate(r, Vector128.Load(b3), c6);
                c7 = Vector128.MultiplyAddEstimate(r, Vector128.Load(b3 + 4), c7);
            }

            b += TNumbers.Floats(Columns);
            b1 += TNumbers.Floats(Columns);
            b2 += TNumbers.Floats(Columns);
            b3 += TNumbers.Floats(Columns);
        }

        if (add)
        {
            c0 += Vector128.Load(c);
            c1 += Vector128.Load(c + 4);
            c2 += Vector128.Load(c + 8);
            c3 += Vector128.Load(c + 12);
            c4 += Vector128.Load(c + 16);
            c5 += Vector128.Load(c + 20);
            c6 += Vector128.Load(c + 24);
            c7 += Vector128.Load(c + 28);
        }

        Vector128.Store(c0, c);
        Vector128.Store(c1, c + 4);
        Vector128.Store(c2, c + 8);
        Vector128.Store(c3, c + 12);
        Vector128.Store(c4, c + 16);
        Vector128.Store(c5, c + 20);
        Vector128.Store(c6, c + 24);
        Vector128.Store(c7, c + 28);
    }
}
