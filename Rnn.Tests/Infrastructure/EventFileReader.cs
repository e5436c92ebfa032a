using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Xunit;

namespace Rnn.Tests.Infrastructure;

/// <summary>An event of a file: a scalar, a histogram or a text.</summary>
internal sealed record EventEntry(long Step, string Tag, float? Scalar, double[]? Totals, double[]? Limits, double[]? Counts,
    string? Text);

/// <summary>Reads event files by the description of their format, with a checksum of its own, bit by bit.</summary>
internal static class EventFileReader
{
    public static IReadOnlyList<EventEntry> Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        List<EventEntry> entries = [];
        bool isFirst = true;
        for (int at = 0; at < bytes.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            ReadOnlySpan<byte> record = bytes.AsSpan(at + 12, length);
            Assert.Equal(Masked(record), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            at += length + 16;
            List<(int Field, object Value)> fields = Fields(record);
            Assert.InRange((double)One(fields, 1)!, 1.7e9, 1e10);   // seconds since 1970
            if (isFirst)
                Assert.Equal("brain.Event:2", Encoding.UTF8.GetString((byte[])One(fields, 3)!));
            else
                entries.Add(Entry((long)One(fields, 2)!, Message(Message(fields, 5), 1)));

            isFirst = false;
        }

        Assert.False(isFirst, "no record");
        return entries;
    }

    /// <summary>CRC-32C (Castagnoli), one bit after another.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78u);
        }

        return ~crc;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc32C(bytes);
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
    }

    private static EventEntry Entry(long step, List<(int Field, object Value)> value)
    {
        string tag = Encoding.UTF8.GetString((byte[])One(value, 1)!);
        if (One(value, 2) is float scalar)
            return new EventEntry(step, tag, scalar, null, null, null, null);

        if (One(value, 5) is not null)
        {
            List<(int Field, object Value)> histogram = Message(value, 5);
            return new EventEntry(step, tag, null, [.. Totals(histogram)], Doubles((byte[])One(histogram, 6)!),
                Doubles((byte[])One(histogram, 7)!), null);
        }

        Assert.Equal("text", Encoding.UTF8.GetString((byte[])One(Message(Message(value, 9), 1), 1)!));
        List<(int Field, object Value)> tensor = Message(value, 8);
        Assert.Equal(7L, One(tensor, 1));
        Assert.Equal(1L, One(Message(Message(tensor, 2), 2), 1));
        return new EventEntry(step, tag, null, null, null, null, Encoding.UTF8.GetString((byte[])One(tensor, 8)!));
    }

    private static IEnumerable<double> Totals(List<(int Field, object Value)> histogram)
    {
        for (int field = 1; field <= 5; field++)
            yield return (double)One(histogram, field)!;
    }

    private static double[] Doubles(byte[] bytes)
    {
        double[] values = new double[bytes.Length / 8];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 * i));

        return values;
    }

    private static object? One(List<(int Field, object Value)> fields, int field) => fields.Find(one => one.Field == field).Value;

    private static List<(int Field, object Value)> Message(List<(int Field, object Value)> fields, int field) =>
        Fields((byte[])One(fields, field)!);

    private static List<(int Field, object Value)> Fields(ReadOnlySpan<byte> bytes)
    {
        List<(int, object)> fields = [];
        while (!bytes.IsEmpty)
        {
            ulong key = Number(ref bytes);
            int field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((field, (long)Number(ref bytes)));
                    break;
                case 1:
                    fields.Add((field, BinaryPrimitives.ReadDoubleLittleEndian(bytes)));
                    bytes = bytes[8..];
                    break;
                case 2:
                    int length = (int)Number(ref bytes);
                    fields.Add((field, bytes[..length].ToArray()));
                    bytes = bytes[length..];
                    break;
                case 5:
                    fields.Add((field, BinaryPrimitives.ReadSingleLittleEndian(bytes)));
                    bytes = bytes[4..];
                    break;
                default:
                    Assert.Fail($"wire type {key & 7}");
                    break;
            }
        }

        return fields;
    }

    private static ulong Number(ref ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return number;
        }
    }
}
