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
    public void BitsDontDependOnTheNumberOfThreads(GemmForm form, int m, int n, int k)
    {
        float[] a = GemmTests.Values(m * k, 1), b = GemmTests.Values(k * n, 2);
        int lda = form == GemmForm.TN ? m : k, ldb = form == GemmForm.NT ? k : n;
        float[]? first = null;
        foreach (int threads in new[] { 1, 2, 4 })
        {
            float[] c = new float[m * n];
            Allocations.WithThreads(threads, () => Gemm.Multiply(form, m, n, k, a, lda, b, ldb, c, n));
            first ??= c;
            Assert.Equal(first, c);
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
