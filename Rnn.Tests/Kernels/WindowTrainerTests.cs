using System;
using System.Linq;
using System.Numerics.Tensors;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

public class WindowTrainerTests
{
    [Theory]
    [InlineData(1, 1, 20, 3)]
    [InlineData(1, 2, 40, 4)]
    [InlineData(2, 1, 33, 5)]
    [InlineData(3, 5, 70, 15)]
    [InlineData(4, 10, 64, 6)]
    [InlineData(1, 3, 16, 1)]
    [InlineData(7, 5, 130, 2)]
    public void AgreesWithDoubles(int shards, int reach, int d, int sentence)
    {
        foreach (bool average in new[] { false, true })
        {
            foreach (int negatives in new[] { 1, 4, 5, 6, 15 })
            {
                int words = negatives is 4 or 5 ? 1100 : 150;
                WindowPlanOracle plan = WindowPieceTests.Oracle(words, reach, negatives, seed: 8);
                int[] text = WindowPieceTests.Text(words, 400, sentence * 8);
                Compare(plan, average, d, shards, text, epoch: 1, position: 2048, [0.01f]);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PiecesHaveTheirOwnRatesAndWindowsStayWithin(bool average)
    {
        WindowPlanOracle plan = WindowPieceTests.Oracle(300, 3, 5, seed: 4);
        plan = plan with { Keep = [.. plan.Keep.Select(p => p * 0.15f)] };
        int[] text = WindowPieceTests.Text(300, (2 * 2048) + 700, 400);
        Compare(plan, average, 24, 2, text, epoch: 0, position: 4096, [0.1f, 0f, 0.02f]);
    }

    [Fact]
    public void WordsThatComeAgainInAWindow()
    {
        foreach (int negatives in new[] { 2, 5, 9 })
        {
            WindowPlanOracle plan = WindowPieceTests.Oracle(3, 6, negatives, seed: 4) with { Keep = [1, 1, 1] };
            Compare(plan, false, 20, 1, WindowPieceTests.Text(3, 120, 30), 0, 0, [0.002f]);
            Compare(plan, true, 20, 1, WindowPieceTests.Text(3, 120, 30), 0, 0, [0.01f]);
        }
    }

    [Theory]
    [InlineData(2, 3, 5, 0.1f)]      // two words: every row in every part
    [InlineData(3, 30, 20, 0.04f)]
    [InlineData(40, 12, 15, 0.5f)]
    [InlineData(700, 25, 50, 0.1f)]  // rows that fall together
    public void SumsThatWouldOvershootAreDamped(int words, int reach, int negatives, float rate)
    {
        foreach (bool average in new[] { false, true })
        {
            WindowPlanOracle plan = WindowPieceTests.Oracle(words, reach, negatives, seed: 8)
                with
            { Keep = [.. Enumerable.Repeat(1f, words)] };
            int[] text = WindowPieceTests.Text(words, average ? 400 : 60, 100);
            WindowTables tables = new(plan, average, 20, 1, limit: average ? 3f : 1.5f);
            WindowTrainerOracle oracle = new(plan, average, tables.Input, tables.Output);
            (double loss, _) = oracle.Train(text, 0, 0, [rate]);
            Assert.True(oracle.LeastShare < 0.7, $"{oracle.LeastShare}");
            Assert.Equal(loss, tables.Trainer.Train(text, 0, 0, [rate]).Loss, 1e-5 * loss);
            Near([.. oracle.Input.SelectMany(row => row), .. oracle.Output.SelectMany(row => row)], tables.Read(),
                1e-4);
        }
    }

    /// <summary>A word that is most of the noise: the bits of what word2vec does, target after target.</summary>
    [Theory]
    [InlineData(2, 1, 39, 1)]
    [InlineData(30, 1, 50, 2)]
    [InlineData(30, 4, 27, 3)]
    [InlineData(9, 8, 40, 2)]
    public void AWordThatIsMostOfTheNoiseIsLearntInOrder(int words, int reach, int negatives, int shards)
    {
        long[] counts = [.. Enumerable.Range(0, words).Select(word => word == 0 ? 100_000L : 100)];
        WindowPlanOracle plan = new([.. Enumerable.Repeat(0.8f, words)], AliasTable.Unigram(counts), reach, negatives, 8);
        int[] text = WindowPieceTests.Text(words, 2048 + 100, 40);
        foreach (bool average in new[] { false, true })
        {
            foreach (float[] rates in new[] { [0.1f, 0.05f, 0.03f], new[] { 0.1f, 0.05f }, [0.004f, 0.1f, 0f] })
            {
                WindowTables tables = new(plan, average, 40, shards, limit: 0.3f);
                WindowTrainerOracle oracle = new(plan, average, tables.Input, tables.Output);
                (double loss, long contexts) = oracle.Train(text, 0, 0, rates);
                Assert.Equal(rates[0] > 0.01f ? 2 : 1, oracle.PiecesInOrder);
                (double actualLoss, long actualContexts) = tables.Trainer.Train(text, 0, 0, rates);
                Assert.Equal(contexts, actualContexts);
                Assert.Equal(loss, actualLoss, 1e-5 * loss);
                Near([.. oracle.Input.SelectMany(row => row), .. oracle.Output.SelectMany(row => row)], tables.Read(),
                    1e-3);
            }
        }
    }

    /// <summary>Senseless numbers: the steps one after another are bounded, and the loss with them.</summary>
    [Theory]
    [InlineData(0.25f, 100, 3f)]
    [InlineData(0.25f, 40, 30f)]
    [InlineData(0.2f, 100, 1e-3f)]
    public void InOrderNothingEndsInInfinity(float rate, int negatives, float limit)
    {
        foreach (bool average in new[] { false, true })
        {
            WindowPlanOracle plan = new([1, 1, 1], AliasTable.Unigram([100_000, 100, 10]), 5, negatives, 8);
            WindowTables tables = new(plan, average, 20, 1, limit);
            WindowTrainerOracle oracle = new(plan, average, tables.Input, tables.Output);
            int[] text = WindowPieceTests.Text(3, 2000, 50);
            oracle.Train(text.AsSpan(0, 20), 0, 0, [rate]);
            Assert.Equal(1, oracle.PiecesInOrder);
            for (int epoch = 0; epoch < 5; epoch++)
            {
                (double loss, long count) = tables.Trainer.Train(text, epoch, 0, [rate]);
                Assert.True(double.IsFinite(loss), $"{loss / count} in epoch {epoch}");
            }

            Assert.All(tables.Read(), value => Assert.InRange(Math.Abs(value), 0, 1000f));
        }
    }

    /// <summary>Ordinary texts are never learnt in order: their bits are those of sums, whatever rate follows.</summary>
    [Fact]
    public void OrdinaryTextsAreNeverLearntInOrder()
    {
        WindowPlanOracle plan = WindowPieceTests.Oracle(150, 5, 100, seed: 8);
        Assert.InRange(plan.Noise.LargestShare, 0.05, 0.25);
        int[] text = WindowPieceTests.Text(150, 300, 40);
        foreach (bool average in new[] { false, true })
        {
            Assert.False(WindowPieceTests.Settings(plan, average).IsInOrder(0.25f));
            WindowTables first = new(plan, average, 20, 2), second = new(plan, average, 20, 2);
            Assert.Equal(first.Trainer.Train(text, 0, 0, [0.1f]), second.Trainer.Train(text, 0, 0, [0.1f, 0f]));
            Bits.AssertEqual(first.Read(), second.Read());
        }
    }

    /// <summary>Where it begins: r*p*(K + 1) above 1/2, p above 1/4, and no rate that would be unstable.</summary>
    [Theory]
    [InlineData(0.5, 39, 0.0249f, false)]
    [InlineData(0.5, 39, 0.0251f, true)]
    [InlineData(0.24, 99, 0.2f, false)]
    [InlineData(0.26, 99, 0.2f, true)]
    [InlineData(0.9, 99, 0.26f, false)]
    [InlineData(0.9, 5, 0.025f, false)]
    public void OrderIsKeptWhereARowComesOftenEnough(double share, int negatives, float rate, bool isInOrder)
    {
        double rest = (1 - share) / 10;
        AliasTable noise = new([share, .. Enumerable.Repeat(rest, 10)]);
        WindowPlanOracle plan = new([.. Enumerable.Repeat(1f, 11)], noise, 5, negatives, 8);
        Assert.Equal(isInOrder, WindowPieceTests.Settings(plan).IsInOrder(rate));
        Assert.Equal(isInOrder, WindowPieceTests.Settings(plan, average: true).IsInOrder(rate));
    }

    [Theory]
    [InlineData(5, 5, 30f)]
    [InlineData(10, 15, 10f)]
    [InlineData(4, 40, 0.9f)]
    [InlineData(4, 1, 3f)]
    public void NoRowMovesByMoreThanFourInABatch(int reach, int negatives, float limit)
    {
        // Words that are at most one batch, of vectors that a sum would throw about.
        foreach (int vocabulary in new[] { 2, 3, 20, 600 })
        {
            foreach (float rate in new[] { 0.025f, 0.5f, 10f })
            {
                WindowPlanOracle plan = WindowPieceTests.Oracle(vocabulary, reach, negatives, seed: 3)
                    with
                { Keep = [.. Enumerable.Repeat(1f, vocabulary)] };
                int[] text = WindowPieceTests.Text(vocabulary, rate == 0.025f ? 16 : 2, 1);
                foreach (bool average in new[] { false, true })
                {
                    WindowTables tables = new(plan, average, 20, 1, limit);
                    float[] before = tables.Read();
                    tables.Trainer.Train(text, 0, 0, [rate]);
                    double move = before.Zip(tables.Read(), (a, b) => (double)b - a).Chunk(20)
                        .Max(row => TensorPrimitives.Norm<double>(row));
                    int batches = new WindowTrainerOracle(plan, average, tables.Input, tables.Output)
                        .CountBatches(text, rate);
                    int most = 4 * (average ? 2 * reach : 1) * batches;
                    Assert.True(move <= most + 1e-3, $"{move} in {batches} batches");
                    Assert.True(move > 0);
                }
            }
        }
    }

    [Fact]
    public void SeedsAndEpochsDiffer()
    {
        float[] first = Trained(1, 0);
        Assert.Equal(first, Trained(1, 0));
        Assert.NotEqual(first, Trained(2, 0));
        Assert.NotEqual(first, Trained(1, 1));

        static float[] Trained(ulong seed, int epoch)
        {
            WindowTables tables = new(WindowPieceTests.Oracle(30, 3, 5, seed), false, 20, 2);
            tables.Trainer.Train(WindowPieceTests.Text(30, 500, 20), epoch, 0, [0.05f]);
            return tables.Read();
        }
    }

    [Fact]
    public void ATextMayBeSplitBetweenPieces()
    {
        // Each call ends with all updates made, so gradients at its seams are taken a batch later: nearly the same.
        int[] text = WindowPieceTests.Text(50, (3 * WindowTrainer.PieceLength) + 100, 30);
        WindowPlanOracle plan = WindowPieceTests.Oracle(50, 3, 5, seed: 3);
        WindowTables whole = new(plan, false, 20, 2), split = new(plan, false, 20, 2);
        float[] rates = [0.001f, 0.001f, 0.001f, 0.001f];
        long contexts = whole.Trainer.Train(text, 0, 0, rates).Contexts;
        long first = split.Trainer.Train(text.AsSpan(0, 4096), 0, 0, rates).Contexts;
        Assert.Equal(contexts, first + split.Trainer.Train(text.AsSpan(4096), 0, 4096, rates).Contexts);
        Near(whole.Read(), split.Read(), 1e-4);
    }

    [Fact]
    public void ABlockDependsOnItsEntriesPlaceAndTablesAlone()
    {
        // The second block by the first one's trainer, and by a new one of the same tables.
        WindowPlanOracle plan = WindowPieceTests.Oracle(50, 3, 5, seed: 3);
        int[] text = WindowPieceTests.Text(50, WindowTrainer.BlockLength + 300, 30);
        float[] rates = [.. Enumerable.Repeat(0.01f, 8)];
        WindowTables first = new(plan, true, 20, 1), second = new(plan, true, 20, 1);
        WindowTrainer other = new(second.Tables, plan.Keep, plan.Noise, plan.Reach, plan.Negatives, true, plan.Seed);
        first.Trainer.Train(text.AsSpan(0, WindowTrainer.BlockLength), 0, 0, rates);
        second.Trainer.Train(text.AsSpan(0, WindowTrainer.BlockLength), 0, 0, rates);
        Assert.Equal(
            first.Trainer.Train(text.AsSpan(WindowTrainer.BlockLength), 0, WindowTrainer.BlockLength, rates),
            other.Train(text.AsSpan(WindowTrainer.BlockLength), 0, WindowTrainer.BlockLength, rates));
        Bits.AssertEqual(first.Read(), second.Read());
    }

    [Fact]
    public void NothingToLearnFrom()
    {
        WindowTables tables = new(WindowPieceTests.Oracle(30, 3, 5, 1), false, 20, 2);
        float[] before = tables.Read();
        Assert.Equal((0, 0), tables.Trainer.Train([], 0, 0, []));
        Assert.Equal((0, 0), tables.Trainer.Train([1, -1, 2, -1], 0, 0, [1f]));
        Bits.AssertEqual(before, tables.Read());
    }

    [Fact]
    public void WhatIsNotANumberShowsInTheLoss()
    {
        WindowTables tables = new(WindowPieceTests.Oracle(3, 3, 5, 1), false, 20, 2);
        float[] row = new float[20];
        row[7] = float.NaN;
        tables.Tables.WriteInput(1, row);
        Assert.True(double.IsNaN(tables.Trainer.Train(WindowPieceTests.Text(3, 100, 50), 0, 0, [0.1f]).Loss));
    }

    [Fact]
    public void WhatATrainerCannotBeMadeOf()
    {
        AliasTable noise = AliasTable.Unigram([3, 2, 1]);
        float[] keep = [1, 1, 1];
        EmbeddingShards tables = new(3, 20, 2);
        Refused("tables is 1; expected at least 2 words.", () =>
            new WindowTrainer(new(1, 4, 1), [1f], AliasTable.Unigram([1]), 1, 1, false, 0));
        Refused("WindowTrainer: keepProbabilities has 2 elements, expected 3.", () =>
            new WindowTrainer(tables, [1, 1], noise, 1, 1, false, 0));
        Refused("noise is 2; expected 3 words, as many as the tables have.", () =>
            new WindowTrainer(tables, keep, AliasTable.Unigram([1, 1]), 1, 1, false, 0));
        Refused("reach is 0; expected 1 to 100 words.", () => new WindowTrainer(tables, keep, noise, 0, 1, false, 0));
        Refused("reach is 101; expected 1 to 100 words.", () =>
            new WindowTrainer(tables, keep, noise, 101, 1, false, 0));
        Refused("negatives is 0; expected 1 to 100 negatives.", () =>
            new WindowTrainer(tables, keep, noise, 1, 0, false, 0));
        Refused("negatives is 101; expected 1 to 100 negatives.", () =>
            new WindowTrainer(tables, keep, noise, 1, 101, false, 0));
        foreach (float p in new[] { 0f, -0.5f, 1.5f, float.NaN })
        {
            string sentence = FormattableString.Invariant(
                $"keepProbabilities is {(double)p}; expected more than 0 and at most 1.");
            Refused(sentence, () => new WindowTrainer(tables, [1, p, 1], noise, 1, 1, false, 0));
        }

        Assert.Throws<ArgumentNullException>(() => new WindowTrainer(null!, keep, noise, 1, 1, false, 0));
        Assert.Throws<ArgumentNullException>(() => new WindowTrainer(tables, keep, null!, 1, 1, false, 0));
    }

    [Fact]
    public void WhatCannotBeTrainedOn()
    {
        WindowTables tables = new(WindowPieceTests.Oracle(30, 3, 5, 1), false, 20, 2);
        float[] before = tables.Read(), rates = new float[8];
        Refused("entries is 16385; expected at most 16384 entries.", () =>
            tables.Trainer.Train(new int[16385], 0, 0, rates));
        Refused("epoch ('-1') must be a non-negative value.", () => tables.Trainer.Train([1, 2], -1, 0, rates));
        Refused("position is -2048; expected a multiple of 2048.", () => tables.Trainer.Train([1, 2], 0, -2048, rates));
        Refused("position is 2047; expected a multiple of 2048.", () => tables.Trainer.Train([1, 2], 0, 2047, rates));
        Refused("WindowTrainer: rates has 1 elements, expected 2.", () =>
            tables.Trainer.Train(new int[2049], 0, 0, [0.1f]));
        Refused("WindowTrainer: entries holds 30, expected 0 to 29.", () =>
            tables.Trainer.Train([1, 2, 30], 0, 0, rates));
        Bits.AssertEqual(before, tables.Read());
    }

    internal static void Near(float[] expected, float[] actual, double tolerance) =>
        Near(TestNumbers.ToDouble(expected), actual, tolerance);

    internal static void Near(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance))
                Assert.Fail($"Element {i} of {expected.Length} is {actual[i]:R}, expected {expected[i]:R}.");
        }
    }

    private static void Compare(WindowPlanOracle plan, bool average, int d, int shards, int[] text, int epoch,
        long position, float[] rates)
    {
        WindowTables tables = new(plan, average, d, shards);
        WindowTrainerOracle oracle = new(plan, average, tables.Input, tables.Output);
        float[] start = tables.Read();
        (double loss, long contexts) = oracle.Train(text, epoch, position, rates);
        (double actualLoss, long actualContexts) = tables.Trainer.Train(text, epoch, position, rates);
        Assert.True(contexts > 20);
        Assert.Equal(contexts, actualContexts);
        Assert.Equal(loss, actualLoss, 1e-6 * loss);
        double[] expected = [.. oracle.Input.SelectMany(row => row), .. oracle.Output.SelectMany(row => row)];
        Near(expected, tables.Read(), 1e-5);
        Assert.True(expected.Zip(start, (a, b) => Math.Abs(a - b)).Max() > 2e-3);   // far above the tolerance
    }

    private static void Refused(string sentence, Func<object> action) =>
        Assert.StartsWith(sentence, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
