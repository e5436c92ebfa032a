using System;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Xunit;

namespace Rnn.Tests.Losses;

public class AccuracyTests
{
    private static readonly float[] s_logits = [1, 3, 2, 5, 5, 0, 0, 1, 4, -1, -2, -3];

    [Theory]
    [InlineData(new[] { 1, 0, 2, 0 }, 4, 4)]
    [InlineData(new[] { 1, 1, 0, 0 }, 2, 4)]    // of equal logits the first counts
    [InlineData(new[] { 0, 1, 1, 2 }, 0, 4)]
    [InlineData(new[] { SoftmaxCrossEntropy.IgnoredTarget, 0, SoftmaxCrossEntropy.IgnoredTarget, 1 }, 1, 2)]
    public void RowsWhoseLargestLogitIsTheTarget(int[] targets, int right, int count)
    {
        LossSum sum = Accuracy.Count(new ReadOnlyMatrixView(s_logits, 4, 3), targets);
        Assert.Equal(new LossSum(right, count), sum);
    }

    [Fact]
    public void NoRowsAreNone() => Assert.Equal(new LossSum(0, 0), Accuracy.Count(new ReadOnlyMatrixView([], 0, 3), []));

    [Theory]
    [InlineData(3)]
    [InlineData(-2)]
    public void ATargetBeyondTheClassesIsRefused(int target)
    {
        ArgumentException e = Assert.ThrowsAny<ArgumentException>(() =>
            Accuracy.Count(new ReadOnlyMatrixView(s_logits, 4, 3), [1, 0, target, 0]));
        Assert.Contains("2", e.Message, StringComparison.Ordinal);   // which row
        Assert.Contains($"{target}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherNumberOfTargetsIsRefused() => Assert.ThrowsAny<ArgumentException>(() =>
        Accuracy.Count(new ReadOnlyMatrixView(s_logits, 4, 3), [1, 0, 2]));
}
