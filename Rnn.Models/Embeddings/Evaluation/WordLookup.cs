using System;
using System.Collections.Generic;

namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>
/// The words of an evaluation, looked up in a vocabulary, where case may be ignored: all rows of a word, the first of
/// which (the most frequent) stands for it. Memory grows with the words that are asked for, not with the vocabulary.
/// </summary>
internal sealed class WordLookup
{
    private static readonly int[] s_none = [];

    private readonly Dictionary<string, int[]> _rows;

    /// <summary>Looks words up among the first so many of the vocabulary.</summary>
    public WordLookup(IEnumerable<string> asked, IReadOnlyList<string> vocabulary, int restrict, bool ignoreCase)
    {
        _rows = new Dictionary<string, int[]>(
            ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (string word in asked)
            _rows.TryAdd(word, s_none);
        for (int i = 0; i < restrict; i++)
        {
            if (_rows.TryGetValue(vocabulary[i], out int[]? rows))
                _rows[vocabulary[i]] = [.. rows, i];
        }
    }

    /// <summary>The rows of a word that was asked for, ascending; none if it is unknown.</summary>
    public int[] this[string word] => _rows[word];
}
