using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>One field of a message: a number, or the bytes of something longer.</summary>
internal sealed record ProtobufField(int Number, int WireType, long Value, ReadOnlyMemory<byte> Bytes)
{
    public string Text => new UTF8Encoding(false, true).GetString(Bytes.Span);

    public List<ProtobufField> Message => ProtobufReader.Read(Bytes);
}

/// <summary>Reads Protocol Buffers' wire format, written for the tests from its description.</summary>
internal static class ProtobufReader
{
    public static List<ProtobufField> Read(ReadOnlyMemory<byte> message)
    {
        List<ProtobufField> fields = [];
        int at = 0;
        while (at < message.Length)
        {
            long tag = Varint(message.Span, ref at);
            int number = (int)(tag / 8), wireType = (int)(tag % 8);
            long value = 0;
            ReadOnlyMemory<byte> bytes = default;
            switch (wireType)
            {
                case 0:
                    value = Varint(message.Span, ref at);
                    break;
                case 2:
                    int length = checked((int)Varint(message.Span, ref at));
                    bytes = message.Slice(at, length);
                    at += length;
                    break;
                case 5:
                    bytes = message.Slice(at, 4);
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {wireType} at byte {at}.");
            }

            fields.Add(new ProtobufField(number, wireType, value, bytes));
        }

        return fields;
    }

    private static long Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value += (ulong)(next % 128) << shift;
            if (next < 128)
                return (long)value;
        }
    }
}
