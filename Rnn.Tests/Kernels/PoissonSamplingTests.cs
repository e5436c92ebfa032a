using System;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

public class PoissonSamplingTests
{
    [Fact]
    public void ProbabilitiesAreInProportionUpToOneAndSumToTheSize()
    {
        foreach (int count in (int[])[1, 2, 7, 100, 1000])
        {
            double[] weights = [.. TestNumbers.Uniform(count, 3, 1).Select(u => Math.Pow(10, 3 * u))];
            for (int size = 1; size <= count; size += Math.Max(1, count / 9))
            {
                PoissonSampling sampling = new(weights, size);
                double[] p = [.. Enumerable.Range(0, count).Select(i => sampling[i])];
                Assert.Equal(size, p.Sum(), 1e-6);
                Assert.All(p, value => Assert.InRange(value, 1e-12, 1));
                int partial = Enumerable.Range(0, count).Where(i => p[i] < 1).DefaultIfEmpty(-1).MaxBy(i => i < 0 ? 0 : p[i]);
                double factor = partial < 0 ? double.PositiveInfinity : p[partial] / weights[partial];
                for (int i = 0; i < count; i++)
                    Assert.Equal(Math.Min(1, factor * weights[i]), p[i], 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(1e308)]
    [InlineData(1e-300)]
    public void WeightsOfAnyScale(double scale)
    {
        PoissonSampling sampling = new([scale, scale, scale / 2, scale / 2], 2);
        Assert.Equal([2 / 3.0, 2 / 3.0, 1 / 3.0, 1 / 3.0],
            Enumerable.Range(0, 4).Select(i => sampling[i]), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void AWordOfNearlyNoWeightKeepsAChance() => Assert.Equal(1 / 4294967296.0, new PoissonSampling([1, 1e-30], 1)[1]);

    [Fact]
    public void AWordIsDrawnWhereItsOwnRandomNumberSays()
    {
        double[] weights = [.. Enumerable.Range(0, 1000).Select(i => 1.0 / (i + 1))];
        PoissonSampling sampling = new(weights, 90);
        int[] words = new int[sampling.MaxSize];
        int count = sampling.Draw(7, 11, words);
        Philox random = new(7, 11);
        double[] uniform = [.. Enumerable.Range(0, 1000).Select(_ => random.NextUInt32() / 4294967296.0)];
        Assert.Equal(Enumerable.Range(0, 1000).Where(i => uniform[i] < sampling[i]), words[..count]);
    }

    [Fact]
    public void FrequenciesAreTheProbabilities()
    {
        const int draws = 20_000;
        double[] weights = [.. Enumerable.Range(0, 300).Select(i => 1.0 / (i + 1))];
        PoissonSampling sampling = new(weights, 40);
        int[] counts = new int[300], words = new int[sampling.MaxSize];
        int together = 0;
        for (ulong draw = 0; draw < draws; draw++)
        {
            ReadOnlySpan<int> drawn = words.AsSpan(0, sampling.Draw(3, draw, words));
            foreach (int word in drawn)
                counts[word]++;

            together += drawn.Contains(40) && drawn.Contains(41) ? 1 : 0;
        }

        for (int i = 0; i < counts.Length; i++)
        {
            double p = sampling[i];
            Assert.Equal(p, counts[i] / (double)draws, (5 * Math.Sqrt(p * (1 - p) / draws)) + 1e-12);
        }

        Assert.Equal(sampling[40] * sampling[41], together / (double)draws, 0.01);   // independently of each other
    }

    [Fact]
    public void AllWordsAreAlwaysDrawn()
    {
        PoissonSampling sampling = new([3, 1e-9, 1, 1, 5], 5);
        int[] words = new int[sampling.MaxSize];
        for (ulong draw = 0; draw < 1000; draw++)
            Assert.Equal(5, sampling.Draw(1, draw, words));

        Assert.Equal([0, 1, 2, 3, 4], words);
    }

    [Fact]
    public void WhatExceedsTheMemoryIsLeftOut()
    {
        PoissonSampling sampling = new([1, 1, 1, 1], 4);
        int[] words = [-1, -1, -1];
        Assert.Equal(2, sampling.Draw(1, 1, words.AsSpan(0, 2)));
        Assert.Equal([0, 1, -1], words);
    }
}
