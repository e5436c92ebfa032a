using System;
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

        long[] counts = new long[Words];
        double total = 0;
        for (int word = 0; word < Words; word++)
            total += counts[word] = 1_000_000 / (word + 1);

        float[] keep = new float[Words];
        for (int word = 0; word < Words; word++)
        {
            double ratio = 1e-3 * total / counts[word];
            keep[word] = (float)Math.Min(1, Math.Sqrt(ratio) + ratio);
        }

        AliasTable text = AliasTable.Unigram(counts, 1);
        for (int i = 0; i < _entries.Length; i++)
            _entries[i] = i % SentenceLength == SentenceLength - 1 ? -1 : text.Sample(ref random);

        Array.Fill(_rates, 0.01f);
        _trainer = new WindowTrainer(tables, keep, AliasTable.Unigram(counts), reach: 5, negatives: 5,
            averageContexts: false, seed: 1);
    }

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(Tokens))]
    public double Train()
    {
        _position += WindowTrainer.BlockLength;
        return _trainer!.Train(_entries, 0, _position, _rates).Loss;
    }
}
