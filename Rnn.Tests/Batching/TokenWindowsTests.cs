using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Rnn.Core.Losses;
using Rnn.Models.Batching;
using Xunit;

namespace Rnn.Tests.Batching;

public class TokenWindowsTests
{
    [Fact]
    public void PiecesAreContiguousAndTargetsAreTheNextSymbols()
    {
        int[] symbols = Enumerable.Range(0, 26).ToArray();
        TokenWindows batches = new(symbols, batchSize: 2, sequenceLength: 4, dropLast: true);
        Assert.Equal(3, batches.Count);
        Assert.Equal(24, batches.TargetCount);

        TokenWindow first = batches.Get(0, 0);
        Assert.True(first.IsFirst);
        Assert.Equal([0, 12, 1, 13, 2, 14, 3, 15], first.Inputs.ToArray());
        Assert.Equal([1, 13, 2, 14, 3, 15, 4, 16], first.Targets.ToArray());

        TokenWindow last = batches.Get(0, 2);
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
        Assert.Equal(139, new TokenWindows(new int[length - held], 128, 100, dropLast: true).Count);
        TokenWindows validation = new(new int[held], 128, 100, dropLast: true);
        Assert.Equal(15, validation.Count);
        Assert.Equal(192_000, validation.TargetCount);
    }

    [Fact]
    public void ATextShorterThanAWindowIsRefused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            new TokenWindows(new int[8], 2, 4, dropLast: true, "The text"));
        Assert.Contains("The text has 8 characters, expected at least 9", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, new TokenWindows(new int[9], 2, 4, dropLast: true).Count);
        e = Assert.Throws<ArgumentException>(() => new TokenWindows(new int[1], 2, 4, what: "The text"));
        Assert.Contains("The text has 1 character, expected at least 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TargetsAreThoseThatCount() => Gen.Select(Gen.Int[2, 300], Gen.Int[1, 20], Gen.Int[1, 30])
        .Sample((length, batchSize, window) =>
        {
            TokenWindows batches = new(new int[length], batchSize, window);
            for (int i = 0; i < batches.Count; i++)
            {
                Assert.Equal(batches.Get(0, i).Targets.ToArray().Count(target => target != SoftmaxCrossEntropy.IgnoredTarget),
                    batches.Targets(0, i));
            }
        });

    /// <summary>Every character but the first is a target once, after the one that stands before it.</summary>
    [Fact]
    public void NothingIsLeftOut() => Gen.Select(Gen.Int[2, 400], Gen.Int[1, 20], Gen.Int[1, 30])
        .Sample((length, batchSize, window) =>
        {
            TokenWindows batches = new(Enumerable.Range(0, length).ToArray(), batchSize, window);
            List<int> targets = [];
            int[] last = new int[batches.BatchSize];
            for (int i = 0; i < batches.Count; i++)
            {
                TokenWindow batch = batches.Get(0, i);
                Assert.Equal(batch.Steps * batch.Rows, batch.Inputs.Length);
                Assert.InRange(batch.Steps, 1, window);
                for (int n = 0; n < batch.Targets.Length; n++)
                {
                    int target = batch.Targets.Span[n], input = batch.Inputs.Span[n], row = n % batch.Rows;
                    if (target == SoftmaxCrossEntropy.IgnoredTarget)
                    {
                        Assert.Equal(batches.Count - 1, i);   // pieces end in the last window only
                        continue;
                    }

                    Assert.Equal(target, input + 1);
                    Assert.True(batch.IsFirst && n < batch.Rows || last[row] == input, "a row goes on where it was");
                    last[row] = target;
                    targets.Add(target);
                }
            }

            Assert.Equal(Enumerable.Range(1, length - 1), targets.Order());
            Assert.Equal(length - 1, batches.TargetCount);
        });
}
