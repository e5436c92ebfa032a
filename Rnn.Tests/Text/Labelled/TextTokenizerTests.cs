using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Rnn.Models.Text.Labelled;
using Xunit;

namespace Rnn.Tests.Text.Labelled;

public class TextTokenizerTests
{
    private static readonly TextTokenizer s_default = new();

    private static readonly string[] s_pieces =
    [
        "a", "film", "Don", "ISN", "t", "T", "can", "won't", "it's", "isn\u2019t", "don\u02BCt", " ", "  ", "\n", ".",
        "...", "!", "?", ",", ";", ":", "(", ")", "-", "'", "\u2019", "<br />", "<br", ">", "<", "</b>", "<3", "&quot;",
        "&#39;", "&amp;", "&lt;", "&", ";", "&eacute;", "&nosuch;", "&#x1F600;", "1980s", "10", "\u0663", "\u00BD",
        "\u00E9", "e\u0301", "\u0301", "\u4F60\u597D", "\uD835\uDC00", "\uD800", "\uDC00", "\u2764\uFE0F", "\u200C", "\u200D",
        "\u0645\u06CC\u200C\u062E", "\u0130", "\u0131", "\u212A", "\u1E9E", "\u01C5", "\u2167", "\0",
    ];

    private static readonly Gen<string> s_text =
        Gen.Int[0, s_pieces.Length - 1].Array[0, 50].Select(at => string.Concat(at.Select(i => s_pieces[i])));

    private static readonly Gen<TextTokenizerOptions> s_options =
        Gen.Select(Gen.Bool, Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 2], Gen.Bool,
            (lower, punctuation, html, numbers, negations) => new TextTokenizerOptions
            {
                LowerCase = lower,
                Punctuation = (PunctuationPolicy)punctuation,
                Html = html,
                Numbers = (NumberPolicy)numbers,
                Negations = negations,
            });

    [Theory]
    [InlineData("", "")]
    [InlineData(" \n", "")]
    [InlineData("It's a GOOD film, really: (I think).", "it s a good film really i think .")]
    [InlineData("What?! No... way", "what . no . way")]
    [InlineData("recalled  .  .  .  at  .  .  high .", "recalled . at . high .")]
    [InlineData("isn't Isn\u2019t isn t ISN`T isn&#39;t isn\u02BCt", "isn't isn't isn't isn't isn't isn't")]
    [InlineData("shouldn't've won t can't", "shouldn't ve won't can't")]
    [InlineData("don. t", "don . t")]
    [InlineData("dosen't t-shirt heaven t", "dosen t t shirt heaven t")]
    [InlineData("don't t", "don't t")]
    [InlineData("don to", "don to")]
    [InlineData("great<br /><br />film</b>a<!-- x -->b", "great film a b")]
    [InlineData("great br br film, a BR and a bra", "great film a and a bra")]
    [InlineData("a < b, <3 and a<b no end", "a b and a b no end")]
    [InlineData("&quot;caf&eacute;&quot; R&amp;B &lt;i&gt; &nosuch; AT&T;", "caf\u00E9 r b i nosuch at t")]
    [InlineData("in the 1980s, 10/10", "in the s")]
    [InlineData("na\u00EFve cafe\u0301 \u4F60\u597D \u0645\u06CC\u200C\u062E",
        "na\u00EFve cafe\u0301 \u4F60\u597D \u0645\u06CC\u200C\u062E")]
    [InlineData("love \u2764\uFE0F it \u200D", "love it")]
    public void Words(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', s_default.Tokenize(text)));

    [Fact]
    public void EachOptionChangesItsPart()
    {
        const string Text = "Don't &amp; <b>stop</b>! (In 1980, \u0663\u00BD; ok?)";
        Assert.Equal("don't stop . in ok .", With(new TextTokenizerOptions()));
        Assert.Equal("Don't stop . In ok .", With(new TextTokenizerOptions { LowerCase = false }));
        Assert.Equal("don't stop in ok", With(new TextTokenizerOptions { Punctuation = PunctuationPolicy.Drop }));
        Assert.Equal("don't stop ! ( in , ; ok ? )", With(new TextTokenizerOptions { Punctuation = PunctuationPolicy.Keep }));
        Assert.Equal("don't amp b stop b . in ok .", With(new TextTokenizerOptions { Html = false }));
        Assert.Equal("don't stop . in 1980 \u0663\u00BD ok .", With(new TextTokenizerOptions { Numbers = NumberPolicy.Keep }));
        Assert.Equal("don't stop . in 0000 0\u00BD ok .", With(new TextTokenizerOptions { Numbers = NumberPolicy.Zero }));
        Assert.Equal("don t stop . in ok .", With(new TextTokenizerOptions { Negations = false }));

        string With(TextTokenizerOptions options) => string.Join(' ', new TextTokenizer(options).Tokenize(Text));
    }

    [Fact]
    public void AllNegationsAreOneWordInEachForm()
    {
        string[] stems = ("don doesn didn isn aren wasn weren won wouldn shouldn couldn can haven hasn hadn mustn " +
            "needn ain shan mightn").Split(' ');
        foreach (string stem in stems)
            Assert.Equal([$"{stem}'t", $"{stem}'t", $"{stem}'t"], s_default.Tokenize($"{stem}'t {stem}\u2019t {stem} t"));
    }

    [Fact]
    public void WordsOfWordsAreTheSame() => Gen.Select(s_text, s_options).Sample((text, options) =>
    {
        TextTokenizer tokenizer = new(options);
        string[] words = tokenizer.Tokenize(text);
        Assert.Equal(words, tokenizer.Tokenize(string.Join(' ', words)));
        Assert.Equal(words, tokenizer.Tokenize(string.Join('\n', words)));
    });

    [Fact]
    public void AllCallsAgree() => Gen.Select(s_text, s_options).Sample((text, options) =>
    {
        TextTokenizer tokenizer = new(options);
        string[] words = tokenizer.Tokenize(text);
        List<string> list = ["don", "."];   // of a text before: not touched
        tokenizer.Tokenize(text.AsSpan(), list);
        Assert.Equal(["don", ".", .. words], list);
        Assert.Equal(words, tokenizer.Spans(text).Select(span => span.Word));
    });

    [Fact]
    public void SpansAreWhatBecameTheWord() => Gen.Select(s_text, s_options).Sample((text, options) =>
    {
        TextTokenizer tokenizer = new(options);
        int end = 0;
        foreach (TokenSpan span in tokenizer.Spans(text))
        {
            Assert.True(span.Start >= end && span.Length > 0);
            end = span.Start + span.Length;
            Assert.True(end <= text.Length);
            Assert.Equal([span.Word], tokenizer.Tokenize(text[span.Start..end]));
        }
    });

    [Fact]
    public void SpansCountEntitiesAndBlanks()
    {
        const string Text = "<b>Caf&eacute;</b> isn t bad...";
        Assert.Equal(
            [new(3, 11, "caf\u00E9"), new(19, 5, "isn't"), new(25, 3, "bad"), new(28, 1, ".")], s_default.Spans(Text));
    }

    // As the lesson's file was made: lower case, and a blank for all but letters and full stops.
    [Fact]
    public void RawAndStrippedTextsAgree()
    {
        string[] pieces =
        [
            "It's", "Isn't", "don't", "Can't", "can", "T", "10", "b2b", ".", "...", ",", " ", " - ", "\"", "(", "won\u2019t",
            "caf", "\n",
        ];
        Gen.Int[0, pieces.Length - 1].Array[0, 50].Select(at => string.Concat(at.Select(i => pieces[i]))).Sample(text =>
        {
            string stripped = Regex.Replace(text.ToLowerInvariant(), "[^a-z.]", " ");
            Assert.Equal(s_default.Tokenize(text), s_default.Tokenize(stripped));
        });
    }

    [Fact]
    public void AnyCultureGivesTheSameWords()
    {
        Assert.SkipWhen(CultureInfo.GetCultures(CultureTypes.AllCultures).Length < 2, "There is one culture only.");
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            Assert.Equal(["isn't", "i", "title", "."], s_default.Tokenize("ISN'T I TITLE."));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void LongWordsAndManyOpenTagsAreRead()
    {
        string word = new('x', 100_000);
        Assert.Equal([word, "a"], s_default.Tokenize(word + " a"));
        Assert.Equal(100_000, s_default.Tokenize(new StringBuilder().Insert(0, "<a", 100_000).ToString()).Length);
        Assert.Empty(s_default.Tokenize(new string('&', 100_000)));
    }

    [Fact]
    public void TheSameWordIsTheSameString() =>
        Assert.Same(s_default.Tokenize("a word")[1], s_default.Tokenize("Word")[0]);

    [Fact]
    public void UnknownPoliciesAreRefused()
    {
        Assert.Contains("expected Drop or Sentences or Keep", Assert.Throws<ArgumentOutOfRangeException>(
            () => new TextTokenizer(new TextTokenizerOptions { Punctuation = (PunctuationPolicy)3 })).Message);
        Assert.Contains("expected Drop or Keep or Zero", Assert.Throws<ArgumentOutOfRangeException>(
            () => new TextTokenizer(new TextTokenizerOptions { Numbers = (NumberPolicy)(-1) })).Message);
        Assert.Throws<ArgumentNullException>(() => s_default.Tokenize(null!));
        Assert.Throws<ArgumentNullException>(() => s_default.Spans(null!));
    }
}
