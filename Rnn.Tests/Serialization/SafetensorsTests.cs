using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using CsCheck;
using Rnn.Core.Serialization;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

public class SafetensorsTests
{
    [Fact]
    public void EmptyFileIsTheFormatsFixture()
    {
        byte[] expected = [8, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20];
        Assert.Equal(expected, Bytes(new SafetensorsWriter()));
        SafetensorsReader reader = Reader(expected);
        Assert.Empty(reader.Entries);
        Assert.Empty(reader.Metadata);
        Assert.False(reader.VerifyChecksum());
    }

    [Fact]
    public void GoldenBytes()
    {
        SafetensorsWriter writer = new();
        writer.Metadata["format"] = "pt";
        writer.Add("b", [2], [1f, -2f]);
        writer.Add("a", [], [7]);
        writer.Add("w", [1, 1], [0.5]);
        const string json =
            """{"__metadata__":{"format":"pt"},"w":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]}""" +
            ""","a":{"dtype":"I32","shape":[],"data_offsets":[8,12]}""" +
            ""","b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}""";
        byte[] expected =
        [
            200, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(json.PadRight(200)),
            0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 7, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
        ];
        Assert.Equal(expected, Bytes(writer));

        // The SHA-256 of the bytes that the remarks of SafetensorsChecksum list, made with Python:
        // t = lambda s: len(s).to_bytes(8, "little") + s; u = lambda n: n.to_bytes(8, "little")
        // sha256(t(b"rnn.safetensors.1") + u(1) + t(b"format") + t(b"pt") + u(3)
        //   + t(b"w") + t(b"F64") + u(2) + u(1) + u(1) + u(0) + u(8) + t(b"a") + t(b"I32") + u(0) + u(8) + u(12)
        //   + t(b"b") + t(b"F32") + u(1) + u(2) + u(12) + u(20) + struct.pack("<diff", 0.5, 7, 1, -2)).hexdigest()
        writer.AddChecksum = true;
        SafetensorsReader reader = Reader(Bytes(writer));
        Assert.Equal("fb502c1599eef7e97ecc83c99c994f04c9272e4a25cf5b163b5eee452e255125", reader.Metadata["rnn.sha256"]);
        Assert.True(reader.VerifyChecksum());
    }

    [Fact]
    public void EveryTypeComesBack()
    {
        float[] singles = [0f, -0f, 1.5f, float.NaN, float.PositiveInfinity, float.Epsilon, float.MinValue];
        double[] doubles = [0, -0.0, Math.PI, double.NaN, double.NegativeInfinity, double.Epsilon];
        int[] ints = [0, -1, int.MinValue, int.MaxValue, 1 << 24];
        long[] longs = [0, -1, int.MinValue, int.MaxValue];
        SafetensorsWriter writer = new();
        writer.Add("singles", [7], singles);
        writer.Add("doubles", [2, 3], doubles);
        writer.Add("ints", [5, 1], ints);
        writer.Add("longs", [2, 2, 1], longs);
        writer.Add("large", [1], [long.MinValue]);

        foreach (SafetensorsReader reader in BothWays(writer))
        {
            Assert.Equal(["doubles", "large", "longs", "ints", "singles"], reader.Entries.Select(e => e.Name));
            Assert.True(reader.TryGetEntry("doubles", out SafetensorsEntry? entry));
            Assert.Equal("'doubles' F64 [2, 3]", entry.ToString());
            Assert.Equal((SafetensorsType.F64, 6, 48, 0, 48),
                (entry.Type, entry.ElementCount, entry.ByteLength, entry.Begin, entry.End));
            Assert.Equal([2, 3], entry.Shape.ToArray());
            Assert.False(reader.TryGetEntry("none", out _));
            Assert.True(reader.Contains("ints"));
            Assert.False(reader.Contains("Ints"));

            AssertBits(singles, Singles(reader, "singles"));
            AssertBits([.. singles.Select(x => (double)x)], Doubles(reader, "singles"));
            AssertBits(doubles, Doubles(reader, "doubles"));
            AssertBits([.. doubles.Select(x => (float)x)], Singles(reader, "doubles"));
            Assert.Equal([.. ints.Select(x => (float)x)], Singles(reader, "ints"));
            Assert.Equal([.. ints.Select(x => (double)x)], Doubles(reader, "ints"));
            Assert.Equal([.. longs.Select(x => (float)x)], Singles(reader, "longs"));
            Assert.Equal([.. longs.Select(x => (double)x)], Doubles(reader, "longs"));
            Assert.Equal(ints, Ints(reader, "ints"));
            Assert.Equal([.. longs.Select(x => (int)x)], Ints(reader, "longs"));
            Assert.Equal(longs, Longs(reader, "longs"));
            Assert.Equal([.. ints.Select(x => (long)x)], Longs(reader, "ints"));
            Assert.Equal([long.MinValue], Longs(reader, "large"));

            byte[] raw = new byte[16];
            Assert.Throws<ArgumentException>(() => reader.CopyBytesTo("ints", raw));
            raw = new byte[20];
            reader.CopyBytesTo("ints", raw);
            Assert.Equal(int.MinValue, BinaryPrimitives.ReadInt32LittleEndian(raw.AsSpan(8)));
        }
    }

    [Fact]
    public void EveryHalfAndBrainFloatIsExact()
    {
        byte[] all = new byte[2 << 16];
        for (int i = 0; i < 1 << 16; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(all.AsSpan(2 * i), (ushort)i);

        SafetensorsWriter writer = new();
        writer.AddBytes("half", SafetensorsType.F16, [256, 256], all);
        writer.AddBytes("brain", SafetensorsType.BF16, [1 << 16], all);
        SafetensorsReader reader = Reader(Bytes(writer));
        float[] half = Singles(reader, "half");
        double[] halfWide = Doubles(reader, "half");
        float[] brain = Singles(reader, "brain");
        double[] brainWide = Doubles(reader, "brain");
        for (int i = 0; i < 1 << 16; i++)
        {
            int exponent = (i >> 10) & 31;
            int fraction = i & 1023;
            double value = exponent switch
            {
                0 => Math.ScaleB(fraction, -24),
                31 => fraction == 0 ? double.PositiveInfinity : double.NaN,
                _ => Math.ScaleB(1024 + fraction, exponent - 25),
            };
            double expected = i >= 0x8000 ? -value : value;
            Assert.Equal(double.IsNaN(expected), float.IsNaN(half[i]));
            Assert.True(double.IsNaN(expected) || (expected == half[i] && expected == halfWide[i]));
            Assert.Equal(i >= 0x8000, float.IsNegative(half[i]));
            Assert.Equal((uint)i << 16, BitConverter.SingleToUInt32Bits(brain[i]));
            Assert.True(float.IsNaN(brain[i]) ? double.IsNaN(brainWide[i]) : brain[i] == brainWide[i]);
        }

        byte[] raw = new byte[all.Length];
        reader.CopyBytesTo("brain", raw);
        Assert.Equal(all, raw);
    }

    [Fact]
    public void LargeTensorsCrossEveryBlock()
    {
        // More than a chunk of 1 MiB, and no multiple of the block.
        const int n = (1 << 18) + (1 << 16) + 3;
        float[] values = [.. Enumerable.Range(0, n).Select(i => (float)Math.Sin(i))];
        SafetensorsWriter writer = new() { AddChecksum = true };
        writer.Add("first", [3], new long[] { 1, 2, 3 });
        writer.Add("values", [n], values);
        foreach (SafetensorsReader reader in BothWays(writer))
        {
            AssertBits(values, Singles(reader, "values"));
            Assert.Equal([.. values.Select(x => (double)x)], Doubles(reader, "values"));
            Assert.True(reader.VerifyChecksum());
        }
    }

    [Fact]
    public void ScalarsAndEmptyTensors()
    {
        SafetensorsWriter writer = new() { AddChecksum = true };
        writer.Add("z", [0], ReadOnlySpan<float>.Empty);
        writer.Add("scalar", [], [3f]);
        writer.AddBytes("b", SafetensorsType.F16, [5, 0, 2], []);
        writer.Add("a", [3, 0], ReadOnlySpan<double>.Empty);
        writer.Add("", [1, 1, 1], [4f]);
        foreach (SafetensorsReader reader in BothWays(writer))
        {
            Assert.Equal([3f], Singles(reader, "scalar"));
            Assert.Equal([4f], Singles(reader, ""));
            Assert.Empty(Singles(reader, "a"));
            Assert.Empty(Singles(reader, "b"));
            Assert.Empty(Doubles(reader, "z"));
            Assert.True(reader.TryGetEntry("scalar", out SafetensorsEntry? scalar));
            Assert.Equal((0, 1), (scalar.Shape.Length, scalar.ElementCount));
            Assert.True(reader.VerifyChecksum());
        }
    }

    [Fact]
    public void NamesAndMetadataAreAnyUnicode()
    {
        string[] texts =
        [
            "\u4e2d\u6587", "\U0001F600", "quote\" back\\ slash/", "\0\u0001\b\t\n\f\r\u001f\u007f", "\ufeff", "\u2028",
        ];
        SafetensorsWriter writer = new() { AddChecksum = true };
        foreach (string text in texts)
        {
            writer.Add(text, [1], [text.Length]);
            writer.Metadata[text] = text + text;
        }

        writer.Metadata[""] = "";
        byte[] bytes = Bytes(writer);
        Assert.Contains("\U0001F600", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        SafetensorsReader reader = Reader(bytes);
        Assert.All(texts, text => Assert.Equal([text.Length], Ints(reader, text)));
        Assert.All(texts, text => Assert.Equal(text + text, reader.Metadata[text]));
        Assert.Equal("", reader.Metadata[""]);
        Assert.Equal(texts.Length + 2, reader.Metadata.Count);
        Assert.True(reader.VerifyChecksum());

        // UTF-8 order differs from that of UTF-16 code units: U+FEFF comes before U+1F600.
        string[] names = [.. reader.Entries.Select(e => e.Name)];
        Assert.True(Array.IndexOf(names, "\ufeff") < Array.IndexOf(names, "\U0001F600"));
    }

    [Fact]
    public void ReadsWhatOtherToolsWrite()
    {
        // Any order of keys, white space, escapes; no padding.
        SafetensorsReader reader = Reader(WithHeader(
            "{ \"y\" : {\"data_offsets\":[4,6],\"shape\":[1],\"dtype\":\"BF16\"},\n" +
            "\"\\u0078\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            [0, 0, 0x80, 0x3F, 0x40, 0xC0]));
        Assert.Equal(["x", "y"], reader.Entries.Select(e => e.Name));
        Assert.Equal([1f], Singles(reader, "x"));
        Assert.Equal([-3f], Singles(reader, "y"));
    }

    [Fact]
    public void RoundTripOfAnything()
    {
        Gen<float[]> data = Gen.Float.Array[0, 20];
        Gen<string> names = Gen.String[Gen.Char['\u0000', '\ud7ff'], 0, 6];
        Gen.Dictionary(names, data)[0, 8].Sample(
            tensors =>
            {
                SafetensorsWriter writer = new() { AddChecksum = true };
                foreach ((string name, float[] values) in tensors)
                    writer.Add(name, [values.Length], values);

                byte[] bytes = Bytes(writer);
                SafetensorsReader reader = Reader(bytes);
                Assert.True(reader.VerifyChecksum());
                Assert.Equal(tensors.Count, reader.Entries.Count);
                SafetensorsWriter again = new() { AddChecksum = true };
                foreach ((string name, float[] values) in tensors.Reverse())
                {
                    AssertBits(values, Singles(reader, name));
                    again.Add(name, [values.Length], Singles(reader, name));
                }

                // The order of adding leaves no trace.
                Assert.Equal(bytes, Bytes(again));
            }, iter: 300, threads: 1);
    }

    [Fact]
    public void ErrorsOfTheCallerAreNamed()
    {
        SafetensorsWriter writer = new();
        writer.Add("w", [2], [1f, 2f]);
        writer.Add("big", [1], [1L << 40]);
        SafetensorsReader reader = Reader(Bytes(writer));
        Assert.Equal("'test': tensor 'w' F32 [2] has 2 elements, the destination 3. (Parameter 'destination')",
            Assert.Throws<ArgumentException>(() => reader.CopyTo("w", new float[3])).Message);
        Assert.Equal("'test' has no tensor 'v' among its 2.",
            Assert.Throws<InvalidDataException>(() => reader.CopyTo("v", new float[3])).Message);
        Assert.Equal("'test': tensor 'w' F32 [2] holds floats, expected I32 or I64.",
            Assert.Throws<InvalidDataException>(() => reader.CopyTo("w", new int[2])).Message);
        Assert.Equal("'test': tensor 'big' I64 [1] holds 1099511627776, beyond 32 bits. Read it as long.",
            Assert.Throws<InvalidDataException>(() => reader.CopyTo("big", new int[1])).Message);

        string Refused(Action add) => Assert.ThrowsAny<ArgumentException>(add).Message;
        Assert.StartsWith("A tensor named 'w' was already added.", Refused(() => writer.Add("w", [1], [1f])));
        Assert.StartsWith("A tensor can't be named '__metadata__'",
            Refused(() => writer.Add("__metadata__", [1], [1f])));
        Assert.StartsWith("The tensor name", Refused(() => writer.Add("\ud800", [1], [1f])));
        Assert.StartsWith("Tensor 'x' of shape [2, 3] needs 6 elements, data has 5.",
            Refused(() => writer.Add("x", [2, 3], new float[5])));
        Assert.StartsWith("Tensor 'x' of shape [2] needs 4 bytes, data has 2.",
            Refused(() => writer.AddBytes("x", SafetensorsType.F16, [2], new byte[2])));
        Assert.StartsWith("Tensor 'x' has shape [-1]", Refused(() => writer.Add("x", [-1], new float[1])));
        Assert.StartsWith("Tensor 'x' has shape", Refused(() => writer.Add("x", [1L << 62, 4], new float[1])));
        foreach (SafetensorsType type in new[] { (SafetensorsType)9, SafetensorsType.Other })
        {
            string message = Assert.Throws<ArgumentException>(() => writer.AddBytes("x", type, [1], new byte[2])).Message;
            Assert.StartsWith($"Tensor 'x' is of type {type}, expected F64, ", message, StringComparison.Ordinal);
        }

        writer.Metadata["note"] = "\udc00";
        Assert.StartsWith("The metadata value", Refused(() => writer.Save(Stream.Null)));
        Assert.Throws<ArgumentNullException>(() => writer.Add(null!, [1], [1f]));
        writer.Metadata["note"] = null!;
        Assert.StartsWith("Metadata['note'] is null, expected a text.", Refused(() => writer.Save(Stream.Null)));
        writer.Metadata.Clear();
        writer.Metadata["large"] = new string('x', 100_000_000);
        Assert.StartsWith("The header would be 100000",
            Assert.Throws<InvalidOperationException>(() => writer.Save(Stream.Null)).Message);
    }

    [Fact]
    public void DataIsCopiedWhenAdded()
    {
        float[] values = [1, 2];
        SafetensorsWriter writer = new();
        writer.Add("w", [2], values);
        values[0] = 9;
        Assert.Equal([1, 2], Singles(Reader(Bytes(writer)), "w"));
    }

    [Fact]
    public void ForwardOnlyStreams()
    {
        byte[] bytes = Bytes(Sample());
        using MemoryStream packed = new();
        using (BrotliStream brotli = new(packed, CompressionMode.Compress, leaveOpen: true))
        {
            Sample().Save(brotli);
        }

        packed.Position = 0;
        using BrotliStream unpacked = new(packed, CompressionMode.Decompress);
        SafetensorsReader reader = SafetensorsReader.Read(unpacked);
        Assert.Equal("stream", reader.Name);
        Assert.True(reader.VerifyChecksum());
        Assert.Equal(6, Singles(reader, "weight").Length);

        // From the position on.
        using MemoryStream later = new([1, 2, 3, .. bytes]) { Position = 3 };
        Assert.True(SafetensorsReader.Read(later).VerifyChecksum());
    }

    [Fact]
    public void ChecksumCoversContentNotSpelling()
    {
        byte[] bytes = Bytes(Sample());
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        string json = Encoding.UTF8.GetString(bytes, 8, length);
        byte[] data = bytes[(8 + length)..];
        string spaced = json.Replace(":", " : ", StringComparison.Ordinal).TrimEnd();
        Assert.True(Reader(WithHeader(spaced, data)).VerifyChecksum());
        string without = json.Replace("rnn.sha256", "other", StringComparison.Ordinal);
        Assert.False(Reader(WithHeader(without, data)).VerifyChecksum());
        string altered = json.Replace("\"note\":\"1", "\"note\":\"2", StringComparison.Ordinal);
        Assert.NotEqual(json, altered);
        Assert.Equal(
            "'test' was altered or damaged: its content does not agree with its SHA-256. Use another copy.",
            Assert.Throws<InvalidDataException>(() => Reader(WithHeader(altered, data)).VerifyChecksum()).Message);

        // Metadata taken over from a file with a checksum doesn't bring a stale one.
        SafetensorsWriter writer = new();
        foreach ((string key, string value) in Reader(bytes).Metadata)
            writer.Metadata[key] = value;

        Assert.Equal(["note"], Reader(Bytes(writer)).Metadata.Keys);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void ReversingBytes(int width)
    {
        byte[] bytes = [.. Enumerable.Range(0, 8 * 5).Select(i => (byte)i)];
        byte[] expected = [.. bytes.Chunk(width).SelectMany(element => element.Reverse())];
        LittleEndian.Reverse(bytes, width);
        Assert.Equal(expected, bytes);
    }

    internal static SafetensorsWriter Sample(int seed = 1)
    {
        SafetensorsWriter writer = new() { AddChecksum = true };
        writer.Metadata["note"] = $"{seed} \"quoted\" \U0001F600\n";
        writer.Add("weight", [2, 3], [.. Enumerable.Range(0, 6).Select(i => MathF.Sin(i + seed))]);
        writer.Add("bias", [], [0.5f * seed]);
        writer.AddBytes("half", SafetensorsType.F16, [1], [0, 0x3C]);
        writer.Add("none", [0, 4], ReadOnlySpan<long>.Empty);
        return writer;
    }

    internal static byte[] Bytes(SafetensorsWriter writer)
    {
        using MemoryStream stream = new();
        writer.Save(stream);
        return stream.ToArray();
    }

    internal static SafetensorsReader Reader(byte[] bytes) => SafetensorsReader.Read(new MemoryStream(bytes), "test");

    internal static byte[] WithHeader(string json, byte[] data)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    private static IEnumerable<SafetensorsReader> BothWays(SafetensorsWriter writer)
    {
        using TemporaryFolder folder = new();
        writer.Save(folder["file"]);
        Assert.Equal(Bytes(writer), File.ReadAllBytes(folder["file"]));
        yield return SafetensorsReader.Open(folder["file"]);
        yield return Reader(Bytes(writer));
    }

    private static T[] Room<T>(SafetensorsReader reader, string name) =>
        new T[reader.TryGetEntry(name, out SafetensorsEntry? entry) ? entry.ElementCount : 0];

    internal static float[] Singles(SafetensorsReader reader, string name)
    {
        float[] values = Room<float>(reader, name);
        reader.CopyTo(name, values);
        return values;
    }

    private static double[] Doubles(SafetensorsReader reader, string name)
    {
        double[] values = Room<double>(reader, name);
        reader.CopyTo(name, values);
        return values;
    }

    private static int[] Ints(SafetensorsReader reader, string name)
    {
        int[] values = Room<int>(reader, name);
        reader.CopyTo(name, values);
        return values;
    }

    private static long[] Longs(SafetensorsReader reader, string name)
    {
        long[] values = Room<long>(reader, name);
        reader.CopyTo(name, values);
        return values;
    }

    private static void AssertBits(float[] expected, float[] actual) => Assert.Equal(
        expected.Select(BitConverter.SingleToUInt32Bits), actual.Select(BitConverter.SingleToUInt32Bits));

    private static void AssertBits(double[] expected, double[] actual) => Assert.Equal(
        expected.Select(BitConverter.DoubleToUInt64Bits), actual.Select(BitConverter.DoubleToUInt64Bits));
}
