using System;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Xunit;

namespace Rnn.Tests.Losses;

public class SoftmaxCrossEntropyTests
{
    // x = torch.tensor([[3 * math.sin(7 * n + 2 * v) for v in range(5)] for n in range(4)], requires_grad=True)
    // l = torch.nn.functional.cross_entropy(x, torch.tensor([0, 4, -100, 2])); l.backward(); print(l, x.grad)
    [Fact]
    public void Golden()
    {
        float[] x = new float[20];
        for (int i = 0; i < 20; i++)
            x[i] = (float)(3 * Math.Sin((7 * (i / 5)) + (2 * (i % 5))));

        float[] dX = new float[20];
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(new(x, 4, 5), [0, 4, -100, 2], new MatrixView(dX, 4, 5));
        Assert.Equal(3, loss.Count);
        Compare.Near([2.84041667], [loss.Mean]);
        Compare.Near(
            [
                -0.324148268, 0.140537158, 0.000948542729, 0.00397225097, 0.178690314,
                0.112682849, 0.0540534258, 0.000781646115, 0.0553744696, -0.222892389,
                0.0, 0.0, 0.0, 0.0, 0.0,
                0.133105308, 0.00085428718, -0.326060712, 0.19062373, 0.00147738284,
            ],
            dX);
    }

    [Fact]
    public void GradientsOfEveryWidth()
    {
        for (int columns = 1; columns <= 70; columns++)
        {
            float[] x = Compare.Numbers(3 * columns, 2.5);
            int[] targets = [columns - 1, SoftmaxCrossEntropy.IgnoredTarget, columns / 2];
            float[] dX = new float[x.Length];
            LossSum loss = SoftmaxCrossEntropy.ForwardBackward(
                new(x, 3, columns), targets, new MatrixView(dX, 3, columns));
            Assert.Equal(loss, SoftmaxCrossEntropy.Forward(new(x, 3, columns), targets));
            Assert.Equal(2, loss.Count);
            Compare.Near([Oracle(x.Select(v => (double)v).ToArray())], [loss.Mean]);
            Compare.Gradient(Oracle, x, dX);

            double Oracle(double[] logits)
            {
                double sum = 0;
                for (int n = 0; n < 3; n += 2)
                {
                    double[] row = logits[(n * columns)..((n + 1) * columns)];
                    sum += Math.Log(row.Sum(Math.Exp)) - row[targets[n]];
                }

                return sum / 2;
            }
        }
    }

    [Fact]
    public void TheGradientMayTakeThePlaceOfTheLogits()
    {
        foreach (int columns in new[] { 1, 5, 64, 1500 })
        {
            float[] x = Compare.Numbers(4 * columns, 3);
            float[] dX = new float[x.Length];
            int[] targets = [0, columns - 1, SoftmaxCrossEntropy.IgnoredTarget, columns / 3];
            LossSum apart = SoftmaxCrossEntropy.ForwardBackward(
                new(x, 4, columns), targets, new MatrixView(dX, 4, columns));
            LossSum inPlace = SoftmaxCrossEntropy.ForwardBackward(
                new(x, 4, columns), targets, new MatrixView(x, 4, columns));
            Assert.Equal(apart, inPlace);
            Assert.Equal(dX, x);
        }
    }

    [Fact]
    public void ScaleReplacesTheMean()
    {
        float[] x = Compare.Numbers(12, 2), mean = new float[12], scaled = new float[12];
        LossSum a = SoftmaxCrossEntropy.ForwardBackward(new(x, 4, 3), [0, 1, 2, 0], new MatrixView(mean, 4, 3));
        LossSum b = SoftmaxCrossEntropy.ForwardBackward(new(x, 4, 3), [0, 1, 2, 0], 1f, new MatrixView(scaled, 4, 3));
        Assert.Equal(a, b);
        Compare.Near(scaled.Select(v => v / 4.0).ToArray(), mean);
    }

    [Fact]
    public void ExtremeLogits()
    {
        float infinity = float.PositiveInfinity;
        float[] x = [1e4f, -1e4f, 0, -1e4f, -1e4f, 1e4f, -infinity, 2, 2, -infinity, 0, 0], dX = new float[12];
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(new(x, 4, 3), [0, 0, 1, 0], 1f, new MatrixView(dX, 4, 3));
        Assert.Equal(double.PositiveInfinity, loss.Sum);   // the last target has probability 0
        Compare.Near([0, 0, 0, -1, 0, 1, 0, -0.5, 0.5, -1, 0.5, 0.5], dX);
        loss = SoftmaxCrossEntropy.Forward(new(x.AsSpan(0, 9), 3, 3), [0, 0, 1]);
        Compare.Near([2e4 + Math.Log(2)], [loss.Sum]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WhatIsNotANumberSpreadsInItsRow(float bad)
    {
        foreach (int columns in new[] { 2, 16, 33 })
        {
            for (int at = 0; at < columns; at++)
            {
                float[] x = new float[2 * columns], dX = new float[2 * columns];
                x[at] = bad;
                LossSum loss = SoftmaxCrossEntropy.ForwardBackward(
                    new(x, 2, columns), [1, 1], new MatrixView(dX, 2, columns));
                Assert.True(double.IsNaN(loss.Sum));
                Assert.All(dX[columns..], d => Assert.True(float.IsFinite(d)));
                Assert.Contains(dX[..columns], float.IsNaN);
            }
        }
    }

    [Fact]
    public void NothingCountedHasNoMeanAndNoGradient()
    {
        float[] x = [1, float.NaN, 3, 4], dX = [9, 9, 9, 9];
        int ignored = SoftmaxCrossEntropy.IgnoredTarget;
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(new(x, 2, 2), [ignored, ignored], new MatrixView(dX, 2, 2));
        Assert.Equal(new LossSum(0, 0), loss);
        Assert.True(double.IsNaN(loss.Mean));
        Assert.Equal(new float[4], dX);
        Assert.Equal(new LossSum(0, 0), SoftmaxCrossEntropy.Forward(default, []));
    }

    [Fact]
    public void WrongTargetsAndShapesAreNamed()
    {
        float[] x = new float[6];
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => SoftmaxCrossEntropy.Forward(new(x, 2, 3), [0, 3]));
        Assert.StartsWith("SoftmaxCrossEntropy: targets[1] is 3, expected 0 to 2, or -100 for an ignored row.",
            e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.Forward(new(x, 2, 3), [0, -1]));
        Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.Forward(new(x, 2, 3), [0]));
        Assert.Throws<ArgumentException>(
            () => SoftmaxCrossEntropy.ForwardBackward(new(x, 2, 3), [0, 1], new MatrixView(x, 3, 2)));
    }

    [Fact]
    public void SumsAddUp()
    {
        LossSum sum = new LossSum(3, 2) + new LossSum(1, 2);
        Assert.Equal(new LossSum(4, 4), sum);
        Assert.Equal(1, sum.Mean);
    }
}
