using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Rnn.Models.Text.Words;

namespace Rnn.Models.Text.Phrases;

/// <summary>
/// Pairs of words that are one word in meaning (new_york), found by how much more often they follow each other than by
/// chance. Learn, Apply, and once more on the result for phrases of up to four words. Immutable.
/// </summary>
/// <remarks>
/// It sees the entries of a corpus: words that are unknown there leave no gap. For counts of true neighbours learn from
/// a corpus with MinCount 1, and give the minimum count to <see cref="Apply(WordCorpus, WordCorpusOptions?,
/// CancellationToken)"/>. Source: Mikolov et al., "Distributed representations of words and phrases and their
/// compositionality", 2013, section 4.
/// </remarks>
public sealed class PhraseModel
{
    private const int BlockEntries = 1 << 14;

    private readonly Phrase[] _phrases;
    private readonly List<string> _words = [];                                   // of all phrases
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);   // of _words
    private readonly PhraseJoiner _joiner;                                       // phrase p becomes -2 - p

    internal PhraseModel(Phrase[] phrases)
    {
        _phrases = phrases;
        foreach (Phrase phrase in phrases)
        {
            foreach (string word in phrase.Between.Split(' ').Append(phrase.First).Append(phrase.Second))
            {
                if (_ids.TryAdd(word, _words.Count))
                    _words.Add(word);
            }
        }

        _joiner = new PhraseJoiner(phrases, word => _ids.GetValueOrDefault(word, -1), phrase => -2 - phrase);
    }

    /// <summary>The phrases, highest score first, equal ones by count, then in ordinal order. May be none.</summary>
    public IReadOnlyList<Phrase> Phrases => _phrases;

    /// <summary>
    /// 0 if all pairs were counted; else (<see cref="PhraseOptions.MaxPairs"/> was exceeded) pairs that had occurred
    /// that often or less were forgotten on the way, and counts may be too low by about as much. Not saved.
    /// </summary>
    public long PrunedCount { get; private init; }

    /// <summary>Finds the phrases of a corpus, in one pass. Pairs don't reach across the end of a sentence.</summary>
    /// <param name="corpus">Read.</param>
    /// <param name="options">What a phrase is; null is the default.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is outside -1 to 1, with Npmi.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static PhraseModel Learn(WordCorpus corpus, PhraseOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        options ??= new PhraseOptions();
        double threshold = options.EffectiveThreshold;
        PhraseWords words = new(options.Connectors, Ids(corpus));
        (PairCounts pairs, long[] counts) = Count(corpus, words, options.MaxPairs, cancellation);

        List<Phrase> phrases = [];
        foreach (PairCounts.Pair pair in pairs.Pairs)
        {
            if (pair.Count < options.MinCount)
                continue;
            double score = Score(options, pair.Count, counts[pair.First], counts[pair.Second], corpus);
            if (!(score > threshold))
                continue;
            (string first, string second) = (corpus.Vocabulary[pair.First], corpus.Vocabulary[pair.Second]);
            string between = words.Text(pair.Between);
            string middle = between.Length == 0 ? "" : between.Replace(" ", options.Delimiter, StringComparison.Ordinal)
                + options.Delimiter;
            phrases.Add(new Phrase(first, between, second, $"{first}{options.Delimiter}{middle}{second}", pair.Count,
                score));
        }

        phrases.Sort(Compare);
        return new PhraseModel([.. phrases]) { PrunedCount = pairs.PrunedCount };
    }

    /// <summary>The model that was saved.</summary>
    /// <param name="path">What <see cref="Save"/> wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is something else; the message names the line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static PhraseModel Load(string path) => new(PhraseFile.Read(path));

    /// <summary>
    /// Writes the phrases as a table with tabs, UTF-8, a line each: first, between, second, phrase, count, score. The
    /// file is there whole or not at all.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <exception cref="InvalidDataException">A word holds a tab or a line end.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path) => PhraseFile.Write(path, _phrases);

    /// <summary>What <see cref="Save"/> writes.</summary>
    internal string ToTable() => PhraseFile.ToTable(_phrases);

    /// <summary>The model of <see cref="ToTable"/>.</summary>
    /// <param name="table">Read.</param>
    /// <param name="name">For messages.</param>
    internal static PhraseModel FromTable(string table, string name)
    {
        using StringReader reader = new(table);
        return new PhraseModel(PhraseFile.Read(reader, name));
    }

    /// <summary>A sentence with its phrases joined, greedily from left to right.</summary>
    /// <param name="sentence">Words. Read.</param>
    public IReadOnlyList<string> Apply(IReadOnlyList<string> sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        PhraseJoiner.Pending pending = new();
        List<int> output = new(sentence.Count);
        for (int i = 0; i < sentence.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(sentence[i], nameof(sentence));
            _joiner.Next(_ids.GetValueOrDefault(sentence[i], _words.Count + i), pending, output);
        }

        pending.End(output);
        return output.ConvertAll(id => id < 0 ? _phrases[-2 - id].Joined
            : id < _words.Count ? _words[id] : sentence[id - _words.Count]);
    }

    /// <summary>
    /// A corpus with its phrases joined, greedily from left to right, and a vocabulary of what there is then: phrases
    /// have come, and words that stood in little else may have become too rare.
    /// </summary>
    /// <param name="corpus">Read, and left as it is.</param>
    /// <param name="options">
    /// How the new one is made; null is the default. LowerCase, MaxSentenceWords and MaxDistinctWords have no effect.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>A corpus of its own, with the <see cref="WordCorpus.RawWords"/> of the old one.</returns>
    /// <exception cref="InvalidDataException">No word reaches the minimum count, or is known.</exception>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public WordCorpus Apply(WordCorpus corpus, WordCorpusOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return corpus.Derive(options, cache => Join(corpus, cache, cancellation), cancellation);
    }

    private static Func<string, int> Ids(WordCorpus corpus) =>
        word => corpus.Vocabulary.TryGetIndex(word, out int index) ? index : -1;

    private static (PairCounts Pairs, long[] Counts) Count(WordCorpus corpus, PhraseWords words, int maxPairs,
        CancellationToken cancellation)
    {
        PairCounts pairs = new(maxPairs);
        long[] counts = new long[corpus.Vocabulary.Count];   // those of a given vocabulary are another text's
        (int first, int between, int connectors) = (-1, 0, 0);
        ForEachBlock(corpus, entries =>
        {
            foreach (int id in entries)
            {
                if (id == WordCorpus.SentenceEnd)
                {
                    (first, between, connectors) = (-1, 0, 0);
                    continue;
                }

                counts[id]++;
                int connector = words.Number(id);
                if (connector == 0)
                {
                    if (first >= 0)
                        pairs.CountOne(first, between, id);
                    (first, between, connectors) = (id, 0, 0);
                }
                else if (++connectors <= PhraseWords.MaxBetween)
                {
                    between = words.Append(between, connector);
                }
                else
                {
                    first = -1;
                }
            }
        }, cancellation);
        return (pairs, counts);
    }

    private static double Score(PhraseOptions options, double pair, double first, double second, WordCorpus corpus)
    {
        double total = corpus.KnownWords;
        return options.Scoring switch
        {
            PhraseScoring.TotalWords => (pair - options.MinCount) * total / (first * second),
            PhraseScoring.VocabularySize => (pair - options.MinCount) * corpus.Vocabulary.Count / (first * second),
            _ => Math.Log(pair / first * (total / second)) / -Math.Log(pair / total),
        };
    }

    private static int Compare(Phrase a, Phrase b)
    {
        int order = b.Score.CompareTo(a.Score);
        order = order != 0 ? order : b.Count.CompareTo(a.Count);
        order = order != 0 ? order : string.CompareOrdinal(a.Joined, b.Joined);
        return order != 0 ? order : string.CompareOrdinal(a.First, b.First);
    }

    private static void ForEachBlock(WordCorpus corpus, Action<ReadOnlySpan<int>> block, CancellationToken cancellation)
    {
        int[] entries = new int[(int)Math.Min(BlockEntries, corpus.Length)];
        for (long start = 0; start < corpus.Length; start += entries.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<int> part = entries.AsSpan(0, (int)Math.Min(entries.Length, corpus.Length - start));
            corpus.Read(start, part);
            block(part);
        }
    }

    private (string[] Words, long[] Counts) Join(WordCorpus corpus, IdCache cache, CancellationToken cancellation)
    {
        List<string> words = [.. corpus.Vocabulary.Words];
        Dictionary<string, int> joined = new(StringComparer.Ordinal);
        int IdOfPhrase(int phrase)
        {
            string word = _phrases[phrase].Joined;
            if (corpus.Vocabulary.TryGetIndex(word, out int id) || joined.TryGetValue(word, out id))
                return id;
            joined.Add(word, words.Count);
            words.Add(word);
            return words.Count - 1;
        }

        PhraseJoiner joiner = new(_phrases, Ids(corpus), IdOfPhrase);
        PhraseJoiner.Pending pending = new();
        long[] counts = new long[words.Count];
        List<int> output = new(BlockEntries + PhraseWords.MaxBetween + 1);
        ForEachBlock(corpus, entries =>
        {
            output.Clear();
            foreach (int id in entries)
            {
                if (id != WordCorpus.SentenceEnd)
                {
                    joiner.Next(id, pending, output);
                    continue;
                }

                pending.End(output);
                output.Add(WordCorpus.SentenceEnd);
            }

            foreach (int id in output)
            {
                if (id >= 0)
                    counts[id]++;
            }

            cache.Append(CollectionsMarshal.AsSpan(output));
        }, cancellation);
        return ([.. words], counts);
    }
}
