using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Rnn.Models.Text.Scores;
using Xunit;

namespace Rnn.Tests.Text.Scores;

/// <summary>Values of sacreBLEU's tests, and what holds of any texts.</summary>
public class BleuTests
{
    private static readonly string[] s_one = ["The dog bit the man.", "It was not unexpected.", "The man bit him first."];
    private static readonly string[] s_other =
        ["The dog had bit the man.", "No one was surprised.", "The man had bitten the dog."];

    private static readonly string[] s_hypotheses =
        ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];

    private const string Hypothesis =
        "Produc\u021Bia de zah\u0103r prim\u0103 va fi exprimat\u0103 \u00EEn ceea ce prive\u0219te zah\u0103rul alb;";

    private const string Reference = "produc\u0163ia de zah\u0103r brut se exprim\u0103 \u00EEn zah\u0103r alb;";

    [Fact]
    public void ACorpusWithTwoReferences()
    {
        BleuScore score = new Bleu().Corpus(s_hypotheses, [s_one, s_other]);
        Assert.Equal(48.530827, score.Score, 1e-6);
        Assert.Equal("nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp", score.Signature);
        Assert.Equal((17, 18), (score.HypothesisLength, score.ReferenceLength));
        Assert.Equal(Math.Exp(1 - (18 / 17.0)), score.BrevityPenalty, 1e-12);
        Assert.Equal(49.1919566, new Bleu(new BleuOptions { Tokenizer = BleuTokenizer.None })
            .Corpus(s_hypotheses, [s_one, s_other]).Score, 1e-6);
    }

    [Theory]
    [InlineData(1, 77.65)]
    [InlineData(2, 60.50)]
    [InlineData(3, 53.93)]
    [InlineData(4, 48.53)]
    [InlineData(5, 46.14)]
    [InlineData(6, 43.28)]
    public void ByTheLongestNGrams(int order, double expected) => Assert.Equal(expected,
        new Bleu(new BleuOptions { MaxOrder = order }).Corpus(s_hypotheses, [s_one, s_other]).Score, 0.01);

    [Fact]
    public void NothingSaidIsWorthNothing()
    {
        Assert.Equal(0, new Bleu().Corpus(["", "", ""], [s_one, s_other]).Score);
        Assert.Equal(0, new Bleu().Sentence("x y z", "a b c").Score);
        Assert.Equal(0, new Bleu().Corpus(["a b"], ["a b"]).Score);   // it has no n-gram of four
        Assert.Equal(100, new Bleu().Sentence("a b", "a b").Score, 1e-9);
    }

    [Fact]
    public void CountsOfElsewhere()
    {
        Assert.Equal(83.75922397, new Bleu().FromCounts([9, 7, 5, 3], [10, 8, 6, 4], 11, 11).Score, 1e-7);
        Assert.Contains("matches of 3 orders and totals of 4; expected 4 (MaxOrder) of both", Assert.Throws<ArgumentException>(
            () => new Bleu().FromCounts([9, 7, 5], [10, 8, 6, 4], 11, 11)).Message);
    }

    [Theory]
    [InlineData("test", "a test", 36.78794411714425)]
    [InlineData("a little test", "a test", 3.218297948685433)]
    public void FlooredSentences(string hypothesis, string reference, double expected)
    {
        Bleu bleu = new(new BleuOptions { Smoothing = BleuSmoothing.Floor, SmoothingValue = 0.01 });
        Assert.Equal(expected, bleu.Sentence(hypothesis, reference).Score, 1e-9);
    }

    [Theory]
    [InlineData(BleuSmoothing.Exponential, BleuTokenizer.Standard, 8.493, "smooth:exp")]
    [InlineData(BleuSmoothing.None, BleuTokenizer.Standard, 0, "smooth:none")]
    [InlineData(BleuSmoothing.Floor, BleuTokenizer.Standard, 4.51688, "smooth:floor[0.10]")]
    [InlineData(BleuSmoothing.Add, BleuTokenizer.Standard, 14.882, "smooth:add-k[1.00]")]
    [InlineData(BleuSmoothing.Exponential, BleuTokenizer.None, 7.347, "tok:none|smooth:exp")]
    public void SmoothedSentences(BleuSmoothing smoothing, BleuTokenizer tokenizer, double expected, string signature)
    {
        BleuScore score = new Bleu(new BleuOptions { Smoothing = smoothing, Tokenizer = tokenizer }).Sentence(Hypothesis, Reference);
        Assert.Equal(expected, score.Score, 1e-3);
        Assert.EndsWith(signature, score.Signature);
        Assert.Contains("|eff:yes|", score.Signature);
    }

    // What 13a makes of a text, seen by the score of the tokens without any.
    [Theory]
    [InlineData("Hello, world.", "Hello , world .")]
    [InlineData("a&quot;b&amp;c &lt;d&gt;", "a \" b & c < d >")]
    [InlineData("1,000.5 is 3.14, not .5 or 5.", "1,000.5 is 3.14 , not . 5 or 5 .")]
    [InlineData("1990-95 well-known", "1990 - 95 well-known")]
    [InlineData("it's (so) [they] say: $5/kg", "it's ( so ) [ they ] say : $ 5 / kg")]
    [InlineData("cut-\nted lines\nhere <skipped>", "cutted lines here")]
    [InlineData("Va\u202F! \u00AB Oui\u00A0\u00BB", "Va ! \u00AB Oui \u00BB")]
    [InlineData("a..b...", "a . . b . . .")]
    public void TheStandardTokens(string text, string tokens)
    {
        Bleu bleu = new(new BleuOptions { MaxOrder = 1, Smoothing = BleuSmoothing.None });
        Bleu plain = new(new BleuOptions { MaxOrder = 1, Smoothing = BleuSmoothing.None, Tokenizer = BleuTokenizer.None });
        BleuScore standard = bleu.Corpus([text], [text]), expected = plain.Corpus([tokens], [tokens]);
        Assert.Equal(expected.HypothesisLength, standard.HypothesisLength);

        // Tokens of 13a stay themselves when they are parted by blanks; those glued together wrongly would not match.
        Assert.Equal(100, bleu.Corpus([text], [tokens]).Score, 1e-9);
        Assert.Equal(expected.HypothesisLength, bleu.Corpus([tokens], [text]).HypothesisLength);
    }

    [Fact]
    public void CaseAndCharactersByChoice()
    {
        Assert.Equal(100, new Bleu(new BleuOptions { LowerCase = true }).Sentence("THE Dog bit the man.", s_one[0]).Score, 1e-9);
        Assert.Equal("nrefs:1|case:lc|eff:no|tok:char|smooth:exp|order:2",
            new Bleu(new BleuOptions { LowerCase = true, Tokenizer = BleuTokenizer.Characters, MaxOrder = 2 }).Signature());
        Assert.Equal(4, new Bleu(new BleuOptions { Tokenizer = BleuTokenizer.Characters })
            .Sentence("a \U0001F600\tbc", "a").HypothesisLength);
    }

    [Fact]
    public void TheNearestReferenceCounts()
    {
        Assert.Equal(3, new Bleu().Sentence("a b c d", "a b c", "a b c d e").ReferenceLength);
        Assert.Equal(5, new Bleu().Sentence("a b c d", "a b", "a b c d e").ReferenceLength);
    }

    [Fact]
    public void TheLineSaysAll() => Assert.Equal(
        "BLEU 36.79 100.0/0.0/0.0/0.0 (BP 0.368, lengths 1/2) nrefs:1|case:mixed|eff:yes|tok:13a|smooth:exp",
        new Bleu().Sentence("test", "a test").ToString());

    // Against counting by the definition, in texts of few words, where n-grams come again and again.
    [Fact]
    public void AnyTextsScoreAsByTheDefinition()
    {
        Gen<string[]> texts = Gen.Char['a', 'd'].Array[0, 12].Select(words => string.Join(' ', words)).Array[3];
        Bleu bleu = new();
        Gen.Select(texts, texts, texts).Sample((hypotheses, one, other) =>
        {
            (double score, double penalty) = Oracle(hypotheses, [one, other]);
            BleuScore actual = bleu.Corpus(hypotheses, [one, other]);
            Assert.Equal(score, actual.Score, 1e-9);
            Assert.Equal(penalty, actual.BrevityPenalty, 1e-12);
        });
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Says("Bleu: references has 1 elements for 2 texts; expected one for each.", () => new Bleu().Corpus(["a", "b"], ["a"]));
        Says("Bleu: hypotheses has no element", () => new Bleu().Corpus([], Array.Empty<string>()));
        Says("Bleu: references has no element", () => new Bleu().Sentence("a"));
        Says("BleuOptions.MaxOrder is 9; expected 1 to 8", () => _ = new Bleu(new BleuOptions { MaxOrder = 9 }));
        Says("the smoothing is Exponential, which has none", () => _ = new Bleu(new BleuOptions { SmoothingValue = 1 }));
        Says("BleuOptions.SmoothingValue is 0; expected more than 0",
            () => _ = new Bleu(new BleuOptions { Smoothing = BleuSmoothing.Floor, SmoothingValue = 0 }));
        Says("Tokenizer is 7", () => _ = new Bleu(new BleuOptions { Tokenizer = (BleuTokenizer)7 }));
        Assert.Throws<ArgumentNullException>(() => new Bleu().Corpus([null!], ["a"]));
        Assert.Throws<ArgumentNullException>(() => new Bleu().Sentence("a", (string)null!));
    }

    private static void Says(string text, Action action) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static (double Score, double Penalty) Oracle(string[] hypotheses, string[][] references)
    {
        double[] matches = new double[4], totals = new double[4];
        (double length, double referenceLength) = (0, 0);
        for (int i = 0; i < hypotheses.Length; i++)
        {
            string[] words = Words(hypotheses[i]);
            string[][] others = [.. references.Select(list => Words(list[i]))];
            length += words.Length;
            referenceLength += others.Select(o => o.Length).OrderBy(l => Math.Abs(l - words.Length)).ThenBy(l => l).First();
            for (int n = 1; n <= 4; n++)
            {
                List<string> grams = NGrams(words, n);
                totals[n - 1] += grams.Count;
                matches[n - 1] += grams.GroupBy(gram => gram)
                    .Sum(group => Math.Min(group.Count(), others.Max(o => NGrams(o, n).Count(gram => gram == group.Key))));
            }
        }

        double penalty = length >= referenceLength ? 1 : length == 0 ? 0 : Math.Exp(1 - (referenceLength / length));
        if (matches.Sum() == 0 || totals[3] == 0)
            return (0, penalty);
        (double sum, int zeros) = (0, 0);
        for (int n = 0; n < 4; n++)
            sum += Math.Log(matches[n] > 0 ? matches[n] / totals[n] : 1 / (Math.Pow(2, ++zeros) * totals[n]));
        return (100 * penalty * Math.Exp(sum / 4), penalty);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static List<string> NGrams(string[] words, int n) =>
        [.. Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).Select(i => string.Join(' ', words.Skip(i).Take(n)))];
}
