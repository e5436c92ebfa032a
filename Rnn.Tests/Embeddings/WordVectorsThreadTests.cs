using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Projection;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

[Collection("Alone")]
public class WordVectorsThreadTests
{
    [Fact]
    public void SearchesHaveTheSameBits()
    {
        WordVectors vectors = VectorCases.Random(9000, 20, 4);
        WordNeighbour[] one = [], two = [];
        Allocations.WithThreads(1, () => one = vectors.Analogy("w1", "w2", "w3", 50, AnalogyMethod.CosMul));
        Allocations.WithThreads(3, () => two = vectors.Analogy("w1", "w2", "w3", 50, AnalogyMethod.CosMul));
        Assert.Equal(one, two);
    }

    [Fact]
    public void PicturesHaveTheSameBits()
    {
        float[] points = TestNumbers.Uniform(61 * 5, 3, 1);
        TSneOptions options = new() { Perplexity = 8, Iterations = 60, ExaggerationIterations = 20 };
        TSneResult one = new([], 0), two = one;
        Allocations.WithThreads(1, () => one = TSne.Run(new(points, 61, 5), options));
        Allocations.WithThreads(3, () => two = TSne.Run(new(points, 61, 5), options));
        Assert.Equal(one.Points, two.Points);
        Assert.Equal(one.Divergence, two.Divergence);
    }
}
