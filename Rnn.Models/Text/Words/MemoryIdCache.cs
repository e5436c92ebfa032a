using System;
using System.Collections.Generic;

namespace Rnn.Models.Text.Words;

/// <summary>Ids in pieces of one size, so that growing copies nothing and no array has to be large.</summary>
internal sealed class MemoryIdCache : IdCache
{
    private const int PieceBits = 18;
    private const int PieceEntries = 1 << PieceBits;

    private readonly List<int[]> _pieces = [];

    public override void Append(ReadOnlySpan<int> entries)
    {
        long start = Length;
        Length += entries.Length;
        while ((long)_pieces.Count << PieceBits < Length)
            _pieces.Add(GC.AllocateUninitializedArray<int>(PieceEntries));
        Write(start, entries);
    }

    public override void Read(long start, Span<int> destination)
    {
        while (destination.Length > 0)
        {
            ReadOnlySpan<int> piece = _pieces[(int)(start >> PieceBits)].AsSpan((int)(start & (PieceEntries - 1)));
            int count = Math.Min(piece.Length, destination.Length);
            piece[..count].CopyTo(destination);
            destination = destination[count..];
            start += count;
        }
    }

    public override void Dispose()
    {
        _pieces.Clear();
        Length = 0;
    }

    protected override void Write(long start, ReadOnlySpan<int> entries)
    {
        while (entries.Length > 0)
        {
            Span<int> piece = _pieces[(int)(start >> PieceBits)].AsSpan((int)(start & (PieceEntries - 1)));
            int count = Math.Min(piece.Length, entries.Length);
            entries[..count].CopyTo(piece);
            entries = entries[count..];
            start += count;
        }
    }

    protected override void Truncate(long length)
    {
        Length = length;
        int pieces = (int)((length + PieceEntries - 1) >> PieceBits);
        _pieces.RemoveRange(pieces, _pieces.Count - pieces);
    }
}
