using System;
using CsCheck;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;
using Xunit;

namespace Rnn.Tests.Kernels;

public class GemmTests
{
    private const float Guard = 12345.5f;

    public static TheoryData<GemmForm, bool> Forms => new()
    {
        { GemmForm.NN, false }, { GemmForm.NN, true },
        { GemmForm.NT, false }, { GemmForm.NT, true },
        { GemmForm.TN, false }, { GemmForm.TN, true },
    };

    /// <summary>What is asked for ahead changes no number, so that nothing else would show a part left out.</summary>
    [Fact]
    public void TilesTogetherAskForTheWholeNextPanel()
    {
        foreach (int row in new[] { 4, 8, 16, 32 })
        {
            for (int tiles = 1; tiles <= 22; tiles++)
            {
                int step = MicroKernel.NextStep(row, tiles);
                Assert.InRange(step * tiles, row, row + tiles - 1);
            }
        }

        Assert.Equal(0, MicroKernel.NextStep(0, 7));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void EverySmallShapeAgreesWithDouble(GemmForm form, bool add)
    {
        int[] ms = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 15, 29, 57];
        int[] ns = [0, 1, 7, 8, 9, 16, 17, 31, 32, 33, 64, 65, 130];
        int[] ks = [0, 1, 2, 3, 15, 16, 17, 31, 33, 130];
        foreach (int m in ms)
        {
            foreach (int n in ns)
            {
                foreach (int k in ks)
                    Check(form, add, m, n, k);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void BlockEdgesAgreeWithDouble(GemmForm form, bool add)
    {
        foreach ((int m, int n, int k) in new[]
            { (111, 33, 511), (112, 64, 512), (113, 96, 513), (225, 31, 1025), (3, 129, 1100), (1, 260, 513), (450,
                70, 40) })
        {
            Check(form, add, m, n, k);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void LongSumsAgreeWithDouble(GemmForm form, bool add)
    {
        foreach ((int m, int n, int k, int pad) in new[] { (50, 100, 4_096, 3), (9, 33, 4_097, 5), (1, 31, 4_607, 1),
            (0, 33, 4_096, 0), (9, 0, 4_096, 0), (8, 128, 9_000, 0) })
        {
            Check(form, add, m, n, k, pad);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void RandomShapesAndStridesAgreeWithDouble(GemmForm form, bool add) =>
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 140], Gen.Int[1, 600], Gen.Int[0, 5]).Sample(
            (m, n, k, pad) => Check(form, add, m, n, k, pad), iter: 40, seed: "0000KOIa2Nf3");

    [Fact]
    public void BitsDontDependOnPathOrPosition()
    {
        // One row alone (skinny, row-major B), inside a block, and packed: the same bits.
        const int m = 300, n = 200, k = 1100;
        float[] a = Values(m * k, 1), b = Values(k * n, 2);
        float[] whole = new float[m * n];
        Gemm.Multiply(GemmForm.NN, m, n, k, a, k, b, n, whole, n);
        PackedMatrix packed = new(k, n);
        packed.Pack(b, n);
        float[] bt = new float[n * k];
        for (int p = 0; p < k; p++)
        {
            for (int j = 0; j < n; j++)
                bt[(j * k) + p] = b[(p * n) + j];
        }

        PackedMatrix packedT = new(k, n);
        packedT.PackTransposed(bt, k);
        float[] row = new float[n], rowPacked = new float[n], rowNt = new float[n];
        for (int i = 0; i < m; i += 37)
        {
            Gemm.Multiply(GemmForm.NN, 1, n, k, a.AsSpan(i * k, k), k, b, n, row, n);
            Gemm.Multiply(1, a.AsSpan(i * k, k), k, packed, rowPacked, n);
            Gemm.Multiply(GemmForm.NT, 1, n, k, a.AsSpan(i * k, k), k, bt, k, rowNt, n);
            Assert.Equal(whole.AsSpan(i * n, n).ToArray(), row);
            Assert.Equal(whole.AsSpan(i * n, n).ToArray(), rowPacked);
            Assert.Equal(whole.AsSpan(i * n, n).ToArray(), rowNt);
        }

        float[] again = new float[m * n];
        Gemm.Multiply(m, a, k, packedT, again, n);
        Assert.Equal(whole, again);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void BitsOfLongSumsDontDependOnTheSizeOfC(GemmForm form, bool add)
    {
        // With 128 rows and columns a block of k is one thread's, and 64 blocks are added at a time; with more, not.
        foreach ((int m, int n, int k) in new[] { (128, 128, 33_000), (20, 100, 4_500) })
        {
            const int columns = 160;
            float[] a = Values(m * k, 1), b = Values(columns * k, 2), c = Values(m * n, 3);
            float[] wide = new float[m * columns];
            for (int i = 0; i < m; i++)
                c.AsSpan(i * n, n).CopyTo(wide.AsSpan(i * columns));

            int lda = form == GemmForm.TN ? m : k, ldb = form == GemmForm.NT ? k : columns;
            Gemm.Multiply(form, m, n, k, a, lda, b, ldb, c, n, add);
            Gemm.Multiply(form, m, columns, k, a, lda, b, ldb, wide, columns, add);
            for (int i = 0; i < m; i++)
                Bits.AssertEqual(wide.AsSpan(i * columns, n), c.AsSpan(i * n, n));
        }
    }

    [Fact]
    public void NotANumberAndInfinityPassThrough()
    {
        float[] a = [1, float.NaN, 2, float.PositiveInfinity], b = [1, 0, 0, 1], c = new float[4];
        Gemm.Multiply(GemmForm.NN, 2, 2, 2, a, 2, b, 2, c, 2);
        Assert.True(float.IsNaN(c[0]) && float.IsNaN(c[1]) && float.IsNaN(c[2]));
        Assert.Equal(float.PositiveInfinity, c[3]);
    }

    [Fact]
    public void ShortOperandsAreRefused()
    {
        float[] six = new float[6];
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => Gemm.Multiply(GemmForm.NN, 2, 3, 4, six, 4, new float[12], 3, six, 3));
        Assert.Contains("[2, 4]", e.Message, StringComparison.Ordinal);
        Assert.Contains("6 elements", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Gemm.Multiply(GemmForm.NN, 2, 3, 3, six, 2, new float[9], 3, six, 3));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Gemm.Multiply(GemmForm.NN, -1, 3, 3, six, 3, new float[9], 3, six, 3));
    }

    private static void Check(GemmForm form, bool add, int m, int n, int k, int pad = 0)
    {
        int aRows = form == GemmForm.TN ? k : m, aCols = form == GemmForm.TN ? m : k;
        int bRows = form == GemmForm.NT ? n : k, bCols = form == GemmForm.NT ? k : n;
        int lda = aCols + pad, ldb = bCols + pad, ldc = n + pad;
        float[] a = Values(aRows * lda, 3), b = Values(bRows * ldb, 4), c = Values((m * ldc) + 2, 5);
        Array.Fill(c, Guard, m * ldc, 2);
        float[] old = (float[])c.Clone();
        Gemm.Multiply(form, m, n, k, a, lda, b, ldb, c.AsSpan(0, m * ldc), ldc, add);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < ldc; j++)
            {
                if (j >= n)
                {
                    Assert.Equal(old[(i * ldc) + j], c[(i * ldc) + j]);
                    continue;
                }

                double sum = add ? old[(i * ldc) + j] : 0, size = Math.Abs(sum);
                for (int p = 0; p < k; p++)
                {
                    double term = (double)(form == GemmForm.TN ? a[(p * lda) + i] : a[(i * lda) + p])
                        * (form == GemmForm.NT ? b[(j * ldb) + p] : b[(p * ldb) + j]);
                    sum += term;
                    size += Math.Abs(term);
                }

                if (Math.Abs(sum - c[(i * ldc) + j]) > 1e-6 * size)
                {
                    Assert.Fail($"{form} add={add} m={m} n={n} k={k}: C[{i},{j}] is {c[(i * ldc) + j]}, " +
                        $"expected {sum}");
                }
            }
        }

        Assert.Equal(Guard, c[^1]);
        Assert.Equal(Guard, c[^2]);
    }

    internal static float[] Values(int count, ulong stream)
    {
        Philox random = new(42, stream);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (random.NextSingle() * 2) - 1;

        return values;
    }
}
