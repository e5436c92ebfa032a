using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Rnn.Models.Batching;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Batching;

[Collection("Alone")]   // it counts what is allocated
public class LabelledSequencesTests
{
    // Sequence i is i, i, ... with label i: whatever comes out says where it came from.
    private static readonly Gen<(int[] Lengths, int Batch, ulong? Seed)> s_cases = Gen.Select(
        Gen.Int[1, 30].Array[1, 200], Gen.Int[1, 12], Gen.Bool, Gen.ULong,
        (lengths, batch, shuffled, seed) => (lengths, batch, shuffled ? (ulong?)seed : null));

    /// <summary>Every sequence stands once in every epoch, whole, with its label, and zeros behind it.</summary>
    [Fact]
    public void EveryEpochHasEverySequenceOnce() => s_cases.Sample(c =>
    {
        LabelledSequences batches = Create(c.Lengths, c.Batch, c.Seed);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            List<int> seen = [];
            for (int i = 0; i < batches.Count; i++)
            {
                LabelledBatch batch = batches.Get(epoch, i);
                Assert.Equal(batches.Targets(epoch, i), batch.Rows);
                Assert.InRange(batch.Rows, 1, batches.Most.Rows);
                Assert.InRange(batch.Steps, 1, batches.Most.Steps);
                Assert.Equal(batch.Steps, batch.Lengths.ToArray().Max());
                for (int b = 0; b < batch.Rows; b++)
                {
                    int label = batch.Labels.Span[b], length = batch.Lengths.Span[b];
                    Assert.Equal(c.Lengths[label - 1], length);
                    for (int t = 0; t < batch.Steps; t++)
                        Assert.Equal(t < length ? label : 0, batch.Tokens.Span[(t * batch.Rows) + b]);

                    seen.Add(label);
                }
            }

            Assert.Equal(Enumerable.Range(1, c.Lengths.Length), seen.Order());
        }
    });

    /// <summary>In pieces, the rows of a sequence joined are the sequence, and no two differ by more than one step.</summary>
    [Fact]
    public void PiecesJoinedAreTheSequence() => Gen.Select(s_cases, Gen.Int[1, 9]).Sample(all =>
    {
        ((int[] lengths, int size, ulong? seed), int piece) = all;
        int[][] sequences = [.. lengths.Select((length, i) => Enumerable.Range(1000 * (i + 1), length).ToArray())];
        LabelledSequences batches = new(sequences, [.. Enumerable.Range(0, lengths.Length)], size, seed, piece);
        List<int> seen = [];
        for (int i = 0; i < batches.Count; i++)
        {
            LabelledBatch batch = batches.Get(1, i);
            ReadOnlySpan<int> first = batch.FirstRows.Span, rowLengths = batch.Lengths.Span;
            Assert.Equal((batch.Count + 1, 0, batch.Rows), (first.Length, first[0], first[^1]));
            Assert.Equal(batch.Count, batches.Targets(1, i));
            Assert.InRange(batch.Rows, batch.Count, batches.Most.Rows);
            Assert.InRange(batch.Steps, 1, Math.Min(piece, batches.Most.Steps));
            Assert.Equal((batch.Rows, rowLengths.ToArray().Sum()), batches.SizeOf(1, i));
            for (int n = 0; n < batch.Count; n++)
            {
                int sequence = batches.SequencesOf(1, i)[n];
                Assert.Equal(sequence, batch.Labels.Span[n]);
                List<int> joined = [];
                for (int b = first[n]; b < first[n + 1]; b++)
                {
                    Assert.InRange(rowLengths[b], rowLengths[first[n]] - 1, rowLengths[first[n]] + 1);
                    for (int t = 0; t < rowLengths[b]; t++)
                        joined.Add(batch.Tokens.Span[(t * batch.Rows) + b]);
                }

                Assert.Equal(sequences[sequence], joined);
                seen.Add(sequence);
            }
        }

        Assert.Equal(Enumerable.Range(0, lengths.Length), seen.Order());
    });

    /// <summary>A batch is a function of its number: asked for in any order, it is the same.</summary>
    [Fact]
    public void ABatchDependsOnItsNumberAlone() => s_cases.Sample(c =>
    {
        LabelledSequences one = Create(c.Lengths, c.Batch, c.Seed), other = Create(c.Lengths, c.Batch, c.Seed);
        for (int i = one.Count - 1; i >= 0; i--)
        {
            other.Get(1, 0);
            Assert.Equal(one.Get(2, i).Tokens.ToArray(), other.Get(2, i).Tokens.ToArray());
        }
    });

    [Fact]
    public void EpochsAndSeedsDifferUnlessNothingIsShuffled()
    {
        int[] lengths = [.. Enumerable.Repeat(3, 50)];
        LabelledSequences shuffled = Create(lengths, 5, 1), byLength = Create(lengths, 5, null);
        Assert.NotEqual(shuffled.Get(0, 0).Labels.ToArray(), shuffled.Get(1, 0).Labels.ToArray());
        Assert.NotEqual(shuffled.Get(0, 0).Labels.ToArray(), Create(lengths, 5, 2).Get(0, 0).Labels.ToArray());
        Assert.Equal([1, 2, 3, 4, 5], byLength.Get(7, 0).Labels.ToArray());
    }

    [Fact]
    public void SimilarLengthsStandTogether()
    {
        Random random = new(1);
        int[] lengths = [.. Enumerable.Range(0, 5000).Select(_ => 1 + random.Next(200))];
        Assert.InRange(Create(lengths, 10, 1).PaddingShare(3), 0.001, 0.02);
        Assert.InRange(Create(lengths, 10, null).PaddingShare(0), 0.0001, 0.005);
    }

    [Fact]
    public void BatchesAllocateNothing()
    {
        LabelledSequences batches = Create([.. Enumerable.Range(1, 90)], 7, 1);
        int i = 0;
        batches.Get(0, 0);
        Assert.Equal(0, Allocations.Of100(() => batches.Get(i / batches.Count, i++ % batches.Count)));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Says(() => _ = new LabelledSequences([], [], 1), "There are 0 sequences and 0 labels");
        Says(() => _ = new LabelledSequences([[1]], [1, 2], 1), "There are 1 sequences and 2 labels");
        Says(() => _ = new LabelledSequences([[1], []], [1, 2], 1), "Sequence 1 of 'sequences' is empty");
        Says(() => _ = new LabelledSequences([[1]], [1], 0), "batchSize is 0; expected 1 or more");
        Says(() => new LabelledSequences([[1]], [1], 1).Get(0, 1), "index is 1; expected 0 to 0");
        Says(() => new LabelledSequences([[1]], [1], 1).Get(-1, 0), "epoch");
    }

    private static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static LabelledSequences Create(int[] lengths, int batch, ulong? seed) => new(
        [.. lengths.Select((length, i) => Enumerable.Repeat(i + 1, length).ToArray())],
        [.. Enumerable.Range(1, lengths.Length)], batch, seed);
}
