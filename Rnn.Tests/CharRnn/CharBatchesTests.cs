using System;
using System.Linq;
using Rnn.Models.CharRnn;
using Xunit;

namespace Rnn.Tests.CharRnn;

public class CharBatchesTests
{
    [Fact]
    public void PiecesAreContiguousAndTargetsAreTheNextSymbols()
    {
        int[] symbols = Enumerable.Range(0, 26).ToArray();
        CharBatches batches = new(symbols, batchSize: 2, sequenceLength: 4);
        Assert.Equal(3, batches.Count);
        Assert.Equal(24, batches.CharacterCount);

        CharBatch first = batches.Get(0, 0);
        Assert.True(first.IsFirst);
        Assert.Equal([0, 12, 1, 13, 2, 14, 3, 15], first.Inputs.ToArray());
        Assert.Equal([1, 13, 2, 14, 3, 15, 4, 16], first.Targets.ToArray());

        CharBatch last = batches.Get(0, 2);
        Assert.False(last.IsFirst);
        Assert.Equal([8, 20, 9, 21, 10, 22, 11, 23], last.Inputs.ToArray());
        Assert.Equal([9, 21, 10, 22, 11, 23, 12, 24],
            last.Targets.ToArray());   // the end of a piece goes on in the text
    }

    [Fact]
    public void TheLessonsNumbersComeOut()
    {
        const int length = 1_985_223;
        int held = (int)(length * 0.1);
        Assert.Equal(139, new CharBatches(new int[length - held], 128, 100).Count);
        CharBatches validation = new(new int[held], 128, 100);
        Assert.Equal(15, validation.Count);
        Assert.Equal(192_000, validation.CharacterCount);
    }

    [Fact]
    public void ATextShorterThanAWindowIsRefused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new CharBatches(new int[8], 2, 4, "the text"));
        Assert.Contains("the text has 8 characters, expected at least 9", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, new CharBatches(new int[9], 2, 4).Count);
    }
}
