using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Text.Words;

namespace Rnn.Tests.Text;

/// <summary>What a corpus is, said in LINQ over a string in memory.</summary>
internal sealed class WordOracle
{
    public WordOracle(string text, WordCorpusOptions options)
        : this(text.Split('\n').Select(line => line.Split([' ', '\t', '\v', '\f', '\r'],
            StringSplitOptions.RemoveEmptyEntries)), options)
    {
    }

    public WordOracle(IEnumerable<IReadOnlyList<string>> lines, WordCorpusOptions options)
    {
        List<string[]> sentences = [.. lines
            .Select(line => options.LowerCase ? line.Select(word => word.ToLowerInvariant()) : line)
            .SelectMany(line => line.Chunk(options.MaxSentenceWords))];
        RawWords = sentences.Sum(sentence => sentence.Length);
        KeyValuePair<string, long>[] counts = [.. sentences.SelectMany(sentence => sentence)
            .CountBy(word => word).Select(pair => KeyValuePair.Create(pair.Key, (long)pair.Value))];
        if (options.Vocabulary is null && !counts.Any(pair => pair.Value >= options.MinCount))
            return;

        Vocabulary = options.Vocabulary ?? WordVocabulary.FromCounts(counts, options.MinCount, options.MaxVocabulary);
        foreach (string[] sentence in sentences)
        {
            int before = Entries.Count;
            foreach (string word in sentence)
            {
                if (Vocabulary.TryGetIndex(word, out int index))
                    Entries.Add(index);
            }

            if (Entries.Count > before)
                Entries.Add(WordCorpus.SentenceEnd);
        }
    }

    public long RawWords { get; }

    public WordVocabulary? Vocabulary { get; }

    public List<int> Entries { get; } = [];
}
