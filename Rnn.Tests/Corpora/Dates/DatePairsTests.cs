using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Models.Corpora.Dates;
using Rnn.Models.Data;
using Rnn.Models.Text.Parallel;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Corpora.Dates;

public sealed class DatePairsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NoSourceComesTwiceAndTheFirstOnesStay()
    {
        ParallelText pairs = DatePairs.Generate(20_000, seed: 3);
        Assert.Equal(20_000, pairs.Count);
        Assert.Equal(20_000, pairs.Select(pair => pair.Source).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(pairs.Take(500), DatePairs.Generate(500, seed: 3));
        Assert.NotEqual(pairs.Take(500), DatePairs.Generate(500, seed: 4));
        Assert.Empty(DatePairs.Generate(0));
        Assert.All(pairs, pair => Assert.InRange(
            DateOnly.ParseExact(pair.Target, "yyyy-MM-dd").Year, 1950, 2049));
    }

    // Small and capital letters don't part them either: what is told apart by case alone would be read one way only.
    [Fact]
    public void EverySourceHasOneReading()
    {
        Dictionary<string, DateOnly> read = new(StringComparer.OrdinalIgnoreCase);
        for (int format = 0; format < DateFormats.Count; format++)
        {
            for (DateOnly date = new(1950, 1, 1); date.Year < 2050; date = date.AddDays(format % 3 == 0 ? 1 : 3))
            {
                string source = DateFormats.Write(format, date);
                Assert.True(read.TryAdd(source, date) || read[source] == date, $"'{source}' is {read[source]} and {date}");
            }
        }
    }

    [Theory]
    [InlineData("Tuesday, September the twenty-seventh, 1994")]
    [InlineData("September 27th, 1994")]
    [InlineData("27 Sept 94")]
    [InlineData("9/27/94")]
    [InlineData("27.09.1994")]
    [InlineData("27.IX.1994")]
    [InlineData("19940927")]
    public void ADayInManyWays(string source) => Assert.Contains(source,
        Enumerable.Range(0, DateFormats.Count).Select(format => DateFormats.Write(format, new DateOnly(1994, 9, 27))));

    [Theory]
    [InlineData(1, "1st")]
    [InlineData(2, "2nd")]
    [InlineData(3, "3rd")]
    [InlineData(11, "11th")]
    [InlineData(12, "12th")]
    [InlineData(13, "13th")]
    [InlineData(21, "21st")]
    [InlineData(30, "30th")]
    public void OrdinalsEndAsTheyShould(int day, string ordinal) => Assert.Contains($"{ordinal} May 2001",
        Enumerable.Range(0, DateFormats.Count).Select(format => DateFormats.Write(format, new DateOnly(2001, 5, day))));

    // The letters of seed 1 on every machine: FNV-1a. Changes with the formats, and only then.
    [Fact]
    public void ThePairsAreTheSameOnEveryMachine()
    {
        ulong hash = 14695981039346656037;
        foreach (char c in DatePairs.Generate(1000, seed: 1).SelectMany(pair => pair.Source + pair.Target))
            hash = (hash ^ c) * 1099511628211;

        Assert.Equal(12717191126131428989UL, hash);
    }

    [Fact]
    public void TheUsualFileIsRead()
    {
        ParallelText pairs = DatePairs.Read(TestData.PathOrSkip(DataSets.Dates));
        Assert.Equal(50_000, pairs.Count);
        Assert.Equal(new SentencePair("september 27, 1994", "1994-09-27"), pairs[0]);
        Assert.Equal(new SentencePair("THURSDAY, NOVEMBER 20, 1980", "1980-11-20"), pairs[^1]);
        Assert.All(pairs, pair => Assert.True(DateOnly.TryParseExact(pair.Target, "yyyy-MM-dd", out _), pair.Target));
    }

    [Fact]
    public void EachErrorSaysWhereAndWhatToDo()
    {
        Fails("line 2: there is no '_'; expected a source, '_' and a target. If tabs part them", "a_b\nc\td\n");
        Fails("line 1: the source is empty. Write one there", " _b");
        Fails("line 2: the target is empty.", "a_b\r\nc_ \r\n");
        Fails("holds no text", "");
        Assert.Throws<FileNotFoundException>(() => DatePairs.Read(Path.Combine(_folder.Path, "none")));
        Assert.Contains("count is 500001; expected 0 to 500000",
            Assert.Throws<ArgumentOutOfRangeException>(() => DatePairs.Generate(500_001)).Message);

        void Fails(string text, string content) => Assert.Contains(text, Assert.Throws<InvalidDataException>(
            () => DatePairs.Read(_folder.Write("d.txt", Encoding.UTF8.GetBytes(content)))).Message);
    }
}
