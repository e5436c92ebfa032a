using System;
using System.IO;
using Microsoft.Win32.SafeHandles;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>
/// The bytes behind a header: in memory, or in a file that is opened for each use and closed after it. A file that
/// changed since the header was read is refused, lest old offsets meet new data.
/// </summary>
internal sealed class SafetensorsData
{
    private readonly ByteChunks? _memory;
    private readonly string _file;
    private readonly long _start;
    private readonly (long Length, DateTime Written) _stamp;

    public SafetensorsData(ByteChunks memory, string file)
    {
        _memory = memory;
        _file = file;
    }

    public SafetensorsData(string path, long start, SafeFileHandle opened)
    {
        _file = path;
        _start = start;
        _stamp = Stamp(opened);
    }

    /// <summary>The file to read from; null if the data is in memory. The caller disposes it.</summary>
    public SafeFileHandle? Open()
    {
        if (_memory != null)
            return null;

        SafeFileHandle handle = File.OpenHandle(
            _file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (Stamp(handle) != _stamp)
        {
            handle.Dispose();
            Throw.SafetensorsChanged(_file);
        }

        return handle;
    }

    /// <summary>Copies data bytes.</summary>
    /// <param name="opened">From <see cref="Open"/>.</param>
    /// <param name="position">The first byte, counted from the start of the data.</param>
    /// <param name="destination">Overwritten.</param>
    public void Read(SafeFileHandle? opened, long position, Span<byte> destination)
    {
        if (opened == null)
        {
            _memory!.CopyTo(position, destination);
            return;
        }

        long at = _start + position;
        while (!destination.IsEmpty)
        {
            int got = RandomAccess.Read(opened, destination, at);
            if (got == 0)
                Throw.SafetensorsChanged(_file);

            destination = destination[got..];
            at += got;
        }
    }

    private static (long Length, DateTime Written) Stamp(SafeFileHandle handle) =>
        (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
}
