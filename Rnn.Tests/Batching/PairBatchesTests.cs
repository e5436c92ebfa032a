using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Rnn.Core.Losses;
using Rnn.Models.Batching;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Batching;

[Collection("Alone")]   // it counts what is allocated
public class PairBatchesTests
{
    private const int Start = 1, End = 2;

    private static readonly Gen<((int Source, int Target)[] Lengths, int Batch, ulong? Seed)> s_cases = Gen.Select(
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 20]).Array[1, 150], Gen.Int[1, 12], Gen.Bool, Gen.ULong,
        (lengths, batch, shuffled, seed) => (lengths, batch, shuffled ? (ulong?)seed : null));

    /// <summary>Every pair stands once in every epoch, whole, in its form for a decoder, and its targets are
    /// counted.</summary>
    [Fact]
    public void EveryEpochHasEveryPairOnce() => s_cases.Sample(c =>
    {
        PairBatches batches = Create(c.Lengths, c.Batch, c.Seed);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            List<int> seen = [];
            (long targets, long steps) = (0, 0);
            for (int i = 0; i < batches.Count; i++)
            {
                long expected = batches.Targets(epoch, i);
                PairBatch batch = batches.Get(epoch, i);
                Assert.Equal(expected, batch.Targets.ToArray().Count(target => target != SoftmaxCrossEntropy.IgnoredTarget));
                Assert.InRange(batch.Rows, 1, batches.Most.Rows);
                Assert.InRange(batch.SourceSteps, 1, batches.Most.Steps);
                Assert.InRange(batch.TargetSteps, 1, batches.Most.Targets);
                Assert.Equal((batch.SourceSteps, batch.TargetSteps),
                    (batch.SourceLengths.ToArray().Max(), batch.TargetLengths.ToArray().Max()));
                targets += expected;
                steps += batch.Rows * (batch.SourceSteps + batch.TargetSteps);
                for (int b = 0; b < batch.Rows; b++)
                {
                    int pair = batches.PairsOf(epoch, i)[b];
                    (int[] source, int[] target) = (Source(pair, c.Lengths), Target(pair, c.Lengths));
                    Assert.Equal(Padded(source, batch.SourceSteps, 0), Column(batch.Sources, b, batch.Rows));
                    Assert.Equal(Padded([Start, .. target], batch.TargetSteps, 0), Column(batch.Inputs, b, batch.Rows));
                    Assert.Equal(Padded([.. target, End], batch.TargetSteps, SoftmaxCrossEntropy.IgnoredTarget),
                        Column(batch.Targets, b, batch.Rows));
                    Assert.Equal((source.Length, target.Length + 1), (batch.SourceLengths.Span[b], batch.TargetLengths.Span[b]));
                    seen.Add(pair);
                }
            }

            Assert.Equal(Enumerable.Range(0, c.Lengths.Length), seen.Order());
            Assert.Equal(batches.TargetCount, targets);
            long tokens = c.Lengths.Sum(length => (long)length.Source + length.Target + 1);
            Assert.Equal(1 - (tokens / (double)steps), batches.PaddingShare(epoch), 1e-12);
        }

        Assert.Equal(c.Lengths.Length, batches.PairCount);
        Assert.Equal(new BatchShape(Math.Min(c.Batch, c.Lengths.Length), c.Lengths.Max(length => length.Source),
            c.Lengths.Max(length => length.Target) + 1), batches.Most);
    });

    /// <summary>A batch is a function of its number: asked for in any order, it is the same.</summary>
    [Fact]
    public void ABatchDependsOnItsNumberAlone() => s_cases.Sample(c =>
    {
        PairBatches one = Create(c.Lengths, c.Batch, c.Seed), other = Create(c.Lengths, c.Batch, c.Seed);
        for (int i = one.Count - 1; i >= 0; i--)
        {
            other.Get(1, 0);
            Assert.Equal(one.Get(2, i).Targets.ToArray(), other.Get(2, i).Targets.ToArray());
            Assert.Equal(one.Get(2, i).Sources.ToArray(), other.Get(2, i).Sources.ToArray());
        }
    });

    [Fact]
    public void EpochsAndSeedsDifferUnlessNothingIsShuffled()
    {
        (int, int)[] lengths = [.. Enumerable.Repeat((3, 2), 50)];
        PairBatches shuffled = Create(lengths, 5, 1), byLength = Create(lengths, 5, null);
        Assert.NotEqual(shuffled.PairsOf(0, 0).ToArray(), shuffled.PairsOf(1, 0).ToArray());
        Assert.NotEqual(shuffled.PairsOf(0, 0).ToArray(), Create(lengths, 5, 2).PairsOf(0, 0).ToArray());
        Assert.Equal([0, 1, 2, 3, 4], byLength.PairsOf(7, 0).ToArray());
    }

    /// <summary>By the source's length, and among equal ones by the target's, to and fro.</summary>
    [Fact]
    public void TheOrderOfLengths()
    {
        PairBatches batches = Create([(3, 1), (2, 9), (4, 0), (2, 1), (3, 8), (4, 7), (2, 1)], 10, null);
        Assert.Equal([3, 6, 1, 4, 0, 2, 5], batches.PairsOf(0, 0).ToArray());
    }

    [Fact]
    public void SimilarLengthsStandTogether()
    {
        Random random = new(1);
        (int, int)[] lengths = [.. Enumerable.Range(0, 20_000).Select(_ => 3 + random.Next(10))
            .Select(source => (source, Math.Max(1, source - 2 + random.Next(6))))];
        Assert.InRange(Create(lengths, 32, 1).PaddingShare(3), 0.001, 0.05);
        Assert.InRange(Create(lengths, 32, null).PaddingShare(0), 0.0001, 0.005);
    }

    [Fact]
    public void BatchesAllocateNothing()
    {
        PairBatches batches = Create([.. Enumerable.Range(1, 90).Select(i => (i, 91 - i))], 7, 1);
        int i = 0;
        batches.Get(0, 0);
        Assert.Equal(0, Allocations.Of100(() => batches.Get(i / batches.Count, i++ % batches.Count)));
        Assert.Equal(0, Allocations.Of100(() => batches.Targets(i / batches.Count, i++ % batches.Count)));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Says(() => New([], [], 1), "There are 0 sources and 0 targets; expected one target for each of at least one source.");
        Says(() => New([[1]], [], 1), "There are 1 sources and 0 targets");
        Says(() => New([[1], []], [[1], [1]], 1), "Sequence 1 of 'sources' is empty");
        Says(() => New([[1]], [null!], 1), "Sequence 0 of 'targets' is empty");
        Says(() => New([[1]], [[1]], 0), "batchSize is 0; expected 1 or more");
        Says(() => _ = new PairBatches([[1]], [[1]], 1, -1, 2), "startToken is -1; expected 0 or more");
        Says(() => _ = new PairBatches([[1]], [[1]], 1, 1, -2), "endToken is -2; expected 0 or more");
        Says(() => New([[1]], [[1]], 1).Get(0, 1), "index is 1; expected 0 to 0");
        Says(() => New([[1]], [[1]], 1).Get(-1, 0), "epoch");
        Assert.Equal(1, New([[1]], [[]], 1).Get(0, 0).TargetSteps);   // an empty target is its end

        static PairBatches New(int[][] sources, int[][] targets, int size) => new(sources, targets, size, Start, End);
    }

    private static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    // Tokens that say where they are from.
    private static int[] Source(int pair, (int Source, int Target)[] lengths) =>
        [.. Enumerable.Range((1000 * pair) + 10, lengths[pair].Source)];

    private static int[] Target(int pair, (int Source, int Target)[] lengths) =>
        [.. Enumerable.Range((1000 * pair) + 510, lengths[pair].Target)];

    private static int[] Padded(int[] tokens, int steps, int padding) => [.. tokens, .. Enumerable.Repeat(padding, steps - tokens.Length)];

    private static int[] Column(ReadOnlyMemory<int> tokens, int row, int rows) =>
        [.. tokens.ToArray().Where((_, i) => i % rows == row)];

    private static PairBatches Create((int Source, int Target)[] lengths, int batch, ulong? seed) => new(
        [.. lengths.Select((_, i) => Source(i, lengths))], [.. lengths.Select((_, i) => Target(i, lengths))], batch, Start, End, seed);
}
