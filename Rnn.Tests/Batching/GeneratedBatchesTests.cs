using System;
using Rnn.Models.Batching;
using Rnn.Models.Training;
using Rnn.Tests.Training;
using Xunit;

namespace Rnn.Tests.Batching;

public class GeneratedBatchesTests
{
    [Fact]
    public void ABatchIsWhatTheFunctionGives()
    {
        GeneratedBatches<(int, int)> batches = new(count: 5, targets: 7, (epoch, index) => (epoch, index), new BatchShape(3));
        Assert.Equal((5, 7L, new BatchShape(3)), (batches.Count, batches.Targets(2, 4), batches.Most));
        Assert.Equal((2, 4), batches.Get(2, 4));
        Assert.Equal(default, new GeneratedBatches<int>(1, 1, (epoch, index) => 0).Most);
    }

    [Fact]
    public void ATrainerTakesThem()
    {
        TrainingResult expected = new Trainer<int>(new Quadratic(), new Numbers(6)).Run();
        GeneratedBatches<int> batches = new(count: 6, targets: 1, (epoch, index) => index);
        Assert.Equal(expected, new Trainer<int>(new Quadratic(), batches).Run());
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new GeneratedBatches<int>(0, 1, (epoch, index) => 0));
        Assert.Throws<ArgumentOutOfRangeException>("targets", () => new GeneratedBatches<int>(1, 0, (epoch, index) => 0));
        Assert.Throws<ArgumentNullException>("make", () => new GeneratedBatches<int>(1, 1, null!));
    }
}
