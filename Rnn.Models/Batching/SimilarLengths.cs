using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Batching;

/// <summary>
/// The order in which items of different lengths are read, so that those of similar length meet in a batch. Shuffled,
/// it is drawn anew for each epoch from the seed and the epoch's number: all items are mixed, runs of some batches are
/// sorted by length and cut, the batches are mixed again. Not shuffled, all are sorted by length. The last batch that
/// is cut may have fewer items.
/// </summary>
internal sealed class SimilarLengths
{
    private const ulong ShuffleStream = 4ul << 60;   // the epoch's number in the lower bits

    private readonly int[] _lengths;
    private readonly int _batchSize, _sortedBatches;
    private readonly ulong? _seed;
    private readonly int[] _order, _batchOrder;   // of _epoch
    private readonly long[] _keys;
    private int _epoch = -1;

    /// <summary>An order of items.</summary>
    /// <param name="lengths">[N], 0 or more, at least one: what is sorted by. Kept, not copied.</param>
    /// <param name="batchSize">Items of a batch, 1 to N.</param>
    /// <param name="seed">Of the order; null: by length, in every epoch.</param>
    /// <param name="sortedBatches">Batches of a run.</param>
    public SimilarLengths(int[] lengths, int batchSize, ulong? seed, int sortedBatches)
    {
        _lengths = lengths;
        _batchSize = batchSize;
        _sortedBatches = sortedBatches;
        _seed = seed;
        Count = ((lengths.Length - 1) / batchSize) + 1;
        _order = new int[lengths.Length];
        _batchOrder = new int[Count];
        _keys = new long[lengths.Length];
    }

    /// <summary>Batches of an epoch.</summary>
    public int Count { get; }

    /// <summary>The numbers of a batch's items. Allocates nothing.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="index">0 to Count - 1.</param>
    public ReadOnlySpan<int> ItemsOf(int epoch, int index)
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
        random.Shuffle(_order);
        int run = (int)Math.Min(_order.Length, (long)_sortedBatches * _batchSize);
        for (int first = 0; first < _order.Length; first += run)
            SortByLength(first, Math.Min(run, _order.Length - first));

        random.Shuffle(_batchOrder);
    }

    // By length, then as they stood: Array.Sort alone would leave the order of equal ones open.
    private void SortByLength(int first, int count)
    {
        Span<int> order = _order.AsSpan(first, count);
        Span<long> keys = _keys.AsSpan(0, count);
        for (int i = 0; i < count; i++)
            keys[i] = ((long)_lengths[order[i]] << 32) | (uint)i;

        keys.Sort(order);
    }
}
