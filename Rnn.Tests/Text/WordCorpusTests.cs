using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using CsCheck;
using Rnn.Models.Text.Words;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text;

public sealed class WordCorpusTests : IDisposable
{
    private static readonly string[] s_pieces =
    [
        "a", "b", "the", "Word", "\u00e9", "\u00c9", "\u20ac", "\U0001F600", "12345678", "eightchars", "\u0001",
        "aa\u0001",
        " ", " ", " ", "  ", "\t", "\n", "\r\n", "\v", "\f", "\n\n", "\u00a0", "\u2028", "sixteen-byte-wrd",
    ];

    private static readonly Gen<string> GenText =
        Gen.Int[0, s_pieces.Length - 1].Array[0, 120].Select(pieces => string.Concat(pieces.Select(i => s_pieces[i])));

    private static readonly Gen<WordCorpusOptions> GenOptions = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[1, 6],
        Gen.Bool, (minCount, max, sentence, lower) => new WordCorpusOptions
        {
            MinCount = minCount,
            MaxVocabulary = max,
            MaxSentenceWords = sentence,
            LowerCase = lower,
        });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnExampleByHand()
    {
        using WordCorpus corpus = WordCorpus.FromText("the cat saw the dog\nno\n\nthe dog  saw\tit",
            new WordCorpusOptions { MinCount = 2 });
        Assert.Equal(["the", "dog", "saw"], corpus.Vocabulary.Words);
        Assert.Equal([3, 2, 2], corpus.Vocabulary.Counts.ToArray());
        Assert.Equal([0, 2, 0, 1, -1, 0, 1, 2, -1], Entries(corpus));
        Assert.Equal((10, 7, 2, 9), (corpus.RawWords, corpus.KnownWords, corpus.Sentences, corpus.Length));
        Assert.Equal((0, 0, 0), (corpus.InvalidBytes, corpus.CutWords, corpus.PrunedCount));
    }

    [Fact]
    public void EveryWayInGivesWhatSplittingGives()
    {
        Gen.Select(GenText, GenOptions).Sample(EveryWayIn, iter: 300);
        Assert.Empty(_folder.Files());
    }

    private void EveryWayIn(string text, WordCorpusOptions options)
    {
        WordOracle expected = new(text, options);
        WordCorpusOptions inFile = options with
        {
            Cache = CorpusCache.TemporaryFile,
            TemporaryFolder = _folder.Path,
        };
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Check(expected, () => WordCorpus.FromText(text, options));
        Check(expected, () => WordCorpus.FromText(text, inFile));
        Check(expected, () => WordCorpus.FromStream(new MemoryStream(bytes), options));
        Check(expected, () => WordCorpus.FromStream(new MemoryStream([0xEF, 0xBB, 0xBF, .. bytes]), inFile));
        Check(expected, () => WordCorpus.FromSentences(text.Split('\n').Select(line => line.Split(
            [' ', '\t', '\v', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries)), options));
    }

    [Fact]
    public void AGivenVocabularyIsKept() => Gen.Select(GenText, GenText, GenOptions).Sample((text, other, options) =>
    {
        WordVocabulary? given = new WordOracle(other, options).Vocabulary;
        if (given is null)
            return;
        WordCorpusOptions with = options with { Vocabulary = given };
        Check(new WordOracle(text, with), () =>
        {
            WordCorpus corpus = WordCorpus.FromText(text, with);
            Assert.Same(given, corpus.Vocabulary);
            return corpus;
        });
    }, iter: 200);

    // The bytes arrive in pieces of random sizes: words, characters and line ends are torn anywhere.
    [Fact]
    public void PiecesDoNotShow() => Gen.Select(GenText, Gen.Int[1, 9].Array[1, 7])
        .Sample((text, sizes) =>
        {
            WordCorpusOptions options = new() { MinCount = 1 };
            Check(new WordOracle(text, options), () => WordCorpus.FromStream(
                new TrickleStream(Encoding.UTF8.GetBytes(text), sizes), options));
        }, iter: 300);

    // A small buffer moves on within words: 2,000 bytes, filled and emptied many times.
    [Fact]
    public void BuffersDoNotShow() => Gen.Select(GenText.Array[50, 90], Gen.Int[1, 3000].Array[1, 7], Gen.Int[0, 70])
        .Sample((texts, sizes, more) =>
        {
            string text = string.Concat(texts);
            WordCorpusOptions options = new() { MinCount = 1 };
            TrickleStream stream = new(Encoding.UTF8.GetBytes(text), sizes);
            Check(new WordOracle(text, options), () => WordCorpus.Build("test", options,
                scanner => scanner.Read(stream.Read, "test", null, bufferBytes: 2000 + more), default));
        }, iter: 50);

    [Fact]
    public void WordsOfEveryLengthAreKeptApart()
    {
        // Each length 1 to 130 at every place in a block of 64 bytes, and words that differ in one byte alone.
        List<string[]> sentences = [];
        for (int length = 1; length <= 130; length++)
        {
            string word = new('w', length);
            sentences.Add([word, word[1..] + "x", "x" + word[1..], new string('y', length % 61 + 1)]);
        }

        WordCorpusOptions options = new() { MinCount = 1 };
        WordOracle expected = new(sentences, options);
        Check(expected, () => WordCorpus.FromSentences(sentences, options));
        string text = string.Join('\n', sentences.Select(words => string.Join(' ', words)));
        Check(expected, () => WordCorpus.FromText(text, options));
    }

    [Fact]
    public void ManyWordsInManyPieces()
    {
        // More than one piece of the cache and of the arena, and a table that grows: 600,000 words, 150,000 different.
        StringBuilder text = new();
        for (int i = 0; i < 600_000; i++)
            text.Append("word-").Append(i * 7919L % 150_000).Append(i % 13 == 0 ? '\n' : ' ');
        WordCorpusOptions options = new() { MinCount = 2 };
        WordCorpusOptions inFile = options with { Cache = CorpusCache.TemporaryFile };
        WordOracle expected = new(text.ToString(), options);
        Check(expected, () => WordCorpus.FromText(text.ToString(), options));
        Check(expected, () => WordCorpus.FromText(text.ToString(), inFile));
    }

    [Theory]
    [InlineData(CorpusCache.Memory)]
    [InlineData(CorpusCache.TemporaryFile)]
    public void ManyThreadsReadAnywhere(CorpusCache cache)
    {
        string text = string.Concat(Enumerable.Range(0, 400_000).Select(i => $"{i % 1009} "));
        using WordCorpus corpus = WordCorpus.FromText(text, new WordCorpusOptions { Cache = cache });
        int[] all = Entries(corpus);
        System.Threading.Tasks.Parallel.For(0, 4, thread =>
        {
            int[] piece = new int[5000];
            for (int i = 0; i < 200; i++)
            {
                int start = (int)((i * 7919L + thread * 104_729L) * 31 % (all.Length - piece.Length));
                int length = i * 37 % piece.Length;
                corpus.Read(start, piece.AsSpan(0, length));
                Assert.True(piece.AsSpan(0, length).SequenceEqual(all.AsSpan(start, length)));
            }
        });
    }

    [Fact]
    public void LettersBecomeLowerCase()
    {
        // The Kelvin sign has three bytes and its small letter one; U+023A grows from two to three.
        using WordCorpus corpus = WordCorpus.FromText(
            "The THE the \u00c9t\u00e9 \u00e9t\u00e9 \u212Ag kg \u023Ax \u2C65x",
            new WordCorpusOptions { MinCount = 2, LowerCase = true });
        Assert.Equal(["the", "kg", "\u00e9t\u00e9", "\u2C65x"], corpus.Vocabulary.Words);
        Assert.Equal([3, 2, 2, 2], corpus.Vocabulary.Counts.ToArray());
        Assert.Equal([0, 0, 0, 2, 2, 1, 1, 3, 3, -1], Entries(corpus));
    }

    [Fact]
    public void InvalidBytesAreReplacedAndCounted()
    {
        byte[] bytes = [.. "a\u00e9 "u8, (byte)'a', 0xE9, (byte)' ', (byte)'a', 0xE9, (byte)' ', 0xF0, 0x9F, 0x98];
        using WordCorpus corpus = WordCorpus.FromStream(new MemoryStream(bytes),
            new WordCorpusOptions { MinCount = 1, MaxInvalidShare = 1 });
        Assert.Equal(["a\uFFFD", "a\u00e9", "\uFFFD"], corpus.Vocabulary.Words);
        Assert.Equal([1, 0, 0, 2, -1], Entries(corpus));
        Assert.Equal(5, corpus.InvalidBytes);
    }

    [Fact]
    public void LongWordsAreCutAtACharacter()
    {
        string whole = new('a', 1000);
        string text = $"{whole} {whole}a {new string('a', 5000)} {new string('b', 999)}\u00e9 " +
            $"{new string('\u20ac', 200_000)} end";
        using WordCorpus corpus = WordCorpus.FromText(text, new WordCorpusOptions { MinCount = 1 });
        Assert.Equal([whole, new string('b', 999), "end", new string('\u20ac', 333)], corpus.Vocabulary.Words);
        Assert.Equal([0, 0, 0, 1, 3, 2, -1], Entries(corpus));
        Assert.Equal(4, corpus.CutWords);
        Assert.Equal(6, corpus.RawWords);
        using WordCorpus same = WordCorpus.FromSentences([text.Split(' ')], new WordCorpusOptions { MinCount = 1 });
        Assert.Equal(Entries(corpus), Entries(same));
        Assert.Equal(4, same.CutWords);
    }

    [Fact]
    public void RareWordsAreForgottenBeyondTheLimit()
    {
        // A frequent word in every fourth place, the others all different: what is counted stays bounded.
        IEnumerable<string[]> sentences = Enumerable.Range(0, 100_000)
            .Select(i => new[] { "often", $"u{i}", $"v{i}", $"w{i}" });
        WordCorpusOptions options = new() { MinCount = 1, MaxDistinctWords = 1000 };
        using WordCorpus corpus = WordCorpus.FromSentences(sentences, options);
        Assert.Equal(400_000, corpus.RawWords);
        Assert.Equal(("often", 100_000), (corpus.Vocabulary[0], corpus.Vocabulary.Counts[0]));
        Assert.InRange(corpus.Vocabulary.Count, 1, 1000 + (1 << 14));
        Assert.Equal(corpus.KnownWords, corpus.Vocabulary.TotalCount);
        Assert.Equal(1, corpus.PrunedCount);

        using WordCorpus inFile = WordCorpus.FromSentences(sentences,
            options with { Cache = CorpusCache.TemporaryFile });
        Assert.Equal(Entries(corpus), Entries(inFile));

        // With a given vocabulary nothing is lost.
        WordVocabulary given = WordVocabulary.FromWords(["u7", "often", "w99999"], [1, 1, 1]);
        using WordCorpus known = WordCorpus.FromSentences(sentences, options with { Vocabulary = given });
        Assert.Equal(100_002, known.KnownWords);
        Assert.Equal(0, known.PrunedCount);
        Assert.Equal([1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, 0, -1], Entries(known)[..17]);
        Assert.Equal([1, 2, -1], Entries(known)[^3..]);
    }

    [Fact]
    public void SentencesAreCut()
    {
        using WordCorpus corpus = WordCorpus.FromText("a a a a a\na a\n",
            new WordCorpusOptions { MinCount = 1, MaxSentenceWords = 2 });
        Assert.Equal([0, 0, -1, 0, 0, -1, 0, -1, 0, 0, -1], Entries(corpus));
        Assert.Equal(4, corpus.Sentences);
    }

    [Fact]
    public void ProgressIsReported()
    {
        string path = _folder.Write("text.txt", Words(200_000));
        List<WordCorpusProgress> reports = [];
        using WordCorpus corpus = WordCorpus.FromFile(path, null, new ListProgress(reports));
        Assert.Equal(reports.OrderBy(report => report.Bytes), reports);
        Assert.Equal(new WordCorpusProgress(1_000_000, 1_000_000, 200_000), reports[^1]);
        Assert.True(reports.Count > 3);
    }

    [Theory]
    [InlineData(CorpusCache.Memory)]
    [InlineData(CorpusCache.TemporaryFile)]
    public void ReadingCanBeCancelled(CorpusCache cache)
    {
        using CancellationTokenSource source = new();
        string path = _folder.Write("text.txt", Words(200_000));
        List<WordCorpusProgress> reports = [];
        Assert.Throws<OperationCanceledException>(() => WordCorpus.FromFile(path,
            new WordCorpusOptions { Cache = cache, TemporaryFolder = _folder.Path },
            new ListProgress(reports, report => source.Cancel()), source.Token));
        Assert.Single(reports);
        Assert.Equal([path], _folder.Files());
    }

    private static byte[] Words(int count) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("word ", count)));

    private static int[] Entries(WordCorpus corpus)
    {
        int[] entries = new int[corpus.Length];
        corpus.Read(0, entries);
        return entries;
    }

    private static void Check(WordOracle expected, Func<WordCorpus> make)
    {
        if (expected.Entries.Count == 0)
        {
            Assert.Throws<InvalidDataException>(make);
            return;
        }

        using WordCorpus corpus = make();
        Assert.Equal(expected.Vocabulary!.Words, corpus.Vocabulary.Words);
        Assert.Equal(expected.Vocabulary.Counts.ToArray(), corpus.Vocabulary.Counts.ToArray());
        Assert.Equal(expected.Entries, Entries(corpus));
        Assert.Equal(expected.RawWords, corpus.RawWords);
        Assert.Equal(corpus.Length, corpus.KnownWords + corpus.Sentences);
        Assert.Equal(expected.Entries.Count(entry => entry == WordCorpus.SentenceEnd), corpus.Sentences);
    }

    /// <summary>Gives its bytes in pieces of given sizes, like a pipe, and has no length.</summary>
    private sealed class TrickleStream(byte[] bytes, int[] sizes) : Stream
    {
        private int _at;
        private int _reads;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(Math.Min(sizes[_reads++ % sizes.Length], buffer.Length), bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class ListProgress(List<WordCorpusProgress> reports, Action<WordCorpusProgress>? then = null)
        : IProgress<WordCorpusProgress>
    {
        public void Report(WordCorpusProgress value)
        {
            reports.Add(value);
            then?.Invoke(value);
        }
    }
}
