using System;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Models.Corpora.Scripts;
using Rnn.Models.LanguageModels.NGrams;
using Rnn.Models.Text.Scripts;
using Xunit;

namespace Rnn.Tests.Corpora.Scripts;

public class ScriptGrammarTests
{
    [Fact]
    public void TheTextHasTheTokensThatWereDrawn()
    {
        string[] tokens = ScriptGrammar.GenerateTokens(seed: 1, scenes: 300, stream: 0).Tokens;
        string text = ScriptGrammar.Generate(seed: 1, scenes: 300);
        Assert.Equal(tokens, ScriptGrammar.Tokenizer.Tokenize(text));
        Assert.Equal([], tokens.Distinct().Except(ScriptGrammar.Tokens));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{ScriptGrammar.Tokens.Count} tokens, {tokens.Length / 300.0} a scene\n{text[..3000]}");
        Assert.InRange(ScriptGrammar.Tokens.Count, 300, 600);
        Assert.InRange(tokens.Length / 300.0, 400, 600);
        Assert.All(text, c => Assert.True(c is '\n' or (>= ' ' and <= '~')));
    }

    [Fact]
    public void TheSameSeedGivesTheSameText()
    {
        string text = ScriptGrammar.Generate(seed: 1, scenes: 5);
        Assert.Equal(text, ScriptGrammar.Generate(seed: 1, scenes: 5));
        Assert.StartsWith(text, ScriptGrammar.Generate(seed: 1, scenes: 10), StringComparison.Ordinal);
        Assert.NotEqual(text, ScriptGrammar.Generate(seed: 2, scenes: 5));
        Assert.NotEqual(text, ScriptGrammar.Generate(seed: 1, scenes: 5, stream: 1));
        Assert.Equal("", ScriptGrammar.Generate(seed: 1, scenes: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ScriptGrammar.Generate(seed: 1, scenes: -1));
    }

    // The letters of seed 1 on every machine: FNV-1a. Changes with the grammar, and only then.
    [Fact]
    public void TheTextIsTheSameOnEveryMachine()
    {
        ulong hash = 14695981039346656037;
        foreach (char c in ScriptGrammar.Generate(seed: 1, scenes: 100))
            hash = (hash ^ c) * 1099511628211;

        Assert.Equal(18235831968756742971UL, hash);
    }

    // Only the thief can't be told from the text: where he isn't caught, all four who may be add up: his share of them is 0.18 to 0.33.
    [Fact]
    public void ReadingGivesTheGeneratorsNumberButForTheThief()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            (string[] tokens, double drawn) = ScriptGrammar.GenerateTokens(seed, scenes: 1, stream: 0);
            double sum = ScriptGrammar.LogProbabilities(tokens).Sum();
            bool isCaught = tokens.Contains("thief") || !tokens.Contains("sorry");
            Assert.InRange(sum - drawn, isCaught ? -1e-9 : 1, isCaught ? 1e-9 : 1.75);
        }
    }

    [Fact]
    public void WhatFollowsSumsToOne()
    {
        TokenGrammar grammar = TokenGrammar.Parse(ScriptGrammar.Rules);
        string[] tokens = ScriptGrammar.GenerateTokens(seed: 3, scenes: 2, stream: 0).Tokens;
        TokenGrammarState state = new(grammar);
        for (int i = 0; i < tokens.Length; i++)
        {
            if (i % 17 == 0)
                Assert.Equal(1, Enumerable.Range(0, grammar.Tokens.Count).Sum(state.Probability), 1e-9);
            Assert.True(state.Read(grammar.Tokens.ToList().IndexOf(tokens[i])) > 0);
        }
    }

    [Fact]
    public void TheLossIsThatOfEachTokenButTheFirst()
    {
        string[] tokens = ScriptGrammar.Tokenizer.Tokenize(ScriptGrammar.Generate(seed: 7, scenes: 3))[..700];
        LossSum loss = ScriptGrammar.Evaluate(tokens);
        Assert.Equal(-ScriptGrammar.LogProbabilities(tokens).Skip(1).Sum(), loss.Sum, 1e-9);
        Assert.Equal(699, loss.Count);
    }

    // A scene is remembered to its end: the same words of another scene have no probability.
    [Fact]
    public void ASceneComesBackToWhatItBeganWith()
    {
        string[] tokens = ScriptGrammar.GenerateTokens(seed: 1, scenes: 1, stream: 0).Tokens;
        int last = Array.LastIndexOf(tokens, "porridge");
        Assert.True(last > tokens.Length - 20);
        double[] p = ScriptGrammar.LogProbabilities(tokens);
        Assert.Equal(0, p[last], 1e-12);
        tokens[last] = "soup";
        ArgumentException e = Assert.Throws<ArgumentException>(() => ScriptGrammar.LogProbabilities(tokens));
        Assert.Contains($"token {last} of tokens, 'soup'", e.Message);
    }

    [Fact]
    public void ErrorsSayWhatIsWrong()
    {
        Assert.Contains("token 0 of tokens, 'xyz'", Assert.Throws<ArgumentException>(() => ScriptGrammar.Evaluate(["xyz", "a"])).Message);
        Assert.Contains("1 tokens; expected 2", Assert.Throws<ArgumentException>(() => ScriptGrammar.Evaluate(["("])).Message);
        Assert.Empty(ScriptGrammar.LogProbabilities([]));
    }

    // What counting achieves after 200,000 tokens: far from the grammar, and longer contexts hardly help.
    [Fact]
    public void NGramsAreFarFromTheGrammar()
    {
        string[] training = ScriptGrammar.GenerateTokens(seed: 1, scenes: 500, stream: 0).Tokens[..200_000];
        string[] heldOut = ScriptGrammar.GenerateTokens(seed: 1, scenes: 50, stream: 1).Tokens;
        TokenVocabulary vocabulary = TokenVocabulary.FromTokens(training);
        LossSum exact = ScriptGrammar.Evaluate(heldOut);
        double five = Mean(5);
        string orders = string.Join(' ', Enumerable.Range(1, 8).Select(order => Math.Exp(Mean(order)).ToString("F3", null)));
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
            $"perplexities: grammar {Math.Exp(exact.Mean):F3}, orders 1 to 8 {orders}"));
        Assert.InRange(five / exact.Mean, 2.1, 2.6);
        Assert.InRange(Mean(8) / exact.Mean, 2, five / exact.Mean);

        double Mean(int order) =>
            KneserNey.Train(vocabulary.Encode(training), vocabulary.Count, order).Evaluate(vocabulary.Encode(heldOut)).Mean;
    }
}
