using System;
using Rnn.Core.Kernels.Products;

namespace Rnn.Tests.Kernels;

/// <summary>How the matrices of an operand lie: one after another, side by side as heads do, or with gaps.</summary>
public enum BatchOrder
{
    Packed,
    Heads,
    Gaps,
}

/// <summary>
/// A batched product with NaN between the elements of A and B, and guard values between and around those of C.
/// </summary>
internal sealed class BatchCase
{
    public const float Guard = 12345.5f;
    private const int Around = 40;

    private readonly GemmForm _form;
    private readonly int _m;
    private readonly int _n;
    private readonly int _k;
    private readonly float[] _old;

    public BatchCase(GemmForm form, int outer, int inner, int m, int n, int k, BatchOrder orderA, BatchOrder orderB,
        BatchOrder orderC, ulong seed = 1)
    {
        (_form, _m, _n, _k) = (form, m, n, k);
        LayoutA = form == GemmForm.TN ? Layout(orderA, outer, inner, k, m) : Layout(orderA, outer, inner, m, k);
        LayoutB = form == GemmForm.NT ? Layout(orderB, outer, inner, n, k) : Layout(orderB, outer, inner, k, n);
        LayoutC = Layout(orderC, outer, inner, m, n);
        A = Values(LayoutA, float.NaN, seed);
        B = Values(LayoutB, float.NaN, seed + 1);
        C = Values(LayoutC, Guard, seed + 2);
        _old = (float[])C.Clone();
    }

    public BatchLayout LayoutA { get; }

    public BatchLayout LayoutB { get; }

    public BatchLayout LayoutC { get; }

    public float[] A { get; }

    public float[] B { get; }

    public float[] C { get; }

    public ReadOnlySpan<float> SpanA => A.AsSpan(Around, (int)LayoutA.Length);

    public ReadOnlySpan<float> SpanB => B.AsSpan(Around, (int)LayoutB.Length);

    public Span<float> SpanC => C.AsSpan(Around, (int)LayoutC.Length);

    public static BatchLayout Layout(BatchOrder order, int outer, int inner, int rows, int cols) => order switch
    {
        BatchOrder.Packed => new BatchLayout(outer * inner, rows, cols),
        BatchOrder.Heads => new BatchLayout(rows, cols, (outer * inner * cols) + 1, inner, cols, outer, inner * cols),
        _ => new BatchLayout(rows, cols, cols + 3, inner, (rows * (cols + 3)) + 5, outer,
            (inner * ((rows * (cols + 3)) + 5)) + 2),
    };

    public void Run(bool add) => BatchedGemm.Multiply(_form, SpanA, LayoutA, SpanB, LayoutB, SpanC, LayoutC, add);

    public void Reset() => _old.CopyTo(C, 0);

    /// <summary>The same by Gemm, matrix by matrix; the whole buffer of C.</summary>
    public float[] ByGemm(bool add)
    {
        float[] c = (float[])_old.Clone();
        for (int i = 0; i < LayoutC.Count && LayoutC.Length > 0; i++)
        {
            Gemm.Multiply(_form, _m, _n, _k, _k == 0 ? [] : SpanA[(int)LayoutA.Start(i)..], LayoutA.RowStride,
                _k == 0 ? [] : SpanB[(int)LayoutB.Start(i)..], LayoutB.RowStride,
                c.AsSpan(Around + (int)LayoutC.Start(i)), LayoutC.RowStride, add);
        }

        return c;
    }

    /// <summary>The same in double; the first element too far off, and whatever was touched beside C.</summary>
    public string? Fault(bool add)
    {
        bool[] isOfC = new bool[C.Length];
        for (int i = 0; i < LayoutC.Count && LayoutC.Length > 0; i++)
        {
            for (int row = 0; row < _m; row++)
            {
                for (int col = 0; col < _n; col++)
                {
                    int at = Around + (int)LayoutC.Start(i) + (row * LayoutC.RowStride) + col;
                    isOfC[at] = true;
                    (double sum, double size) = Element(i, row, col);
                    sum += add ? _old[at] : 0;
                    size += add ? Math.Abs(_old[at]) : 0;
                    if (!(Math.Abs(sum - C[at]) <= 1e-6 * size))
                        return $"C_{i}[{row}, {col}] is {C[at]}, expected {sum}";
                }
            }
        }

        for (int at = 0; at < C.Length; at++)
        {
            if (!isOfC[at] && C[at] != Guard)
                return $"element {at - Around} of the buffer of C belongs to no matrix, but was changed";
        }

        return null;
    }

    private (double Sum, double Size) Element(int i, int row, int col)
    {
        double sum = 0, size = 0;
        for (int p = 0; p < _k; p++)
        {
            float a = SpanA[(int)LayoutA.Start(i) + (_form == GemmForm.TN ? (p * LayoutA.RowStride) + row
                : (row * LayoutA.RowStride) + p)];
            float b = SpanB[(int)LayoutB.Start(i) + (_form == GemmForm.NT ? (col * LayoutB.RowStride) + p
                : (p * LayoutB.RowStride) + col)];
            sum += (double)a * b;
            size += Math.Abs((double)a * b);
        }

        return (sum, size);
    }

    private static float[] Values(BatchLayout layout, float between, ulong seed)
    {
        float[] buffer = new float[layout.Length + (2 * Around)];
        Array.Fill(buffer, between);
        float[] values = GemmTests.Values(layout.Count * layout.Rows * layout.Cols, seed);
        int next = 0;
        for (int i = 0; i < layout.Count && layout.Length > 0; i++)
        {
            for (int row = 0; row < layout.Rows; row++, next += layout.Cols)
            {
                values.AsSpan(next, layout.Cols)
                    .CopyTo(buffer.AsSpan(Around + (int)layout.Start(i) + (row * layout.RowStride)));
            }
        }

        return buffer;
    }
}
