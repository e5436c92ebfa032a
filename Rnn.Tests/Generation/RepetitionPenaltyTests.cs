using System;
using System.Linq;
using CsCheck;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Generation;
using Xunit;

namespace Rnn.Tests.Generation;

public class RepetitionPenaltyTests
{
    [Fact]
    public void APositiveLogitIsDividedAndANegativeOneMultiplied()
    {
        // Penalty 2 on tokens 0 and 2: 4 -> 2, -1 -> -2; 3 and -1.5 stay.
        float[] logits = [4f, 3f, -1f, -1.5f];
        SamplingOptions options = new() { RepetitionPenalty = 2 };
        Assert.Equal(0, Sample(logits, [], options with { Temperature = 0 }));
        Assert.Equal(1, Sample(logits, [0, 2], options with { Temperature = 0 }));

        // p = e^2, e^3, e^-2, e^-1.5 over their sum: 0.2658, 0.7225, 0.0049, 0.0080... drawn as those logits would be.
        float[] penalised = [2f, 3f, -2f, -1.5f];
        for (ulong seed = 0; seed < 200; seed++)
            Assert.Equal(Sample(penalised, [], new SamplingOptions(), seed), Sample(logits, [0, 2], options, seed));
    }

    [Fact]
    public void ATokenIsPenalisedOnceHoweverOftenItCame()
    {
        // 4 / 2 = 2 is still more than 1.5; twice, it would be 1.
        SamplingOptions options = new() { RepetitionPenalty = 2, Temperature = 0 };
        Assert.Equal(0, Sample([4f, 1.5f], [0, 0, 0], options));
    }

    [Fact]
    public void OnlyTheWindowCounts()
    {
        SamplingOptions options = new() { RepetitionPenalty = 2, Temperature = 0, RepetitionWindow = 2 };
        Assert.Equal(1, Sample([4f, 3f, 0f], [0, 2], options));
        Assert.Equal(0, Sample([4f, 3f, 0f], [0, 2, 2], options));
    }

    [Fact]
    public void ZeroStaysAndExtremesStayFinite()
    {
        SamplingOptions options = new() { RepetitionPenalty = 1000, Temperature = 0 };
        Assert.Equal(0, Sample([0f, 0f], [0], options));
        Assert.Equal(1, Sample([float.MaxValue, 3.5e35f], [0], options));
        Assert.Equal(0, Sample([float.MinValue, float.MinValue], [0, 1], options));
    }

    /// <summary>What the options say, computed the long way.</summary>
    [Fact]
    public void ItIsTheLogitsThatChangeBeforeAllElse() => Gen.Select(
        Gen.Float[-9, 9].Array[1, 20], Gen.Int[0, 19].Array[0, 12], Gen.Double[1, 4], Gen.Int[1, 14], Gen.ULong,
        (logits, recent, penalty, window, seed) => (logits, recent, penalty, window, seed)).Sample(test =>
    {
        int[] recent = [.. test.recent.Where(token => token < test.logits.Length)];
        SamplingOptions plain = new() { Temperature = 0.8, TopP = 0.9, MinP = 0.01 };
        float[] expected = [.. test.logits.Select((x, i) => !recent.TakeLast(test.window).Contains(i) ? x
            : x > 0 ? x / (float)test.penalty : x * (float)test.penalty)];
        Assert.Equal(Sample(expected, [], plain, test.seed), Sample(test.logits, recent,
            plain with { RepetitionPenalty = test.penalty, RepetitionWindow = test.window }, test.seed));
    });

    [Fact]
    public void LogitsThatAreNotFiniteAreStillRefused()
    {
        SamplingOptions options = new() { RepetitionPenalty = 2 };
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Assert.Contains($"logits[1] is {FormattableString.Invariant($"{value}")}, expected a finite number",
                Assert.Throws<ArgumentException>(() => Sample([0f, value], [1], options)).Message);
        }
    }

    [Fact]
    public void TokensOutsideAreRefused()
    {
        SamplingOptions options = new() { RepetitionPenalty = 2 };
        Assert.Contains("TextSampler: recent[1] is 2, expected 0 to 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => Sample([0f, 1f], [0, 2], options)).Message);
        Assert.Contains("recent[0] is -1",
            Assert.Throws<ArgumentOutOfRangeException>(() => Sample([0f, 1f], [-1], options)).Message);
    }

    [Fact]
    public void OneSamplerServesAnyOptionsInTurn()
    {
        float[] logits = [1f, 3f, 2f, 2.5f];
        TextSampler used = new(4);
        foreach (SamplingOptions options in new SamplingOptions[]
        {
            SamplingOptions.Greedy, new(), new() { TopK = 2 }, new() { RepetitionPenalty = 3 },
            new() { TopP = 0.5, RepetitionPenalty = 2 }, new() { MinP = 0.5 }, SamplingOptions.Greedy, new() { TopK = 3 },
        })
        {
            used.Options = options;
            for (ulong seed = 0; seed < 20; seed++)
            {
                Philox random = new(seed);
                Assert.Equal(Sample(logits, [1], options, seed), used.Sample(logits, [1], ref random));
            }
        }
    }

    private static int Sample(float[] logits, int[] recent, SamplingOptions options, ulong seed = 1)
    {
        Philox random = new(seed);
        return new TextSampler(logits.Length, options).Sample(logits, recent, ref random);
    }
}
