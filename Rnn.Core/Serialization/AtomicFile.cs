using System;
using System.IO;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization;

/// <summary>
/// Files that are there whole or not at all: written to a temporary file in the same folder, flushed to the disk, then
/// renamed over the target. A process killed half-way leaves the old file and a stray <c>.name.*.tmp</c>, which
/// <see cref="DeleteStray"/> removes.
/// </summary>
public static partial class AtomicFile
{
    private const int BufferBytes = 1 << 16;

    // Keeps the temporary name below the 255 bytes of common file systems, at 3 bytes of UTF-8 a character.
    private const int NameCharacters = 60;

    /// <summary>Writes a file that replaces the target only once it is complete and on the disk.</summary>
    /// <param name="path">
    /// The target. A link is followed: what it points to is replaced. A device or pipe is written to directly.
    /// </param>
    /// <param name="write">Writes the content, forwards only. May close the stream.</param>
    /// <param name="keepPrevious">
    /// Keeps the file that was there as <see cref="PreviousPath"/>; by default it is gone. At every instant the
    /// target, the previous file or both are complete.
    /// </param>
    /// <exception cref="IOException">
    /// The file can't be written; one sentence says why. The target is as it was. What <paramref name="write"/> throws
    /// comes out unchanged unless it is an IO failure.
    /// </exception>
    public static void Write(string path, Action<Stream> write, bool keepPrevious = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        bool existed = false;
        try
        {
            if (OpenSpecial(path) is FileStream special)
            {
                WriteDirectly(special, write);
                return;
            }

            string target = Resolve(path);
            existed = File.Exists(target);
            CheckPlace(target);
            Replace(target, write, keepPrevious && existed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Throw.CannotWrite(path, Reason(e), existed, e);
        }
    }

    /// <summary>Where <see cref="Write"/> keeps the previous file: the target's name and <c>.previous</c>.</summary>
    /// <param name="path">The target. A link is followed.</param>
    public static string PreviousPath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Resolve(path) + ".previous";
    }

    // The rename would replace a link by a file, and the folder for the temporary file would be the wrong one.
    private static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        FileInfo file = new(full);
        return file.LinkTarget == null ? full : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    private static void CheckPlace(string target)
    {
        if (Directory.Exists(target) || Path.GetFileName(target).Length == 0)
            Throw.IsFolder();

        string folder = Path.GetDirectoryName(target)!;
        if (File.Exists(folder))
            Throw.ParentIsFile(folder);

        if (!Directory.Exists(folder))
            Throw.ParentMissing(folder);
    }

    private static void Replace(string target, Action<Stream> write, bool keepPrevious)
    {
        string temporary = TemporaryPath(target);
        try
        {
            WriteAndFlush(temporary, FileMode.CreateNew, write);
            if (keepPrevious)
            {
                // A hard link to the target becomes the previous file, then the rename: the target is never missing.
                File.Replace(temporary, target, target + ".previous");
            }
            else
            {
                File.Move(temporary, target, overwrite: true);
            }
        }
        catch
        {
            DeleteQuietly(temporary);
            throw;
        }
    }

    private static void WriteAndFlush(string path, FileMode mode, Action<Stream> write)
    {
        FileStream stream = new(path, mode, FileAccess.Write, FileShare.Read, BufferBytes);
        try
        {
            write(stream);
            if (stream.CanWrite)
            {
                stream.Flush(flushToDisk: true);
                stream.Dispose();
                return;
            }
        }
        catch
        {
            DisposeQuietly(stream);
            throw;
        }

        // A writer on top has closed the stream; the disk still has to confirm.
        using FileStream reopened = new(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
        reopened.Flush(flushToDisk: true);
    }

    private static void WriteDirectly(FileStream stream, Action<Stream> write)
    {
        try
        {
            write(stream);
            stream.Dispose();
        }
        catch
        {
            DisposeQuietly(stream);
            throw;
        }
    }

    // Devices and pipes can't be replaced by a rename (/dev/null would become a file): null if the path is none.
    // Probed for reading too, since a pipe blocks a lone writer; and closed last, or a pipe's reader would see its end.
    private static FileStream? OpenSpecial(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
            return null;

        FileStream probe;
        try
        {
            probe = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        using (probe)
        {
            return IsRegular(probe)
                ? null
                : new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, BufferBytes);
        }
    }

    // .NET doesn't tell a file's kind, but what has a length, or can be given one, is a file.
    private static bool IsRegular(FileStream stream)
    {
        if (!stream.CanSeek)
            return false;

        try
        {
            if (stream.Length == 0)
                stream.SetLength(0);

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // "No space left on device : '/x/.tmp'" names the temporary file, which the caller doesn't know.
    private static string Reason(Exception e)
    {
        if (e is UnauthorizedAccessException)
            return "access is denied";

        int tail = e.Message.IndexOf(" : '", StringComparison.Ordinal);
        return (tail > 0 ? e.Message[..tail] : e.Message).TrimEnd('.');
    }

    // The buffer's last flush fails for the same reason as the write did; the first failure is the one to report.
    private static void DisposeQuietly(FileStream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
