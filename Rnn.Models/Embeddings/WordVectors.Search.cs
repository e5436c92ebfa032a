using System;
using System.Buffers;
using System.Collections.Generic;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings;

/// <content>What compares words: all by cosines, computed a part of the table at a time.</content>
public sealed partial class WordVectors
{
    internal const float CosMulEpsilon = 0.001f;

    private const int WordsAtATime = 1 << 16;
    private const int FloatsPerBlock = 1 << 17;   // a normalised block of rows stays in the second-level cache

    /// <summary>cos(a, b) = a*b / (|a| |b|), computed in double; 0 if one of the vectors is zero.</summary>
    /// <param name="a">A known word.</param>
    /// <param name="b">A known word.</param>
    /// <exception cref="KeyNotFoundException">A word is unknown; the message names the nearest spellings.</exception>
    public double Similarity(string a, string b) => Similarity(GetIndex(a), GetIndex(b));

    /// <summary>The words with the largest cosines with a word, which is left out itself.</summary>
    /// <param name="word">A known word.</param>
    /// <param name="count">At most so many, more than 0.</param>
    /// <param name="restrict">Looks among the first so many words only; 0 for all.</param>
    /// <param name="exclude">Words that aren't wanted either; unknown ones are ignored.</param>
    /// <returns>The most similar first; among equals the first in the table.</returns>
    /// <exception cref="KeyNotFoundException">The word is unknown; the message names the nearest spellings.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public WordNeighbour[] MostSimilar(string word, int count = 10, int restrict = 0,
        IEnumerable<string>? exclude = null) =>
        Search([GetIndex(word)], [], AnalogyMethod.CosAdd, count, restrict, exclude);

    /// <summary>The words with the largest cosines with a vector.</summary>
    /// <param name="vector">[D], finite, of any length. Read.</param>
    /// <param name="count">At most so many, more than 0.</param>
    /// <param name="restrict">Looks among the first so many words only; 0 for all.</param>
    /// <param name="exclude">Words that aren't wanted; unknown ones are ignored.</param>
    /// <returns>The most similar first; among equals the first in the table.</returns>
    /// <exception cref="ArgumentException">
    /// The vector is not D long or not finite, or a number out of range.
    /// </exception>
    public WordNeighbour[] MostSimilar(ReadOnlySpan<float> vector, int count = 10, int restrict = 0,
        IEnumerable<string>? exclude = null)
    {
        CheckLength(nameof(vector), vector.Length);
        if (!Reductions.AllFinite(vector))
            Throw.QueryNotFinite(nameof(vector));

        float[] unit = new float[Dimensions];
        Normalize(vector, Math.Sqrt(Reductions.SumOfSquares(vector)), unit);
        return Search(unit, 1, 1, AnalogyMethod.CosAdd, count, restrict, Excluded(exclude));
    }

    /// <summary>
    /// The words nearest to several and farthest from others, which are left out themselves.
    /// <see cref="AnalogyMethod.CosAdd"/>: the largest cosine with the sum of the unit vectors, the negative ones
    /// subtracted. <see cref="AnalogyMethod.CosMul"/>: the largest product of s = (1 + cos) / 2 over the positive
    /// words, divided by that over the negative words + 0.001.
    /// </summary>
    /// <param name="positive">Known words, at least one in both lists together.</param>
    /// <param name="negative">Known words; may be empty.</param>
    /// <param name="count">At most so many, more than 0.</param>
    /// <param name="method">How cosines are put together.</param>
    /// <param name="restrict">Looks among the first so many words only; 0 for all.</param>
    /// <returns>The best first; among equals the first in the table.</returns>
    /// <exception cref="KeyNotFoundException">A word is unknown; the message names the nearest spellings.</exception>
    /// <exception cref="ArgumentException">There is no word, or a number is out of range.</exception>
    public WordNeighbour[] MostSimilar(IReadOnlyList<string> positive, IReadOnlyList<string> negative, int count = 10,
        AnalogyMethod method = AnalogyMethod.CosAdd, int restrict = 0)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        if (positive.Count + negative.Count == 0)
            Throw.NoQueryWords(nameof(positive), 1, 0);
        return Search(IndicesOf(positive), IndicesOf(negative), method, count, restrict, null);
    }

    /// <summary>
    /// The words x for which a : b = c : x, best first: man : woman = king : ? The three words are left out.
    /// </summary>
    /// <param name="a">A known word.</param>
    /// <param name="b">A known word.</param>
    /// <param name="c">A known word.</param>
    /// <param name="count">At most so many, more than 0.</param>
    /// <param name="method">How cosines are put together.</param>
    /// <param name="restrict">Looks among the first so many words only; 0 for all.</param>
    /// <returns>
    /// The best first; among equals the first in the table. Scores: with <see cref="AnalogyMethod.CosAdd"/> the cosine
    /// with b - a + c (unit vectors), with <see cref="AnalogyMethod.CosMul"/> the quotient.
    /// </returns>
    /// <exception cref="KeyNotFoundException">A word is unknown; the message names the nearest spellings.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public WordNeighbour[] Analogy(string a, string b, string c, int count = 10,
        AnalogyMethod method = AnalogyMethod.CosAdd, int restrict = 0) =>
        MostSimilar([b, c], [a], count, method, restrict);

    /// <summary>The word that fits least: the smallest cosine with the mean of all words' unit vectors.</summary>
    /// <param name="words">Known words, at least 3 (two are equally far from their mean).</param>
    /// <returns>One of them; among equals the first.</returns>
    /// <exception cref="KeyNotFoundException">A word is unknown; the message names the nearest spellings.</exception>
    /// <exception cref="ArgumentException">There are fewer than 3 words.</exception>
    public string DoesNotMatch(params IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count < 3)
            Throw.NoQueryWords(nameof(words), 3, words.Count);

        int[] indices = IndicesOf(words);
        double[] sum = new double[Dimensions];
        float[] unit = new float[Dimensions];
        foreach (int index in indices)
            AddUnit(index, 1, unit, sum);

        int least = 0;
        double leastDot = double.PositiveInfinity;
        for (int i = 0; i < indices.Length; i++)
        {
            CopyNormalized(indices[i], unit);
            double dot = 0;
            for (int d = 0; d < unit.Length; d++)
                dot += unit[d] * sum[d];
            if (dot < leastDot)
                (least, leastDot) = (i, dot);
        }

        return words[least];
    }

    internal double Similarity(int a, int b)
    {
        ReadOnlySpan<float> x = this[a], y = this[b];
        double dot = 0;
        for (int i = 0; i < x.Length; i++)
            dot += (double)x[i] * y[i];
        double norms = Norm(a) * Norm(b);
        return norms > 0 ? Math.Clamp(dot / norms, -1, 1) : 0;
    }

    /// <summary>cosines[q, j] = units[q] * unit vector of word first + j. Bits don't depend on other rows.</summary>
    /// <param name="units">[queries, D], of unit length. Read.</param>
    /// <param name="queries">How many.</param>
    /// <param name="first">The first word.</param>
    /// <param name="count">How many words.</param>
    /// <param name="cosines">[queries, count]. Overwritten.</param>
    internal void Cosines(float[] units, int queries, int first, int count, float[] cosines)
    {
        _ = Norms;   // made here, or every worker would make its own
        int rows = Math.Clamp(FloatsPerBlock / Dimensions, 32, 1024);
        Workers.For((count + rows - 1) / rows, block =>
        {
            int start = block * rows, n = Math.Min(rows, count - start);
            float[] normalized = ArrayPool<float>.Shared.Rent(n * Dimensions);
            for (int i = 0; i < n; i++)
                CopyNormalized(first + start + i, normalized.AsSpan(i * Dimensions, Dimensions));

            Gemm.Multiply(GemmForm.NT, queries, n, Dimensions, units, Dimensions, normalized, Dimensions,
                cosines.AsSpan(start), count);
            ArrayPool<float>.Shared.Return(normalized);
        });
    }

    private int[] IndicesOf(IReadOnlyList<string> words)
    {
        int[] indices = new int[words.Count];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = GetIndex(words[i]);
        return indices;
    }

    private HashSet<int> Excluded(IEnumerable<string>? exclude)
    {
        HashSet<int> excluded = [];
        foreach (string word in exclude ?? [])
        {
            if (TryGetIndex(word, out int index))
                excluded.Add(index);
        }

        return excluded;
    }

    private void AddUnit(int index, int sign, float[] unit, double[] sum)
    {
        CopyNormalized(index, unit);
        for (int i = 0; i < sum.Length; i++)
            sum[i] += sign * unit[i];
    }

    private WordNeighbour[] Search(int[] positive, int[] negative, AnalogyMethod method, int count, int restrict,
        IEnumerable<string>? exclude)
    {
        HashSet<int> excluded = Excluded(exclude);
        excluded.UnionWith(positive);
        excluded.UnionWith(negative);
        int[] all = [.. positive, .. negative];
        if (method == AnalogyMethod.CosMul)
        {
            float[] units = new float[all.Length * Dimensions];
            for (int i = 0; i < all.Length; i++)
                CopyNormalized(all[i], units.AsSpan(i * Dimensions, Dimensions));
            return Search(units, all.Length, positive.Length, method, count, restrict, excluded);
        }

        double[] sum = new double[Dimensions];
        float[] unit = new float[Dimensions];
        for (int i = 0; i < all.Length; i++)
            AddUnit(all[i], i < positive.Length ? 1 : -1, unit, sum);

        double squares = 0;
        foreach (double value in sum)
            squares += value * value;
        for (int i = 0; i < unit.Length; i++)
            unit[i] = squares > 0 ? (float)(sum[i] / Math.Sqrt(squares)) : 0;
        return Search(unit, 1, 1, method, count, restrict, excluded);
    }

    private WordNeighbour[] Search(float[] units, int queries, int positive, AnalogyMethod method, int count,
        int restrict, HashSet<int> excluded)
    {
        if (count <= 0)
            Throw.NotPositive(nameof(WordVectors), nameof(count), count);
        if (restrict < 0)
            Throw.Outside(nameof(restrict), restrict, "0 or more");

        int words = restrict == 0 ? Count : Math.Min(restrict, Count);
        BestScores best = new(Math.Min(count, words));
        float[] cosines = new float[Math.Min(words, WordsAtATime) * queries];
        for (int first = 0; first < words; first += WordsAtATime)
        {
            int n = Math.Min(WordsAtATime, words - first);
            Cosines(units, queries, first, n, cosines);
            if (method == AnalogyMethod.CosMul)
                Multiply(cosines, queries, positive, n);
            for (int j = 0; j < n; j++)
            {
                if (best.Wants(cosines[j]) && !excluded.Contains(first + j))
                    best.Add(cosines[j], first + j);
            }
        }

        (float Score, int Index)[] found = best.Sorted();
        WordNeighbour[] neighbours = new WordNeighbour[found.Length];
        for (int i = 0; i < found.Length; i++)
        {
            float score = found[i].Score;   // rounding: a cosine may come out as 1.0000001
            neighbours[i] = new WordNeighbour(_words[found[i].Index], found[i].Index,
                method == AnalogyMethod.CosMul ? score : Math.Clamp(score, -1, 1));
        }

        return neighbours;
    }

    // The scores take the place of the first query's cosines.
    private static void Multiply(float[] cosines, int queries, int positive, int n)
    {
        for (int j = 0; j < n; j++)
        {
            float numerator = 1, denominator = 1;
            for (int q = 0; q < queries; q++)
            {
                float shifted = Math.Max(0, (1 + cosines[(q * n) + j]) / 2);
                if (q < positive)
                    numerator *= shifted;
                else
                    denominator *= shifted;
            }

            cosines[j] = queries > positive ? numerator / (denominator + CosMulEpsilon) : numerator;
        }
    }
}
