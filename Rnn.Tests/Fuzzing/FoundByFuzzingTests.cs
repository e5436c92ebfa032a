using System;
using System.Formats.Tar;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using Rnn.Models.CharRnn;
using Rnn.Models.Classification;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Text;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Text.Scripts;
using Rnn.Models.Translation;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Fuzzing;

/// <summary>What damaged inputs led to, each with the input that did.</summary>
public class FoundByFuzzingTests
{
    /// <summary>Half a character, as it is or escaped, was another exception than the documented one.</summary>
    [Fact]
    public void HalfACharacterInAVocabulary()
    {
        foreach (string symbols in (string[])["[\"<unk>\",\"a\uD800\"]", """["<unk>","\ud800"]"""])
        {
            Assert.Throws<FormatException>(() => TokenVocabulary.FromSymbols(symbols));
            Assert.Throws<FormatException>(() => TranslationVocabulary.FromSymbols(symbols));
            Assert.Throws<FormatException>(() => BytePairEncoding.FromSymbols(symbols));
        }
    }

    [Fact]
    public void HalfACharacterInAModelsOptions()
    {
        byte[] file = Saved(new CharRnnModel(Vocabulary.FromText("ab"), new() { HiddenSize = 1, Layers = 1 }).Save);
        string[] all = ["""{"\ud800":1}""", """{"cell":"\ud800"}""", """{"hidden_size":1,"\udc00\ud800":{"a":[]}}"""];
        foreach (string options in all)
        {
            byte[] forged = Forgery.WithEntry(file, "options", options);
            Assert.Throws<InvalidDataException>(() => CharRnnModel.Load(new MemoryStream(forged)));
        }
    }

    [Fact]
    public void HalfACharacterInAClassifiersWords()
    {
        byte[] file = Saved(LinearTextClassifier.Train([["a"], ["b"]], [0, 1], new() { MinTexts = 1 }).Save);
        byte[] forged = Forgery.WithEntry(file, "words", """["a","\ud800"]""");
        Assert.Throws<InvalidDataException>(() => LinearTextClassifier.Load(new MemoryStream(forged)));
    }

    /// <summary>Vectors of one dimension in a compressed file took 45 MB, however few there were.</summary>
    [Fact]
    public void AFewCompressedVectors()
    {
        byte[] file = Saved(stream =>
        {
            using GZipStream gzip = new(stream, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write("a 1\nb 2\n"u8);
        });
        WordVectorsFile.Load(new MemoryStream(file));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(2, WordVectorsFile.Load(new MemoryStream(file)).Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    /// <summary>Memory was taken for what an entry claims, 64 GB here; and more than 2^63 bytes, as a binary number, were another
    /// exception.</summary>
    [Theory]
    [InlineData("373737373737373737373737")]
    [InlineData("80FFFFFFFFFFFFFFFFFFFFFF")]
    public void AReviewThatClaimsToBeHuge(string size)
    {
        using TemporaryFolder folder = new();
        using MemoryStream tar = new();
        using (TarWriter archive = new(tar, leaveOpen: true))
        {
            using MemoryStream data = new([65]);
            archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "a/train/pos/0_9.txt") { DataStream = data });
        }

        byte[] bytes = tar.ToArray();
        Convert.FromHexString(size).CopyTo(bytes, 124);
        bytes.AsSpan(148, 8).Fill((byte)' ');         // the checksum, which is computed with blanks in its place
        int sum = bytes.Take(512).Sum(b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(bytes, 148);
        string path = folder.Write("reviews.tar.gz", Saved(stream =>
        {
            using GZipStream gzip = new(stream, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(bytes);
        }));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => MovieReviews.Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    /// <summary>A part without a character was an argument's error.</summary>
    [Fact]
    public void AnEmptyPartOfWikiText()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "wikitext-2-v1.zip");
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (string part in (string[])["train", "valid", "test"])
                zip.CreateEntry($"wikitext-2/wiki.{part}.tokens");
        }

        Assert.Throws<InvalidDataException>(() => WikiText.Read(path));
    }

    /// <summary>Sines for positions were made before the weights of a file were looked at: 2 MB for one of 6 kB.</summary>
    [Fact]
    public void ATransformerThatClaimsToBeWide()
    {
        TranslationModel model = new(new ParallelText([new("one", "un"), new("two", "deux")]), new()
        {
            Architecture = TranslationArchitecture.Transformer,
            EmbeddingSize = 4,
            Heads = 2,
            FeedForwardSize = 4,
            MinCount = 1,
            MaxTokens = 8,
        });
        byte[] file = Saved(model.Save);
        byte[] forged = Forgery.WithOption(file, "embedding_size", "65536");
        Assert.Throws<InvalidDataException>(() => TranslationModel.Load(new MemoryStream(forged)));   // and compiled
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => TranslationModel.Load(new MemoryStream(forged)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    private static byte[] Saved(Action<Stream> save)
    {
        using MemoryStream stream = new();
        save(stream);
        return stream.ToArray();
    }
}
