using System;
using System.IO;
using System.Runtime.InteropServices;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Words;

/// <summary>
/// Ids in a temporary file, in the machine's own byte order. Where the system allows it the file loses its name at
/// once, so that not even a killed process leaves it behind; elsewhere (Windows) it is deleted on close.
/// </summary>
internal sealed class FileIdCache : IdCache
{
    private readonly FileStream _file;
    private readonly string _folder;

    public FileIdCache(string? folder)
    {
        _folder = string.IsNullOrEmpty(folder) ? Path.GetTempPath() : folder;
        string path = Path.Combine(_folder, $".rnn-corpus-{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            _file = new FileStream(path, options);
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            throw Throw.TemporaryFile(_folder, e);
        }
    }

    public override void Append(ReadOnlySpan<int> entries)
    {
        Write(Length, entries);
        Length += entries.Length;
    }

    public override void Read(long start, Span<int> destination)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        for (long at = start * sizeof(int); bytes.Length > 0;)
        {
            int read = RandomAccess.Read(_file.SafeFileHandle, bytes, at);
            if (read == 0)
                throw Throw.TemporaryFile(_folder, new EndOfStreamException("it was cut short"));
            bytes = bytes[read..];
            at += read;
        }
    }

    public override void Dispose() => _file.Dispose();

    protected override void Write(long start, ReadOnlySpan<int> entries)
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, MemoryMarshal.AsBytes(entries), start * sizeof(int));
        }
        catch (IOException e)   // the disk is full
        {
            throw Throw.TemporaryFile(_folder, e);
        }
    }

    protected override void Truncate(long length)
    {
        Length = length;
        RandomAccess.SetLength(_file.SafeFileHandle, length * sizeof(int));
    }
}
