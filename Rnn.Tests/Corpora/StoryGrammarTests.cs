using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rnn.Models.Corpora;
using Rnn.Models.LanguageModels.NGrams;
using Xunit;

namespace Rnn.Tests.Corpora;

public class StoryGrammarTests
{
    [Fact]
    public void ParsingGivesTheGeneratorsNumberAndOneDerivation()
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            (string text, double expected) = StoryGrammar.Generate(seed, minimumLength: 1500);
            double actual = StoryGrammar.Grammar.LogProbability(text);
            Assert.True(Math.Abs(actual - expected) <= 1e-9 * -expected, $"seed {seed}: {actual}, expected {expected}");
            Assert.Equal(1, StoryGrammar.Grammar.CountDerivations(text));
        }
    }

    [Fact]
    public void TheSameSeedGivesTheSameText()
    {
        string text = StoryGrammar.Generate(seed: 1, minimumLength: 5000).Text;
        Assert.Equal(text, StoryGrammar.Generate(seed: 1, minimumLength: 5000).Text);
        Assert.StartsWith(text, StoryGrammar.Generate(seed: 1, minimumLength: 20000).Text, StringComparison.Ordinal);
        Assert.NotEqual(text, StoryGrammar.Generate(seed: 2, minimumLength: 5000).Text);
        Assert.NotEqual(text, StoryGrammar.Generate(seed: 1, minimumLength: 5000, stream: 1).Text);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        Assert.Equal(("", 0.0), StoryGrammar.Generate(seed: 1, minimumLength: 0));
    }

    // The letters of seed 1 on every machine: FNV-1a of the first 100,000. Changes with the grammar, and only then.
    [Fact]
    public void TheTextIsTheSameOnEveryMachine()
    {
        ulong hash = 14695981039346656037;
        foreach (char c in StoryGrammar.Generate(seed: 1, minimumLength: 100_000).Text)
            hash = (hash ^ c) * 1099511628211;

        Assert.Equal(481058158738420743UL, hash);
    }

    private const string Opening =
        "On a dark winter night in the year 1703, a sleepy queen named Mirata walks to Rovulu. ";
    private const string Ending = " Only the fox knows why.\n\n";

    [Theory]
    [InlineData("She loses her lantern.", "She lose her lantern.")]
    [InlineData("She loses her lantern.", "She loses his lantern.")]
    [InlineData("She loses her lantern.", "He loses his lantern.")]
    [InlineData("The foxes that the old miller feeds near the bridge sleep.",
        "The foxes that the old miller feeds near the bridge sleeps.")]
    [InlineData("The fox who meets the wolves sleeps.", "The fox who meets the wolves sleep.")]
    [InlineData("The king sings because he loses his gold key.", "The king sings because she loses her gold key.")]
    [InlineData("Does the fox near the mill sleep?", "Does the fox near the mill sleep.")]
    [InlineData("How softly the foxes sleep!", "How softly the foxes sleeps!")]
    [InlineData("Turina keeps her key.", "Turino keeps her key.")]
    [InlineData("Turina and Lomito keep their key.", "Turina and Lomito keeps their key.")]
    [InlineData("She eats a warm pie.", "She eats a warm lantern.")]
    [InlineData("The king, who says, \"The owls whisper, 'The fox sleeps,'\" loses his key.",
        "The king, who says, \"The owls whisper, 'The fox sleeps,'\" lose his key.")]
    [InlineData("The king says, \"The owls whisper, 'The fox says, \"The bear sleeps.\"'\"",
        "The king says, \"The owls whisper, 'The fox says, \"The bear sleeps.'\"\"")]
    [InlineData("The king says, \"The bear sleeps.\"", "The king says, \"The bear sleeps.")]
    public void AgreementAndQuotesAreChecked(string right, string wrong)
    {
        Assert.Equal(1, StoryGrammar.Grammar.CountDerivations(Opening + right + Ending));
        Assert.True(double.IsFinite(StoryGrammar.Grammar.LogProbability(Opening + right + Ending)));
        Assert.Equal(0, StoryGrammar.Grammar.CountDerivations(Opening + wrong + Ending));
        Assert.Equal(double.NegativeInfinity, StoryGrammar.Grammar.LogProbability(Opening + wrong + Ending));
    }

    [Fact]
    public void AnUnfinishedStoryHasNoProbability()
    {
        string text = StoryGrammar.Generate(seed: 3, minimumLength: 1).Text;
        Assert.Equal(double.NegativeInfinity, StoryGrammar.Grammar.LogProbability(text.AsSpan()[..^1]));
        Assert.Equal(0, StoryGrammar.Grammar.LogProbability(""));
    }

    [Fact]
    public void LossOfALongTextApproachesTheExactEntropy()
    {
        (string text, double logProbability) = StoryGrammar.Generate(seed: 5, minimumLength: 1_000_000);
        Assert.Equal(StoryGrammar.Grammar.EntropyPerCharacter, -logProbability / text.Length, 2e-3);
        int stories = text.AsSpan().Count("\n\n");
        Assert.Equal(1, (double)text.Length / stories / StoryGrammar.Grammar.ExpectedLength, 0.05);
    }

    [Fact]
    public void WordsAndCharacters()
    {
        string text = StoryGrammar.Generate(seed: 6, minimumLength: 500_000).Text;
        HashSet<string> words = [];
        StringBuilder word = new();
        foreach (char c in text)
        {
            Assert.True(c is '\n' or (>= ' ' and <= '~'));
            if (char.IsAsciiLetter(c))
            {
                word.Append(char.ToLowerInvariant(c));
            }
            else if (word.Length > 0)
            {
                if (!IsName(word.ToString()))
                    words.Add(word.ToString());

                word.Clear();
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{words.Count} words, {text.Distinct().Count()} characters\n{text[..3000]}");
        Assert.InRange(words.Count, 300, 450);
        Assert.InRange(text.Distinct().Count(), 40, 70);
    }

    // Names are made of syllables, without end: Mirata, Tobilo, Lekarani.
    private static bool IsName(string word) => word.Length is 6 or 8
        && word.Where((_, i) => i % 2 == 0).All("mtlbrnsdpkfv".Contains)
        && word.Where((_, i) => i % 2 == 1).All("aioeu".Contains);

    // Counting four characters back must leave much to learn. The margin: a recurrent network that comes within 5% of
    // the grammar is then clearly better than the 5-gram.
    [Fact]
    public void FiveGramsAreFarFromTheGrammar()
    {
        string training = StoryGrammar.Generate(seed: 1, minimumLength: 1_000_000).Text;
        (string heldOut, double logProbability) = StoryGrammar.Generate(seed: 1, minimumLength: 100_000, stream: 1);
        double grammar = -logProbability / heldOut.Length;
        double three = Loss(training, heldOut, order: 3);
        double five = Loss(training, heldOut, order: 5);
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
            $"grammar {grammar:F4}, 5-gram {five:F4} ({five / grammar:F3}), 3-gram {three:F4} ({three / grammar:F3})"));
        Assert.InRange(five / grammar, 1.4, 3);
        Assert.InRange(three / five, 1.2, 3);
    }

    private static double Loss(string training, string heldOut, int order)
    {
        (double sum, long count) = CharNGram.Train(training, order, heldOut).NegativeLogLikelihood(heldOut);
        return sum / count;
    }
}
