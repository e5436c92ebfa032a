using System;
using System.Collections.Generic;

namespace Rnn.Models.Text.Phrases;

/// <summary>
/// Joins phrases in a stream of ids, greedily from left to right: a word and the next one that is no connector become
/// one if they are a phrase, and then neither is looked at again. Immutable; what a stream has pending is its own.
/// </summary>
internal sealed class PhraseJoiner
{
    private readonly PhraseWords _words;
    private readonly Dictionary<(int First, int Between, int Second), int> _joined = [];
    private readonly HashSet<int> _firsts = [];

    /// <summary>A joiner of those phrases that the ids can write.</summary>
    /// <param name="phrases">What to join.</param>
    /// <param name="idOf">The id of a word, or -1.</param>
    /// <param name="joinedId">The id that replaces a phrase, by its place in the list.</param>
    public PhraseJoiner(IReadOnlyList<Phrase> phrases, Func<string, int> idOf, Func<int, int> joinedId)
    {
        HashSet<string> connectors = new(StringComparer.Ordinal);
        foreach (Phrase phrase in phrases)
        {
            foreach (string word in phrase.Between.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                connectors.Add(word);
        }

        _words = new PhraseWords(connectors, idOf);
        for (int i = 0; i < phrases.Count; i++)
        {
            (int first, int second) = (idOf(phrases[i].First), idOf(phrases[i].Second));
            int between = _words.Parse(phrases[i].Between, idOf);
            if (first < 0 || second < 0 || between < 0)
                continue;
            _joined.TryAdd((first, between, second), joinedId(i));
            _firsts.Add(first);
        }
    }

    /// <summary>Takes the next word.</summary>
    /// <param name="id">0 or more.</param>
    /// <param name="pending">The words before it that may begin a phrase. Read and changed.</param>
    /// <param name="output">What is certain by now is added.</param>
    public void Next(int id, Pending pending, List<int> output)
    {
        List<int> held = pending.Ids;
        int connector = _words.Number(id);
        if (connector > 0 && held.Count > 0 && held.Count <= PhraseWords.MaxBetween)
        {
            held.Add(id);
            pending.Between = _words.Append(pending.Between, connector);
            return;
        }

        if (connector == 0 && held.Count > 0 && _joined.TryGetValue((held[0], pending.Between, id), out int joined))
        {
            pending.Clear();
            output.Add(joined);
            return;
        }

        pending.End(output);
        if (connector == 0 && _firsts.Contains(id))
            held.Add(id);
        else
            output.Add(id);
    }

    /// <summary>A word that may begin a phrase, and the connectors behind it.</summary>
    public sealed class Pending
    {
        public List<int> Ids { get; } = [];

        /// <summary>The number of the connectors in Ids.</summary>
        public int Between { get; set; }

        public void Clear()
        {
            Ids.Clear();
            Between = 0;
        }

        /// <summary>Ends the sentence: what was held back is added.</summary>
        /// <param name="output">Added to.</param>
        public void End(List<int> output)
        {
            output.AddRange(Ids);
            Clear();
        }
    }
}
