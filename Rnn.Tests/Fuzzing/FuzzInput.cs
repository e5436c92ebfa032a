using System;
using System.IO;

namespace Rnn.Tests.Fuzzing;

/// <summary>A damaged file.</summary>
/// <param name="Bytes">What is in it. Read.</param>
/// <param name="Number">Chooses among options of reading.</param>
/// <param name="Folder">Where it may be written.</param>
internal sealed record FuzzInput(byte[] Bytes, int Number, string Folder)
{
    /// <summary>Parts the two files of readers that have two.</summary>
    public const byte Separator = 0x1E;

    /// <summary>The bytes as a stream, read only.</summary>
    public Stream Stream() => new MemoryStream(Bytes, writable: false);

    /// <summary>The bytes as a file.</summary>
    public string File() => Write("input", Bytes);

    /// <summary>The bytes as two files.</summary>
    public (string First, string Second) TwoFiles()
    {
        int at = Array.IndexOf(Bytes, Separator);
        ReadOnlySpan<byte> first = at < 0 ? Bytes : Bytes.AsSpan(0, at), second = at < 0 ? [] : Bytes.AsSpan(at + 1);
        return (Write("first", first), Write("second", second));
    }

    private string Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(Folder, name);
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(bytes);
        return path;
    }
}
