using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.WordVectors;

namespace Rnn.Benchmarks.Kernels;

/// <summary>
/// The fused training step of word vectors on a block of text whose words have the frequencies of a text (word k with a
/// probability of about 1/(k + 1)): window 5, 5 negatives, 30,000 words.
/// </summary>
[Config(typeof(RnnConfig))]
public class WindowBenchmarks
{
    private const int Words = 30_000;
    private const int SentenceLength = 24;
    private const int Reach = 5;
    private const int Negatives = 5;

    private readonly int[] _entries = new int[WindowTrainer.BlockLength];
    private readonly float[] _rates = new float[WindowTrainer.BlockLength / WindowTrainer.PieceLength];
    private WindowTrainer? _trainer;
    private long _position;

    [Params(1, 2)]
    public int Threads { get; set; }

    [Params(100, 300)]
    public int Dimensions { get; set; }

    /// <summary>Entries of a block: words of the text, subsampled ones included.</summary>
    public static double Tokens(object?[] parameters) => WindowTrainer.BlockLength * (1 - (1.0 / SentenceLength));

    /// <summary>Of a context and a target: their dot product, and what each adds to the other. As many as are expected of
    /// sentences some of whose words are left out.</summary>
    public static double Flops(object?[] parameters)
    {
        int dimensions = parameters.OfType<int>().Max();   // the threads are fewer
        const int words = SentenceLength - 1;
        double kept = Kept(), pairs = 0;
        for (int length = 1; length <= words; length++)
        {
            // Within a reach of r, a word has the smaller of r and its place as neighbours before it, and as many after on the whole.
            double ofLength = Enumerable.Range(1, Reach).Average(
                r => 2.0 * Enumerable.Range(0, length).Sum(place => Math.Min(r, place)));
            pairs += Probability(length, words, kept) * ofLength;
        }

        double sentences = (double)WindowTrainer.BlockLength / SentenceLength;
        return sentences * pairs * (1 + Negatives) * 6 * dimensions;
    }

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        Philox random = new(1);
        EmbeddingShards tables = new(Words, Dimensions, EmbeddingShards.DefaultShards(Dimensions));
        float[] row = new float[Dimensions];
        for (int word = 0; word < Words; word++)
        {
            foreach (ref float value in row.AsSpan())
                value = (random.NextSingle() - 0.5f) / Dimensions;

            tables.WriteInput(word, row);
        }

        long[] counts = Counts();
        float[] keep = [.. Keep(counts)];

        AliasTable text = AliasTable.Unigram(counts, 1);
        for (int i = 0; i < _entries.Length; i++)
            _entries[i] = i % SentenceLength == SentenceLength - 1 ? -1 : text.Sample(ref random);

        Array.Fill(_rates, 0.01f);
        _trainer = new WindowTrainer(tables, keep, AliasTable.Unigram(counts), Reach, Negatives,
            averageContexts: false, seed: 1);
    }

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(Tokens))]
    [Work(WorkAttribute.Gflops, nameof(Flops))]
    public double Train()
    {
        _position += WindowTrainer.BlockLength;
        return _trainer!.Train(_entries, 0, _position, _rates).Loss;
    }

    private static long[] Counts() => [.. Enumerable.Range(1, Words).Select(rank => 1_000_000L / rank)];

    // The probability with which subsampling keeps each word.
    private static IEnumerable<float> Keep(long[] counts)
    {
        double total = counts.Sum();
        return counts.Select(count => 1e-3 * total / count).Select(ratio => (float)Math.Min(1, Math.Sqrt(ratio) + ratio));
    }

    // That of a word of the text.
    private static double Kept()
    {
        long[] counts = Counts();
        double total = counts.Sum();
        return counts.Zip(Keep(counts), (count, keep) => count / total * keep).Sum();
    }

    private static double Probability(int count, int of, double each)
    {
        double ways = 1;
        for (int i = 1; i <= count; i++)
            ways *= (of - count + i) / (double)i;

        return ways * Math.Pow(each, count) * Math.Pow(1 - each, of - count);
    }
}
