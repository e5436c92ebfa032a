using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Rnn.Models.Data;
using Rnn.Models.Text;
using Rnn.Models.Text.Words;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text;

/// <summary>Files, pipes, temporary files and errors of <see cref="WordCorpus"/>, and real texts.</summary>
public sealed class WordCorpusFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheTemporaryFileEndsWithTheCorpus()
    {
        WordCorpusOptions options = InFile(1);
        WordCorpus corpus = WordCorpus.FromText("a b a", options);
        if (!OperatingSystem.IsWindows())
            Assert.Empty(_folder.Files());   // it has lost its name already
        int[] entries = new int[4];
        corpus.Read(0, entries);
        Assert.Equal([0, 1, 0, -1], entries);
        corpus.Dispose();
        corpus.Dispose();
        Assert.Empty(_folder.Files());
        Assert.Throws<ObjectDisposedException>(() => corpus.Read(0, entries));
    }

    [Fact]
    public void TheTemporaryFileEndsWithAnError()
    {
        Assert.Throws<InvalidDataException>(() => WordCorpus.FromText("a b a", InFile(5)));
        Assert.Throws<InvalidDataException>(() => WordCorpus.FromText(" ", InFile(1)));
        Assert.Throws<TimeoutException>(() => WordCorpus.FromSentences(Failing(), InFile(1)));
        Assert.Empty(_folder.Files());

        static IEnumerable<string[]> Failing()
        {
            for (int i = 0; i < 100_000; i++)
                yield return ["a", "b"];
            throw new TimeoutException();
        }
    }

    [Fact]
    public void AFolderForTheTemporaryFileIsNeeded()
    {
        string folder = Path.Combine(_folder.Path, "none");
        string message = Assert.Throws<IOException>(() => WordCorpus.FromText("a", InFile(1) with
        {
            TemporaryFolder = folder,
        })).Message;
        Assert.Contains($"in '{folder}' cannot be written", message);
        Assert.Contains("TemporaryFolder", message);
    }

    [Fact]
    public void FilesThatAreNoneAreRefused()
    {
        string path = Path.Combine(_folder.Path, "none.txt");
        Assert.Contains($"There is no file '{path}'",
            Assert.Throws<FileNotFoundException>(() => WordCorpus.FromFile(path)).Message);
        Assert.Contains($"'{_folder.Path}' is a folder",
            Assert.Throws<InvalidDataException>(() => WordCorpus.FromFile(_folder.Path)).Message);
        Assert.Throws<ArgumentException>(() => WordCorpus.FromFile(""));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\uFEFF", "holds no word, only white space")]
    [InlineData(" \r\n\t\n", "holds no word, only white space")]
    [InlineData("a a b", "No word reaches the minimum count 5; the most frequent word 'a' has count 2.")]
    public void TextsWithoutWordsAreRefused(string text, string expected)
    {
        string path = _folder.Write("text.txt", Encoding.UTF8.GetBytes(text));
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => WordCorpus.FromFile(path)).Message);
        if (!expected.StartsWith("No", StringComparison.Ordinal))
        {
            Assert.StartsWith($"The file '{path}' {expected}",
                Assert.Throws<InvalidDataException>(() => WordCorpus.FromFile(path)).Message);
        }
    }

    [Fact]
    public void OtherTextsAreRefused()
    {
        foreach (Encoding encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32])
        {
            foreach (byte[] wide in (byte[][])[[.. encoding.Preamble, .. encoding.GetBytes("a b")],
                encoding.GetBytes("some words without a mark")])
            {
                string message = Assert.Throws<InvalidDataException>(
                    () => WordCorpus.FromStream(new MemoryStream(wide))).Message;
                Assert.Contains("byte order mark, not utf-8; expected text. Name its encoding, ", message);
                string name = message[(message.LastIndexOf(' ') + 1)..^1];   // the remedy helps
                WordCorpusOptions options = new() { MinCount = 1, Encoding = name };
                using WordCorpus corpus = WordCorpus.FromStream(new MemoryStream(wide), options);
                Assert.Equal(wide.Length < 30 ? 2 : 5, corpus.RawWords);
                Assert.True(corpus.Vocabulary.TryGetIndex("a", out _));
            }
        }

        foreach (byte[] binary in (byte[][])[[.. "%PDF-1.4"u8], [0x7F, (byte)'E', (byte)'L', (byte)'F', 2],
            [.. "text"u8, 0, .. "and a NUL"u8], [.. Enumerable.Repeat((byte)1, 50)]])
        {
            string message = Assert.Throws<InvalidDataException>(
                () => WordCorpus.FromStream(new MemoryStream(binary))).Message;
            Assert.Contains("expected text", message);
            Assert.Equal(message.Replace("The text", "The file 'x'", StringComparison.Ordinal),
                Assert.Throws<InvalidDataException>(() => TextFile.Read(new MemoryStream(binary), "x")).Message);
        }

        foreach (byte[] packed in (byte[][])[[0x1F, 0x8B, 8, 0, 1], [.. "BZh91AY&SY"u8]])
        {
            Assert.Contains("compressed",
                Assert.Throws<InvalidDataException>(() => WordCorpus.FromStream(new MemoryStream(packed))).Message);
        }

        WordVocabulary given = WordVocabulary.FromWords(["x"], [1]);
        Assert.Contains("None of the 3 words of The text is one of the 1 words", Assert.Throws<InvalidDataException>(
            () => WordCorpus.FromText("a b c", new WordCorpusOptions { Vocabulary = given })).Message,
            StringComparison.OrdinalIgnoreCase);
        Assert.Contains("word 2 is null or empty", Assert.Throws<ArgumentException>(
            () => WordCorpus.FromSentences([["a", "b"], [""]])).Message);
        Assert.Throws<ArgumentNullException>(() => WordCorpus.FromSentences([null!]));
        Assert.Throws<InvalidDataException>(() => WordCorpus.FromSentences([]));
        MemoryStream closed = new();
        closed.Dispose();
        Assert.Throws<ArgumentException>(() => WordCorpus.FromStream(closed));
    }

    [Fact]
    public void AnotherEncodingIsReadByItsNameAndNeverMergesWords()
    {
        byte[] latin = Encoding.Latin1.GetBytes("p\u00e2te p\u00e2t\u00e9 p\u00e2te\n");
        string message = Assert.Throws<InvalidDataException>(
            () => WordCorpus.FromStream(new MemoryStream(latin), new() { MinCount = 1 })).Message;
        Assert.Contains("is not valid utf-8: 4 of its 15 bytes are not. Name its encoding, for example latin1", message);
        WordCorpusOptions options = new() { MinCount = 1, Encoding = "latin1" };
        using WordCorpus corpus = WordCorpus.FromStream(new MemoryStream(latin), options);
        Assert.Equal(["p\u00e2te", "p\u00e2t\u00e9"], corpus.Vocabulary.Words);
        Assert.Equal(0, corpus.InvalidBytes);
        Assert.Throws<ArgumentException>(
            () => WordCorpus.FromStream(new MemoryStream(latin), new() { Encoding = "klingon" }));
        Assert.Contains("not valid us-ascii", Assert.Throws<InvalidDataException>(
            () => WordCorpus.FromStream(new MemoryStream(latin), new() { Encoding = "us-ascii" })).Message);
    }

    [Fact]
    public void WhatIsLeftOutIsCounted()
    {
        WordCorpusOptions options = new() { MinCount = 2, MaxSentenceWords = 2 };
        using WordCorpus corpus = WordCorpus.FromText("a b a b a\na b\nc d\n", options);
        Assert.Equal((1, 4, 2, 0), (corpus.CutSentences, corpus.DistinctWords, corpus.Vocabulary.Count,
            corpus.PrunedWords));
        using WordCorpus pruned = WordCorpus.FromText(string.Join(' ', Enumerable.Range(0, 100_000).Select(i => $"w{i}"))
            + " a a", new WordCorpusOptions { MinCount = 1, MaxDistinctWords = 100 });
        Assert.True(pruned.PrunedWords > 90_000);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(3, 1)]
    [InlineData(0, 4)]
    [InlineData(long.MaxValue, 1)]
    public void EntriesOutsideAreRefused(long start, int count)
    {
        using WordCorpus corpus = WordCorpus.FromText("a a", new WordCorpusOptions { MinCount = 1 });
        Assert.Contains("there are 0 to 2", Assert.Throws<ArgumentOutOfRangeException>(
            () => corpus.Read(start, new int[count])).Message);
        corpus.Read(3, []);
    }

    [Fact]
    public void OptionsAreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WordCorpusOptions { MinCount = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WordCorpusOptions { MaxVocabulary = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WordCorpusOptions { MaxSentenceWords = 0 });
        Assert.Contains("MaxDistinctWords is 0; expected 1 or more", Assert.Throws<ArgumentOutOfRangeException>(
            () => new WordCorpusOptions { MaxDistinctWords = 0 }).Message);
    }

    [Fact]
    public async Task APipeIsReadToItsEnd()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is needed.");
        string path = Path.Combine(_folder.Path, "pipe");
        using (Process make = Process.Start("mkfifo", path))
            make.WaitForExit();
        Task writer = Task.Run(() =>
        {
            using FileStream pipe = new(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
            for (int i = 0; i < 1000; i++)
                pipe.Write("some words of a pipe\n"u8);
        });
        using WordCorpus corpus = await Task.Run(() => WordCorpus.FromFile(path));
        await writer;
        Assert.Equal((5000, 1000), (corpus.RawWords, corpus.Sentences));
    }

    // Numbers of wc -w and of sort | uniq -c in the C locale.
    [Theory]
    [InlineData("text8/text8-first-6.9MB.txt", 1_171_946, "the", 73_632)]
    [InlineData("wikitext-2/train.txt", 2_051_910, "the", 113_161)]
    public void RealTextsHaveAsManyWordsAsWcSays(string file, long words, string mostFrequent, long count)
    {
        string path = PathOrSkip(file);
        using WordCorpus corpus = WordCorpus.FromFile(path, new WordCorpusOptions { MinCount = 1 });
        Assert.Equal(words, corpus.RawWords);
        Assert.Equal(words, corpus.KnownWords);
        Assert.Equal((mostFrequent, count), (corpus.Vocabulary[0], corpus.Vocabulary.Counts[0]));
        Assert.Equal(0, corpus.InvalidBytes);

        WordCorpusOptions options = InFile(5);
        WordOracle expected = new(File.ReadAllText(path), options);
        using WordCorpus frequent = WordCorpus.FromFile(path, options);
        int[] entries = new int[frequent.Length];
        frequent.Read(0, entries);
        Assert.Equal(expected.Vocabulary!.Words, frequent.Vocabulary.Words);
        Assert.True(expected.Entries.SequenceEqual(entries));
    }

    private static string PathOrSkip(string file)
    {
        string? folder = Environment.GetEnvironmentVariable(DataSets.FolderVariable);
        string path = Path.Combine(folder ?? "", file.Replace('/', Path.DirectorySeparatorChar));
        Assert.SkipUnless(!string.IsNullOrEmpty(folder) && File.Exists(path),
            $"Set {DataSets.FolderVariable} to a folder with {file}.");
        return path;
    }

    private WordCorpusOptions InFile(long minCount) => new()
    {
        MinCount = minCount,
        Cache = CorpusCache.TemporaryFile,
        TemporaryFolder = _folder.Path,
    };
}
