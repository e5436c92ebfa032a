using System;
using System.Text;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Files;

/// <summary>Encodings by name, strict: what they lack is an error.</summary>
internal static class TextEncoding
{
    private const int Utf16 = 1200, Utf32 = 12000;

    /// <summary>The encoding of a name that .NET or its code pages know.</summary>
    /// <param name="name">utf-8, latin1, utf-16, ...</param>
    /// <param name="parameter">What the caller calls it, for the error.</param>
    public static Encoding Find(string name, string parameter)
    {
        try
        {
            // Asked directly: registering the provider would change what the whole process understands by a name.
            return Strict(CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)   // the latter is utf-7
        {
            Throw.UnknownEncoding(parameter, name);
            throw;
        }
    }

    /// <summary>utf-16 and utf-32 are little endian, unless a byte order mark says otherwise.</summary>
    public static Encoding WithMark(Encoding encoding, ReadOnlySpan<byte> first) =>
        encoding.CodePage == Utf16 && first.StartsWith(Encoding.BigEndianUnicode.Preamble)
            ? Strict(Encoding.BigEndianUnicode)
        : encoding.CodePage == Utf32 && first.StartsWith<byte>([0, 0, 0xFE, 0xFF])
            ? Strict(Encoding.GetEncoding("utf-32BE"))
        : encoding;

    private static Encoding Strict(Encoding encoding)
    {
        Encoding strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }
}
