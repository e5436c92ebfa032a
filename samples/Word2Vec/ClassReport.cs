using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Corpora;
using Rnn.Models.Embeddings;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Word2Vec;

/// <summary>How well vectors know the classes of the built-in sentences, of which they were never told.</summary>
internal sealed class ClassReport
{
    private const int Neighbours = 5;

    private readonly WordVectors _vectors;

    public ClassReport(WordVectors vectors)
    {
        _vectors = vectors;
        Purity = WordClassCorpus.Purity(NeighboursOf, Neighbours);
    }

    /// <summary>The share of the same class among the nearest words, 0 to 1.</summary>
    public double Purity { get; }

    /// <summary>The nearest words of one word of each of some classes, and the purity of all.</summary>
    public string Text()
    {
        List<string[]> rows = [["word", "class", "nearest words"]];
        foreach ((string name, IReadOnlyList<string> words) in WordClassCorpus.Classes)
            rows.Add([words[0], name, string.Join(' ', NeighboursOf(words[0]).Take(Neighbours))]);

        return TextTable.Format(rows, left: 3) + Invariant($"""


            Of the {Neighbours} nearest words of every word, {100 * Purity:F1}% are of its class; by chance it would be
            """) + Invariant($" {100 * WordClassCorpus.ChancePurity:F1}%.");
    }

    /// <summary>The words in the plane, each class in a colour.</summary>
    public WordMap Map()
    {
        string[] words = [.. WordClassCorpus.ClassOf.Keys.Where(word => _vectors.TryGetIndex(word, out _))];
        float[] rows = new float[words.Length * _vectors.Dimensions];
        for (int i = 0; i < words.Length; i++)
            _vectors.CopyNormalized(words[i], rows.AsSpan(i * _vectors.Dimensions, _vectors.Dimensions));

        return WordMap.Pca("Words by their vectors, coloured by class (which training never saw)", words, rows,
            word => WordClassCorpus.ClassOf[word]);
    }

    // A word's neighbours that belong to a class; words like 'the' have none.
    private IEnumerable<string> NeighboursOf(string word) => !_vectors.TryGetIndex(word, out _)
        ? []
        : _vectors.MostSimilar(word, _vectors.Count).Select(one => one.Word).Where(WordClassCorpus.ClassOf.ContainsKey);
}
