using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels.Products;

/// <summary>Which operand of a product is stored transposed.</summary>
public enum GemmForm
{
    /// <summary>C = A*B; A is [M, K], B is [K, N].</summary>
    NN,

    /// <summary>C = A*B^T; A is [M, K], B is stored [N, K].</summary>
    NT,

    /// <summary>C = A^T*B; A is stored [K, M], B is [K, N].</summary>
    TN,
}

/// <summary>
/// Products of row-major matrices. The numeric contract (design decision D10): element (i, j) is the sum of blocks of
/// <see cref="DepthBlock"/> steps; each block is one multiply-add chain over ascending k that begins at 0, and the
/// blocks are added in order to 0 (overwrite) or to C (add). Within one SIMD width the bits of an element depend on
/// nothing else: not on M, N, the form, the path, or the number of threads.
/// </summary>
public static partial class Gemm
{
    /// <summary>Steps of k after which a chain is cut.</summary>
    public const int DepthBlock = 512;

    /// <summary>C = op(A)*op(B), or C += op(A)*op(B).</summary>
    /// <param name="form">Which operand is transposed.</param>
    /// <param name="m">M, rows of C.</param>
    /// <param name="n">N, columns of C.</param>
    /// <param name="k">K, length of the sums. 0 gives C = 0 (overwrite) or leaves C (add).</param>
    /// <param name="a">A [M, K], or [K, M] for TN. Read.</param>
    /// <param name="lda">Distance of two rows of A as stored.</param>
    /// <param name="b">B [K, N], or [N, K] for NT. Read.</param>
    /// <param name="ldb">Distance of two rows of B as stored.</param>
    /// <param name="c">C [M, N]. Overwritten or added to. Must not overlap A or B.</param>
    /// <param name="ldc">Distance of two rows of C, at least N.</param>
    /// <param name="add">Whether to add to C.</param>
    /// <exception cref="ArgumentException">An operand is too short for its shape, or a distance too small.</exception>
    public static unsafe void Multiply(GemmForm form, int m, int n, int k, ReadOnlySpan<float> a, int lda,
        ReadOnlySpan<float> b, int ldb, Span<float> c, int ldc, bool add = false)
    {
        bool aTransposed = form == GemmForm.TN;
        bool bTransposed = form == GemmForm.NT;
        CheckSizes(m, n, k);
        CheckOperand(nameof(Gemm), nameof(a), a.Length, aTransposed ? k : m, aTransposed ? m : k, lda);
        CheckOperand(nameof(Gemm), nameof(b), b.Length, bTransposed ? n : k, bTransposed ? k : n, ldb);
        CheckOperand(nameof(Gemm), nameof(c), c.Length, m, n, ldc);
        fixed (float* pa = a, pb = b, pc = c)
        {
            if (k == 0)
                Nothing(m, n, pc, ldc, add);
            else if (m <= SkinnyRows && !bTransposed)
                Skinny(aTransposed, m, n, k, pa, lda, pb, ldb, pc, ldc, add);
            else if (IsDeep(m, n, k))
                Deep(aTransposed, bTransposed, m, n, k, pa, lda, pb, ldb, pc, ldc, add);
            else
                Blocked(aTransposed, bTransposed, m, n, k, pa, lda, pb, ldb, pc, ldc, add);
        }
    }

    /// <summary>C = A*B, or C += A*B, with a B packed before.</summary>
    /// <param name="m">M, rows of A and C.</param>
    /// <param name="a">A [M, K]. Read.</param>
    /// <param name="lda">Distance of two rows of A, at least K.</param>
    /// <param name="b">B [K, N]. Read.</param>
    /// <param name="c">C [M, N]. Overwritten or added to. Must not overlap A.</param>
    /// <param name="ldc">Distance of two rows of C, at least N.</param>
    /// <param name="add">Whether to add to C.</param>
    /// <exception cref="ArgumentException">An operand is too short for its shape, or a distance too small.</exception>
    public static unsafe void Multiply(int m, ReadOnlySpan<float> a, int lda, PackedMatrix b, Span<float> c, int ldc,
        bool add = false)
    {
        ArgumentNullException.ThrowIfNull(b);
        CheckSizes(m, b.Cols, b.Rows);
        CheckOperand(nameof(Gemm), nameof(a), a.Length, m, b.Rows, lda);
        CheckOperand(nameof(Gemm), nameof(c), c.Length, m, b.Cols, ldc);
        fixed (float* pa = a, pc = c)
        {
            if (b.Rows == 0)
                Nothing(m, b.Cols, pc, ldc, add);
            else
                BlockedPacked(false, m, b.Cols, b.Rows, pa, lda, b.Panels, pc, ldc, add);
        }

        GC.KeepAlive(b);
    }

    /// <summary>N rounded up to whole panels.</summary>
    internal static int PaddedColumns(int n) =>
        (n + MicroKernel.Columns - 1) / MicroKernel.Columns * MicroKernel.Columns;

    /// <summary>The shapes that a form takes, in words.</summary>
    internal static string Shapes(GemmForm form) => form switch
    {
        GemmForm.TN => "A [K, M], B [K, N], C [M, N]",
        GemmForm.NT => "A [M, K], B [N, K], C [M, N]",
        _ => "A [M, K], B [K, N], C [M, N]",
    };

    /// <summary>Checks that a stored matrix [rows, cols] with row distance ld fits.</summary>
    internal static void CheckOperand(string who, string what, int length, int rows, int cols, int ld)
    {
        if (ld < cols)
            Throw.OutOfRange($"ld of {what}", ld, $"at least {cols}, the columns of {what}");

        long needed = rows == 0 || cols == 0 ? 0 : ((long)(rows - 1) * ld) + cols;
        if (length < needed)
        {
            Throw.ShapeMismatch(who, what, $"[{rows}, {cols}] with rows {ld} apart ({needed} elements)",
                $"a span of {length} elements");
        }
    }

    private static void CheckSizes(int m, int n, int k)
    {
        if ((m | n | k) < 0)
            Throw.NegativeSize("M, N or K", Math.Min(m, Math.Min(n, k)));
    }

    private static unsafe void Nothing(int m, int n, float* c, int ldc, bool add)
    {
        for (int i = 0; i < m && !add; i++)
            new Span<float>(c + ((long)i * ldc), n).Clear();
    }
}
