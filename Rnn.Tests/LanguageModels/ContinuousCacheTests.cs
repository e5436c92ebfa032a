using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Tensors;
using Rnn.Models.LanguageModels;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.LanguageModels;

public class ContinuousCacheTests
{
    private const int H = 3, V = 6, N = 40;

    private static readonly float[] s_hidden = TestNumbers.Uniform(N * H, 1, 7);
    private static readonly int[] s_words = [.. Enumerable.Range(0, N).Select(i => i * 7 % V)];

    /// <summary>Whatever the window, the block and the place where the line is moved back.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(4, 3)]
    [InlineData(5, 40)]
    [InlineData(17, 1)]
    [InlineData(100, 13)]
    public void ProbabilitiesAreThoseOfTheDefinition(int window, int block)
    {
        double[] sharpness = [0, 0.7, 5];
        ContinuousCache cache = new(window, H, V, block);
        List<double[]> actual = [];
        for (int at = 0; at < N; at += block)
        {
            int count = Math.Min(block, N - at);
            double[] p = new double[count * sharpness.Length];
            cache.Read(States(at, count), s_words.AsSpan(at, count), sharpness, p);
            for (int t = 0; t < count; t++)
                actual.Add([p[t], p[count + t], p[(2 * count) + t]]);

            Assert.Equal(Math.Min(at + count, window), cache.Count);
        }

        for (int t = 0; t < N; t++)
        {
            for (int k = 0; k < sharpness.Length; k++)
                Assert.Equal(Expected(t, window, sharpness[k])[s_words[t]], actual[t][k], 1e-5);
        }

        Assert.True(double.IsNaN(actual[0][0]));
    }

    [Fact]
    public void MixedProbabilitiesSumToOneAndAreThoseOfTheDefinition()
    {
        float[] model = [.. new[] { 0.3, 0.1, 0.25, 0.05, 0.1, 0.2 }.Select(p => (float)Math.Log(p))];
        foreach (double weight in (double[])[0, 0.1, 0.9, 1])
        {
            ContinuousCacheOptions options = new() { Window = 8, Sharpness = 0.7, Weight = weight };
            ContinuousCache cache = new(options.Window, H, V);
            for (int t = 0; t < N; t++)
            {
                float[] mixed = [.. model];
                cache.Mix(States(t, 1), options, mixed);
                double[] memory = Expected(t, options.Window, options.Sharpness);
                for (int word = 0; word < V; word++)
                {
                    double share = t == 0 ? 0 : weight, remembered = t == 0 ? 0 : memory[word];
                    Assert.Equal(((1 - share) * Math.Exp(model[word])) + (share * remembered), Math.Exp(mixed[word]), 1e-6);
                    Assert.True(float.IsFinite(mixed[word]));
                }

                Assert.Equal(1, mixed.Sum(x => Math.Exp(x)), 1e-5);
                cache.Add(States(t, 1), s_words[t]);
            }
        }
    }

    [Fact]
    public void ACopyRemembersTheSameAndGoesItsOwnWay()
    {
        ContinuousCacheOptions options = new() { Window = 5, Sharpness = 1, Weight = 0.5 };
        ContinuousCache cache = new(5, H, V, 8), copy = new(5, H, V);
        double[] unused = new double[8];
        cache.Read(States(0, 8), s_words.AsSpan(0, 8), [1], unused);
        copy.CopyFrom(cache);
        Bits.Same(Mixed(cache), Mixed(copy), "a copy");
        copy.Add(States(20, 1), 2);
        Assert.NotEqual(Mixed(cache), Mixed(copy));
        copy.Clear();
        Assert.Equal(new float[V], Mixed(copy));

        float[] Mixed(ContinuousCache from)
        {
            float[] mixed = new float[V];
            from.Mix(States(9, 1), options, mixed);
            return mixed;
        }
    }

    [Fact]
    public void BadInputIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContinuousCache(0, H, V));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContinuousCacheOptions { Weight = 1.1 }.Check());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContinuousCacheOptions { Sharpness = double.NaN }.Check());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContinuousCacheOptions { Window = 0 }.Check());
        ContinuousCache cache = new(3, H, V, 2);
        Assert.ThrowsAny<ArgumentException>(() => cache.Add(States(0, 1), V));
        Assert.ThrowsAny<ArgumentException>(() => cache.Add(States(0, 1), -1));
        Assert.ThrowsAny<ArgumentException>(() => cache.CopyFrom(new ContinuousCache(4, H, V)));
        Assert.ThrowsAny<ArgumentException>(() => cache.Read(States(0, 3), [1, 2, 3], [1], new double[3]));
        Assert.ThrowsAny<ArgumentException>(() => cache.Read(States(0, 2), [1], [1], new double[2]));
        Assert.ThrowsAny<ArgumentException>(() => cache.Mix(States(0, 1), new ContinuousCacheOptions(), new float[V + 1]));
    }

    // p(word) after t tokens: the sum of exp(theta h_t.h_i) over the last i whose word it is, over that of all.
    private static double[] Expected(int t, int window, double sharpness)
    {
        double[] masses = new double[V];
        for (int i = Math.Max(0, t - window); i < t; i++)
        {
            double dot = 0;
            for (int j = 0; j < H; j++)
                dot += (double)s_hidden[(t * H) + j] * s_hidden[(i * H) + j];

            masses[s_words[i]] += Math.Exp(sharpness * dot);
        }

        double sum = masses.Sum();
        return Array.ConvertAll(masses, mass => mass / sum);
    }

    private static ReadOnlyMatrixView States(int first, int count) =>
        new(s_hidden.AsSpan(first * H, count * H), count, H);
}
