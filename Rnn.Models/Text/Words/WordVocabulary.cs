using System;
using System.Collections.Generic;
using System.Text;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Words;

/// <summary>
/// The words a word model knows, with how often each occurred: a bijection between <see cref="Count"/> words and
/// 0 .. Count-1. Made from counts, index 0 is the most frequent word and equal counts stand in ordinal order, so that
/// the same counts give the same indices anywhere. Nothing is normalised: 'The' and 'the' are two words. Immutable.
/// </summary>
public sealed class WordVocabulary
{
    private const int StackChars = 256;

    private readonly string[] _words;
    private readonly long[] _counts;
    private readonly Dictionary<string, int> _indices;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _spans;

    private WordVocabulary(string[] words, long[] counts, string what)
    {
        _words = words;
        _counts = counts;
        _indices = new Dictionary<string, int>(words.Length, StringComparer.Ordinal);
        _spans = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = 0; i < words.Length; i++)
        {
            if (!_indices.TryAdd(words[i], i))
                Throw.DuplicateWord(what, words[i], _indices[words[i]], i);
            TotalCount += counts[i];
        }
    }

    /// <summary>Number of words, at least 1.</summary>
    public int Count => _words.Length;

    /// <summary>The words in the order of their indices.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>[Count]: how often each word occurred.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Sum of <see cref="Counts"/>: occurrences of kept words.</summary>
    public long TotalCount { get; }

    /// <summary>The word with this index.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such index.</exception>
    public string this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_words.Length)
                Throw.WordOutside(nameof(index), index, Count);
            return _words[index];
        }
    }

    /// <summary>The words that occurred often enough, the most frequent first, equal counts in ordinal order.</summary>
    /// <param name="counts">How often each word occurred, 0 or more; a word's counts are added up. Read once.</param>
    /// <param name="minCount">Words with fewer occurrences are left out; 0 or 1 keeps all.</param>
    /// <param name="maxWords">Only that many most frequent words are kept; 0 is all.</param>
    /// <exception cref="ArgumentNullException"><paramref name="counts"/> is null.</exception>
    /// <exception cref="ArgumentException">A word is null or empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count or a limit is negative.</exception>
    /// <exception cref="System.IO.InvalidDataException">
    /// There is no word, or none reaches the minimum count; the message says how often the most frequent one occurs.
    /// </exception>
    public static WordVocabulary FromCounts(IEnumerable<KeyValuePair<string, long>> counts, long minCount = 1,
        int maxWords = 0)
    {
        ArgumentNullException.ThrowIfNull(counts);
        Throw.IfBelow(nameof(minCount), minCount, 0);
        Throw.IfBelow(nameof(maxWords), maxWords, 0);
        Dictionary<string, long> sums = new(StringComparer.Ordinal);
        long position = 0;
        foreach ((string word, long count) in counts)
        {
            if (string.IsNullOrEmpty(word))
                Throw.EmptyWord(nameof(counts), position);
            if (count < 0)
                Throw.WordCountNegative(nameof(counts), word, count);
            sums[word] = sums.GetValueOrDefault(word) + count;
            position++;
        }

        if (sums.Count == 0)
            Throw.NoWordsToCount(nameof(counts));
        (string? mostFrequent, long most) = (null, -1);
        List<string> words = [];
        List<long> kept = [];
        foreach ((string word, long count) in sums)
        {
            if (count > most || (count == most && string.CompareOrdinal(word, mostFrequent) < 0))
                (mostFrequent, most) = (word, count);
            if (count < minCount)
                continue;
            words.Add(word);
            kept.Add(count);
        }

        if (words.Count == 0)
            Throw.NoWordFrequentEnough(minCount, mostFrequent!, most);
        return FromDistinct([.. words], [.. kept], maxWords).Vocabulary;
    }

    /// <summary>A vocabulary as it was saved; the order of words is kept as it is.</summary>
    /// <param name="words">Each word once; its place is its index. Copied.</param>
    /// <param name="counts">[words.Count], 0 or more: how often each occurred. Copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="words"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A word is null, empty or there twice, or the two have different lengths.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    /// <exception cref="System.IO.InvalidDataException">There is no word.</exception>
    public static WordVocabulary FromWords(IReadOnlyList<string> words, ReadOnlySpan<long> counts)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0)
            Throw.NoWordsToCount(nameof(words));
        if (words.Count != counts.Length)
            Throw.WordCounts(nameof(counts), counts.Length, words.Count);
        string[] copy = [.. words];
        for (int i = 0; i < copy.Length; i++)
        {
            if (string.IsNullOrEmpty(copy[i]))
                Throw.EmptyWord(nameof(words), i);
            if (counts[i] < 0)
                Throw.WordCountNegative(nameof(counts), copy[i], counts[i]);
        }

        return new WordVocabulary(copy, counts.ToArray(), nameof(words));
    }

    /// <summary>Looks one word up.</summary>
    /// <param name="word">Any string.</param>
    /// <param name="index">Its index, 0 to <see cref="Count"/> - 1; 0 when it is unknown. Overwritten.</param>
    /// <returns>Whether the vocabulary has the word.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="word"/> is null.</exception>
    public bool TryGetIndex(string word, out int index) => _indices.TryGetValue(word, out index);

    /// <summary>Looks one word up without making a string of it.</summary>
    /// <param name="word">Any characters. Read.</param>
    /// <param name="index">Its index, 0 to <see cref="Count"/> - 1; 0 when it is unknown. Overwritten.</param>
    /// <returns>Whether the vocabulary has the word.</returns>
    public bool TryGetIndex(ReadOnlySpan<char> word, out int index) => _spans.TryGetValue(word, out index);

    /// <summary>Looks one word up without making a string of it.</summary>
    /// <param name="utf8">A word in UTF-8; what is invalid counts as U+FFFD. Read.</param>
    /// <param name="index">Its index, 0 to <see cref="Count"/> - 1; 0 when it is unknown. Overwritten.</param>
    /// <returns>Whether the vocabulary has the word.</returns>
    public bool TryGetIndex(ReadOnlySpan<byte> utf8, out int index)
    {
        // No more chars than bytes: a character of one char takes at least one byte, one of two chars takes four.
        Span<char> chars = utf8.Length <= StackChars ? stackalloc char[StackChars] : new char[utf8.Length];
        return _spans.TryGetValue(chars[..Encoding.UTF8.GetChars(utf8, chars)], out index);
    }

    /// <summary>The vocabulary of words that were counted elsewhere.</summary>
    /// <param name="words">Each once.</param>
    /// <param name="counts">One a word.</param>
    /// <param name="maxWords">Only that many most frequent words are kept; 0 is all.</param>
    /// <returns>The vocabulary, and for each of its indices the word's place in <paramref name="words"/>.</returns>
    internal static (WordVocabulary Vocabulary, int[] Places) FromDistinct(string[] words, long[] counts, int maxWords)
    {
        int[] places = Order(words, counts);
        if (maxWords > 0 && places.Length > maxWords)
            Array.Resize(ref places, maxWords);
        string[] kept = new string[places.Length];
        long[] keptCounts = new long[places.Length];
        for (int i = 0; i < places.Length; i++)
        {
            kept[i] = words[places[i]];
            keptCounts[i] = counts[places[i]];
        }

        return (new WordVocabulary(kept, keptCounts, nameof(words)), places);
    }

    // Numbers first, strings only within runs of equal counts: sorting by both at once takes several times as long.
    private static int[] Order(string[] words, long[] counts)
    {
        int[] places = new int[words.Length];
        long[] keys = new long[words.Length];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = i;
            keys[i] = -counts[i];
        }

        Array.Sort(keys, places);
        for (int from = 0, to; from < keys.Length; from = to)
        {
            to = from + 1;
            while (to < keys.Length && keys[to] == keys[from])
                to++;
            places.AsSpan(from, to - from).Sort((a, b) => string.CompareOrdinal(words[a], words[b]));
        }

        return places;
    }
}
