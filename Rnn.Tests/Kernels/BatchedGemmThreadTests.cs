using Rnn.Core.Kernels.Products;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

[Collection("Alone")]
public class BatchedGemmThreadTests
{
    [Theory]
    [InlineData(GemmForm.NN, 25, 8, 35, 64, 35)]
    [InlineData(GemmForm.NT, 25, 8, 35, 35, 64)]
    [InlineData(GemmForm.TN, 25, 8, 35, 64, 35)]
    [InlineData(GemmForm.NT, 3, 1, 200, 190, 128)]
    [InlineData(GemmForm.NN, 200, 10, 1, 16, 50)]
    [InlineData(GemmForm.TN, 1, 1, 200, 200, 600)]
    public void BitsDontDependOnTheNumberOfThreads(GemmForm form, int outer, int inner, int m, int n, int k)
    {
        foreach (bool add in new[] { false, true })
        {
            BatchCase batch = new(form, outer, inner, m, n, k, BatchOrder.Heads, BatchOrder.Heads, BatchOrder.Heads);
            float[] expected = batch.ByGemm(add);
            foreach (int threads in new[] { 1, 2, 4 })
            {
                batch.Reset();
                Allocations.WithThreads(threads, () => batch.Run(add));
                Bits.AssertEqual(expected, batch.C);
            }
        }
    }

    [Theory]
    [InlineData(GemmForm.NN, 1)]
    [InlineData(GemmForm.NT, 2)]
    [InlineData(GemmForm.TN, 4)]
    public void NothingIsAllocated(GemmForm form, int threads)
    {
        BatchCase batch = new(form, 10, 8, 35, 33, 40, BatchOrder.Heads, BatchOrder.Heads, BatchOrder.Packed);
        Allocations.WithThreads(threads, () => Assert.Equal(0, Allocations.Of100(() => batch.Run(add: false))));
    }
}
