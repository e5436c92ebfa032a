using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rnn.Core.Serialization;

/// <summary>Bytes in memory, in chunks of 1 MiB: may exceed 2 GB, and grows only as bytes really arrive.</summary>
internal sealed class ByteChunks
{
    public const int ChunkBytes = 1 << 20;

    private readonly List<byte[]> _chunks = [];

    public long Length { get; private set; }

    /// <summary>All bytes, in order; every chunk but the last is full.</summary>
    public IReadOnlyList<byte[]> Chunks => _chunks;

    /// <summary>Copies elements, least significant byte first.</summary>
    public static ByteChunks Copy<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ByteChunks copy = new();
        int width = Unsafe.SizeOf<T>();
        for (int start = 0; start < values.Length; start += ChunkBytes / width)
        {
            ReadOnlySpan<T> part = values.Slice(start, Math.Min(ChunkBytes / width, values.Length - start));
            byte[] chunk = MemoryMarshal.AsBytes(part).ToArray();
            LittleEndian.Convert(chunk, width);
            copy.Append(chunk);
        }

        return copy;
    }

    /// <summary>Reads up to <paramref name="length"/> bytes; fewer if the stream ends.</summary>
    public static ByteChunks Read(Stream stream, long length)
    {
        ByteChunks read = new();
        while (read.Length < length)
        {
            byte[] chunk = new byte[Math.Min(ChunkBytes, length - read.Length)];
            int got = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
            read.Append(got == chunk.Length ? chunk : chunk[..got]);
            if (got < chunk.Length)
                break;
        }

        return read;
    }

    /// <summary>Copies the bytes from <paramref name="position"/> on; they must exist.</summary>
    public void CopyTo(long position, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            ReadOnlySpan<byte> chunk = _chunks[(int)(position / ChunkBytes)].AsSpan((int)(position % ChunkBytes));
            int count = Math.Min(chunk.Length, destination.Length);
            chunk[..count].CopyTo(destination);
            destination = destination[count..];
            position += count;
        }
    }

    private void Append(byte[] chunk)
    {
        _chunks.Add(chunk);
        Length += chunk.Length;
    }
}
