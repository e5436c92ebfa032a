using System;
using System.Collections.Generic;
using System.Numerics;

namespace Rnn.Models.Text.Phrases;

/// <summary>
/// How often pairs of words followed each other: an open-addressing table of bounded size. Beyond it the rarest quarter
/// or more is forgotten.
/// </summary>
internal sealed class PairCounts(int maxPairs)
{
    private const int MaxThreshold = 1 << 16;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private Pair[] _slots = new Pair[1 << 12];
    private int _shift = 64 - 12;
    private long _limit = maxPairs;

    /// <summary>Two ids, what stands between them, and how often; Count 0: the slot is free.</summary>
    public readonly record struct Pair(int First, int Between, int Second, long Count);

    /// <summary>Number of different pairs.</summary>
    public int Count { get; private set; }

    /// <summary>The largest count of a pair that was forgotten.</summary>
    public long PrunedCount { get; private set; }

    /// <summary>The pairs, in no order that means anything.</summary>
    public IEnumerable<Pair> Pairs
    {
        get
        {
            foreach (Pair pair in _slots)
            {
                if (pair.Count > 0)
                    yield return pair;
            }
        }
    }

    /// <summary>Counts one occurrence.</summary>
    public void CountOne(int first, int between, int second)
    {
        ref Pair slot = ref Find(first, between, second);
        slot = new Pair(first, between, second, slot.Count + 1);
        if (slot.Count > 1)
            return;
        Count++;
        if (Count > _limit)
            Prune();
        else if (Count > _slots.Length / 2)
            Rebuild(_slots.Length * 2, 0);
    }

    private ref Pair Find(int first, int between, int second)
    {
        ulong key = (((ulong)(uint)first << 32) | (uint)second) + (ulong)between * 0xC2B2AE3D27D4EB4F;
        key = (key ^ (key >> 32)) * Multiplier;
        key = (key ^ (key >> 29)) * Multiplier;
        int at = (int)(key >> _shift);
        while (true)
        {
            ref Pair slot = ref _slots[at];
            if (slot.Count == 0 || (slot.First == first && slot.Second == second && slot.Between == between))
                return ref slot;
            at = (at + 1) & (_slots.Length - 1);
        }
    }

    private void Prune()
    {
        int[] pairs = new int[MaxThreshold + 1];
        foreach (Pair pair in _slots)
            pairs[(int)Math.Min(pair.Count, MaxThreshold)]++;
        long threshold = 0, below = 0;
        while (threshold < MaxThreshold - 1 && (threshold == 0 || below < Count / 4))
            below += pairs[++threshold];
        PrunedCount = Math.Max(PrunedCount, threshold);
        Rebuild(_slots.Length, threshold);
        _limit = Math.Max(_limit, Count + Count / 3L);   // so that the work stays in proportion to the words
    }

    private void Rebuild(int capacity, long threshold)
    {
        Pair[] old = _slots;
        _slots = new Pair[capacity];
        _shift = 64 - BitOperations.Log2((uint)capacity);
        Count = 0;
        foreach (Pair pair in old)
        {
            if (pair.Count <= threshold)
                continue;
            Find(pair.First, pair.Between, pair.Second) = pair;
            Count++;
        }
    }
}
