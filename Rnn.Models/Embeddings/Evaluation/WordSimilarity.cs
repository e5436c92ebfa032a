using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using MathNet.Numerics.Statistics;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>
/// Pairs of words with human scores of their similarity (WordSim-353, MEN, SimLex-999, RareWords), and the rank
/// correlation of the scores with cosines of word vectors.
/// </summary>
public sealed class WordSimilarity
{
    private const string LineForm = "two words and a score, between tabs, commas or spaces";

    /// <summary>An evaluation of these pairs.</summary>
    /// <param name="pairs">At least one. Copied.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public WordSimilarity(IEnumerable<WordPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        Pairs = [.. pairs];
        if (Pairs.Count == 0)
            Throw.NothingToEvaluate(nameof(pairs), "pair");
    }

    /// <summary>All pairs, in the order of the file.</summary>
    public IReadOnlyList<WordPair> Pairs { get; }

    /// <summary>
    /// Reads a file: a pair a line, two words and a score, between tabs, else commas, else spaces; further columns,
    /// blank lines and lines that begin with # are left out, and so is a first line whose third column is no number (a
    /// header).
    /// </summary>
    /// <param name="path">The file, utf-8. Read.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// A line is malformed, or there is no pair; the message says where.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static WordSimilarity Load(string path)
    {
        List<WordPair> pairs = [];
        bool isFirst = true;
        foreach ((int number, string text) in EvaluationFile.Lines(path))
        {
            if (text[0] == '#')
                continue;

            string[] columns = Columns(text);
            bool isHeader = isFirst;
            isFirst = false;
            if (columns.Length < 3 || columns[0].Length == 0 || columns[1].Length == 0)
                Throw.EvaluationLine(path, number, LineForm, text);

            if (!NumberText.TryParse(columns[2], out double score))
            {
                if (isHeader)
                    continue;
                Throw.EvaluationLine(path, number, "a number in the third column", columns[2]);
            }

            if (!double.IsFinite(score))
                Throw.EvaluationLine(path, number, "a finite number in the third column", columns[2]);
            pairs.Add(new WordPair(columns[0], columns[1], score));
        }

        if (pairs.Count == 0)
            Throw.EvaluationFileEmpty(path, LineForm);
        return new WordSimilarity(pairs);
    }

    /// <summary>Compares the scores with the cosines of vectors. Pairs with an unknown word are skipped.</summary>
    /// <param name="vectors">Read.</param>
    /// <param name="ignoreCase">
    /// Whether "Paris" may be found as "paris"; of several spellings the first in the table stands for all.
    /// </param>
    /// <param name="restrict">Knows the first so many words only; 0 for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public WordSimilarityResult Evaluate(WordVectors vectors, bool ignoreCase = true, int restrict = 0)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (restrict < 0)
            Throw.Outside(nameof(restrict), restrict, "0 or more");

        int words = restrict == 0 ? vectors.Count : Math.Min(restrict, vectors.Count);
        WordLookup lookup = new(Pairs.Select(pair => pair.First).Concat(Pairs.Select(pair => pair.Second)),
            vectors.Words, words, ignoreCase);
        List<double> scores = [], cosines = [];
        foreach (WordPair pair in Pairs)
        {
            if (lookup[pair.First] is [int first, ..] && lookup[pair.Second] is [int second, ..])
            {
                scores.Add(pair.Score);
                cosines.Add(vectors.Similarity(first, second));
            }
        }

        bool enough = scores.Count >= 2;
        return new WordSimilarityResult
        {
            Spearman = enough ? Correlation.Spearman(scores, cosines) : double.NaN,
            Pearson = enough ? Correlation.Pearson(scores, cosines) : double.NaN,
            Found = scores.Count,
            Skipped = Pairs.Count - scores.Count,
        };
    }

    private static string[] Columns(string text) =>
        text.Contains('\t') ? text.Split('\t', StringSplitOptions.TrimEntries)
        : text.Contains(',') ? text.Split(',', StringSplitOptions.TrimEntries)
        : text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
