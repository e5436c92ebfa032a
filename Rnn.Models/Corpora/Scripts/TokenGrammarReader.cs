using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text.Scripts;
using Does = Rnn.Models.Corpora.Scripts.TokenGrammar.Does;
using Element = Rnn.Models.Corpora.Scripts.TokenGrammar.Element;
using Production = Rnn.Models.Corpora.Scripts.TokenGrammar.Production;
using Symbol = Rnn.Models.Corpora.Scripts.TokenGrammar.Symbol;

namespace Rnn.Models.Corpora.Scripts;

/// <summary>Turns the notation described at <see cref="TokenGrammar"/> into numbered symbols and tokens.</summary>
internal sealed class TokenGrammarReader(GrammarRules rules)
{
    private const string Other = "other";
    private const int MaxProductions = 256;   // a byte of the memory

    private readonly Dictionary<string, int> _symbols = [];
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _tokens = [];
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, (int Number, string From)> _remembering = [];

    /// <summary>All symbols that the start symbol reaches, which is number 0, and all tokens of theirs.</summary>
    public (Symbol[] Symbols, string[] Tokens) Read()
    {
        foreach (string name in rules.Names)
        {
            foreach ((string text, _) in rules[name])
                FindRemembering(name, text);
        }

        List<Symbol> symbols = [];
        Number(rules.Start, rules.Start);
        for (int i = 0; i < _names.Count; i++)   // grows while symbols are built
            symbols.Add(Build(_names[i]));

        return ([.. symbols], [.. _texts]);
    }

    private static bool IsReference(string piece) => piece.Length > 2 && piece[0] == '<' && piece[^1] == '>';

    // What a name draws from must be known before a rule asks what it remembers.
    private void FindRemembering(string inside, string text)
    {
        foreach (string piece in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = IsReference(piece) ? piece.IndexOf('=', StringComparison.Ordinal) : -1;
            if (equals < 0)
                continue;
            (string name, string from) = (piece[1..equals], piece[(equals + 1)..^1].Split('-')[0]);
            if (!_remembering.TryAdd(name, (_remembering.Count, from)) && _remembering[name].From != from)
            {
                Throw.GrammarMemory(piece[1..^1], inside,
                    $"draws from another rule than <{name}={_remembering[name].From}>");
            }

            if (_remembering.Count > TokenGrammar.MaxNames)
            {
                Throw.GrammarMemory(piece[1..^1], inside,
                    $"is one name too many to remember: {TokenGrammar.MaxNames} are possible");
            }

            if (rules.Has(from) && rules[from].Count > MaxProductions)
                Throw.GrammarMemory(piece[1..^1], inside, $"draws from more than {MaxProductions} texts");
        }
    }

    private int Number(string name, string inside)
    {
        if (_symbols.TryGetValue(name, out int number))
            return number;
        if (!rules.Has(name))
            Throw.GrammarReference(name, inside);
        _symbols.Add(name, _names.Count);
        _names.Add(name);
        return _names.Count - 1;
    }

    private Symbol Build(string name)
    {
        int total = 0;
        foreach ((_, int weight) in rules[name])
            total += weight;

        List<Production> productions = [];
        foreach ((string text, int weight) in rules[name])
        {
            List<Element> elements = [];
            foreach (string piece in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                elements.Add(
                    IsReference(piece) ? Reference(piece[1..^1], name) : new Element(Does.Token, Token(piece)));
            }

            productions.Add(new Production([.. elements], weight, weight / (double)total));
        }

        return new Symbol([.. productions], total);
    }

    private int Token(string piece)
    {
        string text = piece == "\n" ? ScriptTokenizer.Line : piece == "\n\n" ? ScriptTokenizer.Turn : piece;
        if (_tokens.TryAdd(text, _texts.Count))
            _texts.Add(text);
        return _tokens[text];
    }

    private Element Reference(string text, string inside)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0)
            return Remember(text, equals, inside);
        int dollar = text.IndexOf('$', StringComparison.Ordinal);
        if (dollar >= 0)
            return Choose(text, dollar, inside);
        return _remembering.TryGetValue(text, out (int Number, string From) name)
            ? new Element(Does.Say, name.Number) { Symbol = Number(name.From, inside) }
            : new Element(Does.Symbol, Number(text, inside));
    }

    private Element Remember(string text, int equals, string inside)
    {
        string[] parts = text[(equals + 1)..].Split('-');
        int[] excluded = new int[parts.Length - 1];
        for (int i = 0; i < excluded.Length; i++)
        {
            if (!_remembering.TryGetValue(parts[i + 1], out (int Number, string From) other) || other.From != parts[0])
            {
                Throw.GrammarMemory(text, inside,
                    $"leaves out what {parts[i + 1]} remembers, but that isn't drawn from {parts[0]}");
            }

            excluded[i] = other.Number;
        }

        return new Element(Does.Remember, _remembering[text[..equals]].Number)
        {
            Symbol = Number(parts[0], inside),
            Excluded = excluded,
        };
    }

    private Element Choose(string text, int dollar, string inside)
    {
        if (!_remembering.TryGetValue(text[(dollar + 1)..], out (int Number, string From) name))
            Throw.GrammarMemory(text, inside, "asks for a name that nothing remembers");
        List<int> choices = [];
        foreach ((string value, _) in rules[name.From])
        {
            string wanted = text[..dollar] + value.TrimEnd(':');
            choices.Add(Number(rules.Has(wanted) ? wanted : text[..dollar] + Other, inside));
        }

        return new Element(Does.Choose, name.Number) { Symbol = Number(name.From, inside), Choices = [.. choices] };
    }
}
