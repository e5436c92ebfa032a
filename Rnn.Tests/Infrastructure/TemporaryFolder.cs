using System;
using System.IO;
using System.Linq;

namespace Rnn.Tests.Infrastructure;

/// <summary>An empty folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("rnn-tests-").FullName;

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>The full path of a file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of everything in it, sorted.</summary>
    public string[] Names() =>
        [.. Directory.EnumerateFileSystemEntries(Path).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Writes a file, and the folders above it.</summary>
    public string Write(string relativePath, ReadOnlySpan<byte> bytes)
    {
        string path = System.IO.Path.Combine(Path, relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>The paths of all files below it.</summary>
    public string[] Files() => Directory.GetFiles(Path, "*", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,   // names with a leading dot are hidden files on Unix
    });

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
