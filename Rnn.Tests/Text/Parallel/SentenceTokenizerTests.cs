using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Rnn.Models.Data;
using Rnn.Models.Text.Parallel;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text.Parallel;

public class SentenceTokenizerTests
{
    // Tokens are parted by | here; _ is the blank that a token says of, ~ the joiner.
    [Theory]
    [InlineData("Go.", "Go|.")]
    [InlineData("Va !", "Va|_!")]
    [InlineData("Va\u202F!", "Va|_!")]
    [InlineData("Va!", "Va|!")]
    [InlineData("I don't know, Tom's here.", "I|don't|know|,|Tom|'s|here|.")]
    [InlineData("We'll see: they've 1,000.5 at 10:30!", "We|'ll|see|:|they|'ve|1,000.5|at|10:30|!")]
    [InlineData("L\u2019eau qu'il a, aujourd'hui.", "L'|eau|qu'|il|a|,|aujourd'|hui|.")]
    [InlineData("Est-ce qu'il y a-t-il ?", "Est|-ce|qu'|il|y|a|-t|-il|_?")]
    [InlineData("peut-\u00EAtre sur-le-champ, rends-le-moi", "peut-\u00EAtre|sur-le-champ|,|rends|-le|-moi")]
    [InlineData("dis-moi-donc, c'est celui-l\u00E0", "dis-moi-donc|,|c'|est|celui|-l\u00E0")]
    [InlineData("He said \"yes\" and \"no\".", "He|said|\"|yes|\"|and|\"|no|\"|.")]
    [InlineData("\u00AB Oui \u00BB dit-il", "\u00AB_|Oui|_\u00BB|dit|-il")]
    [InlineData("dit : \u00AB L'eau \u00BB", "dit|_:|\u00AB_|L'|eau|_\u00BB")]
    [InlineData("+l'eau l' eau l' l'eau", "+~|l'|eau|l|'|eau|l|'|l'|eau")]
    [InlineData("\u00ABOui\u00BB (non) [x]", "\u00AB|Oui|\u00BB|(|non|)|[|x|]")]
    [InlineData("100 % of $5 and/or 3\u20AC", "100|_%|of|$|5|and|/|or|3|~\u20AC")]
    [InlineData("wait... what -- no", "wait|...|what|--|no")]
    [InlineData("12-13", "12|~-~|13")]
    [InlineData("the boys' house", "the|boys|'|house")]
    [InlineData("a -vous 's b", "a|-~|vous|_'~|s|b")]
    [InlineData(" \t white\u00A0 space \n", "white|space")]
    [InlineData("zero\u200Bwidth\u00AD\uFEFF", "zerowidth")]
    [InlineData("2 \u2764\uFE0F\U0001F600", "2|\u2764\uFE0F|~\U0001F600")]
    [InlineData("", "")]
    [InlineData("\u200B \u00A0", "")]
    public void Tokens(string text, string tokens)
    {
        SentenceTokenizer tokenizer = new();
        List<string> actual = tokenizer.Tokenize(text);
        Assert.Equal(tokens, string.Join('|', actual.Select(Shown)));
        Assert.Equal(Normal(text), tokenizer.Join(actual));
    }

    private static string Shown(string token)
    {
        StringBuilder shown = new(token.Replace('\u2060', '~'));
        if (shown[0] == ' ')
            shown[0] = '_';
        if (shown[^1] == ' ')
            shown[^1] = '_';
        return shown.ToString();
    }

    /// <summary>Whatever is written, joined tokens are the text but for its white space and apostrophes; and they are
    /// read again as they were.</summary>
    [Fact]
    public void JoinedTokensAreTheText()
    {
        string[] some =
        [
            "a", "B", "\u00E9", "e\u0301", "il", "vous", "t", "s", "ll", "l", "n", "7", "10", " ", " ", " ", "\u00A0", "\u202F", "'", "'",
            "\u2019", "-", "-", "--", ".", ",", ":", "...", "?", "!", "\"", "(", ")", "\u00AB", "\u00BB", "\u201C", "/", "%", "$", "\u20AC",
            "\u200B", "\u00AD", "\u2060", "\U0001F600", "\uFE0F", "\u200D", "@", "@@", "\u4E2D", "\u2014", "<s>", "\t", "&",
        ];
        SentenceTokenizer tokenizer = new(), lower = new(new SentenceTokenizerOptions { LowerCase = true });
        Gen.Int[0, some.Length - 1].Select(i => some[i]).Array[0, 14].Select(string.Concat).Sample(text =>
        {
            List<string> tokens = tokenizer.Tokenize(text);
            string joined = tokenizer.Join(tokens);
            Assert.Equal(Normal(text), joined);
            Assert.Equal(tokens, tokenizer.Tokenize(joined));
            Assert.All(tokens, token => Assert.False(string.IsNullOrWhiteSpace(token)));
            List<string> small = lower.Tokenize(text);
            Assert.Equal(Normal(text).ToLowerInvariant(), lower.Join(small));
        }, iter: 20_000);
    }

    [Fact]
    public void CharactersJoinedAreTheText()
    {
        SentenceTokenizer tokenizer = new(new SentenceTokenizerOptions { Units = SentenceUnits.Characters });
        Assert.Equal(["a", " ", "\u00A0", "\U0001F600", "E", "\u0301"], tokenizer.Tokenize("a \u00A0\U0001F600E\u0301"));
        Gen.String.Sample(text => Assert.Equal(Whole(text), tokenizer.Join(tokenizer.Tokenize(text))));
        Assert.Equal(["a", "b"], new SentenceTokenizer(new SentenceTokenizerOptions { Units = SentenceUnits.Characters, LowerCase = true })
            .Tokenize("aB"));
    }

    [Fact]
    public void AnyTextIsRead()
    {
        SentenceTokenizer tokenizer = new();
        Gen.String.Sample(text =>
        {
            string joined = tokenizer.Join(tokenizer.Tokenize(text));
            Assert.Equal(joined, tokenizer.Join(tokenizer.Tokenize(joined)));
        });
    }

    [Fact]
    public void AnyTokensAreJoined()
    {
        SentenceTokenizer tokenizer = new();
        Assert.Equal("", tokenizer.Join([]));
        Assert.Equal("? a", tokenizer.Join([" ?", "", " ", "\u2060", "a"]));
        Assert.Equal("<unk>? l'eau", tokenizer.Join(["<unk>", "?", "l'", "eau "]));
        Assert.Throws<ArgumentNullException>(() => tokenizer.Join([null!]));
        Assert.Throws<ArgumentNullException>(() => tokenizer.Tokenize(null!));
        Gen.String.Array[0, 9].Sample(tokens => Assert.NotNull(tokenizer.Join(tokens)));
    }

    [Fact]
    public void SubwordsJoinedAreTheText()
    {
        SentenceTokenizer words = new();
        string[] text = ["Est-ce qu'il va ?", "Il va, elle va !", "Va-t-il \u00E0 Va@@ ?"];
        BytePairEncoding encoding = BytePairEncoding.Train(text.SelectMany(words.Tokenize), 20);
        SentenceTokenizer tokenizer = new(new SentenceTokenizerOptions { Units = SentenceUnits.Subwords }, encoding);
        Assert.All(text, one => Assert.Equal(one, tokenizer.Join(tokenizer.Tokenize(one))));
        Assert.Contains("va", tokenizer.Tokenize("il va"));
        Assert.Equal(["x@@", "y@@", "z"], tokenizer.Tokenize("xyz"));
        Assert.Equal("xy", tokenizer.Join(["x@@", "y@@"]));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        BytePairEncoding encoding = BytePairEncoding.Train(["aa"], 1);
        Assert.Contains("subwords is null and Units is Subwords. Give a BytePairEncoding", Assert.Throws<ArgumentException>(
            () => new SentenceTokenizer(new SentenceTokenizerOptions { Units = SentenceUnits.Subwords })).Message);
        Assert.Contains("subwords is given and Units is Words. Only subwords need an encoding", Assert.Throws<ArgumentException>(
            () => new SentenceTokenizer(null, encoding)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SentenceTokenizer(new SentenceTokenizerOptions { Units = (SentenceUnits)9 }));
    }

    [Fact]
    public void OtherThreadsChangeNothing()
    {
        SentenceTokenizer tokenizer = new(new SentenceTokenizerOptions { LowerCase = true });
        string[] texts = [.. Enumerable.Range(0, 500).Select(i => $"Text {i % 50}, it's {i / 7} !")];
        string[] alone = [.. texts.Select(text => string.Join('|', tokenizer.Tokenize(text)))];
        string[] together = new string[texts.Length];
        System.Threading.Tasks.Parallel.For(0, texts.Length, i => together[i] = string.Join('|', tokenizer.Tokenize(texts[i])));
        Assert.Equal(alone, together);
    }

    [Fact]
    public void UsualPairsAreWrittenAsTheyWere()
    {
        ParallelText text = ParallelText.ReadTabSeparated(TestData.PathOrSkip(DataSets.FrenchEnglish));
        SentenceTokenizer tokenizer = new();
        for (int i = 0; i < text.Count; i += 5)
        {
            Assert.Equal(Normal(text[i].Source), tokenizer.Join(tokenizer.Tokenize(text[i].Source)));
            Assert.Equal(Normal(text[i].Target), tokenizer.Join(tokenizer.Tokenize(text[i].Target)));
        }
    }

    private static string Whole(string text) => string.Concat(text.EnumerateRunes());

    // What the documentation says that joining changes.
    private static string Normal(string text)
    {
        string visible = Regex.Replace(Whole(text), "[\u00AD\u200B\u2060\uFEFF]", "");
        string spaced = Regex.Replace(visible, @"[\s\u0085]+", " ").Trim(' ');
        return Regex.Replace(spaced, @"(?<=[\p{L}\p{M}\u200C\u200D])[\u2019\u02BC](?=\p{L})", "'");
    }
}
