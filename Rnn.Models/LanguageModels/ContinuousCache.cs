using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.LanguageModels;

/// <summary>
/// The states of the last tokens of a text and the words that followed them (<see cref="ContinuousCacheOptions"/>): a line of
/// the window and a block, moved back when it is full. Nothing is allocated. One thread at a time uses it.
/// </summary>
public sealed class ContinuousCache
{
    private readonly int _window, _maxBlock;
    private readonly Tensor _states;    // [2 max(window, block), H]
    private readonly Tensor _scores;    // [block, as many]
    private readonly int[] _words;
    private readonly double[] _masses;  // of the words of the window, while they are added up
    private int _count;

    /// <summary>A memory of nothing.</summary>
    /// <param name="window">How many tokens are remembered, more than 0.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="maxBlock">The most tokens of a call, more than 0; 1 by default.</param>
    public ContinuousCache(int window, int hiddenSize, int vocabulary, int maxBlock = 1)
    {
        Throw.IfBelow(nameof(window), window, 1);
        Throw.IfBelow(nameof(hiddenSize), hiddenSize, 1);
        Throw.IfBelow(nameof(vocabulary), vocabulary, 1);
        Throw.IfBelow(nameof(maxBlock), maxBlock, 1);
        (_window, _maxBlock) = (window, maxBlock);
        int most = checked(2 * Math.Max(window, maxBlock));
        _states = new Tensor(most, hiddenSize);
        _scores = new Tensor(maxBlock, most);
        _words = new int[most];
        _masses = new double[vocabulary];
    }

    /// <summary>Tokens that are remembered.</summary>
    public int Count => Math.Min(_count, _window);

    /// <summary>Forgets all.</summary>
    public void Clear() => _count = 0;

    /// <summary>Remembers what another one does, whose window and H are the same.</summary>
    /// <exception cref="ArgumentException">They aren't.</exception>
    public void CopyFrom(ContinuousCache other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._window != _window || other._states.Shape[1] != _states.Shape[1])
            Throw.OtherCache(nameof(other));

        _count = 0;
        int first = other._count - other.Count;
        Remember(other._states.AsMatrix().Slice(first, other.Count), other._words.AsSpan(first, other.Count));
    }

    /// <summary>Remembers that a word followed a state.</summary>
    /// <param name="hidden">[H]. Read.</param>
    /// <param name="word">0 .. V-1.</param>
    public void Add(ReadOnlyMatrixView hidden, int word) => Remember(hidden, [word]);

    /// <summary>
    /// The memory's probabilities of the words that follow each state of a block, each given what came before it, for several
    /// sharpnesses at once; then they are remembered. Where nothing is remembered yet, the probability is NaN.
    /// </summary>
    /// <param name="hidden">[N, H], N at most the block. Read.</param>
    /// <param name="words">[N], what follows each. Read.</param>
    /// <param name="sharpness">theta, each 0 or more. Read.</param>
    /// <param name="probabilities">[number of sharpnesses, N], one after another. Overwritten.</param>
    public void Read(ReadOnlyMatrixView hidden, ReadOnlySpan<int> words, ReadOnlySpan<double> sharpness,
        Span<double> probabilities)
    {
        int rows = hidden.Rows;
        if (rows > _maxBlock)
            Throw.CacheBlock(nameof(hidden), rows, _maxBlock);

        ArgumentOutOfRangeException.ThrowIfNotEqual(words.Length, rows, nameof(words));
        ArgumentOutOfRangeException.ThrowIfNotEqual(probabilities.Length, rows * sharpness.Length, nameof(probabilities));
        Remember(hidden, words);
        int before = _count - rows;
        MatrixView scores = _scores.AsMatrix().Slice(0, rows).Columns(0, _count);
        MatrixProduct.Multiply(GemmForm.NT, hidden, _states.AsMatrix().Slice(0, _count), scores);
        for (int t = 0; t < rows; t++)
        {
            int end = before + t, first = Math.Max(0, end - _window);
            ReadOnlySpan<float> row = scores.Row(t)[first..end];
            ReadOnlySpan<int> followed = _words.AsSpan(first, end - first);
            for (int k = 0; k < sharpness.Length; k++)
                probabilities[(k * rows) + t] = Probability(row, followed, words[t], sharpness[k]);
        }
    }

    /// <summary>log((1 - Weight) * p + Weight * p(memory)) in place of log p; p itself where nothing is remembered.</summary>
    /// <param name="hidden">[1, H], the state that the probabilities were made from. Read.</param>
    /// <param name="options">Sharpness and weight.</param>
    /// <param name="logProbabilities">[V]. Read and overwritten.</param>
    public void Mix(ReadOnlyMatrixView hidden, ContinuousCacheOptions options, Span<float> logProbabilities)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNotEqual(logProbabilities.Length, _masses.Length, nameof(logProbabilities));
        int count = Count, first = _count - count;
        if (count == 0 || options.Weight == 0)
            return;

        MatrixView scores = _scores.AsMatrix().Slice(0, 1).Columns(0, count);
        MatrixProduct.Multiply(GemmForm.NT, hidden, _states.AsMatrix().Slice(first, count), scores);
        ReadOnlySpan<float> row = scores.Row(0);
        ReadOnlySpan<int> followed = _words.AsSpan(first, count);
        double max = MaxOf(row), sum = 0;
        foreach (int word in followed)
            _masses[word] = 0;

        for (int i = 0; i < row.Length; i++)
        {
            double mass = Math.Exp(options.Sharpness * (row[i] - max));
            _masses[followed[i]] += mass;
            sum += mass;
        }

        float others = (float)Math.Log(1 - options.Weight);
        for (int word = 0; word < logProbabilities.Length; word++)
            logProbabilities[word] = Math.Max(logProbabilities[word] + others, float.MinValue);   // -Inf with weight 1

        foreach (int word in followed)
        {
            if (_masses[word] < 0)
                continue;   // done

            double remembered = options.Weight * _masses[word] / sum;
            logProbabilities[word] = (float)Math.Log(Math.Exp(logProbabilities[word]) + remembered);
            _masses[word] = -1;
        }
    }

    private static double Probability(ReadOnlySpan<float> scores, ReadOnlySpan<int> followed, int word, double sharpness)
    {
        double max = MaxOf(scores), sum = 0, mass = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double e = Math.Exp(sharpness * (scores[i] - max));
            sum += e;
            if (followed[i] == word)
                mass += e;
        }

        return mass / sum;   // 0/0 where nothing is remembered
    }

    private static float MaxOf(ReadOnlySpan<float> scores)
    {
        float max = float.NegativeInfinity;
        foreach (float score in scores)
            max = Math.Max(max, score);

        return max;
    }

    private void Remember(ReadOnlyMatrixView hidden, ReadOnlySpan<int> words)
    {
        foreach (int word in words)
        {
            if ((uint)word >= (uint)_masses.Length)
                Throw.Outside(nameof(words), word, $"0 to {_masses.Length - 1}");
        }

        if (_count + words.Length > _words.Length)
        {
            int kept = Count, first = _count - kept;
            MatrixView states = _states.AsMatrix();
            states.Slice(first, kept).Span.CopyTo(states.Slice(0, kept).Span);
            _words.AsSpan(first, kept).CopyTo(_words);
            _count = kept;
        }

        hidden.CopyTo(_states.AsMatrix().Slice(_count, words.Length));
        words.CopyTo(_words.AsSpan(_count));
        _count += words.Length;
    }
}
