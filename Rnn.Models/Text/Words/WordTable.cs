using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Rnn.Models.Text.Words;

/// <summary>
/// Counts words as they come, as bytes: an open-addressing table from the bytes of a word to its id, ids in order of
/// appearance. Up to 8 bytes a word is its own key and needs no comparison elsewhere; a longer one has a hash for a key
/// and is compared with its bytes in the arena. Strings are made of what is left in the end, and of nothing else.
/// </summary>
internal sealed class WordTable
{
    /// <summary>Bytes that a buffer must have behind the start of any word: words are loaded in eights.</summary>
    public const int Padding = 8;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;   // 2^64 / golden ratio
    private const int PieceBytes = 1 << 20;
    private const int LengthBytes = 2;

    private Slot[] _slots = new Slot[1 << 12];
    private int _shift = 64 - 12;
    private long[] _counts = new long[1 << 11];
    private long[] _offsets = new long[1 << 11];
    private List<byte[]> _pieces = [];
    private int _pieceUsed = PieceBytes;

    private struct Slot
    {
        public ulong Key;
        public int Length;   // 0: the slot is free
        public int Id;
    }

    /// <summary>Number of different words.</summary>
    public int Count { get; private set; }

    /// <summary>[Count]: how often each occurred.</summary>
    public Span<long> Counts => _counts.AsSpan(0, Count);

    /// <summary>The bytes of a word.</summary>
    /// <param name="id">0 to Count - 1.</param>
    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            long offset = _offsets[id];
            ReadOnlySpan<byte> from = _pieces[(int)(offset / PieceBytes)].AsSpan((int)(offset % PieceBytes));
            return from.Slice(LengthBytes, BinaryPrimitives.ReadUInt16LittleEndian(from));
        }
    }

    /// <summary>Counts one occurrence of a word.</summary>
    /// <param name="buffer">Has <see cref="Padding"/> bytes from start on, whatever they are. Read.</param>
    /// <param name="start">The first byte.</param>
    /// <param name="length">1 to 65535 bytes.</param>
    /// <returns>The word's id.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CountOne(byte[] buffer, int start, int length)
    {
        if (length > 8)
            return CountLong(buffer, start, length);

        ulong mask = ulong.MaxValue >> (64 - 8 * length);
        ulong key = BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(start)) & mask;
        Slot[] slots = _slots;
        int at = (int)(Mix(key) >> _shift);
        while (true)
        {
            ref Slot slot = ref slots[at];
            if (slot.Key == key && slot.Length == length)
            {
                _counts[slot.Id]++;
                return slot.Id;
            }

            if (slot.Length == 0)
                return Insert(key, at, buffer.AsSpan(start, length));
            at = (at + 1) & (slots.Length - 1);
        }
    }

    /// <summary>The id of a word, which is added with count 0 if it is new.</summary>
    /// <param name="word">1 to 65535 bytes. Read.</param>
    public int GetOrAdd(ReadOnlySpan<byte> word)
    {
        byte[] buffer = new byte[word.Length + Padding];
        word.CopyTo(buffer);
        int id = CountOne(buffer, 0, word.Length);
        _counts[id]--;
        return id;
    }

    /// <summary>Forgets words; the ids of those left become 0, 1, ... in the same order.</summary>
    /// <param name="map">[Count]: 0 or more for a word that stays, -1 for one that goes; leaves with new ids.</param>
    public void Keep(Span<int> map)
    {
        WordTable kept = new();
        for (int id = 0; id < map.Length; id++)
        {
            if (map[id] < 0)
                continue;
            map[id] = kept.GetOrAdd(this[id]);
            kept._counts[map[id]] = _counts[id];
        }

        (_slots, _shift, Count) = (kept._slots, kept._shift, kept.Count);
        (_counts, _offsets, _pieces, _pieceUsed) = (kept._counts, kept._offsets, kept._pieces, kept._pieceUsed);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CountLong(byte[] buffer, int start, int length)
    {
        ReadOnlySpan<byte> word = buffer.AsSpan(start, length);
        ulong key = LongKey(word);
        Slot[] slots = _slots;
        int at = (int)(Mix(key) >> _shift);
        while (true)
        {
            ref Slot slot = ref slots[at];
            if (slot.Key == key && slot.Length == length && this[slot.Id].SequenceEqual(word))
            {
                _counts[slot.Id]++;
                return slot.Id;
            }

            if (slot.Length == 0)
                return Insert(key, at, word);
            at = (at + 1) & (slots.Length - 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LongKey(ReadOnlySpan<byte> word)
    {
        ulong key = (ulong)word.Length;
        for (ReadOnlySpan<byte> rest = word; rest.Length > 8; rest = rest[8..])
            key = (BitOperations.RotateLeft(key, 29) ^ BinaryPrimitives.ReadUInt64LittleEndian(rest)) * Multiplier;
        return BitOperations.RotateLeft(key, 29) ^ BinaryPrimitives.ReadUInt64LittleEndian(word[^8..]);
    }

    // The product's high bits, which choose the slot, depend on all bits of the key; the shift brings high ones down.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong key) => (key ^ (key >> 32)) * Multiplier;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Insert(ulong key, int at, ReadOnlySpan<byte> word)
    {
        int id = Count++;
        if (id == _counts.Length)
        {
            int capacity = (int)Math.Min(2L * id, Array.MaxLength);
            Array.Resize(ref _counts, capacity);
            Array.Resize(ref _offsets, capacity);
        }

        _counts[id] = 1;
        _offsets[id] = Store(word);
        _slots[at] = new Slot { Key = key, Length = word.Length, Id = id };
        if (Count > _slots.Length / 2)
            Grow();
        return id;
    }

    private long Store(ReadOnlySpan<byte> word)
    {
        if (_pieceUsed + LengthBytes + word.Length > PieceBytes)
        {
            _pieces.Add(GC.AllocateUninitializedArray<byte>(PieceBytes));
            _pieceUsed = 0;
        }

        Span<byte> target = _pieces[^1].AsSpan(_pieceUsed);
        long offset = (_pieces.Count - 1L) * PieceBytes + _pieceUsed;
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)word.Length);
        word.CopyTo(target[LengthBytes..]);
        _pieceUsed += LengthBytes + word.Length;
        return offset;
    }

    private void Grow()
    {
        Slot[] larger = new Slot[2 * _slots.Length];
        _shift--;
        foreach (Slot slot in _slots)
        {
            if (slot.Length == 0)
                continue;
            int at = (int)(Mix(slot.Key) >> _shift);
            while (larger[at].Length != 0)
                at = (at + 1) & (larger.Length - 1);
            larger[at] = slot;
        }

        _slots = larger;
    }
}
