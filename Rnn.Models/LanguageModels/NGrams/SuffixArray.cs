using System;
using System.Collections.Generic;

namespace Rnn.Models.LanguageModels.NGrams;

/// <summary>
/// All places of a text, sorted by what follows them: the longest run that begins with given tokens is found by
/// bisection. Made by doubling: sorted by h tokens, the places of equal ones are sorted by the ranks h further on.
/// Source: Larsson and Sadakane, "Faster suffix sorting", 1999.
/// </summary>
internal sealed class SuffixArray
{
    private readonly int[] _text;
    private readonly int[] _places;

    public SuffixArray(ReadOnlySpan<int> text)
    {
        _text = text.ToArray();
        _places = new int[_text.Length];
        int[] keys = new int[_text.Length];
        for (int i = 0; i < _places.Length; i++)
            _places[i] = i;

        // The rank of a place is the end of the group of those that are equal so far: it only ever falls.
        int[] ranks = new int[_text.Length];
        text.CopyTo(keys);
        Array.Sort(keys, _places);
        List<(int From, int To)> groups = [];
        Split(keys, 0, keys.Length, ranks, groups);
        for (int h = 1; groups.Count > 0; h *= 2)
        {
            List<(int From, int To)> finer = [];
            foreach ((int from, int to) in groups)
            {
                for (int i = from; i < to; i++)
                    keys[i] = _places[i] + h < ranks.Length ? ranks[_places[i] + h] : -1;   // what ends comes first
                Array.Sort(keys, _places, from, to - from);
                Split(keys, from, to, ranks, finer);
            }

            groups = finer;
        }
    }

    /// <summary>The longest run of the text that some tokens begin with.</summary>
    /// <param name="tokens">Read.</param>
    /// <returns>Its length, 0 if the text lacks the first token, and a place of it.</returns>
    public (int Length, int Place) Longest(ReadOnlySpan<int> tokens)
    {
        // The first place whose text isn't less: the longest run begins there, or at the place before.
        int low = 0, high = _places.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            int common = Common(tokens, _places[middle]);
            int place = _places[middle] + common;
            bool isLess = common < tokens.Length && (place == _text.Length || _text[place] < tokens[common]);
            if (isLess)
                low = middle + 1;
            else
                high = middle;
        }

        (int Length, int Place) longest = (0, 0);
        for (int i = Math.Max(0, low - 1); i <= low && i < _places.Length; i++)
        {
            int common = Common(tokens, _places[i]);
            if (common > longest.Length)
                longest = (common, _places[i]);
        }

        return longest;
    }

    private int Common(ReadOnlySpan<int> tokens, int place) => tokens.CommonPrefixLength(_text.AsSpan(place));

    private void Split(int[] keys, int from, int to, int[] ranks, List<(int From, int To)> groups)
    {
        for (int start = from, end; start < to; start = end)
        {
            end = start + 1;
            while (end < to && keys[end] == keys[start])
                end++;
            for (int i = start; i < end; i++)
                ranks[_places[i]] = end - 1;
            if (end - start > 1)
                groups.Add((start, end));
        }
    }
}
