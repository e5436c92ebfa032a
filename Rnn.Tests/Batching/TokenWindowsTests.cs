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

    /// <summary>Whatever the borders: every token but the first is a target once in an epoch, rows go on where they were,
    /// targets are those that count, and no window is longer than Most.</summary>
    [Fact]
    public void NothingIsLeftOutWhereLengthsVary() => Gen.Select(Gen.Int[2, 400], Gen.Int[1, 20], Gen.Int[1, 30],
            Gen.Double[0, 0.49], Gen.Bool, Gen.Int[0, 1000])
        .Where(c => !c.Item5 || c.Item1 > c.Item2 * c.Item3)
        .Sample((length, batchSize, window, varyBy, dropLast, epoch) =>
        {
            int[] text = Enumerable.Range(0, length).ToArray();
            TokenWindows fixedLength = new(text, batchSize, window, dropLast);
            TokenWindows batches = new(text, batchSize, window, dropLast, varyBy: varyBy, seed: 5);
            Assert.Equal((fixedLength.Count, fixedLength.TargetCount, fixedLength.BatchSize),
                (batches.Count, batches.TargetCount, batches.BatchSize));
            int shift = (int)(varyBy * batches.SequenceLength), start = 0;
            List<int> targets = [], expected = [];
            int[] last = new int[batches.BatchSize];
            for (int i = 0; i < batches.Count; i++)
            {
                TokenWindow batch = batches.Get(epoch, i);
                Assert.Equal(i == 0, batch.IsFirst);
                Assert.InRange(batch.Steps, 1, batches.Most.Steps);
                Assert.InRange(start, (i * batches.SequenceLength) - shift, (i * batches.SequenceLength) + shift);
                Assert.True(i == 0 || i == batches.Count - 1 || batch.Steps >= batches.SequenceLength - (2 * shift));
                start += batch.Steps;
                int counted = 0;
                for (int n = 0; n < batch.Targets.Length; n++)
                {
                    int target = batch.Targets.Span[n], input = batch.Inputs.Span[n], row = n % batch.Rows;
                    if (target == SoftmaxCrossEntropy.IgnoredTarget)
                    {
                        Assert.Equal(batches.Count - 1, i);
                        continue;
                    }

                    Assert.Equal(target, input + 1);
                    Assert.True(batch.IsFirst && n < batch.Rows || last[row] == input, "a row goes on where it was");
                    last[row] = target;
                    targets.Add(target);
                    counted++;
                }

                Assert.Equal(counted, batches.Targets(epoch, i));
                expected.AddRange(fixedLength.Get(epoch, i).Targets.ToArray().Where(t => t != SoftmaxCrossEntropy.IgnoredTarget));
            }

            Assert.Equal(expected.Order(), targets.Order());
        });

    [Fact]
    public void BordersAreDrawnAnewForEachEpoch()
    {
        TokenWindows batches = new(new int[100_001], 10, 100, varyBy: 0.25, seed: 7);
        Assert.Equal(new BatchShape(10, 150), batches.Most);
        int[][] epochs = [.. Enumerable.Range(0, 4).Select(epoch => Lengths(batches, epoch))];
        Assert.All(epochs, lengths => Assert.Equal(10_000, lengths.Sum()));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[0], Lengths(new(new int[100_001], 10, 100, varyBy: 0.25, seed: 8), 0));
        Assert.True(epochs[0].Min() < 80 && epochs[0].Max() > 120, "lengths vary");
        Assert.All(epochs, lengths => Assert.True(lengths[1..^1].All(length => length is >= 50 and <= 150)));

        // The borders of an epoch lie as often on one side as on the other.
        int[] borders = [.. Enumerable.Range(0, 50).SelectMany(epoch =>
            Enumerable.Range(1, batches.Count - 1).Select(i => Lengths(batches, epoch)[..i].Sum() - (100 * i)))];
        Assert.InRange(borders.Average(), -1, 1);
        Assert.Equal((-25, 25), (borders.Min(), borders.Max()));

        // Any window at any time, from another object: a run resumes in the middle.
        TokenWindows other = new(new int[100_001], 10, 100, varyBy: 0.25, seed: 7);
        for (int i = batches.Count - 1; i >= 0; i -= 3)
            Assert.Equal(epochs[2][i], other.Get(2, i).Steps);
    }

    [Fact]
    public void WhereNothingVariesEpochsAreEqual()
    {
        int[] text = Enumerable.Range(0, 1000).ToArray();
        TokenWindows plain = new(text, 3, 20), none = new(text, 3, 20, varyBy: 0, seed: 9), little = new(text, 3, 20, varyBy: 0.04);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            for (int i = 0; i < plain.Count; i++)
            {
                TokenWindow expected = plain.Get(0, i);
                foreach (TokenWindows windows in (TokenWindows[])[none, little])
                {
                    TokenWindow actual = windows.Get(epoch, i);
                    Assert.Equal((expected.Steps, expected.Rows, expected.IsFirst), (actual.Steps, actual.Rows, actual.IsFirst));
                    Assert.Equal(expected.Inputs.ToArray(), actual.Inputs.ToArray());
                    Assert.Equal(expected.Targets.ToArray(), actual.Targets.ToArray());
                }
            }
        }

        Assert.Equal(plain.Most, none.Most);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenWindows(text, 3, 20, varyBy: 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenWindows(text, 3, 20, varyBy: double.NaN));
    }

    private static int[] Lengths(TokenWindows windows, int epoch) =>
        [.. Enumerable.Range(0, windows.Count).Select(i => windows.Get(epoch, i).Steps)];
}
