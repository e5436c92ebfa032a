using System;
using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Rnn.Core.Kernels.RandomNumbers;

/// <summary>
/// Draws a set of words, each independently of the others with its own probability: P(i) = min(1, f * weight[i]), the
/// factor f such that the set has a given size on average. Whether word i is drawn is a function of seed, stream and i
/// alone. No word is drawn twice, and its probability is known exactly: a multiple of 2^-32, at least one. Immutable;
/// any number of threads may draw.
/// </summary>
internal sealed class PoissonSampling
{
    private const double Whole = 4294967296.0;   // 2^32
    private const int WordsAtOnce = 256;

    private readonly uint[] _limits;   // drawn where the random word is at most this

    /// <summary>The probabilities of a mean size.</summary>
    /// <param name="weights">[V], each finite and more than 0; any scale. Read.</param>
    /// <param name="size">Words of a set on average, 1 .. V.</param>
    public PoissonSampling(ReadOnlySpan<double> weights, int size)
    {
        Debug.Assert(size > 0 && size <= weights.Length);
        Size = size;
        _limits = new uint[weights.Length];
        double[] shares = weights.ToArray();
        double largest = TensorPrimitives.Max<double>(shares);
        TensorPrimitives.Divide(shares, largest, shares);   // sums of weights near the largest double would overflow
        double factor = Factor(shares, size);
        for (int i = 0; i < _limits.Length; i++)
            _limits[i] = (uint)(Math.Clamp(Math.Round(Math.Min(1, factor * shares[i]) * Whole), 1, Whole) - 1);
    }

    /// <summary>V.</summary>
    public int Count => _limits.Length;

    /// <summary>Words of a set on average.</summary>
    public int Size { get; }

    /// <summary>
    /// The most words of a set: the chance of more is below 1e-13 (Bernstein's inequality), and those of the highest
    /// numbers are then left out.
    /// </summary>
    public int MaxSize => (int)Math.Min(Count, Size + (8 * Math.Sqrt(Size)) + 40);

    /// <summary>P(i), more than 0.</summary>
    public double this[int i] => (_limits[i] + 1.0) / Whole;

    /// <summary>Draws a set; returns how many words it has.</summary>
    /// <param name="seed">The key.</param>
    /// <param name="stream">The sequence under that key.</param>
    /// <param name="words">[MaxSize]. The first of them are overwritten with the set, ascending.</param>
    [SkipLocalsInit]
    public int Draw(ulong seed, ulong stream, Span<int> words)
    {
        Span<uint> random = stackalloc uint[WordsAtOnce];
        int count = 0;
        for (int first = 0; first < _limits.Length; first += WordsAtOnce)
        {
            ReadOnlySpan<uint> limits = _limits.AsSpan(first, Math.Min(WordsAtOnce, _limits.Length - first));
            PhiloxWords.Fill(random[..limits.Length], seed, stream, (ulong)first);
            for (int i = 0; i < limits.Length; i++)
            {
                if (random[i] <= limits[i] && count < words.Length)
                    words[count++] = first + i;
            }
        }

        return count;
    }

    /// <summary>
    /// f with the sum of min(1, f*w) = size: the largest weights have probability 1, as many as it takes for the rest
    /// to share what is left in proportion.
    /// </summary>
    private static double Factor(ReadOnlySpan<double> weights, int size)
    {
        double[] ascending = weights.ToArray(), sums = new double[weights.Length];   // of a weight and all below it
        Array.Sort(ascending);
        double sum = 0;
        for (int i = 0; i < sums.Length; i++)
            sums[i] = sum += ascending[i];

        for (int left = size; left > 0; left--)
        {
            int next = ascending.Length - 1 - (size - left);   // the largest that isn't certain yet
            if (left * ascending[next] < sums[next])
                return left / sums[next];
        }

        return 1 / ascending[^size];   // the others, if there are any, weigh nothing beside it
    }
}
