using System;
using System.Diagnostics;
using System.Numerics;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text;

/// <summary>
/// N-grams and their numbers, 0 and up in the order in which they came. An n-gram is the pair of its first n-1 words,
/// which are an n-gram of the table, and its last word: one key of 64 bits, so that no two n-grams are taken for one.
/// May be read by many threads.
/// </summary>
internal sealed class NGramTable
{
    /// <summary>The most words of an n-gram.</summary>
    public const int MaxOrder = 8;

    /// <summary>What the first word follows.</summary>
    public const int Root = -1;

    private const int MaxCount = 1 << 29;

    private ulong[] _keys;
    private int[] _slots;   // 1 + number, 0 for none; linear probing, at most half full
    private int _shift;

    public NGramTable(int capacity = 0)
    {
        _keys = new ulong[Math.Max(16, capacity)];
        _slots = NewSlots(_keys.Length);
        _shift = ShiftOf(_slots);
    }

    /// <summary>Number of n-grams.</summary>
    public int Count { get; private set; }

    /// <summary>The number of an n-gram's first n-1 words, below its own; Root for a single word.</summary>
    public int Parent(int number) => (int)(_keys[number] >> 32) - 1;

    /// <summary>The last word of an n-gram.</summary>
    public int Word(int number) => (int)(uint)_keys[number];

    /// <summary>The number of the n-gram that ends with a word; -1 where there is none.</summary>
    /// <param name="parent">The number of the words before, or Root.</param>
    /// <param name="word">0 or more.</param>
    public int Find(int parent, int word)
    {
        ulong key = Key(parent, word);
        for (int slot = Slot(key); ; slot = (slot + 1) & (_slots.Length - 1))
        {
            int number = _slots[slot] - 1;
            if (number < 0 || _keys[number] == key)
                return number;
        }
    }

    /// <summary>The same, but an n-gram that isn't there is added.</summary>
    public int FindOrAdd(int parent, int word)
    {
        Debug.Assert(word >= 0 && parent >= Root && parent < Count);
        ulong key = Key(parent, word);
        int slot = Slot(key);
        for (; _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_keys[_slots[slot] - 1] == key)
                return _slots[slot] - 1;
        }

        if (Count == MaxCount)
            Throw.TooManyNGrams(MaxCount);
        if (Count == _keys.Length)
            Array.Resize(ref _keys, 2 * Count);
        _keys[Count++] = key;
        _slots[slot] = Count;
        if (2 * Count > _slots.Length)
            Grow();
        return Count - 1;
    }

    /// <summary>Its words, in order.</summary>
    /// <param name="number">Of the n-gram.</param>
    /// <param name="words">[MaxOrder]. Its first elements are overwritten.</param>
    /// <returns>n.</returns>
    public int Words(int number, Span<int> words)
    {
        int count = 0;
        for (int at = number; at != Root; at = Parent(at))
            words[count++] = Word(at);
        words[..count].Reverse();
        return count;
    }

    private void Grow()
    {
        _slots = NewSlots(2 * Count);
        _shift = ShiftOf(_slots);
        for (int number = 0; number < Count; number++)
        {
            int slot = Slot(_keys[number]);
            while (_slots[slot] != 0)
                slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = number + 1;
        }
    }

    private static ulong Key(int parent, int word) => ((ulong)(uint)(parent + 1) << 32) | (uint)word;

    // Two rounds of multiplication: one leaves pairs with the same word in few slots.
    private int Slot(ulong key)
    {
        key *= 0x9E3779B97F4A7C15;
        key = (key ^ (key >> 32)) * 0xD6E8FEB86659FD93;
        return (int)(key >> _shift);
    }

    private static int[] NewSlots(int capacity) => new int[BitOperations.RoundUpToPowerOf2(2 * (uint)capacity)];

    private static int ShiftOf(int[] slots) => 64 - BitOperations.Log2((uint)slots.Length);
}
