using System;
using System.Linq;
using System.Text;
using CsCheck;
using Rnn.Models.Data;
using Rnn.Models.Text;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text;

public class VocabularyTests
{
    private static readonly Gen<string> GenText =
        Gen.OneOf(Gen.Int[0, 0x10FFFF], Gen.Int['a', 'e']).Where(Rune.IsValid).Array[1, 40]
            .Select(values => string.Concat(values.Select(value => new Rune(value).ToString())));

    [Fact]
    public void SymbolsAreSortedByCodePoint()
    {
        // U+1F600 is above U+FFFD, though its first char (0xD83D) is below: order by code point is not order by char.
        Vocabulary vocabulary = Vocabulary.FromText("b\uFFFDa\U0001F600b\n");
        Assert.Equal("\nab\uFFFD\U0001F600", vocabulary.Symbols);
        Assert.Equal(5, vocabulary.Count);
        Assert.Equal(new Rune(0x1F600), vocabulary[4]);
        Assert.Equal([2, 3, 1, 4, 2, 0], vocabulary.Encode("b\uFFFDa\U0001F600b\n"));
        Assert.Equal("\U0001F600b", vocabulary.Decode([4, 2]));
    }

    [Fact]
    public void DecodeUndoesEncode() => GenText.Sample(text =>
    {
        Vocabulary vocabulary = Vocabulary.FromText(text);
        int[] indices = vocabulary.Encode(text);
        Assert.Equal(text.EnumerateRunes().Count(), indices.Length);
        Assert.Equal(text, vocabulary.Decode(indices));
    });

    [Fact]
    public void OrderOfTheTextDoesNotMatter() => GenText.Sample(text =>
    {
        string reversed = string.Concat(text.EnumerateRunes().Reverse().Select(rune => rune.ToString()));
        Assert.Equal(Vocabulary.FromText(text).Symbols, Vocabulary.FromText(reversed).Symbols);
    });

    [Fact]
    public void StoredSymbolsGiveTheSameVocabulary() => GenText.Sample(text =>
    {
        Vocabulary vocabulary = Vocabulary.FromText(text);
        Vocabulary restored = Vocabulary.FromSymbols(vocabulary.Symbols);
        Assert.Equal(vocabulary.Symbols, restored.Symbols);
        Assert.Equal(vocabulary.Encode(text), restored.Encode(text));
    });

    [Fact]
    public void FromSymbolsKeepsTheOrder() => Assert.Equal([1, 0], Vocabulary.FromSymbols("ba").Encode("ab"));

    [Fact]
    public void TryGetIndexFindsWhatIsThere()
    {
        Vocabulary vocabulary = Vocabulary.FromText("xyz");
        Assert.True(vocabulary.TryGetIndex(new Rune('y'), out int index));
        Assert.Equal(1, index);
        Assert.False(vocabulary.TryGetIndex(new Rune('a'), out _));
    }

    [Fact]
    public void NothingIsNormalised()
    {
        Vocabulary vocabulary = Vocabulary.FromText("e\u0301\u00e9");
        Assert.Equal(3, vocabulary.Count);
        Assert.Equal("e\u0301", vocabulary.Decode(vocabulary.Encode("e\u0301")));
    }

    [Theory]
    [InlineData("ab\u00e9", "'\u00e9' (U+00E9) at position 2")]
    [InlineData("a\U0001F600", "'\U0001F600' (U+1F600) at position 1")]
    [InlineData("\n", @"'\n' (U+000A) at position 0")]
    [InlineData("a\u200B", "holds U+200B at position 1")]
    public void UnknownSymbolIsNamed(string text, string expected)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => Vocabulary.FromText("ab").Encode(text));
        Assert.Contains(expected, e.Message);
        Assert.Contains("one of the 2 symbols", e.Message);
        Assert.Equal("text", e.ParamName);
    }

    [Fact]
    public void UnknownSymbolsCanBeSkipped()
    {
        Vocabulary vocabulary = Vocabulary.FromText("ab");
        Assert.Equal([0, 1], vocabulary.Encode("xa\U0001F600b\n", skipUnknown: true));
        Assert.Empty(vocabulary.Encode("xyz", skipUnknown: true));
        Assert.Empty(vocabulary.Encode(""));
        Assert.Equal("", vocabulary.Decode([]));
    }

    [Fact]
    public void LoneSurrogateIsRefused()
    {
        // Not InlineData: an attribute's strings are stored as UTF-8, which has no lone surrogates.
        RefusesLoneSurrogate("ab\uD83D", "U+D83D) at position 2");
        RefusesLoneSurrogate("\uDE00ab", "U+DE00) at position 0");
        RefusesLoneSurrogate("a\uD83Db", "U+D83D) at position 1");
    }

    private static void RefusesLoneSurrogate(string text, string expected)
    {
        Vocabulary vocabulary = Vocabulary.FromText("ab");
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Vocabulary.FromText(text)).Message);
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Vocabulary.FromSymbols(text)).Message);
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => vocabulary.Encode(text)).Message);
        Assert.Contains(expected,
            Assert.Throws<ArgumentException>(() => vocabulary.Encode(text, skipUnknown: true)).Message);
    }

    [Fact]
    public void BadSymbolsAreRefused()
    {
        Assert.Contains("'b' (U+0062) a second time at position 3",
            Assert.Throws<ArgumentException>(() => Vocabulary.FromSymbols("abcb")).Message);
        Assert.Contains("at least one symbol",
            Assert.Throws<ArgumentException>(() => Vocabulary.FromSymbols("")).Message);
        Assert.Contains("at least one symbol",
            Assert.Throws<ArgumentException>(() => Vocabulary.FromText("")).Message);
        Assert.Throws<ArgumentNullException>(() => Vocabulary.FromSymbols(null!));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void IndexOutsideIsRefused(int index)
    {
        Vocabulary vocabulary = Vocabulary.FromText("abc");
        Assert.Contains($"indices[1] is {index}, expected 0 to 2",
            Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.Decode([0, index])).Message);
        Assert.Contains($"index is {index}, expected 0 to 2",
            Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary[index]).Message);
    }

    [Fact]
    public void TheLessonsTextHas83Symbols()
    {
        string text = TextFile.Read(TestData.PathOrSkip(DataSets.Anna));
        Vocabulary vocabulary = Vocabulary.FromText(text);
        Assert.Equal(1_985_223, text.Length);
        Assert.Equal(83, vocabulary.Count);
        Assert.Equal(text, vocabulary.Decode(vocabulary.Encode(text)));
    }
}
