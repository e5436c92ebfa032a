using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Scripts;

/// <summary>
/// Reads text whose tokens are parted by white space already, as WikiText's: each line's tokens, and then
/// <see cref="EndOfLine"/>, for empty lines too. Published perplexities are those of these tokens: WikiText-2 has
/// 2,088,628 to train on, of 33,278 kinds.
/// Source: Merity et al., "Pointer sentinel mixture models", 2016.
/// </summary>
public static class TokenizedText
{
    /// <summary>The token at the end of each line.</summary>
    public const string EndOfLine = "<eos>";

    private static readonly SearchValues<char> s_white = SearchValues.Create(
        " \t\v\f\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029" +
        "\u202F\u205F\u3000");

    /// <summary>The tokens of a file in UTF-8.</summary>
    /// <param name="path">Read whole; a line ends with LF, CR LF or CR.</param>
    /// <returns>At least one token.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is empty, a folder, too large, or not valid UTF-8.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string[] Read(string path) => Parse(TextFile.Read(path));

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">
    /// Lines that end with LF or CR LF; what follows the last one, if anything does, is a line too. Not empty. Read.
    /// </param>
    /// <returns>At least one token.</returns>
    /// <exception cref="ArgumentException"><paramref name="text"/> is empty.</exception>
    public static string[] Parse(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            Throw.NoTokens("TokenizedText", nameof(text));
        List<string> tokens = new((text.Length / 5) + 1);
        WordPool pool = new();
        while (!text.IsEmpty)
        {
            int end = text.IndexOf('\n');
            ReadOnlySpan<char> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line is [.., '\r'])
                line = line[..^1];

            while (!line.IsEmpty)
            {
                int length = line.IndexOfAny(s_white);
                length = length < 0 ? line.Length : length;
                if (length > 0)
                    tokens.Add(pool.Get(line[..length]));
                line = line[Math.Min(length + 1, line.Length)..];
            }

            tokens.Add(EndOfLine);
        }

        return [.. tokens];
    }
}
