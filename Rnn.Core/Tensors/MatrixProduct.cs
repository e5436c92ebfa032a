using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;

namespace Rnn.Core.Tensors;

/// <summary>
/// Products of views of any stride: <see cref="Gemm"/> and <see cref="BatchedGemm"/> with the shapes checked here.
/// There is no factor: where a product is to be scaled, as in attention by 1/sqrt(D), scale the smaller operand, or do
/// it in the pass that reads the result; a factor here would be one rounding more than the numeric contract (D10) has.
/// </summary>
public static class MatrixProduct
{
    /// <summary>C = op(A)*op(B), or C += op(A)*op(B), on all threads.</summary>
    /// <param name="form">Which operand is transposed.</param>
    /// <param name="a">[M, K], or [K, M] for TN. Read.</param>
    /// <param name="b">[K, N], or [N, K] for NT. Read.</param>
    /// <param name="c">[M, N]. Overwritten or added to; nothing between its rows is touched. Must not overlap A or
    /// B.</param>
    /// <param name="add">Whether to add to C; by default it is overwritten.</param>
    /// <exception cref="ArgumentException">The shapes disagree.</exception>
    public static void Multiply(GemmForm form, ReadOnlyMatrixView a, ReadOnlyMatrixView b, MatrixView c,
        bool add = false)
    {
        bool aTransposed = form == GemmForm.TN;
        bool bTransposed = form == GemmForm.NT;
        int k = aTransposed ? a.Rows : a.Cols;
        if ((aTransposed ? a.Cols : a.Rows) != c.Rows || (bTransposed ? b.Rows : b.Cols) != c.Cols
            || (bTransposed ? b.Cols : b.Rows) != k)
        {
            Throw.ProductShapes(nameof(MatrixProduct), form.ToString(), a.ToString(), b.ToString(), c.ToString(),
                Gemm.Shapes(form));
        }

        Gemm.Multiply(form, c.Rows, c.Cols, k, a.Extent, a.Stride, b.Extent, b.Stride, c.Extent, c.Stride, add);
    }

    /// <summary>C_i = op(A_i)*op(B_i), or C_i += op(A_i)*op(B_i), for every matrix of a batch; each by one
    /// thread.</summary>
    /// <param name="form">Which operand is transposed.</param>
    /// <param name="a">Matrices [M, K], or [K, M] for TN. Read.</param>
    /// <param name="b">As many matrices [K, N], or [N, K] for NT. Read.</param>
    /// <param name="c">As many matrices [M, N], of which no two share an element. Overwritten or added to. Must not
    /// overlap what is read of A or B.</param>
    /// <param name="add">Whether to add to C; by default it is overwritten.</param>
    /// <exception cref="ArgumentException">The numbers or shapes disagree, or matrices of C share
    /// elements.</exception>
    /// <example>
    /// Scores of attention, [T, S] for each row of the batch and head, and what they weigh:
    /// <code>
    /// MatrixProduct.Multiply(GemmForm.NT, q.Heads(heads), k.Heads(heads), scores);
    /// MatrixProduct.Multiply(GemmForm.NN, weights, v.Heads(heads), y.Heads(heads));
    /// </code>
    /// </example>
    public static void Multiply(GemmForm form, ReadOnlyMatrixBatchView a, ReadOnlyMatrixBatchView b,
        MatrixBatchView c, bool add = false) =>
        BatchedGemm.Multiply(form, a.Extent, a.Layout, b.Extent, b.Layout, c.Extent, c.Layout, add);
}
