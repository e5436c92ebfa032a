using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Tests.Infrastructure;
using Xunit;
using static Rnn.Tests.Serialization.SafetensorsTests;

namespace Rnn.Tests.Serialization;

public class SafetensorsMalformedTests
{
    private const string Good = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";

    // json, number of data bytes, what the error says
    public static TheoryData<string, int, string> Headers => new()
    {
        { Good, 3, "its header describes 4 bytes of data, but 3 follow" },
        { Good, 5, "its header describes 4 bytes of data, but " },
        { "[]", 0, "its header starts with byte 0x5B, expected '{'" },
        { " {}", 0, "its header starts with byte 0x20, expected '{'" },
        { "{} x", 0, "only spaces may follow the header's last '}'" },
        { "{}\n", 0, "only spaces may follow the header's last '}'" },
        { "{}{}", 0, "only spaces may follow the header's last '}'" },
        { "{  ", 0, "its header is not valid JSON after byte" },
        { "{'a':1}", 0, "its header is not valid JSON after byte" },
        { "{\"a\":{},}", 0, "tensor 'a' lacks one of" },
        { "{\"__metadata__\":{},}", 0, "its header is not valid JSON after byte" },
        { "{/**/}", 0, "its header is not valid JSON after byte" },
        { "{\"\\ud800\":{}}", 0, "its header is not valid JSON after byte" },
        { "{\"a\":1}", 0, "in its header, 'a' is of kind Number, expected an object" },
        { "{\"a\":null}", 0, "in its header, 'a' is of kind Null, expected an object" },
        { "{\"__metadata__\":[]}", 0, "in its header, '__metadata__' is of kind StartArray, expected an object" },
        { "{\"__metadata__\":{\"k\":1}}", 0, "in its header, 'k' is of kind Number, expected a string" },
        { "{\"__metadata__\":{\"k\":null}}", 0, "in its header, 'k' is of kind Null, expected a string" },
        { "{\"__metadata__\":{\"k\":{}}}", 0, "in its header, 'k' is of kind StartObject, expected a string" },
        { "{\"__metadata__\":{\"k\":\"\",\"\\u006b\":\"\"}}", 0, "its header holds the key 'k' twice" },
        { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "its header holds the key '__metadata__' twice" },
        { Good[..^1] + "," + Good[1..], 4, "its header holds the key 'a' twice" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 0, "tensor 'a' lacks one of dtype, shape and data_offsets" },
        { """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "tensor 'a' lacks one of" },
        { """{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "tensor 'a' lacks one of" },
        {
            """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4,
            "tensor 'a' has the key 'dtype'"
        },
        {
            """{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4,
            "tensor 'a' has the key 'shape'"
        },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "tensor 'a' has the key 'x'" },
        { Tensor("F32", "1", "0"), 4, "tensor 'a' lacks one of" },
        { Tensor("F32", "1", "0,4,4"), 4, "tensor 'a' lacks one of" },
        { Tensor("BOOL", "9223372036854775807,2", "0,4"), 4, "has more than 2^63 bytes" },
        { Tensor("BOOL", "4", "4,0"), 4, "tensor 'a' ends before it begins: its data_offsets are [4, 0]" },
        { Tensor("BOOL", "4", "0,5"), 4, "its header describes 5 bytes of data, but 4 follow" },
        { Tensor("BOOL", "4", "1,5"), 5, "tensor 'a' begins at byte 1, expected 0" },
        { Tensor("F32", "-1", "0,4"), 4, "shape of tensor 'a' must hold whole numbers" },
        { Tensor("F32", "-0", "0,0"), 0, "shape of tensor 'a' must hold whole numbers" },
        { Tensor("F32", "1.0", "0,4"), 4, "shape of tensor 'a' must hold whole numbers" },
        { Tensor("F32", "1e0", "0,4"), 4, "shape of tensor 'a' must hold whole numbers" },
        { Tensor("F32", "\"1\"", "0,4"), 4, "shape of tensor 'a' must hold whole numbers" },
        { Tensor("F32", "[1]", "0,4"), 4, "shape of tensor 'a' must hold whole numbers" },
        { Tensor("F32", "9223372036854775808", "0,4"), 4, "shape of tensor 'a' must hold whole numbers" },
        { Tensor("F32", "01", "0,4"), 4, "its header is not valid JSON" },
        { Tensor("F32", "1", "-4,0"), 4, "data_offsets of tensor 'a' must hold whole numbers" },
        {
            Tensor("F32", string.Join(',', Enumerable.Repeat("1", 65)), "0,4"), 4,
            "tensor 'a' has more than 64 dimensions"
        },
        { Tensor("F32", "4611686018427387904,4", "0,4"), 4, "tensor 'a' of shape [4611686018427387904, 4] has more" },
        { Tensor("F32", "4294967296,4294967296", "0,0"), 0, "has more than 2^63 bytes" },
        { Tensor("F32", "9223372036854775807", "0,4"), 4, "has more than 2^63 bytes" },
        { Tensor("F32", "2305843009213693952", "0,4"), 4, "has more than 2^63 bytes" },
        { Tensor("F32", "2", "0,4"), 4, "tensor 'a' needs 8 bytes, but its data_offsets are [0, 4]" },
        { Tensor("F32", "1", "4,0"), 4, "tensor 'a' ends before it begins: its data_offsets are [4, 0]" },
        { Tensor("F32", "1", "0,9223372036854775807"), 4, "tensor 'a' needs 4 bytes" },
        { Tensor("F32", "1", "4,8"), 8, "tensor 'a' begins at byte 4, expected 0" },
        { Pair("0,4", "5,9"), 9, "tensor 'b' begins at byte 5, expected 4, where the one before ends" },
        { Pair("0,4", "3,7"), 7, "tensor 'b' begins at byte 3, expected 4" },
        { Pair("0,4", "0,4"), 4, "tensor 'b' begins at byte 0, expected 4" },
        {
            Tensor("F64", "100000000000", "0,800000000000"), 8,
            "its header describes 800000000000 bytes of data, but 8 follow"
        },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void EveryFaultOfTheHeaderIsNamed(string json, int dataLength, string expected)
    {
        byte[] bytes = WithHeader(json, new byte[dataLength]);
        string message = Assert.Throws<InvalidDataException>(() => Reader(bytes)).Message;
        Assert.StartsWith("'test' can't be read as safetensors: ", message);
        Assert.Contains(expected, message);
        Assert.Throws<InvalidDataException>(() => SafetensorsReader.Read(ForwardOnly(bytes)));
    }

    [Fact]
    public void InvalidUtf8()
    {
        byte[] bytes = WithHeader(Good, new byte[4]);
        foreach (byte[] bad in new byte[][] { [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3] })
        {
            byte[] copy = [.. bytes];
            bad.CopyTo(copy, 10);
            string message = Assert.Throws<InvalidDataException>(() => Reader(copy)).Message;
            Assert.Equal("'test' can't be read as safetensors: its header is not valid UTF-8.", message);
        }
    }

    [Fact]
    public void ClaimedHeaderLengthAllocatesNothing()
    {
        byte[] bytes = WithHeader(Good, new byte[4]);
        foreach (ulong claimed in new ulong[] { 0, 1, 100_000_000, 100_000_001, 1UL << 32, 1UL << 63, ulong.MaxValue })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimed);
            foreach (Stream stream in new Stream[] { new MemoryStream(bytes), ForwardOnly(bytes) })
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Assert.Throws<InvalidDataException>(() => SafetensorsReader.Read(stream));
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
            }
        }
    }

    [Fact]
    public void ClaimedDataLengthAllocatesLittle()
    {
        byte[] bytes = WithHeader(Tensor("F64", "100000000000", "0,800000000000"), new byte[100]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => SafetensorsReader.Read(ForwardOnly(bytes)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3_000_000);
    }

    [Fact]
    public void LongHeadersOfForwardOnlyStreamsAreRead()
    {
        SafetensorsWriter writer = new() { AddChecksum = true };
        writer.Metadata["vocabulary"] = string.Join(' ', Enumerable.Range(0, 60_000));
        SafetensorsReader reader = SafetensorsReader.Read(ForwardOnly(Bytes(writer)));
        Assert.EndsWith(" 59999", reader.Metadata["vocabulary"]);
        Assert.True(reader.VerifyChecksum());
    }

    [Fact]
    public void TruncationAtEveryByteIsRefused()
    {
        byte[] bytes = Bytes(Sample());
        using TemporaryFolder folder = new();
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] part = bytes[..length];
            Assert.Throws<InvalidDataException>(() => Reader(part));
            Assert.Throws<InvalidDataException>(() => SafetensorsReader.Read(ForwardOnly(part)));
            File.WriteAllBytes(folder["part"], part);
            Assert.Throws<InvalidDataException>(() => SafetensorsReader.Open(folder["part"]));
        }

        Assert.True(Reader(bytes).VerifyChecksum());
        Assert.Throws<InvalidDataException>(() => Reader([.. bytes, 0]));
        Assert.Throws<InvalidDataException>(() => SafetensorsReader.Read(ForwardOnly([.. bytes, 0])));
    }

    [Fact]
    public void EveryChangeOfAnyByteIsDetected()
    {
        byte[] bytes = Bytes(Sample());
        for (int position = 0; position < bytes.Length; position++)
        {
            byte original = bytes[position];
            for (int value = 0; value < 256; value++)
            {
                bytes[position] = (byte)value;
                Assert.True(value == original || IsDetected(bytes), $"byte {position}: {original} to {value}");
            }

            bytes[position] = original;
        }
    }

    [Fact]
    public void RandomDamageIsRefusedOrRead()
    {
        byte[] bytes = WithHeader(Pair("0,4", "4,8"), new byte[8]);
        Philox random = new(seed: 5);
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] copy = [.. bytes];
            for (int n = random.NextInt32(4); n >= 0; n--)
                copy[random.NextInt32(copy.Length)] = (byte)random.NextInt32(128);

            try
            {
                SafetensorsReader reader = Reader(copy);
                foreach (SafetensorsEntry entry in reader.Entries)
                    reader.CopyTo(entry.Name, new float[entry.ElementCount]);

                read++;
            }
            catch (InvalidDataException)
            {
            }
        }

        Assert.InRange(read, 100, 19_000);
    }

    // Refused, or without a checksum (its key was hit), or with one that disagrees.
    private static bool IsDetected(byte[] bytes)
    {
        try
        {
            return !Reader(bytes).VerifyChecksum();
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static string Tensor(string dtype, string shape, string offsets) =>
        $$$"""{"a":{"dtype":"{{{dtype}}}","shape":[{{{shape}}}],"data_offsets":[{{{offsets}}}]}}""";

    private static string Pair(string a, string b) =>
        Tensor("F32", "1", a)[..^1] + ",\"b" + Tensor("F32", "1", b)["{\"a".Length..];

    // The whole content uncompressed, through a stream that can't seek and doesn't know its length.
    private static DeflateStream ForwardOnly(byte[] bytes)
    {
        MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        packed.Position = 0;
        return new DeflateStream(packed, CompressionMode.Decompress);
    }
}
