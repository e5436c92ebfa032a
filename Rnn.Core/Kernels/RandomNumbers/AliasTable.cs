using System;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels.RandomNumbers;

/// <summary>
/// Draws from a fixed distribution over 0 .. V-1 in constant time: P(i) = weight[i] / sum of weights. V columns of
/// equal probability, each shared by at most two outcomes; a draw chooses a column, then one of the two. Made in whole
/// numbers (design decision D35): the table's probabilities differ from the weights' by at most about one part in
/// V * 2^32, and an outcome of weight 0 is never drawn. Immutable; any number of threads may draw.
/// Source: Walker, "An efficient method for generating discrete random variables with general distributions", 1977;
/// Vose, "A linear algorithm for generating random numbers with a given distribution", 1991.
/// </summary>
public sealed class AliasTable
{
    private const double DefaultPower = 0.75;
    private const long Whole = 1L << 32;   // a column's probability, in quanta of 1 / (V * 2^32)

    private readonly AliasEntry[] _entries;

    /// <summary>The table of a distribution.</summary>
    /// <param name="weights">[V], each finite and 0 or more, at least one more than 0; any scale. Read.</param>
    /// <exception cref="ArgumentException">There is no weight, or none above 0, or one is negative or not
    /// finite.</exception>
    public AliasTable(ReadOnlySpan<double> weights)
    {
        long[] quanta = Quanta(weights);
        LargestShare = TensorPrimitives.Max<long>(quanta) / ((double)Whole * quanta.Length);
        _entries = new AliasEntry[weights.Length];

        // Columns that are not full stand at the front of one list, those that are at its back; both are stacks.
        int[] list = new int[quanta.Length];
        int partial = 0, full = quanta.Length;
        for (int i = 0; i < quanta.Length; i++)
        {
            if (quanta[i] < Whole)
                list[partial++] = i;
            else
                list[--full] = i;
        }

        // A partial column is filled up from a full one. The quanta sum to a Whole for each column left, exactly: while
        // one is partial, another has more than its share.
        while (partial > 0)
        {
            int small = list[--partial], large = list[full];
            _entries[small] = new AliasEntry((uint)quanta[small], large);
            quanta[large] -= Whole - quanta[small];
            if (quanta[large] < Whole)
            {
                full++;
                list[partial++] = large;
            }
        }

        for (; full < list.Length; full++)
            _entries[list[full]] = new AliasEntry(uint.MaxValue, list[full]);
    }

    /// <summary>V, the number of outcomes.</summary>
    public int Count => _entries.Length;

    /// <summary>The largest P(i).</summary>
    internal double LargestShare { get; }

    /// <summary>[V], one for each column.</summary>
    internal ReadOnlySpan<AliasEntry> Entries => _entries;

    /// <summary>
    /// P(i) is proportional to counts[i]^power; a count of 0 is never drawn. The noise distribution of negative
    /// sampling. Source: Mikolov et al., "Distributed representations of words and phrases and their
    /// compositionality", 2013, section 2.2.
    /// </summary>
    /// <param name="counts">[V], each 0 or more, at least one more than 0. Read.</param>
    /// <param name="power">Finite: 1 keeps the distribution, 0 makes it uniform.</param>
    /// <exception cref="ArgumentException">There is no count, or none above 0, or one is negative; the power is not
    /// finite or too large.</exception>
    public static AliasTable Unigram(ReadOnlySpan<long> counts, double power = DefaultPower)
    {
        if (!double.IsFinite(power))
            Throw.OutOfRange(nameof(power), power, "a finite number");

        double[] weights = new double[counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0)
                Throw.Weight(nameof(Unigram), nameof(counts), i, counts[i]);

            weights[i] = counts[i] == 0 ? 0 : Math.Pow(counts[i], power);
        }

        return new AliasTable(weights);
    }

    /// <summary>
    /// The outcome of 64 random bits: the high 32 choose the column, (high * V) >> 32, and the low 32, below its
    /// threshold or not, one of its two outcomes. As 2^32 is no multiple of V, columns differ in probability by
    /// 2^-32: a relative error of at most V * 2^-32.
    /// </summary>
    /// <param name="random">Uniform.</param>
    public int Sample(ulong random) => Sample(ref MemoryMarshal.GetArrayDataReference(_entries), Count, random);

    /// <summary>The outcome of the next 64 random bits.</summary>
    /// <param name="random">Advanced by two words.</param>
    public int Sample(ref Philox random) => Sample(random.NextUInt64());

    /// <summary>The same with the address of the entries at hand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Sample(ref AliasEntry entries, int count, ulong random)
    {
        int column = (int)(((random >> 32) * (uint)count) >> 32);   // below count
        AliasEntry entry = Unsafe.Add(ref entries, column);
        int own = (int)(((long)(uint)random - entry.Threshold) >> 63);   // all ones if below; no branch foresees a coin
        return entry.Alias ^ ((entry.Alias ^ column) & own);
    }

    /// <summary>
    /// The probabilities in quanta of 1 / (V * 2^32): whole numbers with exactly that sum. What rounding leaves is
    /// carried on to the next, so that no error grows with V.
    /// </summary>
    private static long[] Quanta(ReadOnlySpan<double> weights)
    {
        if (weights.IsEmpty)
            Throw.EmptySpan(nameof(AliasTable), nameof(weights));

        int largest = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
                Throw.Weight(nameof(AliasTable), nameof(weights), i, weights[i]);

            if (weights[i] > weights[largest])
                largest = i;
        }

        if (weights[largest] == 0)
            Throw.NoWeight(nameof(AliasTable), nameof(weights));

        double sum = 0;
        foreach (double weight in weights)
            sum += weight / weights[largest];   // at most V: weights near the largest double would overflow

        long[] quanta = new long[weights.Length];
        double perSum = weights.Length * (double)Whole / sum, carry = 0;
        long left = weights.Length * Whole;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0)
                continue;

            double exact = (weights[i] / weights[largest] * perSum) + carry;
            double rounded = Math.Round(exact);   // 0 or more, as the carry is at least -0.5
            carry = exact - rounded;
            quanta[i] = (long)rounded;
            left -= quanta[i];
        }

        quanta[largest] += left;   // of rounding in the sum; none up to some millions of weights
        return quanta;
    }
}

/// <summary>A column of an <see cref="AliasTable"/>: its own number if the random bits are below the threshold, else
/// the alias.</summary>
/// <param name="threshold">Of 2^32. A full column has itself as alias, since 2^32 has 33 bits.</param>
/// <param name="alias">The other outcome.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct AliasEntry(uint threshold, int alias)
{
    public readonly uint Threshold = threshold;

    public readonly int Alias = alias;
}
