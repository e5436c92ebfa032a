using System;

namespace Rnn.Models.Files;

/// <summary>What a file is that should be text or word vectors, and isn't; found by its first bytes.</summary>
/// <param name="Name">For messages, with its article: a zip archive.</param>
/// <param name="Remedy">What to do, as a sentence without its full stop.</param>
internal sealed record FileKind(string Name, string Remedy)
{
    /// <summary>Bytes to look at, if there are as many.</summary>
    public const int Window = 1 << 16;

    private const string Unpack = "Unpack it first", NoText = "Name a text file";

    private const double MaxControlShare = 0.05;   // of a text, terminal sequences included
    private const int FewControls = 32;

    private static readonly FileKind s_gzip = new("compressed by gzip", Unpack);

    /// <summary>Whether it is compressed by gzip.</summary>
    public bool IsGzip => ReferenceEquals(this, s_gzip);

    /// <summary>The kind, where the first bytes are those of a known one; null: none of them.</summary>
    /// <param name="first">The first bytes, up to <see cref="Window"/>. Read.</param>
    public static FileKind? Known(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith<byte>([0x1F, 0x8B]))
            return s_gzip;
        if (first.StartsWith("PK\u0003\u0004"u8) || first.StartsWith("PK\u0005\u0006"u8))
            return new("a zip archive", Unpack);
        if (first is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31 or 0x17, ..])
            return new("compressed by bzip2", Unpack);
        if (first.StartsWith<byte>([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]))
            return new("compressed by xz", Unpack);
        if (first.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]))
            return new("compressed by zstd", Unpack);
        if (first.StartsWith<byte>([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]))
            return new("a 7z archive", Unpack);
        if (first.StartsWith("%PDF-"u8))
            return new("a PDF document", "Save its text as a file");
        if (first.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G']) || first.StartsWith("GIF8"u8)
            || first.StartsWith<byte>([0xFF, 0xD8, 0xFF]))
        {
            return new("a picture", NoText);
        }

        if (first.StartsWith<byte>([0x7F, (byte)'E', (byte)'L', (byte)'F'])
            || (first.StartsWith("MZ"u8) && first.Contains((byte)0)))
        {
            return new("a program", NoText);
        }

        if (first.Length > 8 && first[8] == (byte)'{' && first[4..8].IndexOfAnyExcept((byte)0) < 0)
            return new("a safetensors file", "Name a file of another format");
        if (first.StartsWith<byte>([0xBA, 0x16, 0x4F, 0x2F]))
            return new("a model of fastText (.bin)", "Use the .vec file that fastText writes beside it");
        if (first.StartsWith<byte>([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']))
            return new("an array of NumPy (.npy)", NoText);
        if (first.StartsWith<byte>([0x89, (byte)'H', (byte)'D', (byte)'F']))
            return new("an HDF5 file", NoText);
        if (first is [0x80, >= 2 and <= 5, ..])
            return new("a pickle of Python", "Save it from Python in word2vec's format");
        if (first is [0x08, >= 1 and <= 20, 0x12 or 0x3A, ..])
            return new("an ONNX model", NoText);
        if (first.StartsWith("SQLite format 3\0"u8))
            return new("a database of SQLite", NoText);
        if (first.StartsWith("PAR1"u8) && first.Contains((byte)0))
            return new("a Parquet file", NoText);
        return null;
    }

    /// <summary>As <see cref="Known"/>, or else binary, by NUL and control characters; null: UTF-8 or the like.</summary>
    /// <param name="first">The first bytes, up to <see cref="Window"/>. Read.</param>
    public static FileKind? NoUtf8(ReadOnlySpan<byte> first)
    {
        if ((Known(first) ?? Wide(first)) is { } kind)
            return kind;
        int controls = 0;
        foreach (byte b in first)
            controls += b < ' ' && b is not (>= (byte)'\t' and <= (byte)'\r') ? 1 : 0;
        return first.Contains((byte)0) || (controls > FewControls && controls > MaxControlShare * first.Length)
            ? new("binary, not text", NoText)
            : null;
    }

    /// <summary>A web page, which is a text, but no table.</summary>
    public static bool IsWebPage(ReadOnlySpan<byte> first)
    {
        first = first.TrimStart(" \t\r\n"u8);
        return first.Length > 0 && first[0] == (byte)'<'
            && (Begins(first, "<!doctype html") || Begins(first, "<html"));
    }

    /// <summary>
    /// Whether it is UTF-16 or UTF-32: by a byte order mark, or without one by where the NUL bytes are, since ASCII
    /// characters have them in fixed places. Null: neither.
    /// </summary>
    public static FileKind? Wide(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith<byte>([0xFF, 0xFE, 0, 0]) || first.StartsWith<byte>([0, 0, 0xFE, 0xFF]))
            return Encoded("utf-32", "with a byte order mark", first[0] == 0 ? "utf-32BE" : "utf-32");
        if (first.StartsWith<byte>([0xFF, 0xFE]) || first.StartsWith<byte>([0xFE, 0xFF]))
            return Encoded("utf-16", "with a byte order mark", "utf-16");

        Span<int> nuls = stackalloc int[4];
        nuls.Clear();
        for (int i = 0; i < first.Length; i++)
            nuls[i & 3] += first[i] == 0 ? 1 : 0;
        int even = nuls[0] + nuls[2], odd = nuls[1] + nuls[3];
        if (even + odd < 2 || even + odd < first.Length / 50)
            return null;
        if (even == 0)
            return Encoded("utf-16", "without a byte order mark", "utf-16");
        if (odd == 0)
            return Encoded("utf-16", "without a byte order mark", "utf-16BE");
        int most = first.Length / 4;
        bool isLittle = nuls[0] == 0 && nuls[3] >= most, isBig = nuls[3] == 0 && nuls[0] >= most;
        return isLittle || isBig
            ? Encoded("utf-32", "without a byte order mark", isLittle ? "utf-32" : "utf-32BE")
            : null;
    }

    private static FileKind Encoded(string name, string mark, string encoding) =>
        new($"{name} {mark}, not utf-8", $"Name its encoding, {encoding}");

    private static bool Begins(ReadOnlySpan<byte> text, string lower)
    {
        for (int i = 0; i < lower.Length; i++)
        {
            if (i >= text.Length || char.ToLowerInvariant((char)text[i]) != lower[i])
                return false;
        }

        return true;
    }
}
