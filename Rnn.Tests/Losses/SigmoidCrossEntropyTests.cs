using System;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Losses;

public class SigmoidCrossEntropyTests
{
    // x = torch.tensor([4 * math.sin(i + 1) for i in range(6)], requires_grad=True)
    // y = torch.tensor([0, 1, 0.5, 0.25, 1, 0]); w = torch.tensor([1, 2, 0.5, 1, 3, 1.5])
    // l = torch.nn.functional.binary_cross_entropy_with_logits(x, y, w); l.backward(); print(l, x.grad)
    [Fact]
    public void Golden()
    {
        float[] x = new float[6], dX = new float[6];
        for (int i = 0; i < 6; i++)
            x[i] = (float)(4 * Math.Sin(i + 1));

        float[] y = [0, 1, 0.5f, 0.25f, 1, 0], w = [1, 2, 0.5f, 1, 3, 1.5f];
        LossSum loss = SigmoidCrossEntropy.ForwardBackward(
            new(x, 6, 1), new(y, 6, 1), w, new MatrixView(dX, 6, 1));
        Assert.Equal(6, loss.Count);
        Compare.Near([2.76962352], [loss.Mean]);
        Compare.Near(
            [0.161103532, -0.00855030585, 0.0114573734, -0.0339647271, -0.489434928, 0.0616113059], dX);
    }

    [Fact]
    public void GradientsOfEveryShape()
    {
        foreach ((int n, int f) in Compare.Shapes)
        {
            float[] x = Compare.Numbers(n * f, 5), dX = new float[n * f], w = new float[n];
            float[] y = [.. Enumerable.Range(0, n * f).Select(i => i % 5 / 4f)];
            for (int i = 0; i < n; i++)
                w[i] = i % 3;

            LossSum loss = SigmoidCrossEntropy.ForwardBackward(new(x, n, f), new(y, n, f), new MatrixView(dX, n, f));
            Assert.Equal(n * f, loss.Count);
            Assert.Equal(loss, SigmoidCrossEntropy.Forward(new(x, n, f), new(y, n, f)));
            Compare.Near([Oracle(TestNumbers.ToDouble(x), []) / (n * f)], [loss.Mean]);
            Compare.Gradient(v => Oracle(v, []) / (n * f), x, dX);

            loss = SigmoidCrossEntropy.ForwardBackward(new(x, n, f), new(y, n, f), w, new MatrixView(dX, n, f));
            Assert.Equal(loss, SigmoidCrossEntropy.Forward(new(x, n, f), new(y, n, f), w));
            Assert.Equal(f * w.Count(v => v != 0), loss.Count);
            Compare.Gradient(v => Oracle(v, w) / Math.Max(1.0, loss.Count), x, dX);

            SigmoidCrossEntropy.ForwardBackward(
                new(x, n, f), new(y, n, f), w, 0.5f, new MatrixView(x, n, f));   // in place
            if (loss.Count > 0)
                Compare.Near(dX.Select(v => 0.5 * loss.Count * v).ToArray(), x);

            double Oracle(double[] v, float[] weights) => LossOracle.SigmoidCrossEntropy(v, y, f, weights).Sum;
        }
    }

    [Fact]
    public void ExtremeLogitsNeitherOverflowNorHideNaN()
    {
        float[] x = [1e4f, -1e4f, 1e4f, -1e4f], y = [1, 0, 0, 1], dX = new float[4];
        LossSum loss = SigmoidCrossEntropy.ForwardBackward(new(x, 2, 2), new(y, 2, 2), 1f, new MatrixView(dX, 2, 2));
        Assert.Equal(2e4, loss.Sum);
        Assert.Equal([0f, 0f, 1f, -1f], dX);

        x = [0, float.NaN];
        y = [1, 1];
        loss = SigmoidCrossEntropy.ForwardBackward(
            new(x, 1, 2), new(y, 1, 2), new MatrixView(dX.AsSpan(0, 2), 1, 2));
        Assert.True(double.IsNaN(loss.Sum));
        Assert.True(float.IsNaN(dX[1]));
        Assert.Equal(-0.25f, dX[0]);
    }

    [Fact]
    public void RowsOfWeightZeroHoldAnything()
    {
        float[] x = [float.NaN, 1, 0, 0, 1, float.PositiveInfinity], y = [0, 1, 1, 1, float.NaN, 7];
        float[] dX = [9, 9, 9, 9, 9, 9];
        LossSum loss = SigmoidCrossEntropy.ForwardBackward(
            new(x, 3, 2), new(y, 3, 2), [0, 1, 0], new MatrixView(dX, 3, 2));
        Assert.Equal(2, loss.Count);
        Compare.Near([Math.Log(2)], [loss.Mean]);
        Assert.Equal([0f, 0f, -0.25f, -0.25f, 0f, 0f], dX);

        loss = SigmoidCrossEntropy.ForwardBackward(
            new(x.AsSpan(0, 1), 1, 1), new(y.AsSpan(1, 1), 1, 1), [0], new MatrixView(dX.AsSpan(2, 1), 1, 1));
        Assert.True(double.IsNaN(loss.Mean));
        Assert.Equal(0, dX[2]);
        loss = SigmoidCrossEntropy.Forward(default, default);
        Assert.Equal(new LossSum(0, 0), loss);
    }

    [Fact]
    public void WrongTargetsAndShapesAreNamed()
    {
        float[] x = new float[4], y = [0, 1, 0.5f, 1.5f];
        ArgumentException e = Assert.Throws<ArgumentException>(
            "targets", () => SigmoidCrossEntropy.Forward(new(x, 2, 2), new(y, 2, 2)));
        Assert.StartsWith("SigmoidCrossEntropy: targets[1, 1] is 1.5, expected 0 to 1.", e.Message,
            StringComparison.Ordinal);
        y[3] = float.NaN;
        Assert.Throws<ArgumentException>("targets", () => SigmoidCrossEntropy.Forward(new(x, 2, 2), new(y, 2, 2)));
        (y[2], y[3]) = (-0.5f, 1);
        Assert.Throws<ArgumentException>("targets", () => SigmoidCrossEntropy.Forward(new(x, 2, 2), new(y, 2, 2)));
        y[2] = 1;
        Assert.Throws<ArgumentException>("targets", () => SigmoidCrossEntropy.Forward(new(x, 2, 2), new(y, 1, 4)));
        Assert.Throws<ArgumentException>(
            "rowWeights", () => SigmoidCrossEntropy.Forward(new(x, 2, 2), new(y, 2, 2), [1]));
        Assert.Throws<ArgumentException>("dLogits",
            () => SigmoidCrossEntropy.ForwardBackward(new(x, 2, 2), new(y, 2, 2), new MatrixView(x, 1, 4)));
    }
}
