using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Word2Vec;

/// <summary>
/// Predictions from a text of word numbers. Frequent words are thinned out once, at the start, as the lesson does, so
/// that every epoch has the same words and batches; what lies near is told in the thinned text. How far each centre
/// word looks, and the negatives, are drawn from the seed, the epoch's and the batch's number: anew in each epoch. No
/// context reaches over the end of a sentence; it may reach into the batch before or after. The last batch may be
/// smaller.
/// </summary>
public sealed class WordBatches : IBatches<WordBatch>
{
    /// <summary>What stands in a text where a sentence ends.</summary>
    public const int SentenceEnd = -1;

    // Streams under the training seed; the batches' have their numbers in the lower bits.
    private const ulong SubsamplingStream = 2ul << 60;
    private const ulong BatchStream = 3ul << 60;
    private const int MostEpochs = 1 << 28;

    private readonly int[] _words;   // a sentence's first word is stored as its complement
    private readonly AliasTable? _noise;
    private readonly Word2VecArchitecture _architecture;
    private readonly ulong _seed;
    private readonly int _batchSize, _window, _perPrediction;
    private readonly int[] _inputs, _starts, _targets, _negatives;
    private (int Epoch, int Index) _drawn = (-1, -1);
    private WordBatch _batch;

    /// <summary>Batches of a text.</summary>
    /// <param name="ids">Words, each 0 .. V-1, or <see cref="SentenceEnd"/>. Read now, and not kept.</param>
    /// <param name="counts">[V], how often each occurs: the frequencies of subsampling and noise. Read now.</param>
    /// <param name="network">Architecture and loss.</param>
    /// <param name="options">Batch size, window, negatives, subsampling, and the seed.</param>
    /// <param name="what">What the text is, for the message: "the validation part".</param>
    /// <exception cref="ArgumentException">An option or word is out of range, no word has a count, or no word has
    /// another near it.</exception>
    public WordBatches(ReadOnlySpan<int> ids, ReadOnlySpan<long> counts, BatchedWord2VecOptions network,
        BatchedWord2VecTrainingOptions options, string what = "the text")
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        network.Check();
        options.Check();
        for (int i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)counts.Length && ids[i] != SentenceEnd)
                Throw.WordOutside(what, i, ids[i], counts.Length);
        }

        _seed = options.Seed;
        _words = Keep(ids, KeepProbabilities(counts, options.SubsamplingThreshold));
        if (Array.FindIndex(_words, word => word >= 0) < 0)
            Throw.NoContexts(what, ids.Length, _words.Length);

        _architecture = network.Architecture;
        _batchSize = Math.Min(options.BatchSize, _words.Length);
        _window = options.Window;
        Count = ((_words.Length - 1) / _batchSize) + 1;
        int contexts = (int)Math.Min(2L * _window, _words.Length), inputs = checked(contexts * _batchSize);
        bool isCbow = _architecture == Word2VecArchitecture.Cbow;
        int predictions = isCbow ? _batchSize : inputs;
        _inputs = new int[inputs];
        _targets = new int[predictions];
        _starts = new int[isCbow ? predictions + 1 : 0];
        if (network.Loss == Word2VecLoss.NegativeSampling)
        {
            _perPrediction = options.Negatives;
            _noise = AliasTable.Unigram(counts, options.NoisePower);
        }

        _negatives = new int[checked(predictions * _perPrediction)];
        Most = new BatchShape(predictions, isCbow ? contexts : 1, 1 + _perPrediction);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Words of the thinned text: the centre words of an epoch.</summary>
    public int WordCount => _words.Length;

    /// <summary>Predictions, inputs of each (CBOW: context words), and its target with the negatives.</summary>
    public BatchShape Most { get; }

    /// <inheritdoc/>
    public long Targets(int epoch, int index) => Get(epoch, index).Targets.Length;

    /// <inheritdoc/>
    /// <remarks>The memory of the batch is used again by the next call for another one.</remarks>
    public WordBatch Get(int epoch, int index)
    {
        if (_drawn != (epoch, index))
        {
            _batch = Draw(epoch, index);
            _drawn = (epoch, index);
        }

        return _batch;
    }

    private WordBatch Draw(int epoch, int index)
    {
        if ((uint)index >= (uint)Count)
            Throw.Outside(nameof(index), index, $"0 to {Count - 1}");

        if ((uint)epoch >= MostEpochs)
            Throw.Outside(nameof(epoch), epoch, $"0 to {MostEpochs - 1}");

        Philox random = new(_seed, BatchStream | ((ulong)epoch << 32) | (uint)index);
        int inputs = 0, predictions = 0, end = (int)Math.Min(_words.Length, ((long)index + 1) * _batchSize);
        for (int centre = index * _batchSize; centre < end; centre++)
        {
            int reach = 1 + random.NextInt32(_window), before = inputs;
            int first = First(centre, reach), last = Last(centre, reach);
            for (int i = first; i <= last; i++)
            {
                if (i == centre)
                    continue;

                if (_architecture == Word2VecArchitecture.SkipGram)
                {
                    _targets[inputs] = Word(i);
                    _inputs[inputs++] = Word(centre);
                }
                else
                {
                    _inputs[inputs++] = Word(i);
                }
            }

            if (_architecture == Word2VecArchitecture.Cbow && inputs > before)
            {
                _targets[predictions++] = Word(centre);
                _starts[predictions] = inputs;
            }
        }

        bool skipGram = _architecture == Word2VecArchitecture.SkipGram;
        int n = skipGram ? inputs : predictions, negatives = n * _perPrediction;
        for (int i = 0; i < negatives; i++)
            _negatives[i] = _noise!.Sample(ref random);

        return new WordBatch(_inputs.AsMemory(0, inputs), _starts.AsMemory(0, skipGram ? 0 : n + 1),
            _targets.AsMemory(0, n), _negatives.AsMemory(0, negatives));
    }

    /// <summary>The farthest word before, at most reach away, in the same sentence.</summary>
    private int First(int centre, int reach)
    {
        int first = centre;
        while (first > 0 && centre - first < reach && _words[first] >= 0)
            first--;

        return first;
    }

    /// <summary>The farthest word after, at most reach away, in the same sentence.</summary>
    private int Last(int centre, int reach)
    {
        int last = centre;
        while (last + 1 < _words.Length && last - centre < reach && _words[last + 1] >= 0)
            last++;

        return last;
    }

    private int Word(int place) => _words[place] >= 0 ? _words[place] : ~_words[place];

    private static double[] KeepProbabilities(ReadOnlySpan<long> counts, double threshold)
    {
        double total = 0;
        foreach (long count in counts)
            total += count;

        double[] keep = new double[counts.Length];
        for (int i = 0; i < keep.Length; i++)
            keep[i] = threshold == 0 || counts[i] <= 0 ? 1 : Math.Sqrt(threshold * total / counts[i]);

        return keep;
    }

    /// <summary>The words that stay, drawn one by one: once to count them, once to keep them.</summary>
    private int[] Keep(ReadOnlySpan<int> ids, double[] keep)
    {
        Philox random = new(_seed, SubsamplingStream), again = random;
        int kept = 0;
        foreach (int id in ids)
            kept += id >= 0 && random.NextDouble() < keep[id] ? 1 : 0;

        int[] words = new int[kept];
        kept = 0;
        bool begins = true;
        foreach (int id in ids)
        {
            if (id < 0)
            {
                begins = true;
            }
            else if (again.NextDouble() < keep[id])
            {
                words[kept++] = begins ? ~id : id;
                begins = false;
            }
        }

        return words;
    }
}
