using System;
using Rnn.Models.Text;
using Xunit;

namespace Rnn.Tests.Text;

public class SamplingOptionsTests
{
    [Fact]
    public void DefaultIsTheModelsOwnDistribution()
    {
        SamplingOptions options = new();
        Assert.Equal((1.0, 0, 1.0, false), (options.Temperature, options.TopK, options.TopP, options.IsGreedy));
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
}
