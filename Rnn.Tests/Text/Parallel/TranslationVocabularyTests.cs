using System;
using System.IO;
using System.Linq;
using CsCheck;
using Rnn.Models.Text.Parallel;
using Xunit;

namespace Rnn.Tests.Text.Parallel;

public class TranslationVocabularyTests
{
    [Fact]
    public void SpecialTokensFirstThenTheMostFrequent()
    {
        string[] tokens = ["b", "a", "c", "a", "</s>", "b", " !", " !", " !"];
        TranslationVocabulary vocabulary = TranslationVocabulary.FromTokens(tokens, minCount: 2);
        Assert.Equal(["<unk>", "<s>", "</s>", " !", "a", "b"], vocabulary.Tokens);
        Assert.Equal([2, 0, 0, 3, 2, 2], vocabulary.Counts.ToArray());
        Assert.Equal([3, 4, 0, 0, 0, 5], vocabulary.Encode([" !", "a", "c", "<s>", "<unk>", "b"]));
        Assert.Equal(["a", "<unk>"], vocabulary.Decode([1, 4, 0, 2, 5]));
        Assert.Equal((0, 1, 2), (TranslationVocabulary.Unknown, TranslationVocabulary.Start, TranslationVocabulary.End));
        Assert.False(vocabulary.TryGetId("</s>", out int id));
        Assert.Equal(0, id);
        Assert.Equal("b", vocabulary[5]);
    }

    [Fact]
    public void TheSizeIsWithTheSpecialTokens()
    {
        string[] tokens = ["a", "a", "b", "b", "c"];
        Assert.Equal(["<unk>", "<s>", "</s>", "a"], TranslationVocabulary.FromTokens(tokens, maxTokens: 4).Tokens);
        Assert.Equal(3, TranslationVocabulary.FromTokens(tokens, maxTokens: 4).Counts[0]);
        Assert.Equal(6, TranslationVocabulary.FromTokens(tokens).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => TranslationVocabulary.FromTokens(tokens, maxTokens: 3));
    }

    [Fact]
    public void SymbolsAreReadAgain() =>
        Gen.String[1, 5].Where(text => text == string.Concat(text.EnumerateRunes())).Array[1, 20].Sample(tokens =>
        {
            if (tokens.All(token => token is "<unk>" or "<s>" or "</s>"))
                return;
            TranslationVocabulary vocabulary = TranslationVocabulary.FromTokens(tokens);
            TranslationVocabulary read = TranslationVocabulary.FromSymbols(vocabulary.Symbols);
            Assert.Equal(vocabulary.Tokens, read.Tokens);
            Assert.Equal(vocabulary.Encode(tokens), read.Encode(tokens));
            Assert.Equal(tokens, read.Decode(read.Encode(tokens)));
        });

    [Theory]
    [InlineData("x", "TranslationVocabulary: the text is no JSON; expected an array with each token once, <unk>, <s> and </s> first")]
    [InlineData("[\"<unk>\",\"</s>\",\"<s>\"]", "it begins with other tokens")]
    [InlineData("[\"<unk>\"]", "it begins with other tokens")]
    [InlineData("[\"<unk>\",\"<s>\",\"</s>\",\"a\",\"a\"]", "'a' is there twice")]
    public void BadSymbolsAreCalledWhatTheyAre(string symbols, string expected) => Assert.Contains(expected,
        Assert.Throws<FormatException>(() => TranslationVocabulary.FromSymbols(symbols)).Message);

    [Fact]
    public void MisuseIsRefused()
    {
        Assert.Throws<ArgumentException>(() => TranslationVocabulary.FromTokens([]));
        Assert.Throws<ArgumentException>(() => TranslationVocabulary.FromTokens(["<unk>"]));
        Assert.Contains("TranslationVocabulary: token 1 of tokens is null or empty",
            Assert.Throws<ArgumentException>(() => TranslationVocabulary.FromTokens(["a", ""])).Message);
        Assert.Throws<InvalidDataException>(() => TranslationVocabulary.FromTokens(["a", "b"], minCount: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => TranslationVocabulary.FromTokens(["a"]).Decode([4]));
    }
}
