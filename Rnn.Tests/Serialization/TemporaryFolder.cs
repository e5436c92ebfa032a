using System;
using System.IO;
using System.Linq;

namespace Rnn.Tests.Serialization;

/// <summary>A folder of its own for one test, deleted afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("rnn-").FullName;

    /// <summary>The full path of a file or folder in it.</summary>
    public string this[string name] => Path.Combine(_path, name);

    /// <summary>The names of everything in it, sorted.</summary>
    public string[] Names() =>
        [.. Directory.EnumerateFileSystemEntries(_path).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
