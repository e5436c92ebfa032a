using System;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Threading;
using CsCheck;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

public sealed class WordVectorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // Any bits but those of NaN and the infinities.
    private static readonly Gen<float> GenFloat = Gen.OneOf(Gen.UInt.Select(BitConverter.UInt32BitsToSingle),
        Gen.Float[-1, 1]).Where(float.IsFinite);

    private static readonly Gen<string> GenWord =
        Gen.OneOf(Gen.Int[0x21, 0x10FFFF], Gen.Int['!', '~']).Where(Rune.IsValid).Array[1, 8]
            .Select(values => string.Concat(values.Select(value => new Rune(value).ToString())));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TextAndBinaryReadBackTheSameBits() =>
        Gen.Select(GenWord.Array[1, 6], Gen.Int[1, 5], GenFloat.Array[30]).Sample((words, d, numbers) =>
        {
            using TemporaryFolder folder = new();
            words = [.. words.Distinct()];
            WordVectors vectors = new(words, numbers[..(words.Length * d)], d);
            string text = Path.Combine(folder.Path, "text"), binary = Path.Combine(folder.Path, "binary");
            WordVectorsFile.WriteText(text, vectors);
            WordVectorsFile.WriteBinary(binary, vectors);
            byte[] header = File.ReadAllBytes(text).SkipWhile(b => b != '\n').Skip(1).ToArray();
            string glove = folder.Write("glove", header);
            Same(vectors, text, WordVectorsFormat.Word2VecText);
            Same(vectors, binary, WordVectorsFormat.Word2VecBinary);
            Same(vectors, Gzip(text), WordVectorsFormat.Word2VecText);
            WordVectors again = WordVectorsFile.Load(glove, new() { Format = WordVectorsFormat.GloVeText });
            Bits.Same(vectors.Table.Span, again.Table.Span, "glove");
        }, iter: 300);

    [Fact]
    public void NumbersThatLookLikeTextAreTakenForBinaryAllTheSame()
    {
        // A digit and a line end, a digit and NULs: the first line alone would pass for a row of text.
        foreach (string bytes in new[] { "7\n\u0080?", "7\0\0\0", "7 \n8", "1\n2\n" })
        {
            float number = BitConverter.ToSingle(Encoding.Latin1.GetBytes(bytes));
            WordVectors vectors = new(["f", "g"], [number, 0.5f], 1);
            WordVectorsFile.WriteBinary(At("b"), vectors);
            Same(vectors, At("b"), WordVectorsFormat.Word2VecBinary);
        }
    }

    [Fact]
    public void FilesAreAsWord2VecWritesThem()
    {
        WordVectors vectors = new(["</s>", "caf\u00E9"], [0.5f, -1, 1e-10f, 3], 2);
        WordVectorsFile.WriteText(At("t"), vectors);
        WordVectorsFile.WriteBinary(At("b"), vectors);
        Assert.Equal("2 2\n</s> 0.5 -1 \ncaf\u00E9 1E-10 3 \n", File.ReadAllText(At("t")));
        Assert.Equal(VectorCases.Binary("2 2\n", ("</s>", [0.5f, -1]), ("caf\u00E9", [1e-10f, 3])),
            File.ReadAllBytes(At("b")));
    }

    [Fact]
    public void ReadsWhatOthersWrite()
    {
        // No line ends in binary; tabs, CR LF, doubled and trailing spaces, a byte order mark, blank lines at the end.
        WordVectors expected = new(["a", "b"], [1, 2.5f, -3, 1e10f], 2);
        (string Word, float[] Numbers)[] rows = [("a", [1, 2.5f]), ("b", [-3, 1e10f])];
        Same(expected, _folder.Write("1", VectorCases.Binary("2 2\n", false, rows)), WordVectorsFormat.Word2VecBinary);
        Same(expected, Text("2", "\uFEFF2 2\r\na 1 2.5\r\nb -3 1e10"), WordVectorsFormat.Word2VecText);
        Same(expected, Text("3", "2\t2\na\t1\t2.5\nb\t-3\t+1E+10\n\n \n"), WordVectorsFormat.Word2VecText);
        Same(expected, Text("4", "a 1  2.50 \nb -3.000 10000000000  \n"), WordVectorsFormat.GloVeText);
        Same(expected, Text("5", "a 01 2.5\nb -3 10000000000.0"), WordVectorsFormat.GloVeText);
    }

    [Fact]
    public void CultureDoesNotMatter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "~";
        CultureInfo.CurrentCulture = comma;
        try
        {
            WordVectors vectors = new(["a"], [-1234.5f], 1);
            WordVectorsFile.WriteText(At("t"), vectors);
            Same(vectors, At("t"), WordVectorsFormat.Word2VecText);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void TheFirstOfDuplicatesWinsAndInvalidWordsAreCounted()
    {
        byte[] bytes = [.. "4 1\n"u8, .. "a 1\n"u8, .. "x"u8, 0xFF, .. " 2\n"u8, .. "a 3\n"u8, .. "b 4\n"u8];
        WordVectors vectors = WordVectorsFile.Load(_folder.Write("d", bytes), null, out WordVectorsLoadReport report);
        Assert.Equal(["a", "x\uFFFD", "b"], vectors.Words);
        Assert.Equal([1f, 2, 4], vectors.Table.Span.ToArray());
        Assert.Equal(new WordVectorsLoadReport
        {
            Format = WordVectorsFormat.Word2VecText,
            IsCompressed = false,
            DeclaredWords = 4,
            Rows = 4,
            Duplicates = 1,
            SkippedRows = 0,
            InvalidWords = 1,
        }, report);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void LimitTakesTheFirstWords(int limit)
    {
        WordVectors vectors = VectorCases.Random(5, 3, 1);
        WordVectorsFile.WriteText(At("t"), vectors);
        WordVectorsFile.WriteBinary(At("b"), vectors);
        Text("g", File.ReadAllText(At("t"))[4..]);
        foreach (string name in new[] { "t", "b", "g" })
        {
            WordVectors read = WordVectorsFile.Load(At(name), new() { Limit = limit });
            Assert.Equal(vectors.Words.Take(limit), read.Words);
            Bits.Same(vectors.Table.Span[..(read.Count * 3)], read.Table.Span, name);
        }

        Assert.Equal(1, WordVectorsFile.Load(Text("l", "1000000 2\na 1 2\nb x"), new() { Limit = 1 }).Count);
    }

    [Fact]
    public void WordsWithSpaces()
    {
        string path = Text("g", "the 1 2\n. . . 3 4\nat name@domain.com 5 6\n");
        WordVectors vectors = WordVectorsFile.Load(path);
        Assert.Equal(["the", ". . .", "at name@domain.com"], vectors.Words);
        Assert.Equal([1f, 2, 3, 4, 5, 6], vectors.Table.Span.ToArray());
        VectorCases.Says<ArgumentException>("Word 1, '. . .', has white space",
            () => WordVectorsFile.WriteText(At("t"), vectors));
        VectorCases.Says<ArgumentException>("has white space itself",
            () => WordVectorsFile.WriteText(At("t"), vectors, " "));
        Assert.False(File.Exists(At("t")));
        WordVectorsFile.WriteBinary(At("b"), vectors, "_");
        Assert.Equal(["the", "._._.", "at_name@domain.com"], WordVectorsFile.Load(At("b")).Words);
    }

    [Fact]
    public void ProjectorFiles()
    {
        WordVectors vectors = new(["a", "b\tc", "d"], [1, 2, 0.1f, -4, 5, 6], 2);
        WordVectorsFile.WriteProjector(At("v"), At("m"), vectors);
        Assert.Equal("1\t2\n0.1\t-4\n5\t6\n", File.ReadAllText(At("v")));
        Assert.Equal("a\nb c\nd\n", File.ReadAllText(At("m")));
        WordVectorsFile.WriteProjector(At("v"), At("m"), vectors, 2, [30, 20]);
        Assert.Equal("1\t2\n0.1\t-4\n", File.ReadAllText(At("v")));
        Assert.Equal("word\tcount\na\t30\nb c\t20\n", File.ReadAllText(At("m")));
        VectorCases.Says<ArgumentException>("counts has 2 elements, expected at least 3",
            () => WordVectorsFile.WriteProjector(At("v"), At("m"), vectors, 0, [30, 20]));
    }

    [Fact]
    public void LongRowsCrossTheBuffer()
    {
        WordVectors vectors = VectorCases.Random(3, 40_000, 8);
        WordVectorsFile.WriteText(At("t"), vectors);
        WordVectorsFile.WriteBinary(At("b"), vectors);
        Same(vectors, At("t"), WordVectorsFormat.Word2VecText);
        Same(vectors, At("b"), WordVectorsFormat.Word2VecBinary);
        Same(vectors, Gzip(At("b")), WordVectorsFormat.Word2VecBinary);
    }

    [Fact]
    public void ReadingCanBeCancelled()
    {
        WordVectorsFile.WriteText(At("t"), VectorCases.Random(2000, 1, 8));
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => WordVectorsFile.Load(At("t"), new() { Cancellation = source.Token }));
    }

    private static void Same(WordVectors expected, string path, WordVectorsFormat format)
    {
        WordVectors read = WordVectorsFile.Load(path, null, out WordVectorsLoadReport report);
        Assert.Equal(format, report.Format);
        Assert.Equal(expected.Words, read.Words);
        Assert.Equal(expected.Dimensions, read.Dimensions);
        Bits.Same(expected.Table.Span, read.Table.Span, format.ToString());
    }

    private static string Gzip(string path)
    {
        using FileStream file = File.Create(path + ".gz");
        using GZipStream gzip = new(file, CompressionLevel.Fastest);
        gzip.Write(File.ReadAllBytes(path));
        return path + ".gz";
    }

    private string Text(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));

    private string At(string name) => Path.Combine(_folder.Path, name);
}
