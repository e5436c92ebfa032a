using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Rnn.Models.Data;
using Rnn.Models.Text;
using Rnn.Models.Text.Scripts;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text.Scripts;

public class ScriptTokenizerTests
{
    private static readonly ScriptTokenizer s_default = new();
    private static readonly ScriptTokenizer s_cased = new(new ScriptTokenizerOptions { LowerCase = false });

    private static readonly string[] s_pieces =
    [
        "a", "Word", "ROMEO:", "First Citizen:", "Jerry: ", "well:", "don't", "'tis", "'Tis", "o'", "lads'", "th'", "'em",
        "'ifs'", "I", "i'm", "mr", "Mr.", ".", "..", "...", "....", ",", ";", ":", "!", "?", "-", "--", "---", "'", "\"", "(", ")",
        "[", "]", "/", "&", "$", "#", "%", "<", ">", "<unk>", "<line>", "unk", "3.5", "1,000", "10:30", "3", "to-morrow", "_x_",
        " ", " ", " ", " ", "  ", "\t", "\n", "\n", "\n", "\n\n", "\r\n", "\r", " \n \n ", "\0", "\u00A0", "\u2028", "\u2018", "\u2019",
        "\u2019tis", "\u201C", "\u201D", "\u00AB", "\u00BB", "\u2026", "\u2014", "\u00E9", "\u00C9t\u00E9", "e\u0301", "\u0301", "\u200D",
        "\u4F60\u597D", "\uD835\uDC00", "\uD83D\uDE00", "\u0130", "\u0131", "\u212A", "\u017F", "\u1E9E", "\u01C5", "\u2167", "\u0663",
    ];

    private static readonly Gen<string> s_text =
        Gen.Int[0, s_pieces.Length - 1].Array[0, 40].Select(at => string.Concat(at.Select(i => s_pieces[i])));

    private static readonly Gen<ScriptTokenizerOptions> s_options = Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool,
        (lower, lines, speakers) => new ScriptTokenizerOptions
        {
            LowerCase = lower,
            CapitalizeLines = lines,
            Speakers = speakers,
        });

    [Theory]
    [InlineData("", "")]
    [InlineData(" \t ", "")]
    [InlineData("First Citizen:\nBefore we proceed, hear me.\n\nAll:\nSpeak!\n",
        "First Citizen:|<line>|before|we|proceed|,|hear|me|.|<turn>|All:|<line>|speak|!|<line>")]
    [InlineData("Jerry: (laughs) No.\nElaine: So?\nWell\n", "Jerry:|(|laughs|)|no|.|<line>|Elaine:|so|?|<line>|well|<line>")]
    [InlineData("MR. J. P. BURNS:\nGo.", "MR. J. P. BURNS:|<line>|go|.")]
    [InlineData("Moe_Szyslak: (INTO PHONE) Hello...", "Moe_Szyslak:|(|into|phone|)|hello|...")]
    [InlineData("ROMEO:\nThus: I die.\nThus:\nso", "ROMEO:|<line>|thus|:|i|die|.|<line>|thus|:|<line>|so")]
    [InlineData("a  b\n \n\n\n c \n", "a|b|<turn>|c|<line>")]
    [InlineData("\r\nKing  Henry VI:\rYes\r\n\r\n", "<line>|King Henry VI:|<line>|yes|<turn>")]
    [InlineData("Don't, 'tis o'er th' hill: know't!", "don't|,|'tis|o'er|th'|hill|:|know't|!")]
    [InlineData("'I said 'yes,' lads.' The lads' hats", "'|i|said|'|yes|,|'|lads|.|'|the|lads'|hats")]
    [InlineData("The lads' hats", "the|lads'|hats")]
    [InlineData("He said 'good o' you, dogs'.", "he|said|'|good|o'|you|,|dogs|'|.")]
    [InlineData("\u2018Good lads\u2019 said he. The lads\u2019 hats don\u2019t",
        "\u2018|good|lads|\u2019|said|he|.|the|lads\u2019|hats|don\u2019t")]
    [InlineData("to-morrow--or what? - Ay--", "to-morrow|--|or|what|?|-|ay|--")]
    [InlineData("Mr. Smith paid $1,000.50 at 10:30.", "mr.|smith|paid|$|1,000.50|at|10:30|.")]
    [InlineData("\"What,\" <unk> <b>", "\"|what|,|\"|<unk>|<|b|>")]
    [InlineData("So. The time is 10: and 3 . 5", "so|.|the|time|is|10|:|and|3|.|5")]
    [InlineData("Senators, &C:\nWe\n\nA very long line that is no name at all:\n",
        "Senators, &C:|<line>|we|<turn>|a|very|long|line|that|is|no|name|at|all|:|<line>")]
    public void Tokens(string text, string expected) => Assert.Equal(expected, string.Join('|', s_default.Tokenize(text)));

    [Theory]
    [InlineData("First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak. 'Tis I; I'll go.\n\n")]
    [InlineData("Jerry: (laughs) No, no... \"never!\" \"What?\"\nElaine: 'So what?' He said--what? Mr. smith [leaves].\n\n")]
    [InlineData("Gilly: I've \u201Ceaten\u201D it \u2014 twice. $5, 3.5% and/or (nothing)!")]
    public void WellFormedTextComesBack(string text)
    {
        Assert.Equal(text.Replace(" \u2014 ", "\u2014", StringComparison.Ordinal), s_default.Detokenize(s_default.Tokenize(text)));
        Assert.Equal(text.Replace(" \u2014 ", "\u2014", StringComparison.Ordinal), s_cased.Detokenize(s_cased.Tokenize(text)));
    }

    [Fact]
    public void CapitalsAreRestored()
    {
        string[] tokens = s_default.Tokenize("ANN:\nI'm HERE. where am I? \"SO\nit is,\" i'd say... yes\n(GO.) [3] Men 'TIS \u0131\n");
        Assert.Equal("ANN:\nI'm here. Where am I? \"So\nIt is,\" I'd say... yes\n(go.) [3] Men 'tis \u0131\n",
            s_default.Detokenize(tokens));
        ScriptTokenizer prose = new(new ScriptTokenizerOptions { CapitalizeLines = false });
        Assert.Equal("ANN:\nI'm here. Where am I? \"So\nit is,\" I'd say... yes\n(go.) [3] men 'tis \u0131\n", prose.Detokenize(tokens));
    }

    // Whatever a text is: what is written of its tokens has these tokens.
    [Fact]
    public void WhatIsWrittenIsReadAgain() => Gen.Select(s_text, s_options).Sample((text, options) =>
    {
        ScriptTokenizer tokenizer = new(options);
        string[] tokens = tokenizer.Tokenize(text);
        Assert.Equal(tokens, tokenizer.Tokenize(tokenizer.Detokenize(tokens)));
    }, iter: 20_000);

    // Nothing but white space differs: all else is there, and line ends are where they were.
    [Fact]
    public void OnlyWhiteSpaceDiffers() => Gen.Select(s_text, Gen.Bool).Sample((text, speakers) =>
    {
        ScriptTokenizer tokenizer = new(new ScriptTokenizerOptions { LowerCase = false, Speakers = speakers });
        Assert.Equal(Normal(text), Normal(tokenizer.Detokenize(tokenizer.Tokenize(text))));
    }, iter: 5_000);

    // Any tokens can be written, such as a model draws.
    [Fact]
    public void AnyTokensAreWritten() =>
        Gen.Int[0, s_pieces.Length - 1].Array[0, 40].Sample(at => s_default.Detokenize(at.Select(i => s_pieces[i])));

    [Fact]
    public void AllCallsAgree() => Gen.Select(s_text, s_options).Sample((text, options) =>
    {
        ScriptTokenizer tokenizer = new(options);
        List<string> list = ["before"];
        tokenizer.Tokenize(text.AsSpan(), list);
        Assert.Equal(["before", .. tokenizer.Tokenize(text)], list);
    });

    [Fact]
    public void LongTokensAndManyMarksAreRead()
    {
        string word = new('X', 100_000);
        Assert.Equal([new string('x', 100_000), "a"], s_default.Tokenize(word + " a"));
        Assert.Equal([word, "a"], s_cased.Tokenize(word + " a"));
        Assert.Equal([new string('.', 100_000)], s_default.Tokenize(new string('.', 100_000)));
        Assert.Equal(100_000, s_default.Tokenize(new string('\'', 100_000)).Length);
        Assert.Equal(["\uFFFD"], s_cased.Tokenize("\uD800"));
        string quotes = s_default.Detokenize(Enumerable.Repeat("!", 100_000));
        Assert.Equal(100_000, quotes.Length);
    }

    [Fact]
    public void AnyCultureGivesTheSameTokens()
    {
        Assert.SkipWhen(CultureInfo.GetCultures(CultureTypes.AllCultures).Length < 2, "There is one culture only.");
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            Assert.Equal(["isn't", "i", "'tis"], s_default.Tokenize("ISN'T I 'TIS"));
            Assert.Equal("I 'tis", s_default.Detokenize(["i", "'tis"]));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void MissingArgumentsAreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => s_default.Tokenize(null!));
        Assert.Throws<ArgumentNullException>(() => s_default.Tokenize("a", null!));
        Assert.Throws<ArgumentNullException>(() => s_default.Detokenize(null!));
        Assert.Throws<ArgumentNullException>(() => s_default.Detokenize(["a", null!]));
        Assert.Equal("a", s_default.Detokenize(["", "a"]).ToLowerInvariant());
    }

    [Fact]
    public void ShakespeareComesBack()
    {
        string text = TextFile.Read(TestData.PathOrSkip(DataSets.TinyShakespeare));
        string[] tokens = s_default.Tokenize(text);
        Assert.Equal(tokens, s_default.Tokenize(s_default.Detokenize(tokens)));

        string[] before = Lines(text);
        string[] after = Lines(s_cased.Detokenize(s_cased.Tokenize(text)));
        Assert.Equal(before.Length, after.Length);
        (string Before, string After)[] changed = [.. before.Zip(after).Where(pair => pair.First != pair.Second)];
        int speakers = tokens.Where(t => t.EndsWith(':') && t.Length > 1).Distinct().Count();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{tokens.Length} tokens, {tokens.Distinct().Count()} kinds, {speakers} speakers; " +
            $"{changed.Length} of {before.Length} lines differ\n" + string.Join('\n', changed.Take(40)));
        Assert.InRange(changed.Length, 0, before.Length / 1000);
    }

    private static string[] Lines(string text) =>
        [.. Regex.Replace(text, "\n[ \n]*\n", "\n\n").Split('\n').Select(line => Regex.Replace(line, " +", " ").Trim())];

    // White space within lines dropped, line ends one or two; half a pair is U+FFFD.
    private static string Normal(string text)
    {
        StringBuilder normal = new();
        int ends = 0;
        foreach (Rune rune in text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').EnumerateRunes())
        {
            if (rune.Value == '\n')
                ends++;
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
                continue;
            normal.Append('\n', Math.Min(ends, 2)).Append(rune.ToString());
            ends = 0;
        }

        return normal.Append('\n', Math.Min(ends, 2)).ToString();
    }
}
