using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

public class DropoutTests
{
    /// <summary>Names whose hash is 0 and 1: 0 is the stream of initial values, so both have 1.</summary>
    [Theory]
    [InlineData("dropout4623530")]
    [InlineData("dropout10730584")]
    public void NoNameHasTheStreamOfInitialValues(string name) => Assert.Equal(1u, Dropout.HashOf(name));

    /// <summary>The stream is a hash of the name above 40 bits of the step: a run's masks are those of every version.</summary>
    [Theory]
    [InlineData("dropout")]
    [InlineData("layer.dropout_l1")]
    public void TheStreamIsThatOfNameAndStep(string name)
    {
        const ulong seed = 7, step = (1UL << 40) - 3, halfOfAll = 1UL << 31;
        uint hash = name.Aggregate(2166136261, (hash, c) => (hash ^ c) * 16777619);   // FNV-1a
        ulong stream = (((ulong)(hash >> 24) ^ (hash & 0xFFFFFF)) << 40) | step;
        float[] ones = [.. Enumerable.Repeat(1f, 300)], expected = new float[300], y = new float[300];
        DropoutMask.Apply(ones, expected, seed, stream, 5, (uint)halfOfAll, 2);
        new Dropout(name, 0.5).Forward(ones, y, Mode.Training(seed, step), first: 5);
        Bits.Same(expected, y, "mask");
    }
}
