using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization;

/// <summary>
/// One message in Protocol Buffers' wire format, written field by field (D28). A message's length stands before it, so
/// it is built in memory; large fields are not: only their length is known until <see cref="WriteTo"/> has them written
/// in their place. Source: the encoding chapter of Protocol Buffers' documentation.
/// </summary>
internal sealed class ProtobufMessage
{
    private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;   // the wire types in use

    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<(int Position, Action<Stream> Write)> _streamed = [];
    private long _streamedLength;

    /// <summary>Bytes of all fields.</summary>
    public long Length => _bytes.WrittenCount + _streamedLength;

    /// <summary>A field of type int64, int32 or an enumeration.</summary>
    public void Add(int field, long value)
    {
        Tag(field, Varint);
        Number((ulong)value);
    }

    /// <summary>A field of type float.</summary>
    public void Add(int field, float value)
    {
        Tag(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
    }

    /// <summary>A field of type double.</summary>
    public void Add(int field, double value)
    {
        Tag(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
    }

    /// <summary>A repeated field of type double, packed.</summary>
    public void Add(int field, ReadOnlySpan<double> values)
    {
        Tag(field, LengthDelimited);
        Number((ulong)(values.Length * sizeof(double)));
        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
            _bytes.Advance(sizeof(double));
        }
    }

    /// <summary>A field of type string.</summary>
    /// <exception cref="ArgumentException">It holds half a surrogate pair.</exception>
    public void Add(int field, string value)
    {
        try
        {
            Add(field, StrictUtf8.GetBytes(value));
        }
        catch (EncoderFallbackException e)
        {
            Throw.NotUnicode("text", value, e);
        }
    }

    /// <summary>A field of type bytes.</summary>
    public void Add(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, LengthDelimited);
        Number((ulong)value.Length);
        _bytes.Write(value);
    }

    /// <summary>A field that is a message, as it is now: what is added to it later isn't seen.</summary>
    public void Add(int field, ProtobufMessage value)
    {
        Tag(field, LengthDelimited);
        Number((ulong)value.Length);
        foreach ((int position, Action<Stream> write) in value._streamed)
            _streamed.Add((_bytes.WrittenCount + position, write));

        _bytes.Write(value._bytes.WrittenSpan);
        _streamedLength += value._streamedLength;
    }

    /// <summary>A field of type bytes that is written when the whole message is.</summary>
    /// <param name="field">Its number.</param>
    /// <param name="length">How many bytes <paramref name="write"/> writes.</param>
    /// <param name="write">Writes them.</param>
    public void Add(int field, long length, Action<Stream> write)
    {
        Tag(field, LengthDelimited);
        Number((ulong)length);
        _streamed.Add((_bytes.WrittenCount, write));
        _streamedLength += length;
    }

    /// <summary>Writes all fields, forwards only; the stream is not closed.</summary>
    public void WriteTo(Stream stream)
    {
        ReadOnlySpan<byte> bytes = _bytes.WrittenSpan;
        int done = 0;
        foreach ((int position, Action<Stream> write) in _streamed)
        {
            stream.Write(bytes[done..position]);
            write(stream);
            done = position;
        }

        stream.Write(bytes[done..]);
    }

    private void Tag(int field, int wireType) => Number(((ulong)field << 3) | (uint)wireType);

    // Seven bits a byte, the lowest first; the eighth says that more follow.
    private void Number(ulong value)
    {
        Span<byte> bytes = _bytes.GetSpan(10);
        int count = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[count++] = (byte)(value | 0x80);

        bytes[count++] = (byte)value;
        _bytes.Advance(count);
    }
}
