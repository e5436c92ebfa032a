using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>
/// Reads a safetensors file: u64 length, JSON header, row-major little-endian data. The whole header is checked against
/// the file's length before anything is allocated. Converted are F64, F32, F16, BF16, I64, I32; a tensor of another
/// type is no error until it is asked for, and its bytes can be copied.
/// </summary>
/// <remarks>
/// <see cref="Open"/> keeps no file open and no data in memory: each call that needs data opens the file, reads that
/// tensor in blocks, and closes it. If the file was replaced meanwhile (its length or time of change differ), the call
/// throws rather than mix two files. <see cref="Read"/> takes all data into memory at once. Nothing to dispose; may be
/// used by many threads.
/// </remarks>
public sealed class SafetensorsReader
{
    private const int BlockElements = 1 << 16;

    private readonly SafetensorsData _data;
    private readonly SafetensorsEntry[] _entries;
    private readonly Dictionary<string, SafetensorsEntry> _byName = new(StringComparer.Ordinal);

    private SafetensorsReader(string name, SafetensorsHeader header, SafetensorsData data)
    {
        Name = name;
        Metadata = header.Metadata.AsReadOnly();
        _entries = header.Entries;
        _data = data;
        foreach (SafetensorsEntry entry in _entries)
            _byName.Add(entry.Name, entry);
    }

    private delegate void Converter<T>(SafetensorsEntry entry, ReadOnlySpan<byte> bytes, Span<T> destination);

    /// <summary>The file's name, as it stands in errors.</summary>
    public string Name { get; }

    /// <summary>The text entries under <c>__metadata__</c>; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _entries;

    /// <summary>Opens a file: reads and checks its header. A pipe is read like a stream.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or not even its folder.</exception>
    /// <exception cref="InvalidDataException">It is no safetensors file; one sentence says why.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static SafetensorsReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = OpenFile(path);
        if (!stream.CanSeek)
            return Read(stream, path);

        // A later change of the working folder must not lead to another file.
        SafetensorsHeader header = SafetensorsHeader.Read(stream, stream.Length, path);
        SafetensorsData data = new(Path.GetFullPath(path), header.DataStart, stream.SafeFileHandle);
        return new SafetensorsReader(path, header, data);
    }

    /// <summary>Reads a stream, which needn't be seekable, to its end; all data is then in memory.</summary>
    /// <param name="stream">Read from its position on; not closed.</param>
    /// <param name="name">How to call it in errors, "stream" by default.</param>
    /// <exception cref="InvalidDataException">It is no safetensors file; one sentence says why.</exception>
    public static SafetensorsReader Read(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        long available = stream.CanSeek ? stream.Length - stream.Position : -1;
        SafetensorsHeader header = SafetensorsHeader.Read(stream, available, name);
        ByteChunks memory = ByteChunks.Read(stream, header.DataLength);
        header.CheckDataLength(memory.Length, name);
        if (stream.Read(stackalloc byte[1]) != 0)
            Throw.SafetensorsDataBeyond(name, header.DataLength);

        return new SafetensorsReader(name, header, new SafetensorsData(memory, name));
    }

    /// <summary>Whether a tensor of that name exists.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Finds a tensor by name.</summary>
    public bool TryGetEntry(string name, [NotNullWhen(true)] out SafetensorsEntry? entry) =>
        _byName.TryGetValue(name, out entry);

    /// <summary>Copies a tensor of floats or integers, rounded to the nearest float.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">[ElementCount], row-major. Overwritten.</param>
    /// <exception cref="ArgumentException">The destination's length is not the number of elements.</exception>
    /// <exception cref="InvalidDataException">
    /// There is no such tensor, it is of another type, or the file has changed.
    /// </exception>
    public void CopyTo(string name, Span<float> destination) =>
        Copy(name, destination, SafetensorsType.F32, ToSingle);

    /// <summary>Copies a tensor of floats or integers; of I64, rounded to the nearest double.</summary>
    /// <inheritdoc cref="CopyTo(string, Span{float})"/>
    public void CopyTo(string name, Span<double> destination) =>
        Copy(name, destination, SafetensorsType.F64, ToDouble);

    /// <summary>Copies a tensor of integers.</summary>
    /// <param name="name">The tensor, I32 or I64.</param>
    /// <param name="destination">[ElementCount], row-major. Overwritten.</param>
    /// <exception cref="ArgumentException">The destination's length is not the number of elements.</exception>
    /// <exception cref="InvalidDataException">
    /// There is no such tensor, it holds no I32 or I64, or a number beyond 32 bits, or the file has changed.
    /// </exception>
    public void CopyTo(string name, Span<int> destination) =>
        Copy(name, destination, SafetensorsType.I32, ToInt32);

    /// <summary>Copies a tensor of integers.</summary>
    /// <inheritdoc cref="CopyTo(string, Span{int})"/>
    public void CopyTo(string name, Span<long> destination) =>
        Copy(name, destination, SafetensorsType.I64, ToInt64);

    /// <summary>Copies the bytes of a tensor of any type as they stand in the file, little-endian.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">[ByteLength]. Overwritten.</param>
    /// <exception cref="ArgumentException">The destination's length is not the number of bytes.</exception>
    /// <exception cref="InvalidDataException">There is no such tensor, or the file has changed.</exception>
    public void CopyBytesTo(string name, Span<byte> destination)
    {
        SafetensorsEntry entry = Find(name);
        if (entry.ByteLength != destination.Length)
            Throw.SafetensorsDestination(Name, entry.ToString(), entry.ByteLength, "bytes", destination.Length);

        using SafeFileHandle? opened = _data.Open();
        _data.Read(opened, entry.Begin, destination);
    }

    /// <summary>Hands out the rows of a table that is too large to be copied whole, in ascending order.</summary>
    /// <param name="name">The tensor, F32 and [R, C].</param>
    /// <param name="row">Receives a row's number and its C floats, which are overwritten afterwards.</param>
    /// <exception cref="InvalidDataException">
    /// There is no such tensor, it is no table of F32, or the file has changed.
    /// </exception>
    public void ReadRows(string name, Action<long, ReadOnlySpan<float>> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        SafetensorsEntry entry = Find(name);
        if (entry.Type != SafetensorsType.F32 || entry.Shape.Length != 2)
            Throw.SafetensorsNoTable(Name, entry.ToString());

        long rows = entry.Shape[0], bytes = rows == 0 ? 0 : entry.ByteLength / rows;
        if (bytes == 0)
            return;

        float[] values = new float[bytes / sizeof(float)];
        using SafeFileHandle? opened = _data.Open();
        for (long r = 0; r < rows; r++)
        {
            Span<byte> content = MemoryMarshal.AsBytes(values.AsSpan());
            _data.Read(opened, entry.Begin + (r * bytes), content);
            LittleEndian.Convert(content, sizeof(float));
            row(r, values);
        }
    }

    /// <summary>
    /// Compares the content with the SHA-256 that <see cref="SafetensorsWriter.AddChecksum"/> stored; reads all data.
    /// </summary>
    /// <returns>True if it agrees; false if the file has no checksum.</returns>
    /// <exception cref="InvalidDataException">The file was altered or damaged, or has changed.</exception>
    public bool VerifyChecksum()
    {
        if (!Metadata.TryGetValue(SafetensorsChecksum.Key, out string? expected))
            return false;

        SafetensorsChecksum checksum = new(Metadata, _entries);
        using SafeFileHandle? opened = _data.Open();
        long length = _entries.Length == 0 ? 0 : _entries[^1].End;
        byte[] block = new byte[Math.Min(ByteChunks.ChunkBytes, length)];
        for (long done = 0; done < length; done += block.Length)
        {
            Span<byte> part = block.AsSpan(0, (int)Math.Min(block.Length, length - done));
            _data.Read(opened, done, part);
            checksum.AppendData(part);
        }

        if (checksum.Finish() != expected)
            Throw.SafetensorsAltered(Name);

        return true;
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Throw.NoFile(path, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Throw.NoAccess(path, isFolder: Directory.Exists(path), e);
        }
    }

    private SafetensorsEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_byName.TryGetValue(name, out SafetensorsEntry? entry))
            Throw.SafetensorsMissing(Name, name, _entries.Length);

        return entry;
    }

    private void Copy<T>(string name, Span<T> destination, SafetensorsType same, Converter<T> convert)
        where T : unmanaged
    {
        SafetensorsEntry entry = Find(name);
        if (entry.Type == SafetensorsType.Other)
            Throw.SafetensorsType(Name, entry.ToString());

        if (entry.ElementCount != destination.Length)
            Throw.SafetensorsDestination(Name, entry.ToString(), entry.ElementCount, "elements", destination.Length);

        bool integers = same is SafetensorsType.I32 or SafetensorsType.I64;
        if (integers && entry.Type is not (SafetensorsType.I32 or SafetensorsType.I64))
            Throw.SafetensorsNoIntegers(Name, entry.ToString());

        int width = SafetensorsEntry.WidthOf(entry.Type);
        byte[] block = entry.Type == same ? [] : new byte[width * Math.Min(BlockElements, destination.Length)];
        using SafeFileHandle? opened = _data.Open();
        for (int done = 0; done < destination.Length; done += BlockElements)
        {
            Span<T> part = destination.Slice(done, Math.Min(BlockElements, destination.Length - done));
            long position = entry.Begin + ((long)width * done);
            if (entry.Type == same)
            {
                Span<byte> bytes = MemoryMarshal.AsBytes(part);
                _data.Read(opened, position, bytes);
                LittleEndian.Convert(bytes, width);
            }
            else
            {
                Span<byte> bytes = block.AsSpan(0, width * part.Length);
                _data.Read(opened, position, bytes);
                convert(entry, bytes, part);
            }
        }
    }

    private static void ToSingle(SafetensorsEntry entry, ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = entry.Type switch
            {
                SafetensorsType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
                SafetensorsType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                SafetensorsType.BF16 => Brain(bytes[(2 * i)..]),
                SafetensorsType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]),
                _ => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]),
            };
        }
    }

    private static void ToDouble(SafetensorsEntry entry, ReadOnlySpan<byte> bytes, Span<double> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = entry.Type switch
            {
                SafetensorsType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                SafetensorsType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                SafetensorsType.BF16 => Brain(bytes[(2 * i)..]),
                SafetensorsType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]),
                _ => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]),
            };
        }
    }

    // Only I64 comes here, I32 being copied as it is.
    private void ToInt32(SafetensorsEntry entry, ReadOnlySpan<byte> bytes, Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            long value = BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]);
            if (value != (int)value)
                Throw.SafetensorsIntegerRange(Name, entry.ToString(), value);

            destination[i] = (int)value;
        }
    }

    // Only I32 comes here.
    private static void ToInt64(SafetensorsEntry entry, ReadOnlySpan<byte> bytes, Span<long> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
    }

    // BF16 is the upper half of the float.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Brain(ReadOnlySpan<byte> bytes) =>
        BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16);
}
