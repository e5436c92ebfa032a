using Rnn.Models.LanguageModels.NGrams;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.LanguageModels.NGrams;

[Collection("Alone")]
public class KneserNeyAllocationTests
{
    [Fact]
    public void AStepAllocatesNothing()
    {
        KneserNey model = KneserNey.Train([0, 1, 2, 0, 1, 3, 0, 2], vocabulary: 4, order: 3);
        int[] context = [0, 1];
        float[] logProbabilities = new float[4];
        Assert.Equal(0, Allocations.Of100(() =>
        {
            model.LogProbabilities(context, logProbabilities);
            model.Probability(context, 2);
            model.Evaluate(context);
        }));
    }
}
