using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

[Collection("Alone")]
public class GemmThreadTests
{
    [Theory]
    [InlineData(GemmForm.NN, 300, 200, 1100)]
    [InlineData(GemmForm.NT, 130, 70, 600)]
    [InlineData(GemmForm.TN, 90, 210, 1300)]
    [InlineData(GemmForm.NN, 2, 3000, 700)]
    [InlineData(GemmForm.NT, 5, 4000, 90)]
    [InlineData(GemmForm.TN, 50, 100, 9000)]
    [InlineData(GemmForm.NT, 17, 33, 4096)]
    [InlineData(GemmForm.NN, 40, 4200, 1025)]   // from here on more than one block of B, taken in order
    [InlineData(GemmForm.NT, 1, 4200, 1300)]
    [InlineData(GemmForm.TN, 130, 2100, 2048)]
    [InlineData(GemmForm.TN, 300, 25, 140_000)]
    [InlineData(GemmForm.NN, 5, 70_000, 64)]    // one block of many columns
    [InlineData(GemmForm.TN, 6, 20_000, 600)]   // two, of which there is room for one at a time
    public void BitsDontDependOnTheNumberOfThreads(GemmForm form, int m, int n, int k)
    {
        float[] a = GemmTests.Values(m * k, 1), b = GemmTests.Values(k * n, 2);
        int lda = form == GemmForm.TN ? m : k, ldb = form == GemmForm.NT ? k : n;
        float[]? first = null;
        foreach (int threads in new[] { 1, 2, 3, 4 })
        {
            float[] c = new float[m * n];
            Allocations.WithThreads(threads, () => Gemm.Multiply(form, m, n, k, a, lda, b, ldb, c, n));
            first ??= c;
            Assert.Equal(first, c);
        }
    }

    /// <summary>Two products that share B are those of each alone.</summary>
    [Theory]
    [InlineData(150, 70)]
    [InlineData(5, 300)]
    [InlineData(40, 0)]
    [InlineData(0, 40)]
    public void PairsHaveTheBitsOfEachAlone(int m1, int m2)
    {
        const int n = 2060, k = 2100;
        float[] a1 = GemmTests.Values(k * m1, 1), a2 = GemmTests.Values(k * m2, 2), b = GemmTests.Values(k * n, 3);
        float[] expected1 = GemmTests.Values(m1 * n, 4), expected2 = GemmTests.Values(m2 * n, 5);
        float[] start1 = [.. expected1], start2 = [.. expected2];
        Allocations.WithThreads(1, () =>
        {
            Gemm.Multiply(GemmForm.TN, m1, n, k, a1, m1, b, n, expected1, n, add: true);
            Gemm.Multiply(GemmForm.TN, m2, n, k, a2, m2, b, n, expected2, n, add: true);
        });
        foreach (int threads in new[] { 1, 2, 3 })
        {
            float[] c1 = [.. start1], c2 = [.. start2];
            Allocations.WithThreads(threads, () => Gemm.AddTransposedPair(n, k, a1, m1, a2, m2, b, n, c1, c2));
            Bits.AssertEqual(expected1, c1);
            Bits.AssertEqual(expected2, c2);
        }
    }

    [Fact]
    public void LongSumsInsideAJobHaveTheSameBits()
    {
        const int m = 50, n = 60, k = 9_000;
        float[] a = GemmTests.Values(m * k, 1), b = GemmTests.Values(k * n, 2), expected = new float[m * n];
        Gemm.Multiply(GemmForm.TN, m, n, k, a, m, b, n, expected, n);
        float[][] results = [new float[m * n], new float[m * n], new float[m * n], new float[m * n]];
        Allocations.WithThreads(2, () => Workers.For(results.Length,
            i => Gemm.Multiply(GemmForm.TN, m, n, k, a, m, b, n, results[i], n)));
        foreach (float[] result in results)
            Bits.AssertEqual(expected, result);
    }
}
