using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Embeddings;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>Words whose neighbours are looked at: half from the most frequent, half from rarer ones.</summary>
internal sealed class ValidationWords
{
    private const int Range = 100, RarerFrom = 1000, Neighbours = 5;
    private const ulong Stream = 200;   // apart from those of models

    private readonly string[] _words;

    /// <summary>Draws words.</summary>
    /// <param name="vocabulary">The most frequent first.</param>
    /// <param name="count">How many; fewer if there are few.</param>
    /// <param name="seed">Which.</param>
    public ValidationWords(IReadOnlyList<string> vocabulary, int count, ulong seed)
    {
        Philox random = new(seed, Stream);
        int rarer = Math.Min(RarerFrom, vocabulary.Count / 2);
        _words =
        [
            .. Draw(vocabulary, 0, Math.Min(Range, rarer), count / 2, ref random),
            .. Draw(vocabulary, rarer, Math.Min(rarer + Range, vocabulary.Count), count / 2, ref random),
        ];
    }

    /// <summary>A line a word: its nearest words by cosine.</summary>
    public string Table(WordVectors vectors) => TextTable.Format(
    [
        ["word", "nearest words"],
        .. _words.Select(word => new[]
        {
            word,
            string.Join(' ', vectors.MostSimilar(word, Neighbours).Select(one => one.Word)),
        }),
    ], left: 2);

    private static List<string> Draw(IReadOnlyList<string> vocabulary, int from, int to, int count, ref Philox random)
    {
        List<string> left = [.. vocabulary.Skip(from).Take(to - from)], drawn = [];
        while (drawn.Count < count && left.Count > 0)
        {
            int at = random.NextInt32(left.Count);
            drawn.Add(left[at]);
            left.RemoveAt(at);
        }

        return drawn;
    }
}
