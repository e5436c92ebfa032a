using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Files;

/// <summary>Writes word vectors to a stream, in each format.</summary>
internal static class VectorFileWriter
{
    private const int BufferBytes = 1 << 16;
    private const int NumberBytes = 32;   // the longest float and a separator take fewer

    /// <summary>What ends a word in a file.</summary>
    public static SearchValues<char> WhiteSpace { get; } = SearchValues.Create(" \t\r\n");

    public static void WriteText(Stream stream, IReadOnlyList<string> words, int dimensions,
        Action<int, Span<float>> readRow, string? whiteSpace)
    {
        Header(stream, words.Count, dimensions);
        byte[] buffer = new byte[BufferBytes];
        float[] row = new float[dimensions];
        for (int i = 0; i < words.Count; i++)
        {
            stream.Write(Encoding.UTF8.GetBytes(WithoutSpace(words[i], whiteSpace)));
            stream.WriteByte((byte)' ');
            readRow(i, row);
            CheckFinite(row, words[i], i);
            Numbers(stream, row, (byte)' ', buffer);   // each is followed by a space, as word2vec does
            stream.WriteByte((byte)'\n');
        }
    }

    public static void WriteBinary(Stream stream, IReadOnlyList<string> words, int dimensions,
        Action<int, Span<float>> readRow, string? whiteSpace)
    {
        Header(stream, words.Count, dimensions);
        int[] bits = new int[dimensions];
        for (int i = 0; i < words.Count; i++)
        {
            stream.Write(Encoding.UTF8.GetBytes(WithoutSpace(words[i], whiteSpace)));
            stream.WriteByte((byte)' ');
            readRow(i, MemoryMarshal.Cast<int, float>(bits.AsSpan()));
            CheckFinite(MemoryMarshal.Cast<int, float>(bits.AsSpan()), words[i], i);
            if (!BitConverter.IsLittleEndian)
                BinaryPrimitives.ReverseEndianness(bits, bits);
            stream.Write(MemoryMarshal.AsBytes<int>(bits));
            stream.WriteByte((byte)'\n');
        }
    }

    public static void WriteTsv(Stream stream, WordVectors vectors, int rows)
    {
        byte[] buffer = new byte[BufferBytes];
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<float> row = vectors[i];
            Numbers(stream, row[..^1], (byte)'\t', buffer);
            Numbers(stream, row[^1..], (byte)'\n', buffer);
        }
    }

    public static void WriteMetadata(Stream stream, WordVectors vectors, int rows, IReadOnlyList<long>? counts)
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(false), BufferBytes, leaveOpen: true);
        writer.NewLine = "\n";
        bool withCounts = counts is { Count: > 0 };
        if (withCounts)
            writer.WriteLine("word\tcount");
        for (int i = 0; i < rows; i++)
        {
            writer.Write(WithoutSpace(vectors.Words[i], " "));
            if (withCounts)
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"\t{counts![i]}"));
            writer.WriteLine();
        }
    }

    // No reader would take it.
    private static void CheckFinite(ReadOnlySpan<float> row, string word, int index)
    {
        foreach (float number in row)
        {
            if (!float.IsFinite(number))
                Throw.VectorOfWordNotFinite("readRow", index, word);
        }
    }

    private static void Header(Stream stream, int words, int dimensions) => stream.Write(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{words} {dimensions}\n")));

    /// <summary>A word with its white space replaced; null only where there is none.</summary>
    public static string WithoutSpace(string word, string? whiteSpace) =>
        !word.AsSpan().ContainsAny(WhiteSpace)
            ? word
            : string.Join(whiteSpace, word.Split([' ', '\t', '\r', '\n']));

    // The shortest digits that read back as the same float.
    private static void Numbers(Stream stream, ReadOnlySpan<float> numbers, byte separator, byte[] buffer)
    {
        int at = 0;
        foreach (float number in numbers)
        {
            if (at > buffer.Length - NumberBytes)
            {
                stream.Write(buffer, 0, at);
                at = 0;
            }

            number.TryFormat(buffer.AsSpan(at), out int written, "R", CultureInfo.InvariantCulture);
            at += written;
            buffer[at++] = separator;
        }

        stream.Write(buffer, 0, at);
    }
}
