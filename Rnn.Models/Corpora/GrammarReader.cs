using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;
using Element = Rnn.Models.Corpora.ProbabilisticGrammar.Element;
using Production = Rnn.Models.Corpora.ProbabilisticGrammar.Production;
using Symbol = Rnn.Models.Corpora.ProbabilisticGrammar.Symbol;

namespace Rnn.Models.Corpora;

/// <summary>Turns the notation described at <see cref="ProbabilisticGrammar"/> into numbered symbols.</summary>
internal sealed class GrammarReader
{
    private readonly GrammarRules _rules;

    // ^X is X with its first letter capitalised: made when first referred to.
    private readonly Dictionary<string, int> _indices = [];
    private readonly List<string> _numbered = [];

    private GrammarReader(GrammarRules rules) => _rules = rules;

    /// <summary>All symbols that the start symbol reaches; the start symbol is number 0.</summary>
    public static Symbol[] Read(string rules) => new GrammarReader(new GrammarRules(rules)).Symbols();

    private Symbol[] Symbols()
    {
        List<Symbol> symbols = [];
        Number(_rules.Start, _rules.Start);
        for (int i = 0; i < _numbered.Count; i++)   // grows while symbols are built
            symbols.Add(Build(_numbered[i]));

        return [.. symbols];
    }

    private int Number(string name, string inside)
    {
        if (!_indices.TryGetValue(name, out int index))
        {
            if (!_rules.Has(name.TrimStart('^')))
                Throw.GrammarReference(name, inside);

            index = _numbered.Count;
            _numbered.Add(name);
            _indices.Add(name, index);
        }

        return index;
    }

    private Symbol Build(string name)
    {
        bool capitalise = name[0] == '^';
        IReadOnlyList<(string Text, int Weight)> alternatives = _rules[name.TrimStart('^')];
        int total = 0;
        int[] cumulative = new int[alternatives.Count];
        for (int i = 0; i < cumulative.Length; i++)
            cumulative[i] = total += alternatives[i].Weight;

        Production[] productions = new Production[cumulative.Length];
        for (int i = 0; i < productions.Length; i++)
        {
            (string text, int weight) = alternatives[i];
            double probability = (double)weight / total;
            productions[i] = new Production(Elements(text, name, capitalise), probability, Math.Log(probability));
        }

        return new Symbol(productions, cumulative);
    }

    private Element[] Elements(string text, string inside, bool capitalise)
    {
        List<Element> elements = [];
        int position = 0;
        while (position < text.Length)
        {
            int end = text.IndexOf(text[position] == '<' ? '>' : '<', position);
            bool first = capitalise && position == 0;
            if (text[position] == '<')
            {
                if (end < 0)
                    Throw.GrammarReference(text[(position + 1)..], inside);

                string name = text[(position + 1)..end];
                elements.Add(new Element(null, Number(first && name[0] != '^' ? "^" + name : name, inside)));
                position = end + 1;
            }
            else
            {
                end = end < 0 ? text.Length : end;
                string literal = text[position..end];
                elements.Add(new Element(first ? char.ToUpperInvariant(literal[0]) + literal[1..] : literal, -1));
                position = end;
            }
        }

        return [.. elements];
    }
}
