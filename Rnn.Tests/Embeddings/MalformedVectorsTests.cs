using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

/// <summary>Each kind of damage has its own sentence.</summary>
public sealed class MalformedVectorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "is empty; expected word vectors")]
    [InlineData("hello", "holds no word vectors: line 1 is 'hello', expected two integers (word2vec) or a word and")]
    [InlineData("\n\n", "holds no word vectors: line 1 is ''")]
    [InlineData("It was the best of times\n", "holds no word vectors: line 1 is 'It was the best of times'")]
    [InlineData("\u0089PNG\r\n\u001a\n", "holds no word vectors")]
    [InlineData("0 5\n", "line 1 is '0 5', expected 1 to 2147483647 words of 1 to 65536 dimensions")]
    [InlineData("5 0\n", "line 1 is '5 0', expected 1 to")]
    [InlineData("-3 5\na 1\n", "line 1 is '-3 5', expected 1 to")]
    [InlineData("1 65537\n", "line 1 is '1 65537', expected 1 to")]
    [InlineData("99999999999999999999 5\n", "line 1 is '99999999999999999999 5', expected 1 to")]
    [InlineData("5 99999999999999999999999999\n", "is damaged: line 1 is")]
    [InlineData("3 2\na 1 2\nb 3 4\n", "announces 3 words of 2 dimensions, 3 of which take at least 17 bytes as")]
    [InlineData("2147483647 65536\na 1 2\n", "is truncated, or its line 1 is wrong")]
    [InlineData("3 2\na 1.0000000 2\nb 3.00000 4\n", "announces 3 words, but the file (word2vec text) ends after 2")]
    [InlineData("1 2\na 1 2\nb 3 4\n", "has more than the 1 words that its line 1 announces: they end before line 3")]
    [InlineData("2 2\na 1 2\nb 3\n      ", "Line 3 of '#': expected a word and 2 numbers, got 1 numbers")]
    [InlineData("a 1 2\nb 3 4 5\n", "Line 2 of '#': expected a word and 2 numbers, got 3 numbers")]
    [InlineData("<!DOCTYPE html>\n<html>", "it is a web page (HTML). Get the file itself")]
    [InlineData("BZh91AY&SY", "it is compressed by bzip2. Unpack it first.")]
    [InlineData("PK\u0003\u0004abc", "it is a zip archive. Unpack it first.")]
    [InlineData("\u00BA\u0016\u004F\u002Fabc", "it is a model of fastText (.bin). Use the .vec file")]
    [InlineData("\u00FF\u00FE3\0 \04\0", "it is utf-16 with a byte order mark, not utf-8. Save it as utf-8.")]
    [InlineData("3\0 \04\0\n\0a\0 \01\0", "it is utf-16 without a byte order mark, not utf-8. Save it as utf-8.")]
    [InlineData("\u0040\0\0\0\0\0\0\0{\"a\":1}", "it is a safetensors file.")]
    [InlineData("\u0008\u0007\u0012\u0007pytorch", "it is an ONNX model.")]
    [InlineData("3 1\nv 1\nw 7\0\0\nx 2\n", "expected number 1 of the vector, got '7\\x00\\x00'")]
    [InlineData("a 1 2\nb 3\n", "Line 2 of '#': expected a word and 2 numbers, got 1 numbers")]
    [InlineData("a 1 2\nb\n", "Line 2 of '#': expected a word and 2 numbers, got no numbers")]
    [InlineData("a 1 2\n\nb 1 2\n", "Line 2 of '#': expected a word and 2 numbers, got no numbers")]
    [InlineData("a 1 2\n 1 2\n", "Line 2 of '#': expected a word before its numbers, got none")]
    [InlineData("a 1 2\nb 1 x2\n", "Line 2 of '#': expected number 2 of the vector, got 'x2'")]
    [InlineData("a 1 2\nb 1,5 2\n", "Line 2 of '#': expected number 1 of the vector, got '1,5'")]
    [InlineData("a 1 2\nb 1 2\u001b[1m\n", @"expected number 2 of the vector, got '2\x1B[1m'")]
    [InlineData("2 2\na 1 2\nb 1 -- \n", "Line 3 of '#': expected number 2 of the vector, got '--'")]
    [InlineData("a 1 2\nb NaN 2\n", "'#', line 2 ('b'): number 1 is NaN, expected a finite one")]
    [InlineData("a 1 2\nb 1 -Infinity\n", "number 2 is -Infinity, expected a finite one")]
    [InlineData("a 1 2\nb 1 1e39\n", "'#', line 2 ('b'): number 2 is Infinity")]
    public void Text(string text, string message)
    {
        string path = _folder.Write("v", Encoding.Latin1.GetBytes(text));
        Refused(path, message.Replace("#", path, StringComparison.Ordinal));
    }

    [Fact]
    public void Binary()
    {
        (string Word, float[] Numbers) a = ("a", [1, 2, 3]), b = ("b", [4, 5, 6]);
        byte[] whole = VectorCases.Binary("2 3\n", a, b);
        Assert.Equal(2, WordVectorsFile.Load(_folder.Write("v", whole)).Count);
        for (int length = 5; length < whole.Length - 1; length++)   // the last line end may be missing
            Refused(_folder.Write("v", whole.AsSpan(0, length)), "is truncated, or its line 1 is wrong");

        byte[] two = VectorCases.Binary("3 3\n", ("longer-word", [1, 2, 3]), ("another-long-one", [1, 2, 3]));
        Refused(_folder.Write("v", two), "announces 3 words, but the file (word2vec binary) ends after 2");
        Refused(_folder.Write("v", VectorCases.Binary("1 3\n", a, b)), "more than the 1 words");
        Refused(_folder.Write("v", VectorCases.Binary("2 3\n", a, ("b", [4, float.NaN, 6]))),
            "word 2 ('b'): number 2 is NaN");
        Refused(_folder.Write("v", VectorCases.Binary("2 3\n", ("a", [1, float.NegativeInfinity, 3]), b)),
            "word 1 ('a'): number 2 is -Infinity");
        Refused(_folder.Write("v", VectorCases.Binary("2 3\n", a, ("", [4, 5, 6]), b)),
            "word 2: expected a word, got a space");
        Refused(_folder.Write("v", VectorCases.Binary("2 3\n", a, (new string('x', 20_000), [4, 5, 6]))),
            "word 2: expected a word of at most 16384 bytes");
    }

    [Fact]
    public void GarbageOfEveryKindIsRefused()
    {
        // Whatever comes, it is refused by a sentence, or is a file of vectors by chance.
        byte[] noise = TestNumbers.Indices(4000, 256, 7, 1).Select(i => (byte)i).ToArray();
        foreach (string header in new[] { "", "3 4\n", "100 5\n", "1 1\n", "a 1 2\n", "2000000000 60000\n" })
        {
            for (int i = 0; i < 40; i++)
            {
                byte[] bytes = [.. Encoding.ASCII.GetBytes(header), .. noise.AsSpan(i * 97, 100)];
                Exception? e = Record.Exception(() => WordVectorsFile.Load(_folder.Write("v", bytes)));
                Assert.True(e is null or InvalidDataException, e?.ToString());
            }
        }
    }

    [Fact]
    public void DamagedInAnyOnePlace()
    {
        WordVectors vectors = VectorCases.Random(4, 3, 5);
        string text = Path.Combine(_folder.Path, "t"), binary = Path.Combine(_folder.Path, "b");
        WordVectorsFile.WriteText(text, vectors);
        WordVectorsFile.WriteBinary(binary, vectors);
        foreach (byte[] whole in new[] { File.ReadAllBytes(text), File.ReadAllBytes(binary) })
        {
            for (int at = 0; at < whole.Length; at++)
            {
                foreach (byte value in new byte[] { 0, (byte)' ', (byte)'\n', (byte)'9', 0xFF })
                {
                    byte[] bytes = [.. whole];
                    bytes[at] = value;
                    Exception? e = Record.Exception(() => WordVectorsFile.Load(_folder.Write("v", bytes)));
                    Assert.True(e is null or InvalidDataException, $"byte {at} = {value}: {e}");
                }
            }
        }
    }

    [Fact]
    public void WhatAHeaderPromisesTakesNoMemory()
    {
        string plain = _folder.Write("p", "1000000000 300\na 1 2\n"u8);
        string compressed = Gzip("z", "1000000000 300\na 1 2\n"u8.ToArray());
        foreach (string path in new[] { plain, compressed })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<InvalidDataException>(() => WordVectorsFile.Load(path));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 12_000_000);
        }
    }

    [Fact]
    public void LinesWithoutEndTakeNoMoreThanALine()
    {
        byte[] line = new byte[20_000_000];
        line.AsSpan().Fill((byte)'1');
        Refused(_folder.Write("v", line), "holds no word vectors: line 1 is '1111111111");
        "a 1 2\n"u8.CopyTo(line);
        Refused(_folder.Write("v", line), "Line 2 of");
        line.AsSpan().Fill((byte)'a');
        " 1 2\n"u8.CopyTo(line.AsSpan(MaxWord + 1));
        Refused(_folder.Write("v", line), $"line 1: expected a word of at most {MaxWord} bytes");
    }

    [Fact]
    public void Compressed()
    {
        string lines = string.Concat(Enumerable.Range(0, 500).Select(i => $"w{i} {i} {7 * i % 31}\n"));
        byte[] text = Encoding.UTF8.GetBytes(lines);
        string path = Gzip("z", text);
        Assert.Equal(500, WordVectorsFile.Load(path, null, out WordVectorsLoadReport report).Count);
        Assert.True(report.IsCompressed);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0xFF;
        bytes[(bytes.Length / 2) + 1] ^= 0xFF;
        Exception? e = Record.Exception(() => WordVectorsFile.Load(_folder.Write("z", bytes)));
        Assert.IsType<InvalidDataException>(e);
        Refused(_folder.Write("z", [0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9]), "begins as a gzip file, but cannot be");
        Refused(Gzip("z", "2 2\na 1 2\n"u8.ToArray()), "announces 2 words, but the file (word2vec text) ends after 1");
    }

    [Fact]
    public void Places()
    {
        Refused(_folder.Path, "is a folder, expected a file");
        VectorCases.Says<FileNotFoundException>("There is no file",
            () => WordVectorsFile.Load(Path.Combine(_folder.Path, "none")));
        VectorCases.Says<ArgumentOutOfRangeException>("Limit is -1; expected 0 or more",
            () => WordVectorsFile.Load(_folder.Path, new() { Limit = -1 }));
    }

    [Fact]
    public void AskedFormats()
    {
        string path = _folder.Write("v", "5 3\n7 4\n"u8);   // GloVe of one dimension, though it looks like a header
        Assert.Equal(["5", "7"], WordVectorsFile.Load(path, new() { Format = WordVectorsFormat.GloVeText }).Words);
        path = _folder.Write("v", "a 1 2\n"u8);
        VectorCases.Says<InvalidDataException>("is not in word2vec's format: line 1 is 'a 1 2'",
            () => WordVectorsFile.Load(path, new() { Format = WordVectorsFormat.Word2VecBinary }));
    }

    private const int MaxWord = VectorFileReader.MaxWordBytes;

    private static void Refused(string path, string message) =>
        VectorCases.Says<InvalidDataException>(message, () => WordVectorsFile.Load(path));

    private string Gzip(string name, byte[] bytes)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return _folder.Write(name, stream.ToArray());
    }
}
