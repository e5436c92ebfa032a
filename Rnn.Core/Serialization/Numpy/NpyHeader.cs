using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Numpy;

/// <summary>
/// What stands before the elements of an .npy array: magic, version, length, and a Python dictionary as text, of which
/// exactly the keys descr, fortran_order and shape are allowed. Source: NEP 1 and the documentation of numpy.lib.format.
/// </summary>
internal sealed class NpyHeader
{
    /// <summary>The most bytes of all of it.</summary>
    public const int MaxBytes = 12 + MaxText;

    private const int MaxText = 10_000;   // numpy itself refuses longer ones unless told otherwise
    private const int MaxRank = 64;

    private static readonly byte[] s_magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private NpyHeader(int bytes, string type, bool isFortranOrder, long[] shape, long count)
    {
        Bytes = bytes;
        Type = type;
        IsFortranOrder = isFortranOrder;
        Shape = shape;
        ElementCount = count;
    }

    /// <summary>Bytes of all of it.</summary>
    public int Bytes { get; }

    public string Type { get; }

    public bool IsFortranOrder { get; }

    public long[] Shape { get; }

    public long ElementCount { get; }

    /// <summary>Bytes of an element; 0 of a type that isn't read.</summary>
    public static int WidthOf(string type) => type switch
    {
        "<f4" => sizeof(float),
        "<f8" => sizeof(double),
        _ => 0,
    };

    /// <summary>Reads a header; the stream then stands at the first element.</summary>
    /// <param name="stream">Read from its position on.</param>
    /// <param name="file">How the file is called in errors.</param>
    /// <param name="name">The array, for errors.</param>
    /// <exception cref="InvalidDataException">It is no .npy array.</exception>
    public static NpyHeader Read(Stream stream, string file, string name)
    {
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false) < 10 || !start.StartsWith(s_magic))
            Throw.NpyMagic(file, name);

        int version = start[6], fixedBytes = 10;
        uint length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (version is < 1 or > 3 || start[7] != 0)
            Throw.NpyVersion(file, name, start[6], start[7]);

        if (version > 1)
        {
            fixedBytes = 12;
            if (stream.ReadAtLeast(start[10..], 2, throwOnEndOfStream: false) < 2)
                Throw.NpyTooShort(file, name);

            length = BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        }

        if (length > MaxText)
            Throw.NpyHeaderLength(file, name, length, MaxText);

        byte[] text = new byte[length];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            Throw.NpyTooShort(file, name);

        return Parse(Encoding.UTF8.GetString(text), fixedBytes + text.Length, file, name);
    }

    private static NpyHeader Parse(string text, int bytes, string file, string name)
    {
        string? type = null;
        bool? isFortranOrder = null;
        long[]? shape = null;
        int at = 0;
        bool isGood = Take(text, ref at, "{");
        while (isGood && !Take(text, ref at, "}"))
        {
            isGood = Quoted(text, ref at, out string key) && Take(text, ref at, ":");
            if (!isGood)
                break;

            isGood = (key, type, isFortranOrder, shape) switch
            {
                ("descr", null, _, _) => Quoted(text, ref at, out type),
                ("fortran_order", _, null, _) => Truth(text, ref at, out isFortranOrder),
                ("shape", _, _, null) => Tuple(text, ref at, out shape),
                _ => false,   // unknown, or there twice; or a structured type, whose descr is a list
            };
            if (isGood && !Take(text, ref at, ","))
            {
                isGood = Take(text, ref at, "}");
                break;
            }
        }

        isGood = isGood && !text.AsSpan(at).ContainsAnyExcept(' ', '\n');
        if (!isGood || type is null || isFortranOrder is null || shape is null)
            Throw.NpyHeader(file, name, text);

        long count = 1;
        foreach (long size in shape)
        {
            if (Math.BigMul(count, size, out long low) != 0 || low < 0)
                Throw.NpyShape(file, name, shape);

            count = low;
        }

        if (count > long.MaxValue / sizeof(double))
            Throw.NpyShape(file, name, shape);

        return new NpyHeader(bytes, type, isFortranOrder.Value, shape, count);
    }

    private static bool Take(string text, ref int at, string token)
    {
        while (at < text.Length && text[at] == ' ')
            at++;

        if (string.CompareOrdinal(text, at, token, 0, token.Length) != 0)
            return false;

        at += token.Length;
        return true;
    }

    private static bool Quoted(string text, ref int at, out string value)
    {
        value = "";
        string quote = Take(text, ref at, "'") ? "'" : Take(text, ref at, "\"") ? "\"" : "";
        int end = quote.Length == 0 ? -1 : text.IndexOf(quote, at, StringComparison.Ordinal);
        if (end < 0)
            return false;

        value = text[at..end];
        at = end + 1;
        return !value.Contains('\\', StringComparison.Ordinal);
    }

    private static bool Truth(string text, ref int at, out bool? value)
    {
        value = Take(text, ref at, "True") ? true : Take(text, ref at, "False") ? false : null;
        return value is not null;
    }

    // "()", "(3,)", "(3, 4)": a comma behind each number but, of two and more, the last.
    private static bool Tuple(string text, ref int at, out long[]? shape)
    {
        shape = null;
        List<long> sizes = [];
        if (!Take(text, ref at, "("))
            return false;

        bool isSeparated = true;
        while (!Take(text, ref at, ")"))
        {
            int start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;

            if (!isSeparated || sizes.Count == MaxRank || !long.TryParse(text.AsSpan(start, at - start), NumberStyles.None,
                CultureInfo.InvariantCulture, out long size))
            {
                return false;
            }

            sizes.Add(size);
            isSeparated = Take(text, ref at, ",");
        }

        shape = [.. sizes];
        return sizes.Count != 1 || isSeparated;
    }
}
