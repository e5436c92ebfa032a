using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers;

/// <summary>Products with columns of a slot.</summary>
internal static class WeightProduct
{
    /// <summary>y = x*W[:, first .. first + count - 1].</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="slot">W [K, N].</param>
    /// <param name="first">The first column.</param>
    /// <param name="count">How many.</param>
    /// <param name="x">[rows, K]. Read.</param>
    /// <param name="rows">Rows of x and y.</param>
    /// <param name="y">[rows, count]. Overwritten.</param>
    /// <param name="keepPacked">Whether the parameters keep these columns packed from call to call: for few rows and
    /// weights that don't change meanwhile. The bits are the same in full precision.</param>
    public static void Run(ParameterBuffer p, ParameterSlot slot, int first, int count, ReadOnlySpan<float> x, int rows,
        Span<float> y, bool keepPacked)
    {
        int depth = slot.Rows;
        if (keepPacked)
            Gemm.Multiply(rows, x, depth, p.Packed(new WeightPart(slot, first, count, isTransposed: false)), y, count);
        else
            Gemm.Multiply(GemmForm.NN, rows, count, depth, x, depth, p[slot].Span[first..], slot.Cols, y, count);
    }
}
