using System;
using System.Collections.Generic;
using Rnn.Core.Losses;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Batching;

/// <summary>
/// Pairs of a source and a target, in batches of pairs of similar length: by the source's, and among equal ones by the
/// target's, so that little of a batch is padding on either side. Shuffled, the order is drawn anew for each epoch from
/// the seed and the epoch's number: all pairs are mixed, runs of 250 batches are sorted by length and cut, the batches
/// are mixed again. Not shuffled, all are sorted by length. The last batch that is cut may have fewer pairs.
/// </summary>
public sealed class PairBatches : IBatches<PairBatch>
{
    private const int SortedBatches = 250;   // more than where one length is sorted by: two are alike in fewer pairs

    private readonly Sequences _sources, _targets;
    private readonly int _startToken, _endToken;
    private readonly SimilarLengths _order;
    private readonly int[] _batchSources, _batchSourceLengths, _batchInputs, _batchTargets, _batchTargetLengths;

    /// <summary>Batches of pairs.</summary>
    /// <param name="sources">N, each with one token at least. Copied.</param>
    /// <param name="targets">[N], without start and end; one may be empty. Copied.</param>
    /// <param name="batchSize">B, more than 0; fewer if there are fewer pairs.</param>
    /// <param name="startToken">What the decoder is fed first, 0 or more.</param>
    /// <param name="endToken">What it should say last, 0 or more.</param>
    /// <param name="shuffleSeed">Of the order; null (the default): by length, in every epoch.</param>
    /// <exception cref="ArgumentException">There is no pair, a source is empty, one is null, or there is another number
    /// of targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size or a token is too small.</exception>
    public PairBatches(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets, int batchSize, int startToken,
        int endToken, ulong? shuffleSeed = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(targets);
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        Throw.IfBelow(nameof(startToken), startToken, 0);
        Throw.IfBelow(nameof(endToken), endToken, 0);
        if (sources.Count == 0 || targets.Count != sources.Count)
            Throw.PairCount(nameof(targets), sources.Count, targets.Count);

        _sources = new Sequences(sources, nameof(sources), mayBeEmpty: false);
        _targets = new Sequences(targets, nameof(targets), mayBeEmpty: true);
        (_startToken, _endToken) = (startToken, endToken);
        int size = Math.Min(batchSize, sources.Count);
        _order = new SimilarLengths(Ranks(_sources, _targets), size, shuffleSeed, SortedBatches);
        Most = new BatchShape(size, _sources.Longest, _targets.Longest + 1);
        _batchSources = new int[checked(size * Most.Steps)];
        _batchInputs = new int[checked(size * Most.Targets)];
        _batchTargets = new int[_batchInputs.Length];
        _batchSourceLengths = new int[size];
        _batchTargetLengths = new int[size];
    }

    /// <inheritdoc/>
    public int Count => _order.Count;

    /// <inheritdoc/>
    /// <remarks>Steps are those of sources, Targets those of targets with the end token.</remarks>
    public BatchShape Most { get; }

    /// <summary>Number of pairs.</summary>
    public int PairCount => _sources.Count;

    /// <summary>Targets of an epoch, end tokens included.</summary>
    public long TargetCount => _targets.Tokens + _targets.Count;

    /// <summary>The share of an epoch's steps, of sources and targets together, that are padding.</summary>
    public double PaddingShare(int epoch)
    {
        long steps = 0;
        for (int index = 0; index < Count; index++)
        {
            ReadOnlySpan<int> pairs = PairsOf(epoch, index);
            (int sourceSteps, int targetSteps) = ShapeOf(pairs);
            steps += (long)pairs.Length * (sourceSteps + targetSteps);
        }

        return 1 - ((_sources.Tokens + TargetCount) / (double)steps);
    }

    /// <inheritdoc/>
    public long Targets(int epoch, int index)
    {
        long targets = 0;
        foreach (int pair in PairsOf(epoch, index))
            targets += _targets.Length(pair) + 1;

        return targets;
    }

    /// <inheritdoc/>
    /// <remarks>The memory of the batch is used again by the next call.</remarks>
    public PairBatch Get(int epoch, int index)
    {
        ReadOnlySpan<int> pairs = PairsOf(epoch, index);
        int rows = pairs.Length;
        (int sourceSteps, int targetSteps) = ShapeOf(pairs);
        _batchSources.AsSpan(0, sourceSteps * rows).Clear();
        _batchInputs.AsSpan(0, targetSteps * rows).Clear();
        _batchTargets.AsSpan(0, targetSteps * rows).Fill(SoftmaxCrossEntropy.IgnoredTarget);
        for (int b = 0; b < rows; b++)
        {
            ReadOnlySpan<int> source = _sources[pairs[b]], target = _targets[pairs[b]];
            for (int s = 0; s < source.Length; s++)
                _batchSources[(s * rows) + b] = source[s];

            _batchInputs[b] = _startToken;
            for (int t = 0; t < target.Length; t++)
            {
                _batchTargets[(t * rows) + b] = target[t];
                _batchInputs[((t + 1) * rows) + b] = target[t];
            }

            _batchTargets[(target.Length * rows) + b] = _endToken;
            (_batchSourceLengths[b], _batchTargetLengths[b]) = (source.Length, target.Length + 1);
        }

        return new PairBatch(_batchSources.AsMemory(0, sourceSteps * rows), _batchSourceLengths.AsMemory(0, rows),
            _batchInputs.AsMemory(0, targetSteps * rows), _batchTargets.AsMemory(0, targetSteps * rows),
            _batchTargetLengths.AsMemory(0, rows), sourceSteps, targetSteps);
    }

    /// <summary>The numbers of a batch's pairs, by their places in the constructor's lists: row b is the
    /// b-th.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="index">0 to Count - 1.</param>
    public ReadOnlySpan<int> PairsOf(int epoch, int index) => _order.ItemsOf(epoch, index);

    private (int SourceSteps, int TargetSteps) ShapeOf(ReadOnlySpan<int> pairs)
    {
        (int sourceSteps, int targetSteps) = (0, 0);
        foreach (int pair in pairs)
        {
            sourceSteps = Math.Max(sourceSteps, _sources.Length(pair));
            targetSteps = Math.Max(targetSteps, _targets.Length(pair) + 1);
        }

        return (sourceSteps, targetSteps);
    }

    // Places in the order of (source's length, target's length), equal ones the same: one number to sort by. Targets
    // come from short to long with sources of even lengths and back with odd ones, so that a batch with sources of two
    // lengths has targets of similar length too.
    private static int[] Ranks(Sequences sources, Sequences targets)
    {
        long[] keys = new long[sources.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            (int source, int target) = (sources.Length(i), targets.Length(i));
            keys[i] = ((long)source << 32) | (uint)(source % 2 == 0 ? target : int.MaxValue - target);
        }

        long[] sorted = [.. keys];
        Array.Sort(sorted);
        int distinct = 1;
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] != sorted[i - 1])
                sorted[distinct++] = sorted[i];
        }

        int[] ranks = new int[keys.Length];
        for (int i = 0; i < ranks.Length; i++)
            ranks[i] = Array.BinarySearch(sorted, 0, distinct, keys[i]);

        return ranks;
    }

    // Sequences one after another in one array.
    private sealed class Sequences
    {
        private readonly int[] _tokens;
        private readonly int[] _starts;   // [N + 1]

        public Sequences(IReadOnlyList<int[]> sequences, string what, bool mayBeEmpty)
        {
            _starts = new int[sequences.Count + 1];
            for (int i = 0; i < sequences.Count; i++)
            {
                if (sequences[i] is not { } sequence || (sequence.Length == 0 && !mayBeEmpty))
                    throw Throw.EmptySequence(what, i);

                _starts[i + 1] = checked(_starts[i] + sequence.Length);
                Longest = Math.Max(Longest, sequence.Length);
            }

            _tokens = new int[_starts[^1]];
            for (int i = 0; i < sequences.Count; i++)
                sequences[i].CopyTo(_tokens, _starts[i]);
        }

        public int Count => _starts.Length - 1;

        public int Longest { get; }

        public int Tokens => _tokens.Length;

        public ReadOnlySpan<int> this[int i] => _tokens.AsSpan(_starts[i], Length(i));

        public int Length(int i) => _starts[i + 1] - _starts[i];
    }
}
