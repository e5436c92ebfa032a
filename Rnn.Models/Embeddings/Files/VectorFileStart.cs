using System;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace Rnn.Models.Embeddings.Files;

/// <summary>What the bytes behind line 1 of a word2vec file are, text or binary, as far as they can be seen.</summary>
internal static class VectorFileStart
{
    /// <summary>How many lines are a word and at least D numbers.</summary>
    /// <param name="start">Begins with a row; its last line may be cut. Read.</param>
    /// <param name="dimensions">D.</param>
    /// <returns>Those lines, and all that aren't blank; a cut line counts if it is the only one.</returns>
    public static (int Good, int All) TextRows(ReadOnlySpan<byte> start, int dimensions)
    {
        int good = 0, all = 0;
        while (!start.IsEmpty)
        {
            int end = start.IndexOf((byte)'\n');
            bool isCut = end < 0 && all > 0;
            ReadOnlySpan<byte> line = (end < 0 ? start : start[..end]).TrimEnd(" \t\r"u8);
            start = end < 0 ? default : start[(end + 1)..];
            if (line.IsEmpty || isCut)
                continue;
            all++;
            good += IsRow(line, dimensions) ? 1 : 0;
        }

        return (good, all);
    }

    /// <summary>Whether it consists of words, each with a space and 4 D bytes behind it, up to its end.</summary>
    /// <param name="start">Begins with a row. Read.</param>
    /// <param name="isCut">Whether more bytes follow, so that the last row may be cut.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="words">No more rows than that.</param>
    public static bool IsBinary(ReadOnlySpan<byte> start, bool isCut, int dimensions, long words)
    {
        for (long row = 0; row < words; row++)
        {
            start = start.TrimStart((byte)'\n');
            int space = start.IndexOf((byte)' ');
            if (space < 0)
                return isCut && row > 0 && start.Length <= VectorFileReader.MaxWordBytes;
            if (space is 0 or > VectorFileReader.MaxWordBytes)
                return false;
            start = start[(space + 1)..];
            int bytes = Math.Min(start.Length, 4 * dimensions);
            for (int at = 0; at + 4 <= bytes; at += 4)
            {
                if (!float.IsFinite(BinaryPrimitives.ReadSingleLittleEndian(start[at..])))
                    return false;
            }

            if (bytes < 4 * dimensions)
                return isCut && (row > 0 || HasNoText(start));
            start = start[bytes..];
        }

        return isCut || start.TrimStart((byte)'\n').IsEmpty;
    }

    /// <summary>Whether there are control characters, or what is no UTF-8.</summary>
    public static bool HasNoText(ReadOnlySpan<byte> start)
    {
        foreach (byte b in start)
        {
            if (b < ' ' && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r'))
                return true;
        }

        // The last character may be cut.
        for (int cut = 0; cut < Math.Min(4, start.Length + 1); cut++)
        {
            if (Utf8.IsValid(start[..^cut]))
                return false;
        }

        return true;
    }

    private static bool IsRow(ReadOnlySpan<byte> line, int dimensions)
    {
        for (int i = 0; i < dimensions; i++)
        {
            int space = line.LastIndexOfAny((byte)' ', (byte)'\t');
            if (space < 0 || !FloatText.TryParse(line[(space + 1)..], out _))
                return false;
            line = line[..space].TrimEnd(" \t"u8);
        }

        return !line.IsEmpty;
    }
}
