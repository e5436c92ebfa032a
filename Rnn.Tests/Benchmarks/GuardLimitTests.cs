using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Rnn.Benchmarks.Guarding;
using Rnn.Tests.Architecture;
using Xunit;

namespace Rnn.Tests.Benchmarks;

/// <summary>How the guard of speed judges, with the shares that were measured on two kinds of processor.</summary>
public class GuardLimitTests
{
    private static Dictionary<string, GuardLimit> Limits => GuardLimit.Read(
        File.ReadAllText(Path.Combine(Repository.RootOrSkip(), "Rnn.Benchmarks", "guard.json")));

    [Theory]
    [InlineData("gemm-12800x512x2048", 0.92, 0.91)]
    [InlineData("gemm-tn-512x12800x2048", 0.83, 0.83)]
    [InlineData("gemm-128x512x2048", 0.93, 0.94)]
    [InlineData("gemm-32x512x2048", 0.97, 0.94)]
    [InlineData("gemm-1x512x2048", 0.84, 0.97)]   // of the cache
    [InlineData("lstm-forward", 0.80, 0.71)]
    [InlineData("lstm-backward", 0.80, 0.84)]
    public void BothKindsOfProcessorPassWithRoomForNoiseAndARegressionDoesNot(string name, double zen4, double zen5)
    {
        GuardLimit limit = Limits[name];
        Assert.True(limit.Allows(0.88 * zen4));
        Assert.True(limit.Allows(0.88 * zen5));
        Assert.False(limit.Allows(0.72 * zen4));
    }

    [Fact]
    public void OneRowIsBoundByTheCacheAndTheRestByTheProcessor()
    {
        foreach ((string name, GuardLimit limit) in Limits)
        {
            Assert.Equal(name.StartsWith("gemm-1x", StringComparison.Ordinal) ? GuardBound.Cache : GuardBound.Compute,
                limit.Of);
        }

        // Zen 5: 42 GFLOP/s of 210, and two operations for each weight of four bytes from a cache of 83 GB/s.
        GuardLimit row = Limits["gemm-1x512x2048"];
        Assert.False(row.Allows(GuardLimit.Share(42e9, 210e9, 210e9)));
        Assert.True(row.Allows(GuardLimit.Share(42e9 / 2 * sizeof(float), 83e9, 83e9)));
    }

    [Theory]
    [InlineData(60, 100, 100, true)]
    [InlineData(59, 100, 100, false)]
    [InlineData(60, 50, 150, true)]     // a machine that drifts: the mean of before and after
    [InlineData(60, 100, 110, false)]
    [InlineData(double.NaN, 100, 100, false)]
    public void TheShareIsOfTheBoundAroundIt(double rate, double before, double after, bool expected) =>
        Assert.Equal(expected, new GuardLimit(GuardBound.Cache, 0.6).Allows(GuardLimit.Share(rate, before, after)));

    [Theory]
    [InlineData("""{ "a": { "of": "compute" } }""")]
    [InlineData("""{ "a": { "least": 0.5 } }""")]
    [InlineData("""{ "a": { "of": "disk", "least": 0.5 } }""")]
    [InlineData("""{ "a": { "of": "cache", "least": 0.5, "most": 1 } }""")]
    [InlineData("""{ "a": 0.5 }""")]
    public void ALimitSaysItsBoundAndItsShare(string json) =>
        Assert.ThrowsAny<JsonException>(() => GuardLimit.Read(json));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{ "a": null }""")]
    [InlineData("""{ "a": { "of": "cache", "least": 0 } }""")]
    [InlineData("""{ "a": { "of": "cache", "least": 72 } }""")]
    public void AShareIsBetweenNothingAndAll(string json) =>
        Assert.Throws<InvalidDataException>(() => GuardLimit.Read(json));
}
