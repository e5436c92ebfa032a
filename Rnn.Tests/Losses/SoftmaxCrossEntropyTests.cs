using System;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Losses;

public class SoftmaxCrossEntropyTests
{
    private const int Ignored = SoftmaxCrossEntropy.IgnoredTarget;

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

    // ... torch.nn.functional.cross_entropy(x, torch.tensor([0, 4, -100, 2]),
    //     weight=torch.tensor([1, 0.5, 2, 0.25, 1.5]), label_smoothing=0.1, reduction='sum')
    [Fact]
    public void GoldenWithSmoothingAndClassWeights()
    {
        float[] x = new float[20], dX = new float[20], classes = [1, 0.5f, 2, 0.25f, 1.5f];
        for (int i = 0; i < 20; i++)
            x[i] = (float)(3 * Math.Sin((7 * (i / 5)) + (2 * (i % 5))));

        SoftmaxCrossEntropyOptions options = new() { LabelSmoothing = 0.1f, ClassWeights = classes };
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(
            new(x, 4, 5), [0, 4, Ignored, 2], options, 1f, new MatrixView(dX, 4, 5));
        Assert.Equal(3, loss.Count);
        Compare.Near([12.6851501], [loss.Sum]);
        Compare.Near(
            [
                -0.892306983, 0.413719505, -0.0371401422, 0.00697633671, 0.508751273,
                0.471860617, 0.225943193, -0.0365881138, 0.236709535, -0.897925138,
                0, 0, 0, 0, 0,
                0.740696728, -0.00511774933, -1.79843676, 1.08441448, -0.0215567574,
            ],
            dX);

        // PyTorch's mean is 2.81892252: it divides by the targets' class weights, ours by the number of targets.
        Compare.Near([2.81892252 * (1 + 1.5 + 2) / 3], [loss.Mean]);

        // Smoothing alone, whose mean is the same.
        options = new() { LabelSmoothing = 0.1f };
        loss = SoftmaxCrossEntropy.ForwardBackward(
            new(x, 4, 5), [0, 4, Ignored, 2], options, new MatrixView(dX, 4, 5));
        Compare.Near([2.84915352], [loss.Mean]);
        Compare.Near([-0.297481567, 0.133870468, -0.00571812363, -0.00269441609, 0.172023624], dX[..5]);
    }

    [Fact]
    public void GradientsOfEveryWidth()
    {
        for (int columns = 1; columns <= 70; columns++)
        {
            float[] x = Compare.Numbers(3 * columns, 2.5);
            int[] targets = [columns - 1, Ignored, columns / 2];
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

    [Theory]
    [InlineData(0.1f, false)]
    [InlineData(0.1f, true)]
    [InlineData(0f, true)]
    [InlineData(1f, true)]
    public void GradientsOfEveryWidthWithOptions(float smoothing, bool weights)
    {
        for (int columns = 1; columns <= 70; columns++)
        {
            float[] x = Compare.Numbers(4 * columns, 2.5), dX = new float[x.Length], inPlace = [.. x];
            float[] classes = weights ? [.. Enumerable.Range(0, columns).Select(v => v % 5 / 2f)] : [];
            float[] rows = weights ? [1, 7, 0.5f, 0] : [];
            int[] targets = [columns - 1, Ignored, columns / 2, 0];
            SoftmaxCrossEntropyOptions options =
                new() { LabelSmoothing = smoothing, ClassWeights = classes, RowWeights = rows };
            LossSum loss = SoftmaxCrossEntropy.ForwardBackward(
                new(x, 4, columns), targets, options, 0.5f, new MatrixView(dX, 4, columns));
            Assert.Equal(loss, SoftmaxCrossEntropy.Forward(new(x, 4, columns), targets, options));
            Assert.Equal(loss, SoftmaxCrossEntropy.ForwardBackward(
                new(inPlace, 4, columns), targets, options, 0.5f, new MatrixView(inPlace, 4, columns)));
            Bits.Same(dX, inPlace, "in place");
            (double sum, int count) = Oracle(TestNumbers.ToDouble(x));
            Assert.Equal(count, loss.Count);
            Compare.Near([sum], [loss.Sum]);
            Compare.Gradient(v => 0.5 * Oracle(v).Sum, x, dX);

            (double Sum, int Count) Oracle(double[] logits) =>
                LossOracle.SoftmaxCrossEntropy(logits, targets, smoothing, classes, rows);
        }
    }

    [Fact]
    public void WeightsOfOneAreNone()
    {
        const int columns = 37;
        float[] x = Compare.Numbers(3 * columns, 4), plain = new float[x.Length], weighted = new float[x.Length];
        float[] classes = [.. Enumerable.Repeat(1f, columns)];
        int[] targets = [5, 36, 0];
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(
            new(x, 3, columns), targets, new MatrixView(plain, 3, columns));
        SoftmaxCrossEntropyOptions options = new() { ClassWeights = classes, RowWeights = [1, 1, 1] };
        Assert.Equal(loss, SoftmaxCrossEntropy.ForwardBackward(
            new(x, 3, columns), targets, options, new MatrixView(weighted, 3, columns)));
        Bits.Same(plain, weighted, "gradient");
    }

    [Fact]
    public void RowsOfWeightZeroHoldAnything()
    {
        foreach (float smoothing in new[] { 0, 0.1f })
        {
            float[] x = [float.NaN, 1, float.PositiveInfinity, 2, 0, 0], dX = [9, 9, 9, 9, 9, 9];
            SoftmaxCrossEntropyOptions options = new() { LabelSmoothing = smoothing, RowWeights = [0, -0f, 2] };
            LossSum loss = SoftmaxCrossEntropy.ForwardBackward(
                new(x, 3, 2), [0, 77, 1], options, new MatrixView(dX, 3, 2));   // there is no class 77
            Assert.Equal(1, loss.Count);
            Compare.Near([2 * Math.Log(2)], [loss.Mean]);
            Compare.Near([0, 0, 0, 0, 1 - smoothing, smoothing - 1], dX);
        }
    }

    [Fact]
    public void TargetsWhoseClassHasWeightZeroCountOnlyWithSmoothing()
    {
        float[] x = [float.NaN, 1, 0, 0], dX = [9, 9, 9, 9], classes = [0, 3];
        SoftmaxCrossEntropyOptions options = new() { ClassWeights = classes };
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(
            new(x, 2, 2), [0, 1], options, new MatrixView(dX, 2, 2));
        Assert.Equal(1, loss.Count);
        Compare.Near([3 * Math.Log(2)], [loss.Sum]);
        Compare.Near([0, 0, 1.5, -1.5], dX);

        options = new() { ClassWeights = classes, LabelSmoothing = 0.5f };
        loss = SoftmaxCrossEntropy.Forward(new(x.AsSpan(2), 1, 2), [0], options);
        Assert.Equal(1, loss.Count);
        Compare.Near([0.25 * 3 * Math.Log(2)], [loss.Sum]);
    }

    [Fact]
    public void ExtremeLogitsWithSmoothing()
    {
        float infinity = float.PositiveInfinity;
        float[] x = [1e4f, -1e4f, 1e4f, -infinity, 0, 0], dX = new float[6];
        SoftmaxCrossEntropyOptions options = new() { LabelSmoothing = 0.3f };
        LossSum loss = SoftmaxCrossEntropy.Forward(new(x.AsSpan(0, 3), 1, 3), [0], options);
        Compare.Near([Math.Log(2) + (0.1 * 2e4)], [loss.Sum]);

        // What is impossible and has a share of the target: an infinite loss, whose gradient is still that of softmax.
        loss = SoftmaxCrossEntropy.ForwardBackward(new(x, 2, 3), [0, 1], options, 1f, new MatrixView(dX, 2, 3));
        Assert.Equal(double.PositiveInfinity, loss.Sum);
        Compare.Near([-0.3, -0.1, 0.4, -0.1, 0.5 - 0.8, 0.4], dX);

        // No share of it where the class's weight is 0.
        options = new() { LabelSmoothing = 0.3f, ClassWeights = [0, 1, 1] };
        loss = SoftmaxCrossEntropy.Forward(new(x.AsSpan(3, 3), 1, 3), [0], options);
        Compare.Near([0.2 * Math.Log(2)], [loss.Sum]);
    }

    [Fact]
    public void WrongOptionsAreNamed()
    {
        float[] x = new float[6];
        Assert.Throws<ArgumentOutOfRangeException>("options", () => Forward(-0.1f, [], []));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => Forward(1.1f, [], []));
        Assert.Throws<ArgumentOutOfRangeException>("options", () => Forward(float.NaN, [], []));
        Assert.Throws<ArgumentException>("ClassWeights", () => Forward(0, [1, 1], []));
        Assert.Throws<ArgumentException>("RowWeights", () => Forward(0, [], [1, 1, 1]));

        LossSum Forward(float smoothing, float[] classes, float[] rows) => SoftmaxCrossEntropy.Forward(new(x, 2, 3),
            [0, 1], new() { LabelSmoothing = smoothing, ClassWeights = classes, RowWeights = rows });
    }

    [Fact]
    public void TheGradientMayTakeThePlaceOfTheLogits()
    {
        foreach (int columns in new[] { 1, 5, 64, 1500 })
        {
            float[] x = Compare.Numbers(4 * columns, 3);
            float[] dX = new float[x.Length];
            int[] targets = [0, columns - 1, Ignored, columns / 3];
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
            foreach (float smoothing in new[] { 0, 0.1f })
            {
                for (int at = 0; at < columns; at++)
                {
                    float[] x = new float[2 * columns], dX = new float[2 * columns];
                    x[at] = bad;
                    SoftmaxCrossEntropyOptions options = new() { LabelSmoothing = smoothing };
                    LossSum loss = SoftmaxCrossEntropy.ForwardBackward(
                        new(x, 2, columns), [1, 1], options, new MatrixView(dX, 2, columns));
                    Assert.True(double.IsNaN(loss.Sum));
                    Assert.All(dX[columns..], d => Assert.True(float.IsFinite(d)));
                    Assert.Contains(dX[..columns], float.IsNaN);
                }
            }
        }
    }

    [Fact]
    public void NothingCountedHasNoMeanAndNoGradient()
    {
        float[] x = [1, float.NaN, 3, 4], dX = [9, 9, 9, 9];
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(new(x, 2, 2), [Ignored, Ignored], new MatrixView(dX, 2, 2));
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
