using System;
using System.Collections.Generic;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Batching;

/// <summary>
/// Sequences of any length with a label each, in batches of sequences of similar length: little of a batch is padding.
/// Shuffled, the order is drawn anew for each epoch from the seed and the epoch's number: all sequences are mixed, runs
/// of 50 batches are sorted by length and cut, the batches are mixed again. Not shuffled, all are sorted by length. The
/// last batch that is cut may have fewer rows.
/// </summary>
public sealed class LabelledSequences : IBatches<LabelledBatch>
{
    private const int SortedBatches = 50;
    private const ulong ShuffleStream = 4ul << 60;   // the epoch's number in the lower bits

    private readonly int[] _tokens;    // of all sequences, one after another
    private readonly int[] _starts;    // [N + 1]
    private readonly int[] _labels;
    private readonly int _batchSize;
    private readonly ulong? _seed;
    private readonly int[] _order, _batchOrder;   // of _epoch
    private readonly long[] _keys;
    private readonly int[] _batchTokens, _batchLengths, _batchLabels;
    private int _epoch = -1;

    /// <summary>Batches of sequences.</summary>
    /// <param name="sequences">N, each with one token at least. Copied.</param>
    /// <param name="labels">[N]. Copied.</param>
    /// <param name="batchSize">B, more than 0; fewer if there are fewer sequences.</param>
    /// <param name="shuffleSeed">Of the order; null (the default): by length, in every epoch.</param>
    /// <exception cref="ArgumentException">There is no sequence, one is empty, or there is another number of
    /// labels.</exception>
    public LabelledSequences(IReadOnlyList<int[]> sequences, ReadOnlySpan<int> labels, int batchSize,
        ulong? shuffleSeed = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        if (sequences.Count == 0 || labels.Length != sequences.Count)
            Throw.LabelCount(nameof(labels), labels.Length, sequences.Count);

        _labels = labels.ToArray();
        _starts = new int[sequences.Count + 1];
        int longest = 0;
        for (int i = 0; i < sequences.Count; i++)
        {
            if (sequences[i] is not { Length: > 0 } sequence)
                throw Throw.EmptySequence(nameof(sequences), i);

            _starts[i + 1] = checked(_starts[i] + sequence.Length);
            longest = Math.Max(longest, sequence.Length);
        }

        _tokens = new int[_starts[^1]];
        for (int i = 0; i < sequences.Count; i++)
            sequences[i].CopyTo(_tokens, _starts[i]);

        _batchSize = Math.Min(batchSize, sequences.Count);
        _seed = shuffleSeed;
        Count = ((sequences.Count - 1) / _batchSize) + 1;
        Most = new BatchShape(_batchSize, longest);
        _order = new int[sequences.Count];
        _batchOrder = new int[Count];
        _keys = new long[sequences.Count];
        _batchTokens = new int[Most.Items];
        _batchLengths = new int[_batchSize];
        _batchLabels = new int[_batchSize];
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public BatchShape Most { get; }

    /// <summary>The share of an epoch's steps that are padding.</summary>
    public double PaddingShare(int epoch)
    {
        long steps = 0;
        for (int index = 0; index < Count; index++)
        {
            ReadOnlySpan<int> rows = RowsOf(epoch, index);
            steps += (long)rows.Length * Longest(rows);
        }

        return 1 - (_tokens.Length / (double)steps);
    }

    /// <inheritdoc/>
    public long Targets(int epoch, int index) => RowsOf(epoch, index).Length;

    /// <inheritdoc/>
    /// <remarks>The memory of the batch is used again by the next call.</remarks>
    public LabelledBatch Get(int epoch, int index)
    {
        ReadOnlySpan<int> rows = RowsOf(epoch, index);
        int steps = Longest(rows), n = steps * rows.Length;
        _batchTokens.AsSpan(0, n).Clear();
        for (int b = 0; b < rows.Length; b++)
        {
            int start = _starts[rows[b]], length = _starts[rows[b] + 1] - start;
            for (int t = 0; t < length; t++)
                _batchTokens[(t * rows.Length) + b] = _tokens[start + t];

            _batchLengths[b] = length;
            _batchLabels[b] = _labels[rows[b]];
        }

        return new LabelledBatch(_batchTokens.AsMemory(0, n), _batchLengths.AsMemory(0, rows.Length),
            _batchLabels.AsMemory(0, rows.Length), steps);
    }

    /// <summary>The numbers of a batch's sequences.</summary>
    private ReadOnlySpan<int> RowsOf(int epoch, int index)
    {
        if ((uint)index >= (uint)Count)
            Throw.Outside(nameof(index), index, $"0 to {Count - 1}");

        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (_seed is null)
            epoch = 0;

        if (epoch != _epoch)
        {
            Order(epoch);
            _epoch = epoch;
        }

        int first = _batchOrder[index] * _batchSize;
        return _order.AsSpan(first, Math.Min(_batchSize, _order.Length - first));
    }

    private void Order(int epoch)
    {
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;

        for (int i = 0; i < Count; i++)
            _batchOrder[i] = i;

        if (_seed is not { } seed)
        {
            SortByLength(0, _order.Length);
            return;
        }

        Philox random = new(seed, ShuffleStream | (uint)epoch);
        Shuffle(_order, ref random);
        int run = (int)Math.Min(_order.Length, (long)SortedBatches * _batchSize);
        for (int first = 0; first < _order.Length; first += run)
            SortByLength(first, Math.Min(run, _order.Length - first));

        Shuffle(_batchOrder, ref random);
    }

    // By length, then as they stood: Array.Sort alone would leave the order of equal ones open.
    private void SortByLength(int first, int count)
    {
        Span<int> order = _order.AsSpan(first, count);
        Span<long> keys = _keys.AsSpan(0, count);
        for (int i = 0; i < count; i++)
            keys[i] = ((long)(_starts[order[i] + 1] - _starts[order[i]]) << 32) | (uint)i;

        keys.Sort(order);
    }

    // Source: Fisher and Yates, in Durstenfeld's order.
    private static void Shuffle(int[] values, ref Philox random)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = random.NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private int Longest(ReadOnlySpan<int> rows)
    {
        int longest = 0;
        foreach (int sequence in rows)
            longest = Math.Max(longest, _starts[sequence + 1] - _starts[sequence]);

        return longest;
    }
}
