using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>
/// Writes a safetensors file. The same content gives the same bytes: tensors are ordered by descending element width,
/// then by name; metadata by key, the checksum last; the header is padded with spaces to a multiple of 8.
/// </summary>
public sealed class SafetensorsWriter
{
    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private readonly Dictionary<string, (SafetensorsType Type, long[] Shape, SafetensorsContent Data)> _tensors =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>
    /// Text entries for <c>__metadata__</c>, left out if empty. The entry <c>rnn.sha256</c> is the checksum's: one set
    /// here, as when all metadata of a read file is taken over, is not written.
    /// </summary>
    public IDictionary<string, string> Metadata => _metadata;

    /// <summary>
    /// Whether to store a SHA-256 of all other metadata, names, types, shapes, offsets and data as the metadata entry
    /// <c>rnn.sha256</c>, for <see cref="SafetensorsReader.VerifyChecksum"/>. By default there is none.
    /// </summary>
    public bool AddChecksum { get; set; }

    /// <summary>Adds a tensor of type F32.</summary>
    /// <param name="name">Unique, valid Unicode, not <c>__metadata__</c>.</param>
    /// <param name="shape">The dimensions, outermost first; empty for a single number.</param>
    /// <param name="data">As many elements as the shape says, row-major. Copied: later changes aren't saved.</param>
    /// <exception cref="ArgumentException">The name is not allowed, or shape and data disagree.</exception>
    public void Add(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> data) =>
        Add(name, SafetensorsType.F32, shape, data);

    /// <summary>
    /// Adds a tensor [R, C] of type F32 that is too large to be copied: its rows are asked for while saving.
    /// </summary>
    /// <param name="name">Unique, valid Unicode, not <c>__metadata__</c>.</param>
    /// <param name="rows">R, 0 or more.</param>
    /// <param name="columns">C, 0 or more.</param>
    /// <param name="readRow">
    /// Writes the row of a number, 0 to R - 1, into a span of C floats; called in ascending order, once for the
    /// checksum and once for the file, which must give the same values.
    /// </param>
    /// <exception cref="ArgumentException">The name is not allowed, or a size is negative.</exception>
    public void AddRows(string name, long rows, int columns, Action<long, Span<float>> readRow)
    {
        ArgumentNullException.ThrowIfNull(readRow);
        long[] shape = [rows, columns];
        Check(name, SafetensorsType.F32, shape);
        _tensors.Add(name, (SafetensorsType.F32, shape, new SafetensorsContent(rows, columns, readRow)));
    }

    /// <summary>Adds a tensor of type F64.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{long}, ReadOnlySpan{float})"/>
    public void Add(string name, ReadOnlySpan<long> shape, ReadOnlySpan<double> data) =>
        Add(name, SafetensorsType.F64, shape, data);

    /// <summary>Adds a tensor of type I32.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{long}, ReadOnlySpan{float})"/>
    public void Add(string name, ReadOnlySpan<long> shape, ReadOnlySpan<int> data) =>
        Add(name, SafetensorsType.I32, shape, data);

    /// <summary>Adds a tensor of type I64.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{long}, ReadOnlySpan{float})"/>
    public void Add(string name, ReadOnlySpan<long> shape, ReadOnlySpan<long> data) =>
        Add(name, SafetensorsType.I64, shape, data);

    /// <summary>Adds a tensor of any type from its bytes.</summary>
    /// <param name="name">Unique, valid Unicode, not <c>__metadata__</c>.</param>
    /// <param name="type">The type of the elements, not Other.</param>
    /// <param name="shape">The dimensions, outermost first; empty for a single number.</param>
    /// <param name="data">The elements, row-major, least significant byte first. Copied.</param>
    /// <exception cref="ArgumentException">The name is not allowed, shape and data disagree, or the type is
    /// <see cref="SafetensorsType.Other"/>.</exception>
    public void AddBytes(string name, SafetensorsType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> data)
    {
        if (!Enum.IsDefined(type) || type == SafetensorsType.Other)
            Throw.SafetensorsWriterType(name, type.ToString());

        Add(name, type, shape, data);
    }

    /// <summary>Writes the file through <see cref="AtomicFile"/>: it is there whole or not at all.</summary>
    /// <param name="path">The target.</param>
    /// <param name="keepPrevious">Keeps the file that was there as <see cref="AtomicFile.PreviousPath"/>; by default it
    /// is gone.</param>
    /// <exception cref="IOException">It can't be written; the target is as it was.</exception>
    /// <exception cref="ArgumentException">Metadata is null or not valid Unicode.</exception>
    /// <exception cref="InvalidOperationException">The header would exceed the format's 100,000,000 bytes.</exception>
    public void Save(string path, bool keepPrevious = false) => AtomicFile.Write(path, Save, keepPrevious);

    /// <summary>Writes the file's bytes, forwards only; the stream is not closed.</summary>
    /// <param name="stream">Written from its position on.</param>
    /// <inheritdoc cref="Save(string, bool)"/>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        foreach ((string key, string value) in _metadata)
        {
            if (value is null)
                Throw.NullEntry(nameof(Metadata), key);

            CheckUnicode("metadata key", key);
            CheckUnicode("metadata value", value);
        }

        SafetensorsEntry[] entries = Arrange();
        stream.Write(Header(entries));
        foreach (ReadOnlyMemory<byte> chunk in entries.SelectMany(entry => _tensors[entry.Name].Data.Chunks()))
            stream.Write(chunk.Span);
    }

    private void Add<T>(string name, SafetensorsType type, ReadOnlySpan<long> shape, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        // Bytes are given with their type aside, all else one element an item.
        int unit = typeof(T) == typeof(byte) ? 1 : SafetensorsEntry.WidthOf(type);
        long size = Check(name, type, shape);
        if (size != (long)unit * data.Length)
            Throw.SafetensorsShape(name, shape.ToArray(), size / unit, unit == 1 ? "bytes" : "elements", data.Length);

        _tensors.Add(name, (type, shape.ToArray(), new SafetensorsContent(ByteChunks.Copy(data))));
    }

    /// <summary>The bytes that the shape asks for, of a name that may be added.</summary>
    private long Check(string name, SafetensorsType type, ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckUnicode("tensor name", name);
        if (name == SafetensorsHeader.MetadataKey)
            Throw.SafetensorsReservedName(name);

        if (_tensors.ContainsKey(name))
            Throw.SafetensorsDuplicateName(name);

        int width = SafetensorsEntry.WidthOf(type);
        long count = SafetensorsEntry.CountOf(shape, width);
        if (count < 0)
            Throw.SafetensorsNegativeShape(name, shape.ToArray());

        return count * width;
    }

    private static void CheckUnicode(string what, string text)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException e)
        {
            Throw.NotUnicode(what, text, e);
        }
    }

    private SafetensorsEntry[] Arrange()
    {
        SafetensorsEntry[] unplaced = [.. _tensors.Select(tensor =>
            Entry(tensor.Key, tensor.Value.Type, tensor.Value.Shape, 0, tensor.Value.Data.Length))];
        Array.Sort(unplaced, static (a, b) =>
        {
            int byWidth = SafetensorsEntry.WidthOf(b.Type).CompareTo(SafetensorsEntry.WidthOf(a.Type));
            return byWidth != 0 ? byWidth : a.NameBytes.AsSpan().SequenceCompareTo(b.NameBytes);
        });
        SafetensorsEntry[] entries = new SafetensorsEntry[unplaced.Length];
        long begin = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            SafetensorsEntry entry = unplaced[i];
            long end = begin + entry.ByteLength;
            entries[i] = Entry(entry.Name, entry.Type, entry.Shape.ToArray(), begin, end);
            begin = end;
        }

        return entries;
    }

    private static SafetensorsEntry Entry(string name, SafetensorsType type, long[] shape, long begin, long end) =>
        new(name, type.ToString(), type, shape, begin, end);

    private ReadOnlySpan<byte> Header(SafetensorsEntry[] entries)
    {
        ArrayBufferWriter<byte> json = new();
        json.Write(stackalloc byte[SafetensorsHeader.LengthBytes]);
        json.Write("{"u8);
        WriteMetadata(json, entries);
        foreach (SafetensorsEntry entry in entries)
        {
            WriteSeparator(json);
            WriteString(json, entry.NameBytes);
            string shape = string.Join(',', entry.Shape.ToArray());
            string offsets = string.Create(CultureInfo.InvariantCulture, $"{entry.Begin},{entry.End}");
            json.Write(Encoding.UTF8.GetBytes(
                $$""":{"dtype":"{{entry.TypeName}}","shape":[{{shape}}],"data_offsets":[{{offsets}}]}"""));
        }

        json.Write("}"u8);
        while (json.WrittenCount % 8 != 0)
            json.Write(" "u8);

        int length = json.WrittenCount - SafetensorsHeader.LengthBytes;
        if (length > SafetensorsHeader.MaxBytes)
            Throw.SafetensorsHeaderTooLarge(length, SafetensorsHeader.MaxBytes);

        byte[] header = json.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        return header;
    }

    private void WriteMetadata(ArrayBufferWriter<byte> json, SafetensorsEntry[] entries)
    {
        List<(byte[] Key, byte[] Value)> pairs = SafetensorsChecksum.SortedPairs(_metadata);
        if (AddChecksum)
            pairs.Add((Encoding.UTF8.GetBytes(SafetensorsChecksum.Key), Encoding.UTF8.GetBytes(Checksum(entries))));

        if (pairs.Count == 0)
            return;

        json.Write("\"__metadata__\":{"u8);
        foreach ((byte[] key, byte[] value) in pairs)
        {
            WriteSeparator(json);
            WriteString(json, key);
            json.Write(":"u8);
            WriteString(json, value);
        }

        json.Write("}"u8);
    }

    private string Checksum(SafetensorsEntry[] entries)
    {
        SafetensorsChecksum checksum = new(_metadata, entries);
        foreach (ReadOnlyMemory<byte> chunk in entries.SelectMany(entry => _tensors[entry.Name].Data.Chunks()))
            checksum.AppendData(chunk.Span);

        return checksum.Finish();
    }

    private static void WriteSeparator(ArrayBufferWriter<byte> json)
    {
        if (json.WrittenSpan[^1] != '{')
            json.Write(","u8);
    }

    // By hand, not Utf8JsonWriter, whose every encoder writes emoji as \uD83D\uDE00: longer, and as the case of those
    // digits means nothing, a flipped bit in them would escape the checksum.
    private static void WriteString(ArrayBufferWriter<byte> json, byte[] utf8)
    {
        json.Write("\""u8);
        ReadOnlySpan<byte> rest = utf8;
        while (!rest.IsEmpty)
        {
            int plain = rest.IndexOfAny(Escaped);
            if (plain < 0)
            {
                json.Write(rest);
                break;
            }

            json.Write(rest[..plain]);
            json.Write(Escape(rest[plain]));
            rest = rest[(plain + 1)..];
        }

        json.Write("\""u8);
    }

    private static byte[] Escape(byte character) => Encoding.ASCII.GetBytes(character switch
    {
        (byte)'"' => "\\\"",
        (byte)'\\' => "\\\\",
        (byte)'\b' => "\\b",
        (byte)'\t' => "\\t",
        (byte)'\n' => "\\n",
        (byte)'\f' => "\\f",
        (byte)'\r' => "\\r",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
    });
}
