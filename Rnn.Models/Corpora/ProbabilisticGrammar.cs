using System;
using System.Collections.Generic;
using System.Text;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Corpora;

/// <summary>
/// A probabilistic context-free grammar over characters. A text is a sequence of independent draws of the start symbol,
/// so P(text) is the sum, over all ways to cut it into draws and all derivations of each, of the product of the rules'
/// probabilities, and -log P(text) / characters is the lowest loss that any model of the source can expect.
/// It writes texts (<see cref="Generate(ref Philox, int)"/>), and weighs any text by parsing it
/// (<see cref="LogProbability"/>): two independent ways to one number where the grammar is unambiguous.
/// </summary>
/// <remarks>
/// The notation, one rule or list a block:
/// <code>
/// words Animal: fox/foxes hare/hares          two forms: Animal.s and Animal.p; entry r (from 0) weighs 1000/(r+8)
/// words Poss: his/her/its/their               four forms: Poss.m, Poss.f, Poss.n, Poss.p; an underscore is a space
/// words Food: bread honey                     one form: Food
/// Clause.@k:                                  a rule for each k of m, f, n (singular genders) and p (plural)
///   3 the &lt;Being.@k&gt; &lt;Sleep.@n&gt;             weight, one space, text; @n is the number (s or p) of @k
///   1 &lt;^Being.@k&gt;!                     ^ capitalises the first letter; \n is a new line; # starts a comment
/// </code>
/// The first rule is the start symbol. @v in a head stands for s and p. A rule may be continued later under the same
/// head; a line that begins with four spaces or more goes on with the text above, after a space. No symbol may begin
/// with itself (left recursion): the parser would not end.
/// </remarks>
public sealed class ProbabilisticGrammar
{
    private const int StartSymbol = 0;

    private readonly Symbol[] _symbols;
    private readonly GrammarParser _parser;

    private ProbabilisticGrammar(Symbol[] symbols)
    {
        _symbols = symbols;
        _parser = new GrammarParser(symbols, StartSymbol);
        (ExpectedEntropy, ExpectedLength) = Expectations();
    }

    /// <summary>Entropy of one draw of the start symbol in nats: E[-log P(derivation)], exact.</summary>
    public double ExpectedEntropy { get; }

    /// <summary>Characters of one draw of the start symbol: E[length], exact.</summary>
    public double ExpectedLength { get; }

    /// <summary>
    /// ExpectedEntropy / ExpectedLength: nats per character of an endless text (law of large numbers). Where the
    /// grammar is unambiguous, no model of the characters has a lower expected loss.
    /// </summary>
    public double EntropyPerCharacter => ExpectedEntropy / ExpectedLength;

    /// <summary>Reads a grammar; see the remarks on the class for the notation.</summary>
    /// <param name="rules">The text of the grammar, ASCII.</param>
    /// <exception cref="FormatException">A line is not understood, a symbol is unknown, or texts don't end.</exception>
    public static ProbabilisticGrammar Parse(string rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return new ProbabilisticGrammar(GrammarReader.Read(rules));
    }

    /// <summary>Independent draws of the start symbol, one after the other, until the text is long enough.</summary>
    /// <param name="random">Every choice is one of its integers: same state, same text on any machine.</param>
    /// <param name="minimumLength">Characters, 0 or more. The last draw is finished, so the text may be longer.</param>
    /// <returns>The text, and the sum of the logarithms (nats) of the probabilities of the rules used.</returns>
    /// <exception cref="ArgumentOutOfRangeException">minimumLength is negative.</exception>
    public (string Text, double LogProbability) Generate(ref Philox random, int minimumLength)
    {
        if (minimumLength < 0)
            Throw.MinimumLength(minimumLength);

        StringBuilder text = new(minimumLength + 4096);
        Stack<Element> pending = new();
        double logProbability = 0;
        while (text.Length < minimumLength)
        {
            double draw = 0;   // summed by draw: rounding errors stay small in long texts
            pending.Push(new Element(null, StartSymbol));
            while (pending.TryPop(out Element element))
            {
                if (element.Literal is not null)
                {
                    text.Append(element.Literal);
                    continue;
                }

                Symbol symbol = _symbols[element.Symbol];
                Production chosen = symbol.Choose(ref random);
                draw += chosen.LogProbability;
                for (int i = chosen.Elements.Length - 1; i >= 0; i--)
                    pending.Push(chosen.Elements[i]);
            }

            logProbability += draw;
        }

        return (text.ToString(), logProbability);
    }

    /// <summary>
    /// log P(text): the inside algorithm, a parse that sums over all derivations. It shares nothing with Generate but
    /// the rules. Source: Baker, "Trainable grammars for speech recognition", 1979.
    /// </summary>
    /// <param name="text">Zero or more whole draws of the start symbol. Read.</param>
    /// <returns>Nats; negative infinity if the grammar cannot write this text.</returns>
    public double LogProbability(ReadOnlySpan<char> text) => _parser.Parse(text).LogProbability;

    /// <summary>How many derivations the text has: 0 if the grammar cannot write it, 1 if it is unambiguous.</summary>
    /// <param name="text">Zero or more whole draws of the start symbol. Read.</param>
    /// <returns>The count; a double, since ambiguity grows exponentially with length.</returns>
    public double CountDerivations(ReadOnlySpan<char> text) => _parser.Parse(text).Derivations;

    /// <summary>The least solutions of linear equations over the symbols, by iteration.</summary>
    private (double Entropy, double Length) Expectations()
    {
        const int MaxIterations = 100_000;
        double[] entropy = new double[_symbols.Length];
        double[] length = new double[_symbols.Length];
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            double change = 0;
            for (int s = _symbols.Length - 1; s >= 0; s--)
            {
                double h = 0, l = 0;
                foreach (Production production in _symbols[s].Productions)
                {
                    double hBelow = -production.LogProbability, lBelow = 0;
                    foreach (Element element in production.Elements)
                    {
                        hBelow += element.Literal is null ? entropy[element.Symbol] : 0;
                        lBelow += element.Literal is null ? length[element.Symbol] : element.Literal.Length;
                    }

                    h += production.Probability * hBelow;
                    l += production.Probability * lBelow;
                }

                change = Math.Max(change, (l - length[s]) / (1 + l));
                (entropy[s], length[s]) = (h, l);
            }

            if (change < 1e-15)
                return (entropy[StartSymbol], length[StartSymbol]);

            if (!double.IsFinite(length[StartSymbol]) || length[StartSymbol] > 1e12)
                break;
        }

        Throw.GrammarDoesNotEnd();
        return default;
    }

    /// <summary>A piece of a rule's right side: text, or the index of a symbol if Literal is null.</summary>
    internal readonly record struct Element(string? Literal, int Symbol);

    /// <summary>One right side, and its probability: its weight over the total weight of its symbol.</summary>
    internal sealed record Production(Element[] Elements, double Probability, double LogProbability);

    /// <summary>A nonterminal. Choices compare integers only, so that they are the same on every machine.</summary>
    internal sealed class Symbol(Production[] productions, int[] cumulative)
    {
        public Production[] Productions { get; } = productions;

        public Production Choose(ref Philox random)
        {
            if (Productions.Length == 1)
                return Productions[0];

            int ticket = random.NextInt32(cumulative[^1]);
            int low = 0, high = cumulative.Length - 1;
            while (low < high)   // the first whose cumulative weight exceeds the ticket
            {
                int middle = (low + high) >> 1;
                if (cumulative[middle] > ticket)
                    high = middle;
                else
                    low = middle + 1;
            }

            return Productions[low];
        }
    }
}
