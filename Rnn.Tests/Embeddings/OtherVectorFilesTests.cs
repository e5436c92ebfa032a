using System;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

/// <summary>Files of others that are a little odd: what is read of them, and that each remedy of a message helps.</summary>
public sealed class OtherVectorFilesTests : IDisposable
{
    private static readonly WordVectorsLoadOptions s_skip = new() { SkipOddRows = true };

    private const string Rows = "red 1 0 0.1 0.2\nblue 0.9 0.1 0.1 0.2\ndog 0 1 0.5 0.1\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("4 4\n" + Rows + "  0.2 0.3 0.4 0.5\n", "expected a word before its numbers", 1)]   // the word is a space
    [InlineData("4 4\n" + Rows + " 0.2 0.3 0.4 0.5\n", "expected a word before its numbers", 1)]    // no word at all
    [InlineData("2 4\n" + Rows, "has more than the 2 words that its line 1 announces", 0)]
    [InlineData("4 4\n" + Rows, "announces 4 words, but the file (word2vec text) ends after 3", 0)]
    [InlineData("400 4\n" + Rows, "but 53 follow", 0)]
    [InlineData("4 4\nx 0.1 0.2 0.3 \u22125\n" + Rows, "got '\u22125', whose minus is the character U+2212", 1)]
    [InlineData("4 4\nx 1,5 2 3 4\n" + Rows, "expected number 1 of the vector, got '1,5'", 1)]
    [InlineData("4 4\nx 1 2 nan 4\n" + Rows, "number 3 is NaN", 1)]
    [InlineData(Rows + "\nx 1 2 3\n", "expected a word and 4 numbers, got no numbers", 2)]
    [InlineData(Rows + "windows 7 1 2 3 4\n", "expected a word and 4 numbers, got 5 numbers", 1)]
    public void OddRowsAreSkippedAndCounted(string text, string message, int skipped)
    {
        string path = Text(text);
        string said = Assert.Throws<InvalidDataException>(() => WordVectorsFile.Load(path)).Message;
        Assert.Contains(message, said, StringComparison.Ordinal);
        Assert.Contains("SkipOddRows", said, StringComparison.Ordinal);
        WordVectors vectors = WordVectorsFile.Load(path, s_skip, out WordVectorsLoadReport report);
        Assert.Equal(["red", "blue", "dog"], vectors.Words);
        Assert.Equal([0, 1, 0.5f, 0.1f], vectors["dog"].ToArray());
        Assert.Equal(skipped, report.SkippedRows);
    }

    [Fact]
    public void OddRowsOfBinaryFilesAreSkippedToo()
    {
        (string, float[]) red = ("red", [1, 0]), dog = ("dog", [0, 1]);
        (byte[] Bytes, string Message, int Skipped)[] cases =
        [
            (VectorCases.Binary("2 2\n", red, ("", [3, 4]), dog), "expected a word, got a space", 1),
            (VectorCases.Binary("2 2\n", red, ("x", [3, float.NaN]), dog), "number 2 is NaN", 1),
            (VectorCases.Binary("1 2\n", red, dog), "has more than the 1 words", 0),
            (VectorCases.Binary("9 2\n", red, dog), "is truncated, or its line 1 is wrong", 0),
            ([.. VectorCases.Binary("3 2\n", red, dog), .. "cut "u8, 1, 2, 3], "(word2vec binary) ends after 2", 1),
        ];
        foreach ((byte[] bytes, string message, int skipped) in cases)
        {
            string path = _folder.Write("v", bytes);
            string said = Assert.Throws<InvalidDataException>(() => WordVectorsFile.Load(path)).Message;
            Assert.Contains(message, said, StringComparison.Ordinal);
            Assert.Contains("SkipOddRows", said, StringComparison.Ordinal);
            WordVectors vectors = WordVectorsFile.Load(path, s_skip, out WordVectorsLoadReport report);
            Assert.Equal(["red", "dog"], vectors.Words);
            Assert.Equal(skipped, report.SkippedRows);
        }
    }

    [Fact]
    public void TheFirstWordsAloneAreReadAsTheMessageAdvises()
    {
        foreach (byte[] bytes in new[] { Encoding.ASCII.GetBytes("1 2\na 1 2\nb 3 4\n"),
            VectorCases.Binary("1 2\n", ("a", [1, 2]), ("b", [3, 4])) })
        {
            string path = _folder.Write("v", bytes);
            VectorCases.Says<InvalidDataException>("read the first 1 words alone (Limit)",
                () => WordVectorsFile.Load(path));
            Assert.Equal(["a"], WordVectorsFile.Load(path, new() { Limit = 1 }).Words);
        }
    }

    [Fact]
    public void AWordMayEndInANumberWhereLine1SettlesTheDimensions()
    {
        WordVectors vectors = WordVectorsFile.Load(Text("4 4\n" + Rows + "windows 7 0.2 0.3 0.4 0.5\n"));
        Assert.Equal([0.2f, 0.3f, 0.4f, 0.5f], vectors["windows 7"].ToArray());
    }

    [Fact]
    public void NothingButOddRowsIsAnError() => VectorCases.Says<InvalidDataException>("none of its 2 rows is a word",
        () => WordVectorsFile.Load(Text("2 2\na x 1\nb y 1\n"), s_skip));

    [Fact]
    public void StreamsAreReadFromWhereTheyStand()
    {
        WordVectors vectors = VectorCases.Random(300, 20, 3);
        string path = Path.Combine(_folder.Path, "v");
        WordVectorsFile.WriteBinary(path, vectors);
        byte[] bytes = [1, 2, 3, .. File.ReadAllBytes(path)];
        using MemoryStream memory = new(bytes) { Position = 3 };
        Bits.Same(vectors.Table.Span, WordVectorsFile.Load(memory).Table.Span, "memory");
        memory.Position = 3;
        using BufferedStream pipe = new(new Pipe(memory));
        WordVectors read = WordVectorsFile.Load(pipe, null, out WordVectorsLoadReport report, "pipe");
        Bits.Same(vectors.Table.Span, read.Table.Span, "pipe");
        Assert.Equal(300, report.Rows);
        VectorCases.Says<InvalidDataException>("The file 'stdin' is empty",
            () => WordVectorsFile.Load(new MemoryStream(), name: "stdin"));
    }

    [Fact]
    public void NoTwoWordsBecomeOneAndNothingIsWrittenThatIsNotRead()
    {
        string path = Path.Combine(_folder.Path, "v");
        (string[] Words, string Space, string Message)[] cases =
        [
            (["my name", "my_name"], "_", "'my name' and 'my_name' would both be written as 'my_name'"),
            (["a b", "a\tb"], "_", "would both be written as"),
            ([" ", "a"], "", "is white space alone"),
            (["\uD800", "a"], "_", "has half of a surrogate pair"),
            ([new string('x', 17_000), "a"], "_", "has more than 16384 bytes"),
        ];
        foreach ((string[] words, string space, string message) in cases)
        {
            WordVectors vectors = new(words, [1, 2, 3, 4], 2);
            VectorCases.Says<ArgumentException>(message, () => WordVectorsFile.WriteText(path, vectors, space));
            VectorCases.Says<ArgumentException>(message, () => WordVectorsFile.WriteBinary(path, vectors, space));
            Assert.False(File.Exists(path));
        }

        Assert.Throws<ArgumentException>(() => WordVectorsFile.WriteBinary(path, ["a", "b"], 2,
            (_, row) => row.Fill(float.NaN)));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void WhatIsWrittenIsReadOrRefused() =>
        Gen.Select(OneOf(" ", "\t", "_", "a", "7", ".", "-", "\u00A0", "\uD800", "\u2212").Array[1, 4]
            .Select(parts => string.Concat(parts)).Array[1, 5], Gen.Int[1, 3], OneOf("_", "", "-")).Sample((words, d, space) =>
        {
            using TemporaryFolder folder = new();
            words = [.. words.Distinct()];
            WordVectors vectors = new(words, [.. Enumerable.Range(0, words.Length * d).Select(i => i / 8f)], d);
            foreach (Action<string> write in new Action<string>[]
            {
                path => WordVectorsFile.WriteText(path, vectors, space),
                path => WordVectorsFile.WriteBinary(path, vectors, space),
            })
            {
                string path = Path.Combine(folder.Path, "v");
                if (Record.Exception(() => write(path)) is { } e)
                {
                    Assert.IsType<ArgumentException>(e);
                    Assert.False(File.Exists(path));
                    continue;
                }

                WordVectors read = WordVectorsFile.Load(path);
                Assert.Equal(words.Length, read.Count);
                Bits.Same(vectors.Table.Span, read.Table.Span, "table");
                File.Delete(path);
            }
        }, iter: 300);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private string Text(string text) => _folder.Write("v", Encoding.UTF8.GetBytes(text));

    /// <summary>Forwards only, without a length.</summary>
    private sealed class Pipe(Stream stream) : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) =>
            stream.Read(buffer, offset, Math.Min(count, 7));

        public override int Read(Span<byte> buffer) => stream.Read(buffer[..Math.Min(buffer.Length, 7)]);
    }
}
