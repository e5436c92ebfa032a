using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;

namespace Rnn.Tests.Infrastructure;

/// <summary>Writes .npz files as numpy does: nothing is shared with the reader.</summary>
internal static class Npz
{
    /// <summary>An archive of entries.</summary>
    public static byte[] Archive(CompressionLevel level, params IEnumerable<(string Name, byte[] Content)> entries)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream file = archive.CreateEntry(name, level).Open();
                file.Write(content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>An array of floats or doubles, given row-major.</summary>
    public static byte[] Array(int[] shape, float[] values, bool isDouble = false, bool isFortranOrder = false)
    {
        string sizes = shape.Length == 1 ? $"{shape[0]}," : string.Join(", ", shape);
        string header = $"{{'descr': '{(isDouble ? "<f8" : "<f4")}', 'fortran_order': {isFortranOrder}, "
            + $"'shape': ({sizes}), }}";
        int width = isDouble ? 8 : 4;
        byte[] data = new byte[values.Length * width];
        for (int i = 0; i < values.Length; i++)
        {
            int place = isFortranOrder && shape.Length == 2 ? ((i % shape[1]) * shape[0]) + (i / shape[1]) : i;
            if (isDouble)
                BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(place * width), values[i]);
            else
                BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(place * width), values[i]);
        }

        return Array(header, data);
    }

    /// <summary>Any header with any data: version 1.0, padded to a multiple of 64 bytes as numpy does.</summary>
    public static byte[] Array(string header, byte[] data)
    {
        string text = header.PadRight(((header.Length + 10 + 64) / 64 * 64) - 11) + "\n";
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.ASCII.GetBytes(text), .. data];
    }

    /// <summary>An archive of arrays, written to a file.</summary>
    public static string Save(string path, params IEnumerable<(string Name, byte[] Array)> arrays)
    {
        File.WriteAllBytes(path, Archive(CompressionLevel.NoCompression,
            arrays.Select(array => ($"{array.Name}.npy", array.Array))));
        return path;
    }
}
