using System;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

public class AliasTableTests
{
    private const double Column = 4294967296.0;

    public static TheoryData<string, double[]> Distributions => new()
    {
        { "one", [3.5] },
        { "two", [1, 3] },
        { "equal", [.. Enumerable.Repeat(0.1, 7)] },
        { "zeros between", [0, 2, 0, 0, 1, 0, 5, 0] },
        { "one of many", [.. Enumerable.Repeat(0.0, 999), 1] },
        { "largest and smallest doubles", [double.MaxValue, double.Epsilon, double.MaxValue / 3, 1] },
        { "one rules", [1e9, .. Enumerable.Repeat(1.0, 5000)] },
        { "falling by 20 decades", [.. Enumerable.Range(0, 41).Select(i => Math.Pow(10, -i / 2.0))] },
        { "Zipf", [.. Enumerable.Range(1, 100_000).Select(i => Math.Pow(1e6 / i, 0.75))] },
        { "random", [.. TestNumbers.Uniform(9999, 3, 4).Select(w => Math.Abs((double)w))] },
    };

    [Theory]
    [MemberData(nameof(Distributions))]
    public void TheTableHoldsTheDistribution(string what, double[] weights)
    {
        double[] actual = Probabilities(new AliasTable(weights));
        double largest = weights.Max(), sum = weights.Sum(w => w / largest), quantum = 1 / (Column * weights.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = weights[i] / largest / sum;
            Assert.True(Math.Abs(actual[i] - expected) <= (1e-9 * expected) + (1.01 * quantum),
                $"{what}: P({i}) is {actual[i]}, expected {expected}");
            Assert.True(weights[i] > 0 || actual[i] == 0, $"{what}: {i} has weight 0");
        }
    }

    [Fact]
    public void ADrawIsItsBits()
    {
        // Of 2^32 quanta a column, 0 has half a column and 1 the rest.
        AliasTable table = new([1, 3]);
        Assert.Equal(2, table.Count);
        Assert.Equal(0, table.Sample(0x0000_0000_0000_0000));
        Assert.Equal(0, table.Sample(0x7FFF_FFFF_7FFF_FFFF));
        Assert.Equal(1, table.Sample(0x7FFF_FFFF_8000_0000));   // the threshold itself is the alias
        Assert.Equal(1, table.Sample(0x0000_0000_FFFF_FFFF));
        Assert.Equal(1, table.Sample(0x8000_0000_0000_0000));
        Assert.Equal(1, table.Sample(0xFFFF_FFFF_FFFF_FFFF));

        Philox random = new(1), same = new(1);
        for (int i = 0; i < 10; i++)
            Assert.Equal(table.Sample(same.NextUInt64()), table.Sample(ref random));

        Assert.Equal(20ul, random.Position);
    }

    [Fact]
    public void DrawsFollowTheWeights()
    {
        const int draws = 1_000_000;
        double[] weights = [5, 0, 1, 30, 2.5, 0.5, 11, 0, 50];
        AliasTable table = new(weights);
        int[] counts = new int[weights.Length];
        Philox random = new(seed: 12);
        for (int i = 0; i < draws; i++)
            counts[table.Sample(ref random)]++;

        double chiSquare = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = draws * weights[i] / weights.Sum();
            if (expected == 0)
                Assert.Equal(0, counts[i]);
            else
                chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
        }

        Assert.InRange(chiSquare, 0.87, 22.5);   // 6 degrees of freedom: outside with probability 0.011
    }

    [Fact]
    public void WhatHasNoWeightIsNeverDrawn()
    {
        double[] weights = new double[1000];
        for (int i = 0; i < weights.Length; i += 3)
            weights[i] = 1 / (1.0 + i);

        AliasTable table = new(weights);
        Philox random = new(seed: 5);
        for (int i = 0; i < 200_000; i++)
            Assert.Equal(0, table.Sample(ref random) % 3);
    }

    [Fact]
    public void UnigramRaisesToThePower()
    {
        long[] counts = [10_000, 16, 0, 1];
        double sum = 1000 + 8 + 1;
        Near([1000 / sum, 8 / sum, 0, 1 / sum], Probabilities(AliasTable.Unigram(counts)));
        Near([10_000 / 10_017.0, 16 / 10_017.0, 0, 1 / 10_017.0], Probabilities(AliasTable.Unigram(counts, 1)));
        Near([1 / 3.0, 1 / 3.0, 0, 1 / 3.0], Probabilities(AliasTable.Unigram(counts, 0)));
    }

    [Fact]
    public void TheSameWeightsMakeTheSameTable()
    {
        double[] weights = [.. TestNumbers.Uniform(1000, 3, 4).Select(w => Math.Abs((double)w))];
        AliasTable table = new(weights), again = new(weights);
        Assert.True(MemoryMarshalBytes(table).SequenceEqual(MemoryMarshalBytes(again)));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Says(() => _ = new AliasTable([]), "AliasTable: weights is empty");
        Says(() => _ = new AliasTable([0, 0]), "AliasTable: all of weights are 0; expected at least one more than 0.");
        Says(() => _ = new AliasTable([1, -0.5]), "AliasTable: weights[1] is -0.5; expected 0 or more, and finite.");
        Says(() => _ = new AliasTable([double.NaN]), "weights[0] is NaN");
        Says(() => _ = new AliasTable([1, double.PositiveInfinity]), "weights[1] is Infinity");
        Says(() => AliasTable.Unigram([]), "is empty");
        Says(() => AliasTable.Unigram([3, -1]), "Unigram: counts[1] is -1");
        Says(() => AliasTable.Unigram([0, 0]), "are 0");
        Says(() => AliasTable.Unigram([3, 1], double.NaN), "power is NaN; expected a finite number");
        Says(() => AliasTable.Unigram([3, 1], 1e6), "weights[0] is Infinity");
    }

    private static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    /// <summary>What the columns say, all of them equally probable.</summary>
    private static double[] Probabilities(AliasTable table)
    {
        double[] probabilities = new double[table.Count];
        for (int column = 0; column < table.Count; column++)
        {
            AliasEntry entry = table.Entries[column];
            double own = entry.Alias == column ? 1 : entry.Threshold / Column;
            probabilities[column] += own / table.Count;
            probabilities[entry.Alias] += (1 - own) / table.Count;
        }

        return probabilities;
    }

    private static void Near(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-9);
    }

    private static ReadOnlySpan<byte> MemoryMarshalBytes(AliasTable table) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(table.Entries);
}
