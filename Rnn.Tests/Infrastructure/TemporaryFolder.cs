using System;
using System.IO;

namespace Rnn.Tests.Infrastructure;

/// <summary>An empty folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("rnn-tests-").FullName;

    public string Path { get; }

    public string Write(string relativePath, ReadOnlySpan<byte> bytes)
    {
        string path = System.IO.Path.Combine(Path, relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string[] Files() => Directory.GetFiles(Path, "*", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,   // names with a leading dot are hidden files on Unix
    });

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
