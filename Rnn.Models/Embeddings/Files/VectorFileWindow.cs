using System;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace Rnn.Models.Embeddings.Files;

/// <summary>What the bytes behind line 1 of a word2vec file are, text or binary, as far as they can be seen.</summary>
internal static class VectorFileWindow
{
    /// <summary>How many lines are a word and at least D numbers.</summary>
    /// <param name="window">Begins with a row; its last line may be cut. Read.</param>
    /// <param name="dimensions">D.</param>
    /// <returns>Those lines, and all that aren't blank; a cut line counts if it is the only one.</returns>
    public static (int Good, int All) TextRows(ReadOnlySpan<byte> window, int dimensions)
    {
        int good = 0, all = 0;
        while (!window.IsEmpty)
        {
            int end = window.IndexOf((byte)'\n');
            bool isCut = end < 0 && all > 0;
            ReadOnlySpan<byte> line = (end < 0 ? window : window[..end]).TrimEnd(" \t\r"u8);
            window = end < 0 ? default : window[(end + 1)..];
            if (line.IsEmpty || isCut)
                continue;
            all++;
            good += IsRow(line, dimensions) ? 1 : 0;
        }

        return (good, all);
    }

    /// <summary>Whether it consists of words, each with a space and 4 D bytes behind it, up to its end.</summary>
    /// <param name="window">Begins with a row. Read.</param>
    /// <param name="isCut">Whether more bytes follow, so that the last row may be cut.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="words">No more rows than that.</param>
    public static bool IsBinary(ReadOnlySpan<byte> window, bool isCut, int dimensions, long words)
    {
        for (long row = 0; row < words; row++)
        {
            window = window.TrimStart((byte)'\n');
            int space = window.IndexOf((byte)' ');
            if (space < 0)
                return isCut && row > 0 && window.Length <= VectorFileReader.MaxWordBytes;
            if (space is 0 or > VectorFileReader.MaxWordBytes)
                return false;
            window = window[(space + 1)..];
            int bytes = Math.Min(window.Length, 4 * dimensions);
            for (int at = 0; at + 4 <= bytes; at += 4)
            {
                if (!float.IsFinite(BinaryPrimitives.ReadSingleLittleEndian(window[at..])))
                    return false;
            }

            if (bytes < 4 * dimensions)
                return isCut && (row > 0 || HasNoText(window));
            window = window[bytes..];
        }

        return isCut || window.TrimStart((byte)'\n').IsEmpty;
    }

    /// <summary>Whether there are control characters, or what is no UTF-8.</summary>
    public static bool HasNoText(ReadOnlySpan<byte> window)
    {
        foreach (byte b in window)
        {
            if (b < ' ' && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r'))
                return true;
        }

        // The last character may be cut.
        for (int cut = 0; cut < Math.Min(4, window.Length + 1); cut++)
        {
            if (Utf8.IsValid(window[..^cut]))
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
