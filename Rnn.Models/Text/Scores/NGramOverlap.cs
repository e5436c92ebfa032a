using System;
using System.Collections.Generic;

namespace Rnn.Models.Text.Scores;

/// <summary>
/// How many n-grams of a text, of each order, stand in its references: each as often as in the reference that has it
/// most often. Symbols are numbers, 0 or more.
/// </summary>
/// <param name="maxOrder">1 to <see cref="NGramTable.MaxOrder"/>.</param>
internal sealed class NGramOverlap(int maxOrder)
{
    private readonly NGramTable _ngrams = new();
    private readonly List<int> _counted = [];    // n-grams of this text
    private readonly List<int> _known = [];      // of the references
    private int[] _counts = new int[16];         // of this text
    private int[] _most = new int[16];           // of any reference

    /// <summary>Forgets the references.</summary>
    public void Clear()
    {
        foreach (int ngram in _known)
            _most[ngram] = 0;
        _known.Clear();
    }

    /// <summary>A reference, besides those that were added.</summary>
    public void AddReference(ReadOnlySpan<int> symbols)
    {
        for (int first = 0; first < symbols.Length; first++)
        {
            int ngram = NGramTable.Root;
            for (int i = first; i < Math.Min(first + maxOrder, symbols.Length); i++)
            {
                ngram = _ngrams.FindOrAdd(ngram, symbols[i]);
                if (ngram >= _counts.Length)
                {
                    Array.Resize(ref _counts, 2 * ngram);
                    Array.Resize(ref _most, 2 * ngram);
                }

                if (_counts[ngram]++ == 0)
                    _counted.Add(ngram);
            }
        }

        foreach (int ngram in _counted)
        {
            if (_most[ngram] == 0)
                _known.Add(ngram);
            _most[ngram] = Math.Max(_most[ngram], _counts[ngram]);
        }

        ClearText();
    }

    /// <summary>Compares a text with the references.</summary>
    /// <param name="symbols">The text.</param>
    /// <param name="matches">[maxOrder]: n-grams of the text that are in a reference. Accumulated.</param>
    public void Match(ReadOnlySpan<int> symbols, Span<long> matches)
    {
        for (int first = 0; first < symbols.Length; first++)
        {
            int ngram = NGramTable.Root;
            for (int i = first; i < Math.Min(first + maxOrder, symbols.Length); i++)
            {
                ngram = _ngrams.Find(ngram, symbols[i]);
                if (ngram < 0)
                    break;   // no longer one is known either
                if (_counts[ngram]++ == 0)
                    _counted.Add(ngram);
                if (_counts[ngram] <= _most[ngram])
                    matches[i - first]++;
            }
        }

        ClearText();
    }

    /// <summary>Adds the number of a text's n-grams of each order.</summary>
    /// <param name="length">Symbols of the text.</param>
    /// <param name="totals">[maxOrder]. Accumulated.</param>
    public static void AddTotals(int length, Span<long> totals)
    {
        for (int order = 0; order < totals.Length; order++)
            totals[order] += Math.Max(0, length - order);
    }

    private void ClearText()
    {
        foreach (int ngram in _counted)
            _counts[ngram] = 0;
        _counted.Clear();
    }
}
