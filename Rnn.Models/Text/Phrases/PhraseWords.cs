using System;
using System.Collections.Generic;

namespace Rnn.Models.Text.Phrases;

/// <summary>
/// Which ids are connectors, and the number that stands for the connectors of one place: 0 for none, else their numbers
/// 1 .. K as digits to the base K + 1.
/// </summary>
internal sealed class PhraseWords
{
    /// <summary>Three digits to the base 1,001 fit an int.</summary>
    public const int MaxConnectors = 1000;

    /// <summary>At most that many connectors stand in a row inside a phrase.</summary>
    public const int MaxBetween = 3;

    private readonly string[] _connectors;
    private readonly Dictionary<int, int> _numbers = [];

    /// <summary>The connectors that a vocabulary has.</summary>
    /// <param name="connectors">Each may be there twice, or be unknown.</param>
    /// <param name="idOf">The id of a word, or -1.</param>
    public PhraseWords(IEnumerable<string> connectors, Func<string, int> idOf)
    {
        List<string> known = [];
        foreach (string word in connectors)
        {
            int id = idOf(word);
            if (id >= 0 && _numbers.TryAdd(id, known.Count + 1))
                known.Add(word);
        }

        _connectors = [.. known];
    }

    /// <summary>The number of a connector, 1 or more; 0 for any other word.</summary>
    public int Number(int id) => _numbers.Count == 0 ? 0 : _numbers.GetValueOrDefault(id);

    /// <summary>The number of connectors with one more behind them.</summary>
    public int Append(int between, int number) => between * (_connectors.Length + 1) + number;

    /// <summary>The connectors that a number stands for, a space between two.</summary>
    public string Text(int between)
    {
        string text = "";
        for (; between > 0; between /= _connectors.Length + 1)
        {
            string word = _connectors[between % (_connectors.Length + 1) - 1];
            text = text.Length == 0 ? word : $"{word} {text}";
        }

        return text;
    }

    /// <summary>The number of connectors; -1 if one of them isn't there.</summary>
    /// <param name="text">As <see cref="Text"/> gives it.</param>
    /// <param name="idOf">The id of a word, or -1.</param>
    public int Parse(string text, Func<string, int> idOf)
    {
        int between = 0;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int number = Number(idOf(word));
            if (number == 0)
                return -1;
            between = Append(between, number);
        }

        return between;
    }
}
