using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rnn.Models.Diagnostics;
using Rnn.Models.Files;

namespace Rnn.Models.Text;

/// <summary>Reads a whole text file as one string, strictly: a byte that the encoding lacks is an error.</summary>
public static class TextFile
{
    /// <summary>The most bytes that are read; a string holds 1,073,741,791 chars.</summary>
    public const int MaxBytes = 1_000_000_000;

    private const int FirstBuffer = 81920;
    private const int Utf8 = 65001;

    /// <summary>The text of a file, without its byte order mark.</summary>
    /// <param name="path">A file, or a pipe, which is read to its end.</param>
    /// <param name="encoding">
    /// A name: utf-8, latin1, utf-16 (little endian unless its byte order mark says otherwise), windows-1252 and
    /// whatever else .NET knows.
    /// </param>
    /// <param name="normalizeLineEnds">Turns CR LF and a CR alone into LF.</param>
    /// <returns>At least one character.</returns>
    /// <exception cref="ArgumentException">A name is null or empty, or there is no such encoding.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is a folder, is empty, has more than <see cref="MaxBytes"/> bytes, or is not valid in the encoding (the
    /// message gives the offset of the first bad byte). A file that is binary, compressed, or in UTF-16 where UTF-8 is
    /// expected, is called what it is.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static string Read(string path, string encoding = "utf-8", bool normalizeLineEnds = true) =>
        Read(path, encoding, normalizeLineEnds, MaxBytes);

    /// <summary>The text of a stream, read to its end; everything else as for a file.</summary>
    /// <param name="stream">Read from where it stands; left open.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="encoding">A name: utf-8, latin1, utf-16, ...</param>
    /// <param name="normalizeLineEnds">Turns CR LF and a CR alone into LF.</param>
    /// <returns>At least one character.</returns>
    /// <exception cref="ArgumentException">A name is null or empty, or there is no such encoding.</exception>
    /// <exception cref="InvalidDataException">
    /// It is empty, has more than <see cref="MaxBytes"/> bytes, or is not valid in the encoding.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string Read(Stream stream, string name, string encoding = "utf-8", bool normalizeLineEnds = true)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(encoding);
        Encoding decoder = TextEncoding.Find(encoding, nameof(encoding));
        return Read(ReadBytes(stream, name, MaxBytes), decoder, normalizeLineEnds, name);
    }

    /// <summary>The texts of several files as one, in their order, a line feed between each two.</summary>
    /// <param name="paths">One or more.</param>
    /// <param name="encoding">Of all of them; each may have its byte order mark.</param>
    /// <param name="normalizeLineEnds">Turns CR LF and a CR alone into LF.</param>
    /// <returns>At least one character.</returns>
    /// <exception cref="ArgumentException">There is no path.</exception>
    /// <exception cref="InvalidDataException">
    /// As for one file; or all have more than <see cref="MaxBytes"/> characters together.
    /// </exception>
    /// <inheritdoc cref="Read(string, string, bool)"/>
    public static string ReadAll(IEnumerable<string> paths, string encoding = "utf-8", bool normalizeLineEnds = true)
    {
        ArgumentNullException.ThrowIfNull(paths);
        List<string> texts = [];
        long length = -1;
        foreach (string path in paths)
        {
            string text = Read(path, encoding, normalizeLineEnds);
            length += text.Length + 1;
            if (length > MaxBytes)
                Throw.TextFileTooLarge(path, MaxBytes);
            texts.Add(text);
        }

        if (texts.Count == 0)
            Throw.NoTextFiles(nameof(paths));
        return texts.Count == 1 ? texts[0] : string.Join('\n', texts);
    }

    /// <summary>The lines of a file, without their ends; one at the end of the last changes nothing.</summary>
    /// <returns>At least one line.</returns>
    internal static string[] ReadLines(string path, string encoding)
    {
        string text = Read(path, encoding);
        return (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
    }

    internal static string Read(string path, string encoding, bool normalizeLineEnds, int maxBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(encoding);
        Encoding decoder = TextEncoding.Find(encoding, nameof(encoding));
        if (Directory.Exists(path))
            Throw.TextFileIsFolder(path);
        if (!File.Exists(path))
            Throw.TextFileMissing(path, Path.GetFullPath(path));

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
            FileOptions.SequentialScan);
        return Read(ReadBytes(file, path, maxBytes), decoder, normalizeLineEnds, path);
    }

    private static string Read(Span<byte> bytes, Encoding decoder, bool normalizeLineEnds, string path)
    {
        decoder = TextEncoding.WithMark(decoder, bytes);
        ReadOnlySpan<byte> first = bytes[..Math.Min(bytes.Length, FileKind.Window)];
        bool isUtf8 = decoder.CodePage == Utf8;
        if ((isUtf8 ? FileKind.NoUtf8(first) : FileKind.Known(first)) is { } kind)
            Throw.TextFileOther(path, kind.Name, kind.Remedy);
        int mark = bytes.StartsWith(decoder.Preamble) ? decoder.Preamble.Length : 0;

        // In UTF-8 line ends are single bytes: changed before there is a string, they cost no second one.
        if (isUtf8 && normalizeLineEnds && bytes.Contains((byte)'\r') && System.Text.Unicode.Utf8.IsValid(bytes))
            bytes = bytes[..NormalizeLineEnds(bytes)];
        string text = Decode(decoder, bytes, mark, path);
        if (text.Length == 0)
            Throw.TextFileEmpty(path);
        return normalizeLineEnds && text.Contains('\r')
            ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            : text;
    }

    private static int NormalizeLineEnds(Span<byte> bytes)
    {
        int to = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            byte b = bytes[at];
            if (b == '\r' && at + 1 < bytes.Length && bytes[at + 1] == '\n')
                continue;
            bytes[to++] = b == '\r' ? (byte)'\n' : b;
        }

        return to;
    }

    // The length of a file may change while it is read, and a pipe has none: only the end says where the end is.
    private static Span<byte> ReadBytes(Stream file, string path, int maxBytes)
    {
        long length = file.CanSeek ? file.Length : 0;
        if (length > maxBytes)
            Throw.TextFileTooLarge(path, maxBytes);

        byte[] bytes = new byte[Math.Max(length + 1, FirstBuffer)];
        int count = 0;
        for (int read; (read = file.Read(bytes, count, bytes.Length - count)) > 0;)
        {
            count += read;
            if (count > maxBytes)
                Throw.TextFileTooLarge(path, maxBytes);
            if (count == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(2L * count, maxBytes + 1L));
        }

        return bytes.AsSpan(0, count);
    }

    private static string Decode(Encoding decoder, ReadOnlySpan<byte> bytes, int start, string path)
    {
        try
        {
            return decoder.GetString(bytes[start..]);
        }
        catch (DecoderFallbackException e)
        {
            bool isUtf8 = decoder.CodePage == Utf8;
            int offset = isUtf8 ? FirstInvalid(bytes) : Math.Clamp(start + e.Index, 0, bytes.Length - 1);
            Throw.TextFileInvalid(path, decoder.WebName, offset, bytes[offset]);
            throw;
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == OperationStatus.Done)
            at += length;
        return at;
    }
}
