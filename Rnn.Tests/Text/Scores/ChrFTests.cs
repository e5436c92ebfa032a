using System;
using System.Linq;
using CsCheck;
using Rnn.Models.Text.Scores;
using Xunit;

namespace Rnn.Tests.Text.Scores;

/// <summary>Values of sacreBLEU's tests, and what holds of any texts.</summary>
public class ChrFTests
{
    private const string Hypothesis = "risk assessment must be made of those who are qualified and expertise in the sector - " +
        "these are the scientists .";

    private const string Reference = "risk assessment has to be undertaken by those who are qualified and expert in that area - " +
        "that is the scientists .";

    private static readonly ChrF s_three = new(new ChrFOptions { Beta = 3 });

    [Fact]
    public void KnownValues()
    {
        Assert.Equal(25, s_three.Sentence("aa", "ab").Score, 1e-9);
        Assert.Equal(50, s_three.Corpus(["a", "b"], ["a", "c"]).Score, 1e-9);
        Assert.Equal(100, s_three.Sentence("a", "a").Score, 1e-9);
        Assert.Equal(0, s_three.Sentence("", "a").Score);
        Assert.Equal(0, s_three.Sentence("b", "a").Score);
        Assert.Equal(63.361730, s_three.Sentence(Hypothesis, Reference).Score, 1e-6);
        Assert.Equal(65.2414427, new ChrF(new ChrFOptions { Beta = 3, Blanks = true }).Sentence(Hypothesis, Reference).Score, 1e-6);
    }

    [Fact]
    public void TheSignatureSaysHow()
    {
        TextScore score = new ChrF().Sentence("a b", "a b");
        Assert.Equal("chrF2 100.00 nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no", score.ToString());
        Assert.Equal("nrefs:2|case:lc|eff:yes|nc:4|nw:0|space:yes",
            new ChrF(new ChrFOptions { LowerCase = true, MaxOrder = 4, Blanks = true }).Signature(2));
        Assert.Equal("chrF3", s_three.Sentence("a", "a").Name);
    }

    // By the definition, with one order: P and R are shares of characters.
    [Fact]
    public void OneOrderIsTheFMeasureOfCharacters()
    {
        ChrF one = new(new ChrFOptions { MaxOrder = 1 });
        Gen<string> text = Gen.Char['a', 'd'].Array[1, 12].Select(chars => new string(chars));
        Gen.Select(text, text).Sample((hypothesis, reference) =>
        {
            double matches = hypothesis.GroupBy(c => c).Sum(group => Math.Min(group.Count(), reference.Count(c => c == group.Key)));
            (double p, double r) = (matches / hypothesis.Length, matches / reference.Length);
            Assert.Equal(matches == 0 ? 0 : 100 * 5 * p * r / ((4 * p) + r), one.Sentence(hypothesis, reference).Score, 1e-9);
        });
    }

    [Fact]
    public void BlanksDontCountAndTheBestReferenceDoes()
    {
        Gen<string> text = Gen.Char["ab \u202F"].Array[0, 9].Select(chars => new string(chars));
        ChrF chrF = new();
        Gen.Select(text, text, text).Sample((hypothesis, one, other) =>
        {
            double first = chrF.Sentence(hypothesis, one).Score, second = chrF.Sentence(hypothesis, other).Score;
            Assert.Equal(Math.Max(first, second), chrF.Sentence(hypothesis, one, other).Score, 1e-9);
            Assert.Equal(first, chrF.Sentence(hypothesis.Replace(" ", "", StringComparison.Ordinal), one).Score, 1e-9);
        });
    }

    /// <summary>N-grams longer than a reference count nowhere; by sacreBLEU's rule.</summary>
    [Fact]
    public void ReferencesShorterThanTheLongestNGram() => Assert.Equal(64.61,
        new ChrF().Corpus(["Allons !", "Je cours.", "Attends un peu !"], ["Va !", "Je cours.", "Stop !"]).Score, 0.005);

    [Fact]
    public void MisuseIsRefused()
    {
        Assert.Contains("ChrFOptions.Beta is 0; expected more than 0",
            Assert.ThrowsAny<ArgumentException>(() => new ChrF(new ChrFOptions { Beta = 0 })).Message);
        Assert.Contains("ChrFOptions.MaxOrder is 0; expected 1 to 8",
            Assert.ThrowsAny<ArgumentException>(() => new ChrF(new ChrFOptions { MaxOrder = 0 })).Message);
        Assert.Contains("ChrF: references has 2 elements for 1 texts",
            Assert.ThrowsAny<ArgumentException>(() => new ChrF().Corpus(["a"], ["a", "b"])).Message);
    }
}
