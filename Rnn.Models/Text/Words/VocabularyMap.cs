using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Words;

/// <summary>From words in order of appearance to a vocabulary, and from their ids to its indices.</summary>
internal static class VocabularyMap
{
    /// <summary>The vocabulary of counted words, or the given one.</summary>
    /// <param name="word">The word of each id; asked for those alone that are kept, if no vocabulary is given.</param>
    /// <param name="counts">How often each occurred; 0 if it isn't a word by itself. Read.</param>
    /// <param name="options">MinCount, MaxVocabulary and Vocabulary are looked at.</param>
    /// <returns>The vocabulary, and the index of each id, or -1.</returns>
    public static (WordVocabulary Vocabulary, int[] Map) Make(Func<int, string> word, ReadOnlySpan<long> counts,
        WordCorpusOptions options) => options.Vocabulary is { } given
        ? (given, Known(word, counts.Length, given))
        : Frequent(word, counts, options);

    private static int[] Known(Func<int, string> word, int count, WordVocabulary vocabulary)
    {
        int[] map = new int[count];
        for (int id = 0; id < count; id++)
            map[id] = vocabulary.TryGetIndex(word(id), out int index) ? index : -1;
        return map;
    }

    private static (WordVocabulary Vocabulary, int[] Map) Frequent(Func<int, string> word, ReadOnlySpan<long> counts,
        WordCorpusOptions options)
    {
        List<int> ids = [];
        int most = 0;
        long least = Math.Max(options.MinCount, 1);
        for (int id = 0; id < counts.Length; id++)
        {
            if (counts[id] >= least)
                ids.Add(id);
            if (counts[id] > counts[most])
                most = id;
        }

        if (ids.Count == 0)
            Throw.NoWordFrequentEnough(options.MinCount, word(most), counts[most]);

        string[] words = new string[ids.Count];
        long[] wordCounts = new long[ids.Count];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = word(ids[i]);
            wordCounts[i] = counts[ids[i]];
        }

        (WordVocabulary vocabulary, int[] places) =
            WordVocabulary.FromDistinct(words, wordCounts, options.MaxVocabulary);
        int[] map = new int[counts.Length];
        Array.Fill(map, -1);
        for (int index = 0; index < places.Length; index++)
            map[ids[places[index]]] = index;
        return (vocabulary, map);
    }
}
