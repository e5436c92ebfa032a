using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Corpora;
using Xunit;

namespace Rnn.Tests.Corpora;

public class ProbabilisticGrammarTests
{
    // S -> a S (1/3) | b (2/3). Length: 1 + 1/3 + 1/9 + ... = 3/2; entropy: 3/2 of the choice's.
    [Fact]
    public void ExpectationsByHand()
    {
        ProbabilisticGrammar grammar = ProbabilisticGrammar.Parse("S:\n  1 a<S>\n  2 b\n");
        double choice = Math.Log(3) - 2.0 / 3 * Math.Log(2);
        Assert.Equal(1.5, grammar.ExpectedLength, 1e-12);
        Assert.Equal(1.5 * choice, grammar.ExpectedEntropy, 1e-12);
        Assert.Equal(choice, grammar.EntropyPerCharacter, 1e-12);
        Assert.Equal(Math.Log(2.0 / 27), grammar.LogProbability("aab"), 1e-12);
        Assert.Equal(Math.Log(2.0 / 27) + Math.Log(2.0 / 3), grammar.LogProbability("aabb"), 1e-12);
        Assert.Equal(double.NegativeInfinity, grammar.LogProbability("aa"));
    }

    // "xx." has two derivations (x<Tree> and x<Leaves>), and "xx.xx." two for each draw. Cutting a text into draws in
    // several ways counts too: xxxx is cut into x and xx in 5 ways.
    [Fact]
    public void AmbiguityIsCountedAndSummed()
    {
        ProbabilisticGrammar grammar = ProbabilisticGrammar.Parse(
            "Text:\n  1 <Tree>.\nTree:\n  2 x\n  1 (<Tree>)\n  1 <Pair>\n"
            + "Pair:\n  1 x<Tree>\n  1 x<Leaves>\nLeaves:\n  1 x\n");
        Assert.Equal(1, grammar.CountDerivations("x."));
        Assert.Equal(2, grammar.CountDerivations("xx."));
        Assert.Equal(4, grammar.CountDerivations("xx.xx."));
        Assert.Equal(Math.Log(0.25 * 0.5 * 0.5 + 0.25 * 0.5), grammar.LogProbability("xx."), 1e-12);

        ProbabilisticGrammar cuts = ProbabilisticGrammar.Parse("S:\n  1 x\n  1 xx\n");
        Assert.Equal(5, cuts.CountDerivations("xxxx"));
    }

    [Fact]
    public void ProbabilitiesOfAllTextsSumToOne()
    {
        ProbabilisticGrammar grammar = ProbabilisticGrammar.Parse("""
            Text:
              1 <^Clause.s>.
              2 <^Clause.p>!
            Clause.@v:
              3 the <Animal.@v> <Sleep.@v>
            words Animal: fox/foxes hare/hares
            words Sleep: sleeps/sleep sings/sing
            """);
        double sum = 0;
        foreach (string animal in new[] { "fox", "foxes", "hare", "hares" })
        {
            foreach (string verb in new[] { "sleeps", "sleep", "sings", "sing" })
            {
                foreach (string mark in new[] { ".", "!" })
                    sum += Math.Exp(grammar.LogProbability($"The {animal} {verb}{mark}"));
            }
        }

        Assert.Equal(1, sum, 1e-12);
    }

    [Fact]
    public void ALineMayGoOn()
    {
        ProbabilisticGrammar grammar = ProbabilisticGrammar.Parse("S:\n  1 a\n      b\n    c\n  3 d\n");
        Assert.Equal(Math.Log(0.25), grammar.LogProbability("a b c"), 1e-12);
        Assert.Equal(Math.Log(0.75), grammar.LogProbability("d"), 1e-12);
    }

    [Fact]
    public void FrequenciesFollowTheWeights()
    {
        ProbabilisticGrammar grammar = ProbabilisticGrammar.Parse("S:\n  1 a\n  2 b\n  5 c\n");
        Philox random = new(seed: 1);
        string text = grammar.Generate(ref random, minimumLength: 80_000).Text;
        Assert.Equal(10_000, text.AsSpan().Count('a'), 500.0);
        Assert.Equal(20_000, text.AsSpan().Count('b'), 500.0);
        Assert.Equal(50_000, text.AsSpan().Count('c'), 500.0);
    }

    [Theory]
    [InlineData("S:\n  1 <T>\n", "<T>")]
    [InlineData("S:\n  x\n", "line 2")]
    [InlineData("S:\n  0 x\n", "line 2")]
    [InlineData("S\n", "line 1")]
    [InlineData("words W: a/b/c\n", "a/b/c")]
    [InlineData("", "at least one rule")]
    [InlineData("S:\n  1 <S\n", "not defined")]
    [InlineData("S:\n  2 x<S><S>\n  1 y\n", "not finite")]
    public void ErrorsSayWhatIsWrong(string rules, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => ProbabilisticGrammar.Parse(rules)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void MinimumLengthIsChecked()
    {
        ProbabilisticGrammar grammar = ProbabilisticGrammar.Parse("S:\n  1 a\n");
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            Philox random = new(seed: 1);
            grammar.Generate(ref random, minimumLength: -1);
        });
    }
}
