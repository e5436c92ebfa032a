using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.Unicode;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>
/// What stands before the data: u64 length, then JSON. Everything is checked here, so that no number of a damaged or
/// hostile file is ever used as a size before it has been proved by the file's own length.
/// </summary>
internal sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";
    public const int LengthBytes = sizeof(ulong);
    public const int MaxBytes = 100_000_000;

    // No tensor has so many dimensions; a header of 100 MB could claim 50 million.
    private const int MaxRank = 64;

    private const int FirstReadBytes = 1 << 16;

    private SafetensorsHeader(int length, Dictionary<string, string> metadata, SafetensorsEntry[] entries)
    {
        DataStart = LengthBytes + length;
        DataLength = entries.Length == 0 ? 0 : entries[^1].End;
        Metadata = metadata;
        Entries = entries;
    }

    /// <summary>The position of the first data byte, counted from the start of the file.</summary>
    public long DataStart { get; }

    /// <summary>Number of data bytes that the entries describe.</summary>
    public long DataLength { get; }

    public Dictionary<string, string> Metadata { get; }

    /// <summary>In the order of the data.</summary>
    public SafetensorsEntry[] Entries { get; }

    /// <summary>Reads and checks a header; the stream then stands at the first data byte.</summary>
    /// <param name="stream">Read from its position on.</param>
    /// <param name="available">Number of bytes from there to the end, or -1 if unknown.</param>
    /// <param name="file">How the file is called in errors.</param>
    /// <exception cref="InvalidDataException">It is no safetensors file.</exception>
    public static SafetensorsHeader Read(Stream stream, long available, string file)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        int got = stream.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false);
        if (got < LengthBytes)
            Throw.SafetensorsTooShort(file, got);

        ulong claimed = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (claimed is < 2 or > MaxBytes)
            Throw.SafetensorsHeaderSize(file, claimed, MaxBytes);

        int length = (int)claimed;
        if (available >= 0 && length > available - LengthBytes)
            Throw.SafetensorsHeaderPastEnd(file, length, available - LengthBytes);

        byte[] json = ReadBytes(stream, length, available >= 0 ? length : FirstReadBytes, file);
        SafetensorsHeader header = Parse(json, file);
        if (available >= 0)
            header.CheckDataLength(available - header.DataStart, file);

        return header;
    }

    /// <summary>Compares the number of data bytes there are with the number described.</summary>
    public void CheckDataLength(long actual, string file)
    {
        if (actual != DataLength)
            Throw.SafetensorsDataLength(file, DataLength, actual);
    }

    // From a stream of unknown length, memory grows only as bytes really arrive.
    private static byte[] ReadBytes(Stream stream, int length, int capacity, string file)
    {
        byte[] bytes = new byte[Math.Min(length, capacity)];
        int got = 0;
        while (true)
        {
            got += stream.ReadAtLeast(bytes.AsSpan(got), bytes.Length - got, throwOnEndOfStream: false);
            if (got < bytes.Length)
                Throw.SafetensorsHeaderPastEnd(file, length, got);

            if (got == length)
                return bytes;

            Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
        }
    }

    private static SafetensorsHeader Parse(byte[] bytes, string file)
    {
        if (bytes[0] != '{')
            Throw.SafetensorsHeaderStart(file, bytes[0]);

        if (!Utf8.IsValid(bytes))
            Throw.SafetensorsHeaderNotUtf8(file);

        Utf8JsonReader json = new(bytes);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        List<SafetensorsEntry> entries = [];
        try
        {
            ReadObject(ref json, metadata, entries, file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape such as \ud800 that is no character.
            Throw.SafetensorsHeaderNotJson(file, json.BytesConsumed, e);
        }

        if (bytes.AsSpan((int)json.BytesConsumed).ContainsAnyExcept((byte)' '))
            Throw.SafetensorsHeaderTail(file);

        entries.Sort(SafetensorsEntry.CompareByOffset);
        CheckContiguous(entries, file);
        return new SafetensorsHeader(bytes.Length, metadata, [.. entries]);
    }

    private static void ReadObject(
        ref Utf8JsonReader json, Dictionary<string, string> metadata, List<SafetensorsEntry> entries, string file)
    {
        json.Read();
        HashSet<string> keys = new(StringComparer.Ordinal);
        while (NextKey(ref json, out string key))
        {
            if (!keys.Add(key))
                Throw.SafetensorsDuplicateKey(file, key);

            if (key == MetadataKey)
                ReadMetadata(ref json, metadata, file);
            else
                entries.Add(ReadEntry(ref json, key, file));
        }
    }

    private static void ReadMetadata(ref Utf8JsonReader json, Dictionary<string, string> metadata, string file)
    {
        Expect(ref json, JsonTokenType.StartObject, MetadataKey, "an object", file);
        while (NextKey(ref json, out string key))
        {
            Expect(ref json, JsonTokenType.String, key, "a string, being metadata", file);
            if (!metadata.TryAdd(key, json.GetString()!))
                Throw.SafetensorsDuplicateKey(file, key);
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader json, string name, string file)
    {
        string? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref json, JsonTokenType.StartObject, name, "an object", file);
        while (NextKey(ref json, out string key))
        {
            if (key == "dtype" && dtype == null)
            {
                Expect(ref json, JsonTokenType.String, key, "a string", file);
                dtype = json.GetString()!;
            }
            else if (key == "shape" && shape == null)
            {
                shape = ReadNumbers(ref json, name, key, file);
            }
            else if (key == "data_offsets" && offsets == null)
            {
                offsets = ReadNumbers(ref json, name, key, file);
            }
            else
            {
                Throw.SafetensorsEntryKey(file, name, key);
            }
        }

        if (dtype == null || shape == null || offsets is not { Length: 2 })
            Throw.SafetensorsEntryIncomplete(file, name);

        return CheckEntry(name, dtype, shape, offsets, file);
    }

    private static SafetensorsEntry CheckEntry(string name, string dtype, long[] shape, long[] offsets, string file)
    {
        SafetensorsType type = Parse(dtype);
        int width = SafetensorsEntry.WidthOf(type);
        long count = SafetensorsEntry.CountOf(shape, Math.Max(width, 1));
        if (count < 0)
            Throw.SafetensorsShapeOverflow(file, name, shape);

        // Both are at least 0, so the difference can't overflow. Of other types the offsets alone say the size.
        long size = offsets[1] - offsets[0];
        if (size < 0)
            Throw.SafetensorsEntryOffsets(file, name, offsets[0], offsets[1]);

        if (width > 0 && size != count * width)
            Throw.SafetensorsEntrySize(file, name, count * width, offsets[0], offsets[1]);

        return new SafetensorsEntry(name, dtype, type, shape, offsets[0], offsets[1]);
    }

    private static SafetensorsType Parse(string dtype)
    {
        foreach (SafetensorsType candidate in Enum.GetValues<SafetensorsType>())
        {
            if (candidate != SafetensorsType.Other && dtype == candidate.ToString())
                return candidate;
        }

        return SafetensorsType.Other;
    }

    private static long[] ReadNumbers(ref Utf8JsonReader json, string name, string key, string file)
    {
        Expect(ref json, JsonTokenType.StartArray, key, "an array", file);
        List<long> numbers = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            // TryGetInt64 refuses fractions, exponents and what is too large, but takes "-0".
            if (json.TokenType != JsonTokenType.Number
                || json.ValueSpan[0] == '-' || !json.TryGetInt64(out long number))
            {
                Throw.SafetensorsNumber(file, name, key);
                return [];
            }

            if (numbers.Count == MaxRank)
                Throw.SafetensorsRank(file, name, MaxRank);

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static bool NextKey(ref Utf8JsonReader json, out string key)
    {
        json.Read();
        bool found = json.TokenType == JsonTokenType.PropertyName;
        key = found ? json.GetString()! : "";
        return found;
    }

    private static void Expect(
        ref Utf8JsonReader json, JsonTokenType token, string key, string expected, string file)
    {
        json.Read();
        if (json.TokenType != token)
            Throw.SafetensorsToken(file, key, expected, json.TokenType.ToString());
    }

    private static void CheckContiguous(List<SafetensorsEntry> entries, string file)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin != end)
                Throw.SafetensorsGap(file, entry.Name, entry.Begin, end);

            end = entry.End;
        }
    }
}
