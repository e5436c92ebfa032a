using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Rnn.Tests.Fuzzing;

/// <summary>
/// Damages bytes in ways that readers fear: cut, torn, doubled, spliced with another file, bits flipped, lengths and
/// numbers made huge, brackets nested, texts that are no UTF-8. It knows what parts fields (tabs, commas, quotes, line
/// ends), so that whole members of a JSON object and cells of a table are doubled, dropped and exchanged.
/// </summary>
/// <param name="random">What is drawn from it alone decides.</param>
internal sealed class ByteMutator(Random random)
{
    private const int MostRounds = 4;
    private const int LongestRun = 2000;

    private static readonly byte[] s_parts = [.. ",{}[]:;\"'\t\n\r |"u8];

    private static readonly byte[][] s_notUtf8 =
        [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3], [0xF4, 0x90, 0x80, 0x80], [0xFE, 0xFF], [0xE2, 0x82]];

    private static readonly string[] s_numbers =
    [
        "0", "-0", "-1", "1", "2", "7", "255", "256", "65535", "65536", "1000000", "2147483647", "2147483648", "-2147483648",
        "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616",
        "99999999999999999999999999", "1e9", "1e999", "-1e999", "1e-999", "0.5", "1.5", "NaN", "Infinity", "-Infinity", "0x10",
        "1_000", "1,5", "true", "null", "\"\"", "[]", "{}",
    ];

    private static readonly string[] s_tokens =
    [
        "\0", "\t", "\n", "\r", "\r\n", "\n\n", " ", "\"", "\\", "\\u0000", "\\ud800", "\uFEFF", "\u2028", "\u00A0", "{", "}",
        "[", "]", ",", ":", "null", "true", "<unk>", "<pad>", "<eos>", "\u00E9", "e\u0301", "\U0001F600", "__metadata__", "\"a\":1,",
        "..", "/", "%s", "=",
    ];

    private static readonly long[] s_integers =
    [
        0, 1, -1, 2, 7, 127, 128, 255, 256, 32767, 65535, 65536, 1 << 20, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32,
        1L << 40, long.MaxValue, long.MinValue,
    ];

    private static readonly float[] s_floats =
        [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, -0f, 0f, -1f];

    private readonly Random _random = random;

    /// <summary>A damaged copy.</summary>
    /// <param name="seed">What is damaged. Read.</param>
    /// <param name="others">What it may be spliced with. Read.</param>
    public byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> others)
    {
        List<byte> bytes = [.. seed];
        int rounds = _random.Next(1, MostRounds + 1);
        for (int i = 0; i < rounds; i++)
            Once(bytes, others);

        return [.. bytes];
    }

    /// <summary>A damaged copy of a text; what is no text any more becomes replacement characters.</summary>
    public string Mutate(string seed, IReadOnlyList<byte[]> others) =>
        Encoding.UTF8.GetString(Mutate(Encoding.UTF8.GetBytes(seed), others));

    private void Once(List<byte> bytes, IReadOnlyList<byte[]> others)
    {
        switch (_random.Next(16))
        {
            case 0:
                Cut(bytes, _random.Next(bytes.Count + 1));
                break;
            case 1:
                FlipBits(bytes);
                break;
            case 2:
                Overwrite(bytes, [(byte)_random.Next(256)]);
                break;
            case 3:
                Remove(bytes, Range(bytes));
                break;
            case 4:
                Double(bytes, Range(bytes));
                break;
            case 5:
                Exchange(bytes, Range(bytes), Range(bytes));
                break;
            case 6:
                Splice(bytes, others[_random.Next(others.Count)]);
                break;
            case 7:
                Overwrite(bytes, Integer());
                break;
            case 8 or 9:
                ReplaceNumber(bytes);
                break;
            case 10:
                Insert(bytes, s_notUtf8[_random.Next(s_notUtf8.Length)]);
                break;
            case 11:
                Insert(bytes, Encoding.UTF8.GetBytes(s_tokens[_random.Next(s_tokens.Length)]));
                break;
            case 12:
                InsertRun(bytes);
                break;
            case 13:
                Remove(bytes, Field(bytes));
                break;
            case 14:
                Double(bytes, Field(bytes));
                break;
            default:
                Exchange(bytes, Field(bytes), Field(bytes));
                break;
        }
    }

    private static void Cut(List<byte> bytes, int length) => bytes.RemoveRange(length, bytes.Count - length);

    private void FlipBits(List<byte> bytes)
    {
        for (int i = _random.Next(1, 9); i > 0 && bytes.Count > 0; i--)
            bytes[_random.Next(bytes.Count)] ^= (byte)(1 << _random.Next(8));
    }

    private void Overwrite(List<byte> bytes, byte[] with)
    {
        int at = _random.Next(bytes.Count + 1);
        for (int i = 0; i < with.Length && at + i < bytes.Count; i++)
            bytes[at + i] = with[i];
    }

    private byte[] Integer()
    {
        byte[] all = new byte[sizeof(long)];
        if (_random.Next(3) == 0)
            BinaryPrimitives.WriteSingleLittleEndian(all, s_floats[_random.Next(s_floats.Length)]);
        else
            BinaryPrimitives.WriteInt64LittleEndian(all, s_integers[_random.Next(s_integers.Length)] + _random.Next(-1, 2));

        return all[..(1 << _random.Next(4))];
    }

    private void Splice(List<byte> bytes, byte[] other)
    {
        Cut(bytes, _random.Next(bytes.Count + 1));
        bytes.AddRange(other.AsSpan(_random.Next(other.Length + 1)));
    }

    private void ReplaceNumber(List<byte> bytes)
    {
        int start = IndexOf(bytes, _random.Next(bytes.Count + 1), b => b is >= (byte)'0' and <= (byte)'9');
        int end = IndexOf(bytes, start, b => b is not ((>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'e' or (byte)'E'));
        Remove(bytes, (start, end - start));
        bytes.InsertRange(start, Encoding.UTF8.GetBytes(s_numbers[_random.Next(s_numbers.Length)]));
    }

    private void Insert(List<byte> bytes, byte[] what) => bytes.InsertRange(_random.Next(bytes.Count + 1), what);

    // A deep nest of brackets, a field of thousands of characters, a thousand empty lines.
    private void InsertRun(List<byte> bytes)
    {
        string[] units = ["[", "{\"a\":", "\n", "\t", ",", "9", "x", "\"", " ", "a b ", "\0"];
        string unit = units[_random.Next(units.Length)];
        StringBuilder run = new();
        for (int i = _random.Next(1, LongestRun / unit.Length); i > 0; i--)
            run.Append(unit);

        Insert(bytes, Encoding.UTF8.GetBytes(run.ToString()));
    }

    private void Double(List<byte> bytes, (int Start, int Length) range) =>
        bytes.InsertRange(range.Start, bytes.GetRange(range.Start, range.Length));

    private static void Remove(List<byte> bytes, (int Start, int Length) range) => bytes.RemoveRange(range.Start, range.Length);

    private static void Exchange(List<byte> bytes, (int Start, int Length) first, (int Start, int Length) second)
    {
        if (first.Start > second.Start)
            (first, second) = (second, first);

        if (first.Start + first.Length > second.Start)
            return;

        List<byte> moved = bytes.GetRange(second.Start, second.Length), back = bytes.GetRange(first.Start, first.Length);
        Remove(bytes, second);
        bytes.InsertRange(second.Start, back);
        Remove(bytes, first);
        bytes.InsertRange(first.Start, moved);
    }

    private (int Start, int Length) Range(List<byte> bytes)
    {
        int start = _random.Next(bytes.Count + 1);
        int most = bytes.Count - start;
        return (start, _random.Next(Math.Min(most, _random.Next(2) == 0 ? 8 : most) + 1));
    }

    // From one byte that parts fields to another; its own end is in it, so that what is doubled stays parted.
    private (int Start, int Length) Field(List<byte> bytes)
    {
        int start = Math.Min(bytes.Count, IndexOf(bytes, _random.Next(bytes.Count + 1), IsPart) + 1);
        int end = start;
        for (int fields = _random.Next(1, 6); fields > 0; fields--)
            end = Math.Min(bytes.Count, IndexOf(bytes, end, IsPart) + 1);

        return (start, end - start);
    }

    private static bool IsPart(byte b) => s_parts.AsSpan().Contains(b);

    private static int IndexOf(List<byte> bytes, int from, Predicate<byte> match)
    {
        int found = from < bytes.Count ? bytes.FindIndex(from, match) : -1;
        return found < 0 ? bytes.Count : found;
    }
}
