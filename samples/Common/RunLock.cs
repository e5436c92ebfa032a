using System;
using System.IO;

namespace Rnn.Samples.Common;

/// <summary>
/// Keeps a folder for one process: a file that is open as long as the process runs, so the system itself ends the lock
/// of one that was killed.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string Name = ".run.lock";

    private readonly string _path;
    private readonly FileStream _file;

    private RunLock(string path, FileStream file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>Locks a folder; null if another process has it.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static RunLock? TryTake(string folder)
    {
        string path = Path.Combine(folder, Name);
        while (true)
        {
            FileStream file;
            bool existed = File.Exists(path);
            try
            {
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException) when (existed && IsWritable(folder))
            {
                return null;
            }

            // The holder before may have deleted the file between our opening and our locking, and then another may
            // have made and locked a new one. Whether the path still leads to ours, a time that we set tells.
            DateTime mine = DateTime.UtcNow;
            File.SetLastWriteTimeUtc(file.SafeFileHandle, mine);
            if (File.Exists(path) && File.GetLastWriteTimeUtc(path) == File.GetLastWriteTimeUtc(file.SafeFileHandle))
                return new RunLock(path, file);

            file.Dispose();
        }
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose()
    {
        if (_file.CanWrite)
        {
            if (!OperatingSystem.IsWindows())
                File.Delete(_path);   // while it is ours; Windows doesn't delete what is open

            _file.Dispose();
            if (OperatingSystem.IsWindows())
                File.Delete(_path);
        }
    }

    // A folder that can't be written to fails too, and is not in use for that.
    private static bool IsWritable(string folder)
    {
        string probe = Path.Combine(folder, FormattableString.Invariant($".{Environment.ProcessId}.tmp"));
        try
        {
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
