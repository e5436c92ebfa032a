using System;
using Rnn.Models.Generation;
using Xunit;

namespace Rnn.Tests.Generation;

public class SamplingOptionsTests
{
    [Fact]
    public void DefaultIsTheModelsOwnDistribution()
    {
        SamplingOptions options = new();
        Assert.Equal((1.0, 0, 1.0, false), (options.Temperature, options.TopK, options.TopP, options.IsGreedy));
        Assert.Equal((0.0, 1.0, 64), (options.MinP, options.RepetitionPenalty, options.RepetitionWindow));
        Assert.True(SamplingOptions.Greedy.IsGreedy);
    }

    [Theory]
    [InlineData(-0.1, "-0.1")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void TemperatureIsChecked(double value, string shown) =>
        Assert.Contains($"SamplingOptions.Temperature is {shown}; expected 0 (greedy) or a number above it",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SamplingOptions { Temperature = value }).Message);

    [Fact]
    public void TopKIsChecked() =>
        Assert.Contains("SamplingOptions.TopK is -1; expected 0 (all)",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SamplingOptions { TopK = -1 }).Message);

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(1.01, "1.01")]
    [InlineData(-1.0, "-1")]
    [InlineData(double.NaN, "NaN")]
    public void TopPIsChecked(double value, string shown) =>
        Assert.Contains($"SamplingOptions.TopP is {shown}; expected more than 0 and at most 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SamplingOptions { TopP = value }).Message);

    [Theory]
    [InlineData(-0.01, "-0.01")]
    [InlineData(1.01, "1.01")]
    [InlineData(double.NaN, "NaN")]
    public void MinPIsChecked(double value, string shown) =>
        Assert.Contains($"SamplingOptions.MinP is {shown}; expected 0 (all) to 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SamplingOptions { MinP = value }).Message);

    [Theory]
    [InlineData(0.99, "0.99")]
    [InlineData(1001.0, "1001")]
    [InlineData(double.NaN, "NaN")]
    public void RepetitionPenaltyIsChecked(double value, string shown) =>
        Assert.Contains($"SamplingOptions.RepetitionPenalty is {shown}; expected 1 (none) to 1000",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SamplingOptions { RepetitionPenalty = value }).Message);

    [Theory]
    [InlineData(0)]
    [InlineData(65_537)]
    public void RepetitionWindowIsChecked(int value) =>
        Assert.Contains($"SamplingOptions.RepetitionWindow is {value}; expected 1 to 65536 tokens",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SamplingOptions { RepetitionWindow = value }).Message);
}
