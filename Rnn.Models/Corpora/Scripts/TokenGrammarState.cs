using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Element = Rnn.Models.Corpora.Scripts.TokenGrammar.Element;
using Memory = Rnn.Models.Corpora.Scripts.TokenGrammar.Memory;
using Production = Rnn.Models.Corpora.Scripts.TokenGrammar.Production;
using Symbol = Rnn.Models.Corpora.Scripts.TokenGrammar.Symbol;

namespace Rnn.Models.Corpora.Scripts;

/// <summary>
/// What is known after the tokens so far: all ways in which the grammar may have written them, each with its
/// probability. A way is what it still has to write and what it remembers; those that agree in both are one, since they
/// go on alike. P(token | those before) is the sum of what is left after it over the sum of what was there. Needs a
/// grammar without left recursion. Source: the forward probabilities of Stolcke, "An efficient probabilistic
/// context-free parsing algorithm that computes prefix probabilities", 1995, for grammars in which few ways are open at
/// once.
/// </summary>
internal sealed class TokenGrammarState
{
    private const int Nothing = 0;   // nothing is left to write: the next draw begins

    private readonly TokenGrammar _grammar;
    private readonly Production _start = new([new Element(TokenGrammar.Does.Symbol, 0)], 1, 1);

    // What is left to write: the elements of a production from a place on, and then what another node has.
    private readonly List<(Production Production, int From, int Then)> _nodes = [(null!, 0, 0)];
    private readonly Dictionary<(Production, int, int), int> _numbers = new(PlaceComparer.Instance);
    private Dictionary<(int Node, Memory Memory), double> _ways = new() { [(Nothing, default)] = 1 };
    private Dictionary<(int Node, Memory Memory), double> _next = [];
    private double _sum = 1;   // of the ways: divided by at every token, since products of all would vanish

    public TokenGrammarState(TokenGrammar grammar) => _grammar = grammar;

    /// <summary>Number of ways that are open.</summary>
    public int Ways => _ways.Count;

    /// <summary>P(token | those before).</summary>
    /// <param name="token">An id of the grammar, or anything else, which has no probability.</param>
    public double Probability(int token)
    {
        _next.Clear();
        foreach (((int node, Memory memory), double probability) in _ways)
            Go(node, memory, probability / _sum, token);

        double sum = 0;
        foreach (double probability in _next.Values)
            sum += probability;
        return sum;
    }

    /// <summary>Takes the next token in.</summary>
    /// <param name="token">An id of the grammar.</param>
    /// <returns>P(token | those before). After 0 all is as before.</returns>
    public double Read(int token)
    {
        double probability = Probability(token);
        if (probability > 0)
            (_ways, _next, _sum) = (_next, _ways, probability);
        return probability;
    }

    private void Go(int node, Memory memory, double probability, int token)
    {
        if (node == Nothing)
        {
            Enter(_start, Nothing, default, probability, token);
            return;
        }

        (Production production, int from, int then) = _nodes[node];
        Go(production, from, then, memory, probability, token);
    }

    // A place in a production, and the node of what comes behind the production.
    private void Go(Production production, int from, int then, Memory memory, double probability, int token)
    {
        Element element = production.Elements[from];
        int rest = from + 1 < production.Elements.Length ? Node(production, from + 1, then) : then;
        ReadOnlySpan<Symbol> symbols = _grammar.Symbols;
        switch (element.Does)
        {
            case TokenGrammar.Does.Token:
                if (element.Value == token)
                    Add((rest, rest == Nothing ? default : memory), probability);
                break;
            case TokenGrammar.Does.Say:
                Enter(symbols[element.Symbol].Productions[memory[element.Value]], rest, memory, probability, token);
                break;
            case TokenGrammar.Does.Remember:
                Remember(element, rest, memory, probability, token);
                break;
            default:
                foreach (Production one in symbols[element.Of(memory)].Productions)
                    Enter(one, rest, memory, probability * one.Probability, token);
                break;
        }
    }

    private void Add((int Node, Memory Memory) way, double probability)
    {
        ref double sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_next, way, out _);
        sum += probability;
    }

    private void Enter(Production production, int then, Memory memory, double probability, int token)
    {
        if (production.Elements.Length == 0)
            Go(then, memory, probability, token);
        else
            Go(production, 0, then, memory, probability, token);
    }

    private void Remember(Element element, int rest, Memory memory, double probability, int token)
    {
        Symbol symbol = _grammar.Symbols[element.Symbol];
        int total = symbol.Without(element.Excluded, memory);
        for (int i = 0; i < symbol.Productions.Length; i++)
        {
            if (!memory.Has(element.Excluded, i))
                Go(rest, memory.With(element.Value, i), probability * symbol.Productions[i].Weight / total, token);
        }
    }

    private int Node(Production production, int from, int then)
    {
        if (!_numbers.TryGetValue((production, from, then), out int number))
        {
            number = _nodes.Count;
            _nodes.Add((production, from, then));
            _numbers.Add((production, from, then), number);
        }

        return number;
    }

    // Productions are the same if they are one object: records would compare their elements.
    private sealed class PlaceComparer : IEqualityComparer<(Production Production, int From, int Then)>
    {
        public static PlaceComparer Instance { get; } = new();

        public bool Equals((Production Production, int From, int Then) x, (Production Production, int From, int Then) y) =>
            ReferenceEquals(x.Production, y.Production) && x.From == y.From && x.Then == y.Then;

        public int GetHashCode((Production Production, int From, int Then) place) =>
            HashCode.Combine(RuntimeHelpers.GetHashCode(place.Production), place.From, place.Then);
    }
}
