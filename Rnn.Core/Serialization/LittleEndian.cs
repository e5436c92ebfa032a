using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Rnn.Core.Serialization;

/// <summary>The order of bytes in files, whatever the processor's.</summary>
internal static class LittleEndian
{
    /// <summary>Between the processor's order and the file's, both ways. Nothing to do on most processors.</summary>
    /// <param name="bytes">Elements of <paramref name="width"/> bytes. Overwritten.</param>
    /// <param name="width">1, 2, 4 or 8.</param>
    public static void Convert(Span<byte> bytes, int width)
    {
        if (!BitConverter.IsLittleEndian)
            Reverse(bytes, width);
    }

    /// <summary>Reverses the bytes of every element.</summary>
    /// <param name="bytes">Elements of <paramref name="width"/> bytes. Overwritten.</param>
    /// <param name="width">1, 2, 4 or 8.</param>
    public static void Reverse(Span<byte> bytes, int width)
    {
        switch (width)
        {
            case 2:
                Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(halves, halves);
                break;
            case 4:
                Span<uint> singles = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(singles, singles);
                break;
            case 8:
                Span<ulong> doubles = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(doubles, doubles);
                break;
        }
    }
}
