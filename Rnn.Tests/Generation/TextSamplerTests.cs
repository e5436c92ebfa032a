using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Generation;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Generation;

public class TextSamplerTests
{
    // Few different values, so that ties are common.
    private static readonly Gen<float[]> GenLogits =
        Gen.OneOf(Gen.Int[-3, 3].Select(i => (float)i), Gen.Float[-20, 20]).Array[1, 30];

    private static readonly Gen<SamplingOptions> GenOptions =
        Gen.Select(Gen.Double[0.05, 5], Gen.Int[0, 35], Gen.OneOf(Gen.Double[0.01, 0.999], Gen.Const(1.0)),
            Gen.OneOf(Gen.Double[0, 1], Gen.Const(0.0)), (temperature, topK, topP, minP) =>
                new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP });

    [Fact]
    public void OnlyAllowedTokensAreChosen() => Gen.Select(GenLogits, GenOptions, Gen.ULong).Sample(
        (logits, options, seed) =>
        {
            Dictionary<int, double> allowed = Allowed(logits, options);
            TextSampler sampler = new(logits.Length, options);
            Philox random = new(seed);
            for (int draw = 0; draw < 20; draw++)
                Assert.Contains(sampler.Sample(logits, ref random), allowed.Keys);
        });

    [Theory]
    [InlineData(1.0, 0, 1.0, 0.0, 7)]
    [InlineData(0.5, 0, 1.0, 0.0, 7)]
    [InlineData(2.0, 0, 1.0, 0.0, 7)]
    [InlineData(1.0, 3, 1.0, 0.0, 3)]
    [InlineData(1.0, 0, 0.9, 0.0, 4)]
    [InlineData(1.0, 4, 0.95, 0.0, 4)]
    [InlineData(2.0, 6, 0.7, 0.0, 4)]
    [InlineData(1.0, 100, 1.0, 0.0, 7)]
    [InlineData(1.0, 0, 1.0, 0.2, 4)]    // exp(-1.5) = 0.223
    [InlineData(2.0, 0, 1.0, 0.2, 6)]    // exp(-1.5) = 0.223
    [InlineData(1.0, 3, 0.99, 0.2, 3)]
    [InlineData(1.0, 0, 0.9, 0.3, 3)]    // exp(-1) = 0.368
    public void FrequenciesAreTheSoftmax(double temperature, int topK, double topP, double minP, int expectedCount)
    {
        float[] logits = [0.5f, 2f, -1f, 1f, 1f, -3f, 0f];
        SamplingOptions options = new() { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP };
        Dictionary<int, double> allowed = Allowed(logits, options);
        Assert.Equal(expectedCount, allowed.Count);

        const int draws = 100_000;
        int[] counts = new int[logits.Length];
        TextSampler sampler = new(logits.Length, options);
        Philox random = new(seed: 5);
        for (int draw = 0; draw < draws; draw++)
            counts[sampler.Sample(logits, ref random)]++;

        for (int i = 0; i < logits.Length; i++)
        {
            double p = allowed.GetValueOrDefault(i);
            double tolerance = 4.5 * Math.Sqrt(p * (1 - p) / draws);   // 4.5 standard deviations
            Assert.InRange((double)counts[i] / draws, p - tolerance, p + tolerance);
        }
    }

    // Enough tokens that a block holds none of the first, with equal logits at the edges.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(700)]
    [InlineData(1499)]
    [InlineData(1500)]
    [InlineData(1501)]
    [InlineData(2999)]
    public void TheFirstOfManyAreThoseOfTheWholeOrder(int topK) => Gen.Select(Gen.Int[-40, 40].Array[3000], Gen.ULong).Sample(
        (values, seed) =>
        {
            float[] logits = Array.ConvertAll(values, value => value / 4f);
            SamplingOptions options = new() { TopK = topK, Temperature = 50 };
            int[] order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).ThenBy(i => i).Take(topK)];
            double[] weights = Array.ConvertAll(order, i => Math.Exp((logits[i] - logits[order[0]]) / 50.0));
            TextSampler sampler = new(logits.Length, options);
            Philox random = new(seed), same = new(seed);
            for (int draw = 0; draw < 10; draw++)
            {
                int place = 0;
                double u = same.NextDouble() * weights.Sum();
                for (double sum = weights[0]; sum <= u; sum += weights[place])
                    place++;

                Assert.Equal(order[place], sampler.Sample(logits, ref random));
            }
        }, iter: 5);

    [Fact]
    public void AllOfManyAreDrawnByTheirWeights() => Gen.Select(Gen.Float[-900, 900].Array[500], Gen.ULong).Sample(
        (logits, seed) =>
        {
            double max = logits.Max();
            double[] weights = Array.ConvertAll(logits, x => Math.Exp((x - max) / 3));
            TextSampler sampler = new(logits.Length, new SamplingOptions { Temperature = 3 });
            Philox random = new(seed), same = new(seed);
            int drawn = sampler.Sample(logits, ref random);
            double u = same.NextDouble() * weights.Sum(), before = weights.Take(drawn).Sum();
            Assert.InRange(u, before * (1 - 1e-12), (before + weights[drawn]) * (1 + 1e-12));
        });

    [Fact]
    public void ZerosOfBothSignsAreEqual()
    {
        float[] logits = [-1, -0f, 0f, -2];
        Philox random = new(1);
        Assert.Equal(1, new TextSampler(4, SamplingOptions.Greedy).Sample(logits, ref random));
    }

    [Fact]
    public void TopPCountsInWhatTopKLeft()
    {
        // Probabilities 0.4, 0.3, 0.2, 0.1. After TopK 2: 4/7, 3/7. TopP 0.55 is reached by the first (0.571), though
        // it holds only 0.4 of the whole.
        float[] logits = [MathF.Log(0.1f), MathF.Log(0.4f), MathF.Log(0.2f), MathF.Log(0.3f)];
        Assert.Equal([1], Drawn(logits, new SamplingOptions { TopK = 2, TopP = 0.55 }));
        Assert.Equal([1, 3], Drawn(logits, new SamplingOptions { TopK = 2, TopP = 0.6 }));
        Assert.Equal([1, 3], Drawn(logits, new SamplingOptions { TopP = 0.55 }));
        Assert.Equal([1, 2, 3], Drawn(logits, new SamplingOptions { TopP = 0.75 }));
    }

    [Fact]
    public void TopPCountsAfterTemperature()
    {
        float[] logits = [0f, MathF.Log(3f)];                       // 0.25 and 0.75; at Temperature 2: 0.366 and 0.634
        Assert.Equal([1], Drawn(logits, new SamplingOptions { TopP = 0.7 }));
        Assert.Equal([0, 1], Drawn(logits, new SamplingOptions { TopP = 0.7, Temperature = 2 }));
    }

    [Fact]
    public void TopPTakesTheSmallestSetThatReachesIt()
    {
        float[] logits = [1f, 1f, 1f, 1f];                          // exactly a quarter each
        Assert.Equal([0], Drawn(logits, new SamplingOptions { TopP = 1e-300 }));
        Assert.Equal([0], Drawn(logits, new SamplingOptions { TopP = 0.25 }));
        Assert.Equal([0, 1], Drawn(logits, new SamplingOptions { TopP = 0.26 }));
        Assert.Equal([0, 1], Drawn(logits, new SamplingOptions { TopP = 0.5 }));
        Assert.Equal([0, 1, 2, 3], Drawn(logits, new SamplingOptions { TopP = 0.76 }));
    }

    [Fact]
    public void MinPIsAShareOfTheLargest()
    {
        // Probabilities 0.4, 0.3, 0.2, 0.1: shares of the largest 1, 0.75, 0.5, 0.25.
        float[] logits = [MathF.Log(0.1f), MathF.Log(0.4f), MathF.Log(0.2f), MathF.Log(0.3f)];
        Assert.Equal([0, 1, 2, 3], Drawn(logits, new SamplingOptions { MinP = 0.24 }));
        Assert.Equal([1, 2, 3], Drawn(logits, new SamplingOptions { MinP = 0.26 }));
        Assert.Equal([1, 3], Drawn(logits, new SamplingOptions { MinP = 0.51 }));
        Assert.Equal([1], Drawn(logits, new SamplingOptions { MinP = 1 }));
        Assert.Equal([0, 1], Drawn([2f, 2f, 1f], new SamplingOptions { MinP = 1 }));   // and its equals

        // After Temperature: at 0.5 the shares are 1, 0.5625, 0.25, 0.0625.
        Assert.Equal([1, 3], Drawn(logits, new SamplingOptions { MinP = 0.26, Temperature = 0.5 }));

        // After TopP, which counts in what TopK left, whatever MinP takes away: 4/9, 3/9, 2/9 of three.
        Assert.Equal([1, 3], Drawn(logits, new SamplingOptions { TopK = 3, TopP = 0.6, MinP = 0.26 }));
        Assert.Equal([1], Drawn(logits, new SamplingOptions { TopK = 3, TopP = 0.6, MinP = 0.76 }));
        Assert.Equal([1, 3], Drawn(logits, new SamplingOptions { TopK = 2, MinP = 0.26 }));
        Assert.Equal([1, 3], Drawn(logits, new SamplingOptions { TopP = 0.6, MinP = 0.26 }));
    }

    [Fact]
    public void LowerIndexWinsATie()
    {
        Assert.Equal([1], Drawn([-1f, 2f, 2f, 0f], SamplingOptions.Greedy));
        Assert.Equal([1], Drawn([-1f, 2f, 2f, 0f], new SamplingOptions { TopK = 1 }));
        Assert.Equal([0, 1], Drawn([-0f, 0f, -0f, 0f], new SamplingOptions { TopK = 2 }));
        Assert.Equal([0], Drawn([-0f, 0f], SamplingOptions.Greedy));
    }

    [Fact]
    public void GreedyDrawsNothingAndOthersOneDouble()
    {
        float[] logits = [1f, 3f, 2f];
        Philox random = new(seed: 1);
        Assert.Equal(1, new TextSampler(3, SamplingOptions.Greedy).Sample(logits, ref random));
        Assert.Equal(0ul, random.Position);
        new TextSampler(3).Sample(logits, ref random);
        Assert.Equal(2ul, random.Position);
        new TextSampler(3, new SamplingOptions { TopK = 2, TopP = 0.5 }).Sample(logits, ref random);
        Assert.Equal(4ul, random.Position);
    }

    [Fact]
    public void SameSeedSameTokens() => Gen.Select(GenLogits, GenOptions, Gen.ULong).Sample((logits, options, seed) =>
    {
        Philox first = new(seed), second = new(seed);
        TextSampler used = new(logits.Length, options);
        for (int draw = 0; draw < 5; draw++)
        {
            // A fresh sampler and a used one agree: nothing but the generator is carried from call to call.
            Assert.Equal(used.Sample(logits, ref first),
                new TextSampler(logits.Length, options).Sample(logits, ref second));
        }
    });

    [Theory]
    [InlineData(1.0)]
    [InlineData(1e-300)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    public void ExtremesStayInRange(double temperature)
    {
        float[] logits = [float.MinValue, float.MaxValue, 0f, float.Epsilon, 3e38f];
        int[] expected = temperature > 1 ? [0, 1, 2, 3, 4] : [1];
        Assert.Equal(expected, Drawn(logits, new SamplingOptions { Temperature = temperature }));
        Assert.Equal(expected, Drawn(logits, new SamplingOptions { Temperature = temperature, TopP = 0.999999 }));
        Assert.Equal(expected[0..1],
            Drawn([0f], new SamplingOptions { Temperature = temperature }).Select(i => i + expected[0]));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] logits = Enumerable.Range(0, 83).Select(i => MathF.Sin(i)).ToArray();
        TextSampler[] samplers =
        [
            new(83), new(83, SamplingOptions.Greedy), new(83, new SamplingOptions { TopK = 5 }),
            new(83, new SamplingOptions { TopP = 0.9 }), new(83, new SamplingOptions { TopK = 20, TopP = 0.9 }),
            new(83, new SamplingOptions { MinP = 0.1, RepetitionPenalty = 1.2 }),
        ];
        Philox random = new(seed: 1);
        Assert.Equal(0, OwnAllocations.Of(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                foreach (TextSampler sampler in samplers)
                    sampler.Sample(logits, [3, 4, 5], ref random);
            }
        }));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void LogitsThatAreNotFiniteAreRefused(float value, string name)
    {
        foreach (SamplingOptions options in new[] { SamplingOptions.Greedy, new SamplingOptions { TopK = 2 }, new() })
        {
            ArgumentException e = Assert.Throws<ArgumentException>(() => Drawn([0f, 1f, value], options));
            Assert.Contains($"logits[2] is {name}, expected a finite number", e.Message);
        }
    }

    [Fact]
    public void WrongSizesAreRefused()
    {
        Assert.Contains("logits has 2 elements, expected 3", Assert.Throws<ArgumentException>(() =>
        {
            Philox random = new(seed: 1);
            new TextSampler(3).Sample([0f, 1f], ref random);
        }).Message);
        Assert.Contains("vocabularySize is 0; expected more than 0",
            Assert.Throws<ArgumentOutOfRangeException>(() => new TextSampler(0)).Message);
    }

    private static int[] Drawn(float[] logits, SamplingOptions options)
    {
        TextSampler sampler = new(logits.Length, options);
        Philox random = new(seed: 3);
        SortedSet<int> drawn = [];
        for (int draw = 0; draw < 300; draw++)
            drawn.Add(sampler.Sample(logits, ref random));
        return [.. drawn];
    }

    // The definition, by sorting. A token on the very edge of TopP counts as allowed, whichever way its sum rounds.
    private static Dictionary<int, double> Allowed(float[] logits, SamplingOptions options)
    {
        double max = logits.Max();
        int topK = options.TopK == 0 ? logits.Length : options.TopK;
        List<(int Index, double Weight)> kept = Enumerable.Range(0, logits.Length)
            .OrderByDescending(i => logits[i]).ThenBy(i => i).Take(topK)
            .Select(i => (i, Math.Exp(((double)logits[i] - max) / options.Temperature))).ToList();

        double total = kept.Sum(token => token.Weight);
        double before = 0;
        List<(int Index, double Weight)> nucleus = kept.TakeWhile(token =>
        {
            bool isIn = before / total < options.TopP + 1e-12;
            before += token.Weight;
            return isIn;
        }).ToList();

        Assert.True(nucleus.Sum(token => token.Weight) / total >= options.TopP - 1e-12);
        nucleus.RemoveAll(token => token.Weight < options.MinP);
        double mass = nucleus.Sum(token => token.Weight);
        return nucleus.ToDictionary(token => token.Index, token => token.Weight / mass);
    }
}
