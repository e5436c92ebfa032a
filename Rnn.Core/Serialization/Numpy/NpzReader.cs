using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.IO.Compression;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Numpy;

/// <summary>
/// Reads an .npz file, as <c>numpy.savez</c> and <c>savez_compressed</c> write it: a zip archive of arrays. Read are
/// float32 and float64, least significant byte first, in C's and Fortran's order; an array of another type is no error until
/// it is asked for. No pickled object is ever read.
/// </summary>
/// <remarks>
/// It keeps no file open and no data in memory: each copy opens the file, reads that array in blocks, and closes it. What a
/// file claims about an array's size takes no memory: the caller's room is the limit, and the bytes must be there, neither
/// fewer nor more. Nothing to dispose; may be used by many threads.
/// </remarks>
public sealed class NpzReader
{
    private const string Extension = ".npy";
    private const int BlockBytes = 1 << 16;

    private readonly string _path;
    private readonly NpzEntry[] _entries;
    private readonly Dictionary<string, NpzEntry> _byName = new(StringComparer.Ordinal);

    private NpzReader(string name, string path, List<NpzEntry> entries)
    {
        Name = name;
        _path = path;
        _entries = [.. entries];
        foreach (NpzEntry entry in entries)
        {
            if (!_byName.TryAdd(entry.Name, entry))
                Throw.NpzDuplicate(name, entry.Name);
        }
    }

    /// <summary>The file's name, as it stands in errors.</summary>
    public string Name { get; }

    /// <summary>The arrays, in the archive's order.</summary>
    public IReadOnlyList<NpzEntry> Entries => _entries;

    /// <summary>Opens a file: reads and checks its list of arrays and their headers.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or not even its folder.</exception>
    /// <exception cref="InvalidDataException">It is no .npz file; one sentence says why.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static NpzReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        List<NpzEntry> entries = [];
        byte[] block = new byte[NpyHeader.MaxBytes];
        using FileStream stream = OpenFile(path);
        using ZipArchive archive = Archive(stream, path);
        foreach (ZipArchiveEntry file in archive.Entries)
        {
            if (!file.FullName.EndsWith(Extension, StringComparison.Ordinal))
                Throw.NpzOtherFile(path, file.FullName);

            string name = file.FullName[..^Extension.Length];
            using Stream content = Content(file, path, name);
            using MemoryStream start = new(block, 0, ReadUpTo(content, block, path, name));
            NpzEntry entry = new(name, file.FullName, NpyHeader.Read(start, path, name));
            long expected = entry.HeaderBytes + (entry.Width * entry.ElementCount);
            if (entry.Width > 0 && file.Length != expected)
                Throw.NpzSize(path, entry.ToString(), expected, file.Length);

            entries.Add(entry);
        }

        // A later change of the working folder must not lead to another file.
        return new NpzReader(path, Path.GetFullPath(path), entries);
    }

    /// <summary>Finds an array by name.</summary>
    public bool TryGetEntry(string name, [NotNullWhen(true)] out NpzEntry? entry) => _byName.TryGetValue(name, out entry);

    /// <summary>Copies an array of floats, those of float64 rounded to the nearest.</summary>
    /// <param name="name">The array.</param>
    /// <param name="destination">[ElementCount], row-major whatever the file's order. Overwritten, also where its check
    /// sum turns out wrong.</param>
    /// <exception cref="ArgumentException">The destination's length is not the number of elements.</exception>
    /// <exception cref="InvalidDataException">There is no such array, it is of another type, it is damaged, or the file has
    /// changed.</exception>
    public void CopyTo(string name, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_byName.TryGetValue(name, out NpzEntry? entry))
            Throw.NpzMissing(Name, name, _entries.Length);

        if (entry.Width == 0)
            Throw.NpyType(Name, entry.ToString());

        if (entry.ElementCount != destination.Length)
            Throw.SafetensorsDestination(Name, entry.ToString(), entry.ElementCount, "elements", destination.Length);

        using FileStream stream = OpenFile(_path);
        using ZipArchive archive = Archive(stream, Name);
        ZipArchiveEntry? file = archive.GetEntry(entry.File);
        if (file is null || file.Length != entry.HeaderBytes + (entry.Width * entry.ElementCount))
            Throw.NpzChanged(Name);

        using Stream content = Content(file, Name, name);
        byte[] block = new byte[BlockBytes];
        Crc32 sum = new();
        Fill(content, block.AsSpan(0, entry.HeaderBytes), ref sum, name);
        NpyOrder order = new(entry);
        int perBlock = BlockBytes / entry.Width;
        for (int done = 0; done < destination.Length; done += perBlock)
        {
            int count = Math.Min(perBlock, destination.Length - done);
            Fill(content, block.AsSpan(0, count * entry.Width), ref sum, name);
            for (int i = 0; i < count; i++)
            {
                destination[order.Next()] = entry.Width == sizeof(float)
                    ? BinaryPrimitives.ReadSingleLittleEndian(block.AsSpan(sizeof(float) * i))
                    : (float)BinaryPrimitives.ReadDoubleLittleEndian(block.AsSpan(sizeof(double) * i));
            }
        }

        if (sum.Value != file.Crc32)
            Throw.NpzDamaged(Name, name);
    }

    private void Fill(Stream content, Span<byte> bytes, ref Crc32 sum, string name)
    {
        if (ReadUpTo(content, bytes, Name, name) < bytes.Length)
            Throw.NpyTooShort(Name, name);

        sum.Add(bytes);
    }

    private static int ReadUpTo(Stream content, Span<byte> bytes, string file, string name)
    {
        try
        {
            return content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw Throw.NpzUnreadable(file, name, e);
        }
    }

    private static Stream Content(ZipArchiveEntry file, string path, string name)
    {
        try
        {
            return file.Open();
        }
        catch (InvalidDataException e)
        {
            throw Throw.NpzUnreadable(path, name, e);
        }
    }

    private static ZipArchive Archive(Stream stream, string path)
    {
        try
        {
            ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            _ = archive.Entries;   // read now
            return archive;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw Throw.NpzArchive(path, e);
        }
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
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
}
