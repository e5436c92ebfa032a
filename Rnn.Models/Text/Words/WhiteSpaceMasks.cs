using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rnn.Models.Text.Words;

/// <summary>Where 64 bytes have white space: one bit a byte. Portable vectors: any width, any processor.</summary>
internal static class WhiteSpaceMasks
{
    /// <summary>Bytes that one mask covers.</summary>
    public const int Bytes = 64;

    /// <summary>White space (space, tab, line feed, vertical tab, form feed, return), and line feeds.</summary>
    /// <param name="bytes">At least 64. Read.</param>
    /// <param name="lineFeeds">Bit i: byte i is a line feed. Overwritten.</param>
    /// <returns>Bit i: byte i is white space.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> bytes, out ulong lineFeeds)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> all = Vector512.Create(bytes);
            lineFeeds = Vector512.Equals(all, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
            Vector512<byte> tabToReturn = Vector512.LessThanOrEqual(all - Vector512.Create((byte)'\t'),
                Vector512.Create((byte)('\r' - '\t')));
            return (Vector512.Equals(all, Vector512.Create((byte)' ')) | tabToReturn).ExtractMostSignificantBits();
        }

        ulong low = Half(bytes, out uint lowFeeds);
        ulong high = Half(bytes[32..], out uint highFeeds);
        lineFeeds = lowFeeds | ((ulong)highFeeds << 32);
        return low | (high << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Half(ReadOnlySpan<byte> bytes, out uint lineFeeds)
    {
        Vector256<byte> all = Vector256.Create(bytes);
        lineFeeds = Vector256.Equals(all, Vector256.Create((byte)'\n')).ExtractMostSignificantBits();
        Vector256<byte> tabToReturn = Vector256.LessThanOrEqual(all - Vector256.Create((byte)'\t'),
            Vector256.Create((byte)('\r' - '\t')));
        return (Vector256.Equals(all, Vector256.Create((byte)' ')) | tabToReturn).ExtractMostSignificantBits();
    }
}
