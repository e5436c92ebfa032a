using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Models.Text;
using Rnn.Models.Text.Words;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text;

/// <summary>Several files as one text.</summary>
public sealed class SeveralFilesTests : IDisposable
{
    private static readonly WordCorpusOptions s_all = new() { MinCount = 1 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SeveralFilesAreOneText()
    {
        string a = _folder.Write("a.txt", [.. Encoding.UTF8.Preamble, .. "one two"u8]);
        string empty = _folder.Write("empty.txt", []);
        string b = _folder.Write("b.txt", "\uFEFFone three\n"u8.ToArray());
        List<WordCorpusProgress> progress = [];
        using WordCorpus corpus = WordCorpus.FromFiles([a, empty, b, a], s_all, new ListProgress(progress));
        using WordCorpus same = WordCorpus.FromText("one two\none three\none two", s_all);
        int[] entries = new int[corpus.Length], expected = new int[same.Length];
        corpus.Read(0, entries);
        same.Read(0, expected);
        Assert.Equal(same.Vocabulary.Words, corpus.Vocabulary.Words);
        Assert.Equal(expected, entries);
        Assert.Equal(progress[^1].TotalBytes, progress[^1].Bytes);
        Assert.Equal(new[] { a, b, a }.Sum(path => new FileInfo(path).Length), progress[^1].TotalBytes);
    }

    [Fact]
    public void OfSeveralFilesEachIsNamedByItsErrors()
    {
        string good = _folder.Write("good.txt", "one two"u8.ToArray());
        string zip = _folder.Write("zip.txt", "PK\u0003\u0004 and more"u8.ToArray());
        string empty = _folder.Write("empty.txt", []);
        Assert.Throws<ArgumentException>(() => WordCorpus.FromFiles([]));
        Assert.Throws<FileNotFoundException>(() => WordCorpus.FromFiles([good, good + "x"], s_all));
        Assert.Contains("zip.txt' is a zip archive", Assert.Throws<InvalidDataException>(() =>
            WordCorpus.FromFiles([good, zip], s_all)).Message, StringComparison.Ordinal);
        Assert.Contains("holds no word", Assert.Throws<InvalidDataException>(() =>
            WordCorpus.FromFiles([empty, empty], s_all)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextsAreJoinedByALineFeed()
    {
        string a = _folder.Write("a.txt", [.. Encoding.UTF8.Preamble, .. "one\r\n"u8]), b = _folder.Write("b.txt", "two"u8);
        Assert.Equal("one\n\ntwo\none\n", TextFile.ReadAll([a, b, a]));
        Assert.Equal("one\r\n", TextFile.ReadAll([a], normalizeLineEnds: false));
        Assert.Throws<ArgumentException>(() => TextFile.ReadAll([]));
        Assert.Throws<FileNotFoundException>(() => TextFile.ReadAll([a, "nope"]));
    }

    private sealed class ListProgress(List<WordCorpusProgress> reports) : IProgress<WordCorpusProgress>
    {
        public void Report(WordCorpusProgress value) => reports.Add(value);
    }
}
