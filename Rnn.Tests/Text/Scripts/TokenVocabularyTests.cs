using System;
using System.Linq;
using CsCheck;
using Rnn.Models.Text.Scripts;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text.Scripts;

public class TokenVocabularyTests
{
    [Fact]
    public void TheMostFrequentTokenIsFirst()
    {
        TokenVocabulary all = TokenVocabulary.FromTokens("b a b c c c d".Split(' '));
        Assert.Equal(["c", "b", "a", "d", "<unk>"], all.Tokens);
        Assert.Equal([3, 2, 1, 1, 0], all.Counts.ToArray());
        Assert.Equal(4, all.UnknownId);
        Assert.Equal([0, 4, 2], all.Encode(["c", "x", "a"]));
        Assert.Equal(["c", "<unk>", "a"], all.Decode([0, 4, 2]));
        Assert.Equal("b", all[1]);
    }

    // <unk> has the count of what it stands for, and that of the text's own.
    [Fact]
    public void UnknownStandsWhereItsCountPutsIt()
    {
        TokenVocabulary frequent = TokenVocabulary.FromTokens("b a b c c c d".Split(' '), minCount: 2);
        Assert.Equal(["c", "<unk>", "b"], frequent.Tokens);
        Assert.Equal([3, 2, 2], frequent.Counts.ToArray());
        Assert.Equal(1, frequent.UnknownId);

        TokenVocabulary few = TokenVocabulary.FromTokens("b a b c c c d <unk> <unk>".Split(' '), maxTokens: 1);
        Assert.Equal(["<unk>", "c"], few.Tokens);
        Assert.Equal([6, 3], few.Counts.ToArray());
        Assert.Equal(["<unk>"], TokenVocabulary.FromTokens(["<unk>"]).Tokens);
        Assert.Equal(["<unk>"], TokenVocabulary.FromTokens(["a"], minCount: 2).Tokens);
    }

    [Fact]
    public void CountsAddUpAndSymbolsComeBack() =>
        Gen.Select(Gen.String[1, 3].Array[1, 50], Gen.Int[1, 4], Gen.Int[0, 5]).Sample((tokens, minCount, maxTokens) =>
        {
            TokenVocabulary vocabulary = TokenVocabulary.FromTokens(tokens, minCount, maxTokens);
            Assert.Equal(tokens.Length, vocabulary.Counts.ToArray().Sum());
            Assert.Equal(vocabulary.Counts.ToArray().OrderDescending(), vocabulary.Counts.ToArray());
            int[] ids = vocabulary.Encode(tokens);
            for (int id = 0; id < vocabulary.Count; id++)
                Assert.Equal(vocabulary.Counts[id], ids.Count(one => one == id));
        });

    [Fact]
    public void SymbolsComeBack()
    {
        string[] tokens = ["First Citizen:", "<line>", "<turn>", "\"", "\\", "don't", "\u2019", "\u4F60", "\uD83D\uDE00", "&", "a", "a"];
        TokenVocabulary vocabulary = TokenVocabulary.FromTokens(tokens);
        TokenVocabulary again = TokenVocabulary.FromSymbols(vocabulary.Symbols);
        Assert.Equal(vocabulary.Tokens, again.Tokens);
        Assert.Equal(vocabulary.UnknownId, again.UnknownId);
        Assert.Equal(vocabulary.Symbols, again.Symbols);
        Assert.Contains("\"<line>\"", vocabulary.Symbols, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "no array")]
    [InlineData("[\"a\"", "no JSON")]
    [InlineData("", "no JSON")]
    [InlineData("[\"<unk>\", 3]", "element 1 is no string")]
    [InlineData("[\"<unk>\", \"\"]", "element 1 is no string, or an empty one")]
    [InlineData("[\"a\", \"a\"]", "'a' is there twice")]
    [InlineData("[\"a\"]", "'<unk>' is missing")]
    public void BadSymbolsAreCalledWhatTheyAre(string symbols, string expected) => Assert.Contains(expected,
        Assert.Throws<FormatException>(() => TokenVocabulary.FromSymbols(symbols)).Message, StringComparison.Ordinal);

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Contains("has no token", Assert.Throws<ArgumentException>(() => TokenVocabulary.FromTokens([])).Message);
        Assert.Contains("token 1", Assert.Throws<ArgumentException>(() => TokenVocabulary.FromTokens(["a", ""])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenVocabulary.FromTokens(["a"], minCount: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenVocabulary.FromTokens(["a"], maxTokens: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenVocabulary.FromTokens(["a"]).Decode([2]));
    }

    [Theory]
    [InlineData(" a  b \n\nc", "a b <eos> <eos> c <eos>")]
    [InlineData("a\n", "a <eos>")]
    [InlineData("\n", "<eos>")]
    [InlineData("a\u00A0b\tc", "a b c <eos>")]
    public void EveryLineEnds(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', TokenizedText.Parse(text)));

    [Fact]
    public void TokenizedTextNeedsText() =>
        Assert.Contains("TokenizedText: text has no token", Assert.Throws<ArgumentException>(() => TokenizedText.Parse("")).Message);

    // The published counts of WikiText-2.
    [Fact]
    public void WikiText2HasThePublishedCounts()
    {
        string[] training = TokenizedText.Read(TestData.PathOrSkip("wikitext-2/train.txt"));
        Assert.Equal(2_088_628, training.Length);
        Assert.Equal(217_646, TokenizedText.Read(TestData.PathOrSkip("wikitext-2/valid.txt")).Length);
        TokenVocabulary vocabulary = TokenVocabulary.FromTokens(training);
        Assert.Equal(33_278, vocabulary.Count);
        Assert.Equal("the", vocabulary[0]);
    }
}
