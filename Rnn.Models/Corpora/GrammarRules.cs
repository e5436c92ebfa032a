using System;
using System.Collections.Generic;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Corpora;

/// <summary>
/// The blocks of the notation described at <see cref="ProbabilisticGrammar"/>: names, and the texts and weights of what
/// each may be. What a text means is the matter of who asks.
/// </summary>
internal sealed class GrammarRules
{
    private const string Continued = "    ";   // a line that begins so goes on with the rule above

    private static readonly string[] Kinds = ["m", "f", "n", "p"];
    private static readonly string[] Numbers = ["s", "p"];
    private static readonly string[][] FormSuffixes = [[], [""], [".s", ".p"], [], [".m", ".f", ".n", ".p"]];

    private readonly Dictionary<string, List<(string Text, int Weight)>> _rules = [];
    private readonly List<string> _names = [];

    /// <exception cref="FormatException">A line is not understood, or there is no rule.</exception>
    public GrammarRules(string rules) => Read(rules);

    /// <summary>The name of the first rule.</summary>
    public string Start => _names[0];

    /// <summary>All names, in the order of the text.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>What a name may be.</summary>
    public IReadOnlyList<(string Text, int Weight)> this[string name] => _rules[name];

    /// <summary>Whether there is a rule, or list of words, of that name.</summary>
    public bool Has(string name) => _rules.ContainsKey(name);

    private void Read(string rules)
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

            int number = i + 1;
            while (i + 1 < lines.Length && lines[i + 1].StartsWith(Continued, StringComparison.Ordinal))
                line += ' ' + lines[++i].Trim();

            if (line[0] != ' ')
            {
                (heads, wordForms, rank) = ([], null, 0);
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0)
                    Throw.GrammarLine(number, line, "'Name:' or 'words Name: ...'");

                if (line.StartsWith("words ", StringComparison.Ordinal))
                {
                    wordForms = [line[6..colon]];
                    AddWords(number, wordForms[0], line[(colon + 1)..], ref rank);
                }
                else
                {
                    heads = Heads(line[..colon]);
                }
            }
            else if (wordForms is not null)
            {
                AddWords(number, wordForms[0], line, ref rank);
            }
            else
            {
                AddAlternative(number, line.TrimStart(' '), heads);
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
}
