using System;
using System.Collections.Generic;
using System.Threading;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings;

/// <summary>
/// Words and their vectors: one table [V, D], row i being word i, by custom the most frequent word first. Immutable,
/// and may be used by many threads. Beside the table it keeps the words, their indices and, from the first search on,
/// one norm a row; the table is never copied. A word whose vector is zero has cosine 0 with every other.
/// </summary>
public sealed partial class WordVectors
{
    private readonly string[] _words;
    private readonly Dictionary<string, int> _indices;
    private readonly float[] _table;
    private float[]? _norms;

    /// <summary>Vectors from a table.</summary>
    /// <param name="words">V words, each once, none empty. Copied.</param>
    /// <param name="table">[V, D], finite. Taken over, not copied: don't write to it afterwards.</param>
    /// <param name="dimensions">D, more than 0.</param>
    /// <exception cref="ArgumentException">
    /// There is no word, a word is null, empty or there twice, the table is not V * D long or not finite.
    /// </exception>
    public WordVectors(IReadOnlyList<string> words, float[] table, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(table);
        if (dimensions <= 0)
            Throw.NotPositive(nameof(WordVectors), nameof(dimensions), dimensions);
        if (words.Count == 0)
            Throw.NoVectors(nameof(words));
        if (table.LongLength != (long)words.Count * dimensions)
            Throw.VectorTableLength(nameof(table), table.LongLength, words.Count, dimensions);

        _words = new string[words.Count];
        _indices = new Dictionary<string, int>(words.Count, StringComparer.Ordinal);
        for (int i = 0; i < _words.Length; i++)
        {
            string word = words[i];
            if (string.IsNullOrEmpty(word))
                Throw.VectorWordEmpty(nameof(words), i);
            if (!_indices.TryAdd(word, i))
                Throw.VectorWordTwice(nameof(words), word, _indices[word], i);
            _words[i] = word;
        }

        _table = table;
        Dimensions = dimensions;
        Words = Array.AsReadOnly(_words);
        for (int i = 0; i < Count; i++)
        {
            if (!Reductions.AllFinite(this[i]))
                Throw.VectorOfWordNotFinite(nameof(table), i, _words[i]);
        }
    }

    // What a reader has checked as it went. The table may be longer than V * D.
    internal WordVectors(string[] words, Dictionary<string, int> indices, float[] table, int dimensions)
    {
        _words = words;
        _indices = indices;
        _table = table;
        Dimensions = dimensions;
        Words = Array.AsReadOnly(words);
    }

    /// <summary>V, at least 1.</summary>
    public int Count => _words.Length;

    /// <summary>D, at least 1.</summary>
    public int Dimensions { get; }

    /// <summary>All words, in the order of their rows.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>All vectors [V, D].</summary>
    public ReadOnlyMatrixView Table => new(_table.AsSpan(0, Count * Dimensions), Count, Dimensions);

    /// <summary>Row i [D].</summary>
    /// <param name="index">0 to V-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_words.Length)
                Throw.Outside(nameof(index), index, $"0 to {Count - 1}");
            return _table.AsSpan(index * Dimensions, Dimensions);
        }
    }

    /// <summary>The vector of a word [D].</summary>
    /// <param name="word">A known word.</param>
    /// <exception cref="KeyNotFoundException">It is unknown; the message names the nearest spellings.</exception>
    public ReadOnlySpan<float> this[string word] => this[GetIndex(word)];

    /// <summary>Looks one word up.</summary>
    /// <param name="word">Any word.</param>
    /// <param name="index">Its row, 0 to V-1; 0 when it is unknown. Overwritten.</param>
    /// <returns>Whether the word is known.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="word"/> is null.</exception>
    public bool TryGetIndex(string word, out int index)
    {
        ArgumentNullException.ThrowIfNull(word);
        return _indices.TryGetValue(word, out index);
    }

    /// <summary>Looks the vector of one word up.</summary>
    /// <param name="word">Any word.</param>
    /// <param name="vector">[D]; empty when the word is unknown. Overwritten.</param>
    /// <returns>Whether the word is known.</returns>
    public bool TryGet(string word, out ReadOnlySpan<float> vector)
    {
        bool known = TryGetIndex(word, out int index);
        vector = known ? this[index] : default;
        return known;
    }

    /// <summary>The row of a word, 0 to V-1.</summary>
    /// <param name="word">A known word.</param>
    /// <exception cref="KeyNotFoundException">It is unknown; the message names the nearest spellings.</exception>
    public int GetIndex(string word)
    {
        if (!TryGetIndex(word, out int index))
            Throw.UnknownWord(word, Suggest(word));
        return index;
    }

    /// <summary>
    /// The known words that are spelt most like this one: fewest insertions, deletions, replacements and swaps of
    /// neighbouring characters, case ignored; among equals the first in the table. At most one change for up to 3
    /// characters, two for up to 7, else three.
    /// </summary>
    /// <param name="word">Any word.</param>
    /// <param name="count">At most so many, more than 0.</param>
    /// <returns>The nearest first; none when nothing is near.</returns>
    public IReadOnlyList<string> Suggest(string word, int count = 5)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (count <= 0)
            Throw.NotPositive(nameof(WordVectors), nameof(count), count);
        return NearestSpellings.Find(_words, word, count);
    }

    /// <summary>The length of row i: sqrt of the sum of squares.</summary>
    /// <param name="index">0 to V-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public double Norm(int index) => Math.Sqrt(Reductions.SumOfSquares(this[index]));

    /// <summary>Copies row i at unit length: w / |w|, or zeros where w is zero.</summary>
    /// <param name="index">0 to V-1.</param>
    /// <param name="destination">[D]. Overwritten.</param>
    /// <exception cref="ArgumentException">There is no such row, or the destination is not D long.</exception>
    public void CopyNormalized(int index, Span<float> destination)
    {
        ReadOnlySpan<float> row = this[index];
        CheckLength(nameof(destination), destination.Length);
        float norm = Norms[index];
        if (norm is > 1e-30f and < 1e30f)
            Elementwise.Scale(row, 1 / norm, destination);
        else
            Normalize(row, Norm(index), destination);   // 1 / norm, or the norm itself, is none of float's numbers
    }

    /// <summary>Copies the vector of a word at unit length.</summary>
    /// <param name="word">A known word.</param>
    /// <param name="destination">[D]. Overwritten.</param>
    /// <exception cref="KeyNotFoundException">The word is unknown.</exception>
    /// <exception cref="ArgumentException">The destination is not D long.</exception>
    public void CopyNormalized(string word, Span<float> destination) => CopyNormalized(GetIndex(word), destination);

    /// <summary>A copy of the first rows at unit length [count, D], as a projection wants them.</summary>
    /// <param name="count">0 to V.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer rows.</exception>
    public float[] NormalizedRows(int count)
    {
        if ((uint)count > (uint)Count)
            Throw.Outside(nameof(count), count, $"0 to {Count}");
        float[] rows = new float[count * Dimensions];
        for (int i = 0; i < count; i++)
            CopyNormalized(i, rows.AsSpan(i * Dimensions, Dimensions));
        return rows;
    }

    // Two threads may both make it; they make the same.
    private float[] Norms
    {
        get
        {
            if (Volatile.Read(ref _norms) is { } norms)
                return norms;
            norms = new float[Count];
            for (int i = 0; i < norms.Length; i++)
                norms[i] = (float)Norm(i);
            Volatile.Write(ref _norms, norms);
            return norms;
        }
    }

    private static void Normalize(ReadOnlySpan<float> vector, double norm, Span<float> destination)
    {
        for (int i = 0; i < vector.Length; i++)
            destination[i] = norm > 0 ? (float)(vector[i] / norm) : 0;
    }

    private void CheckLength(string what, int length)
    {
        if (length != Dimensions)
            Throw.VectorLength(what, length, Dimensions);
    }
}
