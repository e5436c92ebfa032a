using System;
using System.Collections.Generic;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Models.Corpora.Scripts;

/// <summary>
/// A probabilistic grammar over tokens that remembers what it drew. A text is a sequence of independent draws of the
/// start symbol. It writes texts, and <see cref="TokenGrammarState"/> gives the exact probability of each token of a
/// text after all before it: two ways to one number where a text can be written in one way only.
/// </summary>
/// <remarks>
/// The notation is that of <see cref="ProbabilisticGrammar"/>, but for what a text means: tokens with blanks between
/// them (\n is a line end, \n\n the end of a turn), and in angle brackets
/// <code>
/// Name            a rule, or a list of words
/// name=Name       draws one of what Name may be and remembers it; says nothing
/// name=Name-other the same, but none of those that 'other' remembers (also -other-third), drawn from the same Name
/// name            says what is remembered
/// Rule.$name      the rule Rule.text for the text that is remembered (without a colon at its end), or else Rule.other
/// </code>
/// What is remembered is forgotten when the draw of the start symbol ends.
/// </remarks>
internal sealed class TokenGrammar
{
    /// <summary>The most names that remember.</summary>
    public const int MaxNames = 16;

    private readonly Symbol[] _symbols;

    private TokenGrammar(Symbol[] symbols, string[] tokens) => (_symbols, Tokens) = (symbols, tokens);

    /// <summary>What an element does.</summary>
    internal enum Does
    {
        /// <summary>It is a token.</summary>
        Token,

        /// <summary>It is one of what a symbol may be.</summary>
        Symbol,

        /// <summary>It draws from a symbol and remembers.</summary>
        Remember,

        /// <summary>It is what is remembered.</summary>
        Say,

        /// <summary>It is a symbol that depends on what is remembered.</summary>
        Choose,
    }

    /// <summary>All tokens that the grammar may write; an id is a place in it.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>All symbols; number 0 is the start.</summary>
    public ReadOnlySpan<Symbol> Symbols => _symbols;

    /// <summary>Reads a grammar; see the remarks for the notation.</summary>
    /// <exception cref="FormatException">A line is not understood, or a name is unknown or misused.</exception>
    public static TokenGrammar Parse(string rules)
    {
        (Symbol[] symbols, string[] tokens) = new TokenGrammarReader(new GrammarRules(rules)).Read();
        return new TokenGrammar(symbols, tokens);
    }

    /// <summary>One draw of the start symbol.</summary>
    /// <param name="random">Every choice is one of its integers.</param>
    /// <param name="tokens">The ids of its tokens are added to it.</param>
    /// <returns>The sum of the logarithms (nats) of the probabilities of all choices.</returns>
    public double Generate(ref Philox random, List<int> tokens)
    {
        double logProbability = 0;
        Memory memory = default;
        Stack<Element> pending = new();
        pending.Push(new Element(Does.Symbol, 0));
        while (pending.TryPop(out Element? element))
        {
            switch (element.Does)
            {
                case Does.Token:
                    tokens.Add(element.Value);
                    continue;
                case Does.Remember:
                    (int remembered, double p) = Draw(ref random, element, memory);
                    memory = memory.With(element.Value, remembered);
                    logProbability += Math.Log(p);
                    continue;
                case Does.Say:
                    Push(pending, _symbols[element.Symbol].Productions[memory[element.Value]]);
                    continue;
                default:
                    Symbol symbol = _symbols[element.Of(memory)];
                    Production chosen = symbol.Productions[symbol.Choose(random.NextInt32(symbol.Total), [], memory)];
                    logProbability += Math.Log(chosen.Probability);
                    Push(pending, chosen);
                    continue;
            }
        }

        return logProbability;
    }

    private (int Drawn, double Probability) Draw(ref Philox random, Element element, Memory memory)
    {
        Symbol symbol = _symbols[element.Symbol];
        int total = symbol.Without(element.Excluded, memory);
        int drawn = symbol.Choose(random.NextInt32(total), element.Excluded, memory);
        return (drawn, symbol.Productions[drawn].Weight / (double)total);
    }

    private static void Push(Stack<Element> pending, Production production)
    {
        for (int i = production.Elements.Length - 1; i >= 0; i--)
            pending.Push(production.Elements[i]);
    }

    /// <summary>What each name remembers: the number of a production of its symbol.</summary>
    internal readonly record struct Memory(UInt128 Bits)
    {
        private const int NameBits = 8;

        public int this[int name] => (byte)(Bits >> (NameBits * name));

        public Memory With(int name, int production) =>
            new((Bits & ~((UInt128)byte.MaxValue << (NameBits * name)))
                | ((UInt128)(byte)production << (NameBits * name)));

        public bool Has(ReadOnlySpan<int> names, int production)
        {
            foreach (int name in names)
            {
                if (this[name] == production)
                    return true;
            }

            return false;
        }
    }

    /// <summary>A piece of a rule's right side.</summary>
    /// <param name="Does">What it does.</param>
    /// <param name="Value">A token, a symbol, or the name (a number) that remembers.</param>
    internal sealed record Element(Does Does, int Value)
    {
        /// <summary>What the name draws from.</summary>
        public int Symbol { get; init; }

        /// <summary>The names whose productions aren't drawn.</summary>
        public int[] Excluded { get; init; } = [];

        /// <summary>[production of what the name draws from]: the symbol that it chooses.</summary>
        public int[]? Choices { get; init; }

        /// <summary>The symbol that it is, or chooses.</summary>
        public int Of(Memory memory) => Choices is null ? Value : Choices[memory[Value]];
    }

    /// <summary>One right side.</summary>
    internal sealed record Production(Element[] Elements, int Weight, double Probability);

    /// <summary>A rule, or a list of words.</summary>
    internal sealed class Symbol(Production[] productions, int total)
    {
        public Production[] Productions { get; } = productions;

        /// <summary>Sum of the weights.</summary>
        public int Total { get; } = total;

        /// <summary>Sum of the weights but of those productions that names remember.</summary>
        public int Without(ReadOnlySpan<int> excluded, Memory memory)
        {
            int total = 0;
            for (int i = 0; i < Productions.Length; i++)
                total += memory.Has(excluded, i) ? 0 : Productions[i].Weight;
            return total;
        }

        /// <summary>The production on which a ticket falls, where those that names remember have none.</summary>
        public int Choose(int ticket, ReadOnlySpan<int> excluded, Memory memory)
        {
            for (int i = 0; ; i++)
            {
                if (memory.Has(excluded, i))
                    continue;
                ticket -= Productions[i].Weight;
                if (ticket < 0)
                    return i;
            }
        }
    }
}
