using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace Rnn.Core.Serialization;

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

    /// <summary>All of them, in order. A piece is overwritten when the next one is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Chunks() =>
        _readRow is null ? _copy!.Chunks.Select(chunk => new ReadOnlyMemory<byte>(chunk)) : Rows();

    private IEnumerable<ReadOnlyMemory<byte>> Rows()
    {
        byte[] bytes = new byte[_columns * sizeof(float)];
        float[] row = new float[_columns];
        for (long r = 0; r < _rows; r++)
        {
            _readRow!(r, row);
            Span<int> bits = MemoryMarshal.Cast<float, int>(row.AsSpan());
            for (int i = 0; i < bits.Length; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), bits[i]);
            }

            yield return bytes;
        }
    }
}
