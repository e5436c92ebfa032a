using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Corpora.Scripts;
using Rnn.Models.Text.Scripts;
using Xunit;

namespace Rnn.Tests.Corpora.Scripts;

public class TokenGrammarTests
{
    private const string Forms = """
        S:
          3 <x=W> the <x> sees <y=W-x> <y> <End.$x>
          1 <z=W> the end \n <T>
        T:
          1 a <W> . \n\n
          2 <T.rest>
        T.rest:
          1 a b . \n\n
          1 <W> <W> .
        W:
          1 b
          2 c d
          1 c
        End.b:
          1 !
        End.other:
          1 . <z=W-x-y> <z>
          1 ?
        """;

    // The first word is drawn from b (1/4), c d (1/2), c (1/4); the second from the others.
    [Theory]
    [InlineData("the|b|sees|c|d|!", 0.75 * 0.25 * (2.0 / 3))]
    [InlineData("the|b|sees|b", 0)]
    [InlineData("the|c|sees|b|?", 0.75 * 0.25 * (1.0 / 3) * 0.5)]
    [InlineData("the|c|d|sees|c|.|b", 0.75 * 0.5 * 0.5 * 0.5)]
    [InlineData("the|c|d", 0.75 * 0.5)]
    [InlineData("the", 1)]
    [InlineData("the|end|<line>|a|b|.|<turn>", 0.25 * ((1.0 / 3 * 0.25) + (2.0 / 3 * 0.5)))]   // two derivations
    [InlineData("the|end|<line>|c|d|c|.", 0.25 * 2 / 3 * 0.5 * 0.5 * 0.25)]
    [InlineData("the|b|sees|c|d|!|the|end", 0.75 * 0.25 * (2.0 / 3) * 0.25)]
    [InlineData("the|b|sees|c|d|!|the|c|d|sees|b", 0.75 * 0.25 * (2.0 / 3) * 0.75 * 0.5 * 0.5)]   // forgotten in between
    public void ByHand(string text, double expected)
    {
        TokenGrammar grammar = TokenGrammar.Parse(Forms);
        TokenGrammarState state = new(grammar);
        double product = 1;
        foreach (string token in text.Split('|'))
            product *= state.Read(grammar.Tokens.ToList().IndexOf(token));
        Assert.Equal(expected, product, 1e-15);
    }

    // All beginnings of up to eight tokens: what follows one sums to 1, and the empty text's is all.
    [Fact]
    public void WhatFollowsSumsToOne()
    {
        TokenGrammar grammar = TokenGrammar.Parse(Forms);
        int beginnings = 0;
        Follow([]);
        Assert.InRange(beginnings, 100, 100_000);

        void Follow(int[] before)
        {
            beginnings++;
            TokenGrammarState state = new(grammar);
            foreach (int token in before)
                state.Read(token);
            double[] p = [.. Enumerable.Range(-1, grammar.Tokens.Count + 2).Select(state.Probability)];
            Assert.Equal(1, p.Sum(), 1e-12);
            for (int token = 0; token < grammar.Tokens.Count && before.Length < 8; token++)
            {
                if (p[token + 1] > 0)
                    Follow([.. before, token]);
            }
        }
    }

    [Fact]
    public void ReadingGivesTheGeneratorsNumber()
    {
        // Nothing in it can be derived in two ways.
        TokenGrammar grammar = TokenGrammar.Parse("""
            S:
              3 <x=W> the <x> sees <y=W-x> <y> <End.$x>
              1 <z=W> end <z> <z> \n <T>
            T:
              1 a <W> . \n\n
              2 <T> x
            """.Replace("2 <T> x", "2 y <T>", StringComparison.Ordinal) + "\n" + Forms[Forms.IndexOf("W:", StringComparison.Ordinal)..]);
        for (ulong seed = 0; seed < 200; seed++)
        {
            Philox random = new(seed, 0);
            List<int> tokens = [];
            double expected = 0;
            for (int i = 0; i < 10; i++)
                expected += grammar.Generate(ref random, tokens);
            TokenGrammarState state = new(grammar);
            Assert.Equal(expected, tokens.Sum(token => Math.Log(state.Read(token))), 1e-9);
            Assert.Equal(1, state.Ways);
        }
    }

    [Fact]
    public void FrequenciesFollowTheProbabilities()
    {
        TokenGrammar grammar = TokenGrammar.Parse(Forms);
        Philox random = new(1, 0);
        Dictionary<string, int> counts = [];
        const int Draws = 100_000;
        for (int i = 0; i < Draws; i++)
        {
            List<int> tokens = [];
            grammar.Generate(ref random, tokens);
            string text = string.Join('|', tokens);
            counts[text] = counts.GetValueOrDefault(text) + 1;
        }

        foreach ((string text, int count) in counts)
        {
            TokenGrammarState state = new(grammar);
            double p = text.Split('|').Aggregate(1.0, (product, token) => product * state.Read(int.Parse(token, null)));
            Assert.InRange(count, Draws * p - 6 * Math.Sqrt(Draws * p), Draws * p + 6 * Math.Sqrt(Draws * p) + 1);
        }
    }

    [Fact]
    public void TokensOfLinesAndTurns() =>
        Assert.Equal(["a", ScriptTokenizer.Line, "b", ScriptTokenizer.Turn], TokenGrammar.Parse("S:\n  1 a \\n b \\n\\n\n").Tokens);

    [Theory]
    [InlineData("S:\n  1 <T>\n", "<T> in the rule 'S' is not defined")]
    [InlineData("S:\n  1 <x=T>\n", "<T> in the rule 'S' is not defined")]
    [InlineData("S:\n  1 <W.$x>\nwords W: a\n", "asks for a name that nothing remembers")]
    [InlineData("S:\n  1 <x=W> <W.$x>\nwords W: a\n", "<W.other> in the rule 'S' is not defined")]
    [InlineData("S:\n  1 <x=W> <x=V>\nwords W: a\nwords V: a\n", "draws from another rule than <x=W>")]
    [InlineData("S:\n  1 <x=W> <y=V-x>\nwords W: a\nwords V: a\n", "leaves out what x remembers, but that isn't drawn from V")]
    [InlineData("S:\n  1 <y=V-x>\nwords V: a\n", "leaves out what x remembers")]
    [InlineData(
        "S:\n  1 <a=W> <b=W> <c=W> <d=W> <e=W> <f=W> <g=W> <h=W> <i=W> <j=W> <k=W> <l=W> <m=W> <n=W> <o=W> <p=W> <q=W>\nwords W: a\n",
        "16 are possible")]
    public void ErrorsSayWhatIsWrong(string rules, string expected) => Assert.Contains(expected,
        Assert.Throws<FormatException>(() => TokenGrammar.Parse(rules)).Message, StringComparison.Ordinal);
}
