using System;
using CsCheck;
using Rnn.Core.Kernels.Products;
using Xunit;

namespace Rnn.Tests.Kernels;

public class BatchedGemmTests
{
    public static TheoryData<GemmForm, bool> Forms => GemmTests.Forms;

    [Theory]
    [MemberData(nameof(Forms))]
    public void EverySmallShapeAgreesWithDouble(GemmForm form, bool add)
    {
        int[] ms = [0, 1, 2, 4, 5, 6, 7, 12, 13, 14, 15, 27, 29, 40];
        int[] ns = [0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 49];
        int[] ks = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33];
        int turn = 0;
        foreach (int m in ms)
        {
            foreach (int n in ns)
            {
                foreach (int k in ks)
                    Check(form, add, 1, 2, m, n, k, turn++);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void BlockEdgesAgreeWithDouble(GemmForm form, bool add)
    {
        int turn = 0;
        foreach ((int m, int n, int k) in new[]
            { (127, 33, 20), (128, 32, 64), (129, 64, 16), (200, 200, 32), (257, 17, 9), (15, 130, 511), (3, 40, 512),
                (29, 16, 513), (130, 33, 1030), (1, 200, 128), (200, 1, 128) })
        {
            for (int order = 0; order < 3; order++)
                Check(form, add, 1, 2, m, n, k, turn++);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void RandomBatchesAgreeWithDouble(GemmForm form, bool add) =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[0, 40], Gen.Int[0, 70], Gen.Int[0, 40], Gen.Int[0, 26])
            .Sample((outer, inner, m, n, k, turn) => Check(form, add, outer, inner, m, n, k, turn), iter: 300,
                seed: "0000KOIa2Nf3");

    [Theory]
    [MemberData(nameof(Forms))]
    public void TheBitsAreThoseOfGemm(GemmForm form, bool add)
    {
        int turn = 0;
        foreach ((int m, int n, int k) in new[]
            { (1, 1, 1), (1, 33, 64), (4, 100, 16), (13, 16, 40), (14, 48, 64), (15, 47, 33), (35, 35, 64),
                (100, 100, 64), (200, 64, 200), (130, 70, 520), (7, 15, 1100) })
        {
            for (int order = 0; order < 5; order++)
            {
                BatchCase batch = Create(form, 2, 3, m, n, k, turn++);
                batch.Run(add);
                Bits.AssertEqual(batch.ByGemm(add), batch.C);
            }
        }
    }

    [Fact]
    public void AStrideOfZeroGivesAllTheSameMatrix()
    {
        float[] a = GemmTests.Values(6 * 20, 1), b = GemmTests.Values(12, 2), c = new float[6 * 15];
        BatchedGemm.Multiply(GemmForm.NN, a, new BatchLayout(6, 5, 4), b, new BatchLayout(4, 3, 3, 6, 0, 1, 0), c,
            new BatchLayout(6, 5, 3));
        float[] expected = new float[6 * 15];
        Gemm.Multiply(GemmForm.NN, 30, 3, 4, a, 4, b, 3, expected, 3);
        Bits.AssertEqual(expected, c);
    }

    [Fact]
    public void NotANumberAndInfinityStayInTheirRowsAndColumns()
    {
        const int m = 20, n = 37, k = 30;
        foreach (GemmForm form in Enum.GetValues<GemmForm>())
        {
            BatchCase batch = Create(form, 1, 2, m, n, k, 0);
            int at = Array.FindIndex(batch.A, value => !float.IsNaN(value));
            batch.A[at] = float.NaN;   // element (0, 0) of the first A
            int last = Array.FindLastIndex(batch.B, value => !float.IsNaN(value));
            batch.B[last] = float.PositiveInfinity;   // element (k-1, n-1) of the last B
            batch.Run(add: false);
            for (int row = 0; row < m; row++)
            {
                for (int col = 0; col < n; col++)
                {
                    float first = batch.SpanC[(int)batch.LayoutC.Start(0) + (row * batch.LayoutC.RowStride) + col];
                    float second = batch.SpanC[(int)batch.LayoutC.Start(1) + (row * batch.LayoutC.RowStride) + col];
                    Assert.Equal(row == 0, float.IsNaN(first));
                    Assert.Equal(col == n - 1, float.IsInfinity(second));
                }
            }
        }
    }

    [Fact]
    public void MisuseIsRefused()
    {
        float[] buffer = new float[1000], other = new float[1000];
        BatchLayout a = new(6, 5, 4), b = new(6, 4, 3), c = new(6, 5, 3);
        Says<ArgumentException>(() => BatchedGemm.Multiply(GemmForm.NT, buffer, a, buffer, b, other, c),
            "NT of A 6 x [5, 4] and B 6 x [4, 3] into C 6 x [5, 3]", "B [N, K]");
        Says<ArgumentException>(
            () => BatchedGemm.Multiply(GemmForm.NN, buffer, new BatchLayout(5, 5, 4), buffer, b, other, c),
            "5 x [5, 4]", "as many of each");
        Says<ArgumentException>(() => BatchedGemm.Multiply(GemmForm.NN, buffer, a, buffer.AsSpan(0, 71), b, other, c),
            "6 x [4, 3] as laid out (72 elements)", "71 elements");
        Says<ArgumentException>(() => BatchedGemm.Multiply(GemmForm.NN, buffer, a, buffer, b, other,
            new BatchLayout(5, 3, 3, 6, 0, 1, 0)), "6 x [5, 3]", "share elements");
        Says<ArgumentException>(() => BatchedGemm.Multiply(GemmForm.NN, buffer, a, buffer, b, other,
            new BatchLayout(5, 3, 8, 3, 3, 2, 50)), "share elements");
        Says<ArgumentOutOfRangeException>(() => _ = new BatchLayout(5, 3, 2, 1, 0, 1, 0), "at least 3");
        Says<ArgumentOutOfRangeException>(() => _ = new BatchLayout(5, 3, 3, 0, 0, 1, 0), "inner is 0");
        Says<ArgumentOutOfRangeException>(() => _ = new BatchLayout(-1, 3, 4), "outer is -1");
        Says<ArgumentOutOfRangeException>(() => _ = new BatchLayout(2, 3, -4), "cols is -4");
        Says<ArgumentOutOfRangeException>(() => _ = new BatchLayout(3, 3, 3, 2, -1, 2, 9), "innerStride is -1");
        Says<ArgumentOutOfRangeException>(() => _ = new BatchLayout(1, 1, 1, 100_000, 1, 100_000, 1), "at most 21474");
        Says<ArgumentOutOfRangeException>(() => new BatchLayout(2, 3, 4).Start(2), "0 to 1");
        Says<ArgumentOutOfRangeException>(() => default(BatchLayout).Start(0), "i holds 0");
    }

    [Fact]
    public void MatricesSideBySideDontShareElements()
    {
        // Every way to cut a tensor [3, 4, 5, 6] into matrices along its axes.
        int[] sizes = [3, 4, 5], strides = [120, 30, 6];
        foreach ((int row, int inner, int outer) in new[]
            { (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0) })
        {
            BatchLayout layout = new(sizes[row], 6, strides[row], sizes[inner], strides[inner], sizes[outer],
                strides[outer]);
            Assert.Equal(360, layout.Length);
            float[] a = GemmTests.Values(layout.Count * layout.Rows * 2, 1), b = GemmTests.Values(12, 2);
            float[] c = new float[360];
            BatchedGemm.Multiply(GemmForm.NN, a, new BatchLayout(layout.Count, layout.Rows, 2), b,
                new BatchLayout(2, 6, 6, layout.Count, 0, 1, 0), c, layout);
            Assert.DoesNotContain(0f, c);
        }
    }

    private static void Check(GemmForm form, bool add, int outer, int inner, int m, int n, int k, int turn)
    {
        BatchCase batch = Create(form, outer, inner, m, n, k, turn);
        batch.Run(add);
        string? fault = batch.Fault(add);
        Assert.True(fault is null, $"{form} add={add} {outer} x {inner} m={m} n={n} k={k} turn={turn}: {fault}");
    }

    // All 27 combinations of orders come in turn.
    private static BatchCase Create(GemmForm form, int outer, int inner, int m, int n, int k, int turn) => new(form,
        outer, inner, m, n, k, (BatchOrder)(turn % 3), (BatchOrder)(turn / 3 % 3), (BatchOrder)(turn / 9 % 3));

    private static void Says<TException>(Action action, params string[] parts)
        where TException : Exception
    {
        TException e = Assert.Throws<TException>(action);
        foreach (string part in parts)
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }
}
