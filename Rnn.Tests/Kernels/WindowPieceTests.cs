using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Tests.Infrastructure;
using Xunit;
using Window = Rnn.Core.Kernels.WordVectors.Window;

namespace Rnn.Tests.Kernels;

public unsafe class WindowPieceTests
{
    [Theory]
    [InlineData(1, 1, 40, 1, 0, 0)]
    [InlineData(2, 4, 700, 30, 0, 2048)]
    [InlineData(5, 5, 2048, 200, 3, 0)]
    [InlineData(5, 6, 2048, 7, 1, 2048L << 30)]
    [InlineData(10, 15, 1500, 50, 0, 4096)]
    [InlineData(100, 2, 2047, 500, 2, 2048)]
    [InlineData(3, 100, 300, 20, int.MaxValue, 2048)]
    public void TheSameWindowsAsTheDefinition(
        int reach, int negatives, int length, int sentence, int epoch, long position)
    {
        foreach (int vocabulary in new[] { 2, 37 })
        {
            WindowPlanOracle oracle = Oracle(vocabulary, reach, negatives, seed: (ulong)(length + reach));
            WindowPiece piece = new(Settings(oracle));
            int[] entries = Text(vocabulary, length, sentence);
            for (int round = 0; round < 2; round++)   // nothing of a plan stays for the next
            {
                Plan(piece, entries, epoch, position);
                Same(Assert.Single(oracle.Plan(entries, epoch, position)), piece, oracle);
                Plan(piece, entries.AsSpan(0, length / 3), epoch, position);
                Same(Assert.Single(oracle.Plan(entries.AsSpan(0, length / 3), epoch, position)), piece, oracle);
            }
        }
    }

    [Fact]
    public void SentencesOfOneWordHaveNoWindow()
    {
        WindowPiece piece = new(Settings(Oracle(5, 3, 2, 1) with { Keep = [1, 1, 1, 1, 1] }));
        Plan(piece, [-1, -1, 1, -1, 2, -1, -1, 3], 0, 0);
        Assert.Equal(0, piece.Count);
        Plan(piece, [], 0, 0);
        Assert.Equal(0, piece.Count);
        Plan(piece, [1, -7, 2, 3, -1, 4], 0, 0);
        Assert.Equal(2, piece.Count);
        Assert.Equal([2, 3], [piece.Kept[piece.Windows[0].Centre], piece.Kept[piece.Windows[1].Centre]]);
    }

    [Fact]
    public void ACenterWithAllOfTheNoiseGetsTheNextWord()
    {
        WindowPlanOracle oracle = new([1f, 1f, 1f], new AliasTable([0.0, 0.0, 1.0]), 2, 3, Seed: 5);
        WindowPiece piece = new(Settings(oracle));
        Plan(piece, [0, 2, 1], 0, 0);
        Same(oracle.Plan([0, 2, 1], 0, 0)[0], piece, oracle);
        Assert.Equal([2, 0, 0, 0], new ReadOnlySpan<int>(piece.Targets + 4, 4));
        Assert.Equal([0, 2, 2, 2], new ReadOnlySpan<int>(piece.Targets, 4));
    }

    [Fact]
    public void ThePlanIsAFunctionOfSeedEpochAndPlace()
    {
        int[] entries = Text(20, 500, 40);
        WindowPlanOracle oracle = Oracle(20, 4, 5, seed: 1);
        int[] plan = Flat(oracle, entries, 0, 0);
        Assert.Equal(plan, Flat(oracle, entries, 0, 0));
        Assert.NotEqual(plan, Flat(oracle, entries, 1, 0));
        Assert.NotEqual(plan, Flat(oracle, entries, 0, 2048));
        Assert.NotEqual(plan, Flat(oracle with { Seed = 2 }, entries, 0, 0));
    }

    [Fact]
    public void WordsAreKeptAndWindowsReachAsOftenAsTheyShould()
    {
        const int vocabulary = 40, reach = 5, pieces = 60;
        WindowPlanOracle oracle = Oracle(vocabulary, reach, 3, seed: 12);
        WindowPiece piece = new(Settings(oracle));
        long[] occurrences = new long[vocabulary], kept = new long[vocabulary], reaches = new long[reach + 1];
        double[] expected = new double[vocabulary];
        long[] drawn = new long[vocabulary];
        double[] p = Probabilities(vocabulary);
        for (int n = 0; n < pieces; n++)
        {
            int[] entries = TestNumbers.Indices(WindowPiece.Length, vocabulary, 3, (ulong)n);
            Plan(piece, entries, 0, (long)n * WindowPiece.Length);
            foreach (int word in entries)
                occurrences[word]++;

            for (int i = 0; i < piece.Count; i++)
            {
                Window window = piece.Windows[i];
                int centre = piece.Kept[window.Centre];
                kept[centre]++;
                if (window.Centre >= reach && window.Centre < piece.Count - reach)
                {
                    Assert.Equal(window.Centre - window.First, window.Last - 1 - window.Centre);
                    reaches[window.Centre - window.First]++;
                }

                for (int k = 1; k <= 3; k++)
                    drawn[piece.Targets[(i * 4) + k]]++;

                for (int word = 0; word < vocabulary; word++)
                    expected[word] += word == centre ? 0 : 3 * p[word] / (1 - p[centre]);
            }
        }

        for (int word = 0; word < vocabulary; word++)
        {
            Binomial(kept[word], occurrences[word], oracle.Keep[word]);
            Assert.InRange(drawn[word] - expected[word], -5 * Math.Sqrt(expected[word]), 5 * Math.Sqrt(expected[word]));
        }

        Assert.Equal(0, reaches[0]);
        for (int r = 1; r <= reach; r++)
            Binomial(reaches[r], reaches.Sum(), 1.0 / reach);

        static void Binomial(long count, long n, double p)
        {
            double sigma = Math.Sqrt(n * p * (1 - p));
            Assert.InRange(count - (n * p), -5 * sigma, 5 * sigma);
        }
    }

    /// <summary>Words with Zipf's counts, the frequent ones kept less often.</summary>
    internal static WindowPlanOracle Oracle(int vocabulary, int reach, int negatives, ulong seed) => new(
        [.. Enumerable.Range(0, vocabulary).Select(word => Math.Min(1f, 0.3f + (word * 0.05f)))],
        AliasTable.Unigram(Counts(vocabulary)), reach, negatives, seed);

    internal static WindowSettings Settings(WindowPlanOracle oracle, bool average = false) => new()
    {
        Reach = oracle.Reach,
        Negatives = oracle.Negatives,
        Average = average,
        KeepThresholds = [.. oracle.Keep.Select(p => (uint)((double)p * uint.MaxValue))],
        Noise = oracle.Noise,
        Seed = oracle.Seed,
    };

    /// <summary>Random words, with a sentence's end about every so many.</summary>
    internal static int[] Text(int vocabulary, int length, int sentence)
    {
        int[] words = TestNumbers.Indices(length, vocabulary, 17, 1);
        int[] ends = TestNumbers.Indices(length, sentence, 17, 2);
        return [.. words.Select((word, i) => ends[i] == 0 && sentence > 1 ? -1 - (i % 3) : word)];
    }

    private static long[] Counts(int vocabulary) =>
        [.. Enumerable.Range(0, vocabulary).Select(word => 10_000L / (word + 1))];

    private static double[] Probabilities(int vocabulary)
    {
        double[] weights = [.. Counts(vocabulary).Select(count => Math.Pow(count, 0.75))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    private static int[] Flat(WindowPlanOracle oracle, int[] entries, int epoch, long position)
    {
        WindowPiece piece = new(Settings(oracle));
        Plan(piece, entries, epoch, position);
        int targets = Settings(oracle).Targets;
        List<int> flat = [.. new ReadOnlySpan<int>(piece.Targets, piece.Count * targets)];
        for (int i = 0; i < piece.Count; i++)
            flat.AddRange([piece.Windows[i].Centre, piece.Windows[i].First, piece.Windows[i].Last]);

        return [.. flat];
    }

    private static unsafe void Plan(WindowPiece piece, ReadOnlySpan<int> entries, int epoch, long position)
    {
        fixed (int* p = entries)
        {
            piece.Begin(p, entries.Length, epoch, position);
            while (!piece.Continue())
            {
            }
        }
    }

    private static void Same(List<PlannedWindow> expected, WindowPiece piece, WindowPlanOracle oracle)
    {
        Assert.Equal(expected.Count, piece.Count);
        int targets = (oracle.Negatives + 1) % 2 == 0 ? oracle.Negatives + 1 : oracle.Negatives + 2;
        for (int i = 0; i < expected.Count; i++)
        {
            Window window = piece.Windows[i];
            ReadOnlySpan<int> drawn = new(piece.Targets + (i * targets), targets);
            int left = window.Centre - window.First;
            ReadOnlySpan<int> words = new(piece.Kept + window.First, window.Last - window.First);
            Assert.Equal(expected[i].Centre, words[left]);
            int[] contexts = [.. words[..left], .. words[(left + 1)..]];
            Assert.Equal(expected[i].Contexts, contexts);
            Assert.Equal(expected[i].Contexts.Length, window.Contexts);
            Assert.Equal(expected[i].Centre, drawn[0]);
            Assert.Equal(expected[i].Negatives, drawn.Slice(1, oracle.Negatives).ToArray());
            Assert.DoesNotContain(expected[i].Centre, expected[i].Negatives);
            if (targets == oracle.Negatives + 2)
                Assert.Equal(oracle.Vocabulary, drawn[^1]);
        }
    }
}
