using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>The bytes of a tensor to be written: a copy, or rows that are asked for when they are needed.</summary>
internal sealed class SafetensorsContent
{
    private readonly ByteChunks? _copy;
    private readonly Action<long, Span<float>>? _readRow;
    private readonly long _rows;
    private readonly int _columns;

    /// <summary>A copy.</summary>
    public SafetensorsContent(ByteChunks copy)
    {
        _copy = copy;
        Length = copy.Length;
    }

    /// <summary>Rows of floats.</summary>
    public SafetensorsContent(long rows, int columns, Action<long, Span<float>> readRow)
    {
        _rows = rows;
        _columns = columns;
        _readRow = readRow;
        Length = rows * columns * sizeof(float);
    }

    /// <summary>How many there are.</summary>
    public long Length { get; }

    /// <summary>All of them, in order. A chunk is overwritten when the next one is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Chunks() =>
        _readRow is null ? _copy!.Chunks.Select(chunk => new ReadOnlyMemory<byte>(chunk)) : Rows();

    private IEnumerable<ReadOnlyMemory<byte>> Rows()
    {
        const int most = ByteChunks.ChunkBytes / sizeof(float);   // a long row's bytes would exceed an array
        float[] row = new float[_columns];
        byte[] bytes = new byte[Math.Min(_columns, most) * sizeof(float)];
        for (long r = 0; r < _rows; r++)
        {
            _readRow!(r, row);
            for (int start = 0; start < _columns; start += most)
            {
                int length = Math.Min(_columns - start, most) * sizeof(float);
                MemoryMarshal.AsBytes(row.AsSpan(start, length / sizeof(float))).CopyTo(bytes);
                LittleEndian.Convert(bytes.AsSpan(0, length), sizeof(float));
                yield return bytes.AsMemory(0, length);
            }
        }
    }
}
