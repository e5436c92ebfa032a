using System;
using System.Collections.Generic;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;
using Element = Rnn.Models.Corpora.ProbabilisticGrammar.Element;
using Production = Rnn.Models.Corpora.ProbabilisticGrammar.Production;
using Symbol = Rnn.Models.Corpora.ProbabilisticGrammar.Symbol;

namespace Rnn.Models.Corpora;

/// <summary>Turns the notation described at <see cref="ProbabilisticGrammar"/> into numbered symbols.</summary>
internal sealed class GrammarReader
{
    private static readonly string[] Kinds = ["m", "f", "n", "p"];
    private static readonly string[] Numbers = ["s", "p"];
    private static readonly string[][] FormSuffixes = [[], [""], [".s", ".p"], [], [".m", ".f", ".n", ".p"]];

    private readonly List<string> _names = [];
    private readonly Dictionary<string, List<(string Text, int Weight)>> _rules = [];

    // ^X is X with its first letter capitalised: made when first referred to.
    private readonly Dictionary<string, int> _indices = [];
    private readonly List<string> _numbered = [];

    /// <summary>All symbols that the start symbol reaches; the start symbol is number 0.</summary>
    public Symbol[] Read(string rules)
    {
        ReadBlocks(rules);
        List<Symbol> symbols = [];
        Number(_names[0], _names[0]);
        for (int i = 0; i < _numbered.Count; i++)   // grows while symbols are built
            symbols.Add(Build(_numbered[i]));

        return [.. symbols];
    }

    private void ReadBlocks(string rules)
    {
        List<(string Name, string Kind, string Number)> heads = [];
        List<string>? wordForms = null;
        int rank = 0;
        string[] lines = rules.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd();
            if (line.Length == 0 || line[0] == '#')
                continue;

            if (line[0] != ' ')
            {
                (heads, wordForms, rank) = ([], null, 0);
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0)
                    Throw.GrammarLine(i + 1, line, "'Name:' or 'words Name: ...'");

                if (line.StartsWith("words ", StringComparison.Ordinal))
                {
                    wordForms = [line[6..colon]];
                    AddWords(i + 1, wordForms[0], line[(colon + 1)..], ref rank);
                }
                else
                {
                    heads = Heads(line[..colon]);
                }
            }
            else if (wordForms is not null)
            {
                AddWords(i + 1, wordForms[0], line, ref rank);
            }
            else
            {
                AddAlternative(i + 1, line.TrimStart(' '), heads);
            }
        }

        if (_names.Count == 0)
            Throw.GrammarLine(lines.Length, "", "at least one rule");
    }

    private void AddWords(int lineNumber, string name, string line, ref int rank)
    {
        foreach (string entry in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] forms = entry.Split('/');
            if (forms.Length >= FormSuffixes.Length || FormSuffixes[forms.Length].Length == 0)
                Throw.GrammarLine(lineNumber, entry, "1, 2 or 4 forms of a word");

            for (int f = 0; f < forms.Length; f++)
                Add(name + FormSuffixes[forms.Length][f], forms[f].Replace('_', ' '), 1000 / (rank + 8));

            rank++;
        }
    }

    private void AddAlternative(int lineNumber, string line, List<(string Name, string Kind, string Number)> heads)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || heads.Count == 0
            || !NumberText.TryParseWhole(line.AsSpan(0, space), out int weight)
            || weight < 1)
        {
            Throw.GrammarLine(lineNumber, line, "a weight of 1 or more, a space and a text");
            return;
        }

        string text = line[(space + 1)..].Replace("\\n", "\n", StringComparison.Ordinal);
        foreach ((string name, string kind, string number) in heads)
            Add(name, Substitute(text, kind, number), weight);
    }

    private static List<(string Name, string Kind, string Number)> Heads(string head)
    {
        List<(string Name, string Kind, string Number)> heads = [];
        foreach (string kind in head.Contains("@k", StringComparison.Ordinal) ? Kinds : [""])
        {
            foreach (string number in head.Contains("@v", StringComparison.Ordinal) ? Numbers : [""])
                heads.Add((Substitute(head, kind, number), kind, number));
        }

        return heads;
    }

    private static string Substitute(string text, string kind, string number) => text
        .Replace("@k", kind, StringComparison.Ordinal)
        .Replace("@n", kind == "p" ? "p" : "s", StringComparison.Ordinal)
        .Replace("@v", number, StringComparison.Ordinal);

    private void Add(string name, string text, int weight)
    {
        if (!_rules.TryGetValue(name, out List<(string Text, int Weight)>? alternatives))
        {
            _names.Add(name);
            _rules.Add(name, alternatives = []);
        }

        alternatives.Add((text, weight));
    }

    private int Number(string name, string inside)
    {
        if (!_indices.TryGetValue(name, out int index))
        {
            if (!_rules.ContainsKey(name.TrimStart('^')))
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
        List<(string Text, int Weight)> alternatives = _rules[name.TrimStart('^')];
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
