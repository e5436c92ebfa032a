using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using Rnn.Models.Data;
using Rnn.Models.Text.Parallel;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text.Parallel;

public sealed class ParallelTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a b\tc\nd\te f\n")]
    [InlineData("a b\tc\r\n d \t e f\tattribution")]
    [InlineData("\uFEFFa b\tc\nd\te f")]
    public void ATableIsRead(string table) => Assert.Equal(
        [new SentencePair("a b", "c"), new SentencePair("d", "e f")], ParallelText.ReadTabSeparated(Write("t.tsv", table)));

    [Fact]
    public void OtherColumnsAreReadByNumber() => Assert.Equal([new SentencePair("c", "a")],
        ParallelText.ReadTabSeparated(Write("t.tsv", "a\tb\tc"), sourceColumn: 2, targetColumn: 0));

    [Fact]
    public void TwoFilesAreReadLineByLine() => Assert.Equal([new SentencePair("a", "A"), new SentencePair("b\tc", "B")],
        ParallelText.ReadFiles(Write("a.txt", "a\nb\tc\n"), Write("b.txt", "A\r\nB")));

    [Fact]
    public void OtherEncodingsAreRead() => Assert.Equal("\u00E9", ParallelText.ReadTabSeparated(
        _folder.Write("t.tsv", Encoding.Latin1.GetBytes("a\t\u00E9")), encoding: "latin1")[0].Target);

    [Fact]
    public void EachErrorSaysWhereAndWhatToDo()
    {
        Fails("t.tsv', line 2: there is no tab; expected a source, a tab and a target. If the targets", () => Table("a\tb\nc d\n"));
        Fails("t.tsv', line 2: there is no tab", () => Table("a\tb\n\nc\td"));
        Fails("t.tsv', line 1: there are 2 columns, and column 3 (from 0) was asked for. Add what is missing",
            () => ParallelText.ReadTabSeparated(Write("t.tsv", "a\tb"), 0, 3));
        Fails("t.tsv', line 2: the source is empty. Write one there, or remove the pair.", () => Table("a\tb\n \td"));
        Fails("t.tsv', line 1: the target is empty.", () => Table("a\t\nc\td"));
        Fails("t.tsv' holds no text.", () => Table(""));
        Fails("not valid utf-8: byte 0xE9 at offset 2", () => ParallelText.ReadTabSeparated(
            _folder.Write("t.tsv", Encoding.Latin1.GetBytes("a\t\u00E9"))));
        Fails("a.txt' has 3 lines and '", () => Files("a\nb\nc", "A\nB\n"));
        Fails("b.txt' has 2; expected a text a line, and its translation in the same line", () => Files("a\nb\nc", "A\nB\n"));
        Fails("b.txt', line 2: the target is empty.", () => Files("a\nb\nc", "A\n\nC"));
        Fails("a.txt', line 3: the source is empty.", () => Files("a\nb\n\u00A0", "A\nB\nC"));
        Assert.Throws<FileNotFoundException>(() => ParallelText.ReadTabSeparated(Path.Combine(_folder.Path, "none.tsv")));
        Assert.Throws<ArgumentException>(() => ParallelText.ReadTabSeparated(Write("t.tsv", "a\tb"), encoding: "none"));
        Assert.Contains("targetColumn and sourceColumn are both 1", Assert.Throws<ArgumentException>(
            () => ParallelText.ReadTabSeparated("t.tsv", 1, 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ParallelText.ReadTabSeparated("t.tsv", -1));

        void Fails(string text, Func<object> read) => Assert.Contains(text, Assert.Throws<InvalidDataException>(read).Message);
        ParallelText Table(string table) => ParallelText.ReadTabSeparated(Write("t.tsv", table));
        ParallelText Files(string a, string b) => ParallelText.ReadFiles(Write("a.txt", a), Write("b.txt", b));
    }

    /// <summary>No source, or no target, is in two parts; every pair is in one, in its order; and its part doesn't
    /// depend on the others.</summary>
    [Fact]
    public void PartsHaveNoSourceInCommon()
    {
        Gen<SentencePair[]> some = Gen.Select(Gen.Int[0, 60], Gen.Int[0, 60])
            .Select((s, t) => new SentencePair($"s{s}", $"t{t}")).Array[0, 100];
        Gen.Select(some, Gen.Double[0, 0.49], Gen.Double[0, 0.5], Gen.ULong, Gen.Bool).Sample((pairs, validation, test, seed, bySource) =>
        {
            ParallelText text = new(pairs);
            ParallelText[] parts = Split(text);
            Func<SentencePair, string> side = pair => bySource ? pair.Source : pair.Target;
            Assert.Equal(pairs.Order(Comparer<SentencePair>.Create(Compare)),
                parts.SelectMany(part => part).Order(Comparer<SentencePair>.Create(Compare)));
            for (int p = 0; p < 3; p++)
            {
                HashSet<string> own = [.. parts[p].Select(side)];
                Assert.DoesNotContain(parts.Where((_, other) => other != p).SelectMany(part => part), pair => own.Contains(side(pair)));
                Assert.Equal(pairs.Where(pair => own.Contains(side(pair))), parts[p]);   // in the order of the text
                ParallelText fewer = new(pairs.Skip(5));
                Assert.Equal(Split(fewer)[p], fewer.Where(pair => own.Contains(side(pair))));
            }

            ParallelText[] Split(ParallelText all)
            {
                (ParallelText training, ParallelText held, ParallelText tested) = bySource
                    ? all.SplitBySource(validation, test, seed) : all.SplitByTarget(validation, test, seed);
                return [training, held, tested];
            }
        });

        static int Compare(SentencePair a, SentencePair b) => string.CompareOrdinal($"{a.Source} {a.Target}", $"{b.Source} {b.Target}");
    }

    // int.from_bytes(hashlib.sha256(f"{seed}\t{source}".encode()).digest()[:8]) >> 11, as Python computes it.
    [Theory]
    [InlineData("Go.", 1UL, 4521159713388207)]
    [InlineData("\u00E9t\u00E9", 1UL, 3377431627016793)]
    [InlineData("Go.", ulong.MaxValue, 6395309289793018)]
    public void APartIsAFunctionOfTheSource(string source, ulong seed, long place)
    {
        ParallelText text = new([new SentencePair(source, "x")]);
        double share = place / (double)(1L << 53);
        Assert.Single(text.SplitBySource(0, Math.BitIncrement(share), seed).Test);
        Assert.Empty(text.SplitBySource(0, share, seed).Test);
        Assert.Single(text.SplitBySource(Math.BitIncrement(share), 0, seed).Validation);
        Assert.Single(text.SplitBySource(share, 0, seed).Training);
    }

    [Fact]
    public void SharesAreAboutWhatTheyShouldBe()
    {
        ParallelText text = new(Enumerable.Range(0, 20_000).Select(i => new SentencePair($"source {i}", "x")));
        (ParallelText training, ParallelText validation, ParallelText test) = text.SplitBySource(0.05, 0.1);
        Assert.InRange(validation.Count, 900, 1100);
        Assert.InRange(test.Count, 1870, 2130);
        Assert.Equal(20_000, training.Count + validation.Count + test.Count);
        Assert.NotEqual(test, text.SplitBySource(0.05, 0.1, seed: 2).Test);
        Assert.Equal(text, text.SplitBySource(0, 0).Training);
        Assert.Throws<ArgumentOutOfRangeException>(() => text.SplitBySource(0.5, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => text.SplitBySource(-0.1, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => text.SplitBySource(0.1, double.NaN));
    }

    [Fact]
    public void LongPairsAreLeftOut()
    {
        ParallelText text = new([new("a b", "c"), new("a b c", "d"), new("a", "b c d e"), new(" a \t b ", "")]);
        Assert.Equal([text[0], text[3]], text.UpTo(maxWords: 2));
        Assert.Equal(text, text.UpTo(maxWords: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => text.UpTo(0));
    }

    [Fact]
    public void PairsAreCopiedAndChecked()
    {
        SentencePair[] pairs = [new("a", "b")];
        ParallelText text = new(pairs);
        pairs[0] = new("c", "d");
        Assert.Equal("a", text[0].Source);
        Assert.Single(text);
        Assert.Throws<ArgumentOutOfRangeException>(() => text[1]);
        Assert.Contains("a side of pairs[1] is null", Assert.Throws<ArgumentException>(
            () => new ParallelText([new("a", "b"), new("a", null!)])).Message);
    }

    [Fact]
    public void TheUsualPairsAreRead()
    {
        ParallelText text = ParallelText.ReadTabSeparated(TestData.PathOrSkip(DataSets.FrenchEnglish));
        Assert.Equal(167_130, text.Count);
        Assert.Equal(new SentencePair("Go.", "Va !"), text[0]);
        (ParallelText training, ParallelText validation, ParallelText test) = text.SplitBySource(0.02, 0.02);
        Assert.Equal((160_389, 3_312, 3_429), (training.Count, validation.Count, test.Count));
    }

    private string Write(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));
}
