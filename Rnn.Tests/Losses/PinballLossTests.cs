using System;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Losses;

public class PinballLossTests
{
    // x = torch.tensor([4 * math.sin(i + 1) for i in range(6)], requires_grad=True)
    // e = torch.tensor([[0.5], [-1]]) - x.reshape(2, 3); q = torch.tensor([0.1, 0.5, 0.9])
    // l = torch.maximum(q * e, (q - 1) * e).sum(); l.backward(); print(l, x.grad)
    [Fact]
    public void Golden()
    {
        float[] x = [.. Enumerable.Range(0, 6).Select(i => (float)(4 * Math.Sin(i + 1)))], dX = new float[6];
        LossSum loss = PinballLoss.ForwardBackward(
            new(x, 2, 3), [0.5f, -1], [0.1f, 0.5f, 0.9f], 1f, new MatrixView(dX, 2, 3));
        Assert.Equal(2, loss.Count);
        Compare.Near([5.88080359], [loss.Sum]);
        Compare.Near([0.9, 0.5, 0.1, -0.1, -0.5, -0.9], dX);

        LossSum mean = PinballLoss.ForwardBackward(
            new(x, 2, 3), [0.5f, -1], [0.1f, 0.5f, 0.9f], new MatrixView(dX, 2, 3));
        Assert.Equal(loss, mean);
        Compare.Near([0.45, 0.25, 0.05, -0.05, -0.25, -0.45], dX);
    }

    [Fact]
    public void GradientsOfEveryShape()
    {
        foreach ((int n, int q) in Compare.Shapes)
        {
            float[] x = Compare.Numbers(n * q, 5), y = Compare.Numbers(n + 3, 2)[3..], dX = new float[n * q];
            float[] w = [.. Enumerable.Range(0, n).Select(i => (float)((i + 1) % 3))];
            float[] levels = [.. Enumerable.Range(0, q).Select(k => (k + 1) / (q + 1f))];
            foreach (float[] weights in new[] { [], w })
            {
                LossSum loss = PinballLoss.ForwardBackward(
                    new(x, n, q), y, levels, weights, new MatrixView(dX, n, q));
                Assert.Equal(loss, PinballLoss.Forward(new(x, n, q), y, levels, weights));
                (double sum, int count) = LossOracle.Pinball(TestNumbers.ToDouble(x), y, levels, weights);
                Assert.Equal(count, loss.Count);
                Compare.Near([sum], [loss.Sum]);
                Compare.Gradient(v => LossOracle.Pinball(v, y, levels, weights).Sum / count, x, dX);
                float[] inPlace = [.. x];
                PinballLoss.ForwardBackward(
                    new(inPlace, n, q), y, levels, weights, 0.5f, new MatrixView(inPlace, n, q));
                Compare.Near(dX.Select(v => 0.5 * count * v).ToArray(), inPlace);
            }
        }
    }

    [Fact]
    public void TheBestConstantIsTheQuantile()
    {
        // Of 0 .. 100 each quantile is known; the mean's gradient changes its sign there.
        float[] y = [.. Enumerable.Range(0, 101).Select(i => (float)(i * 37 % 101))], levels = [0.1f, 0.5f, 0.9f];
        float[] dX = new float[3 * y.Length];
        foreach ((float shift, double[] signs) in new[]
        {
            (-0.5f, new[] { -1.0, -1, -1 }),
            (0.5f, [1, 1, 1]),
        })
        {
            float[] x = [.. Enumerable.Repeat(new[] { 10 + shift, 50 + shift, 90 + shift }, y.Length).SelectMany(r => r)];
            PinballLoss.ForwardBackward(new(x, y.Length, 3), y, levels, new MatrixView(dX, y.Length, 3));
            for (int k = 0; k < 3; k++)
                Assert.Equal(signs[k], Math.Sign(Enumerable.Range(0, y.Length).Sum(n => dX[(3 * n) + k])));
        }
    }

    [Fact]
    public void AtTheTargetThereIsNeitherLossNorGradient()
    {
        float[] x = [1, 2, 3], dX = [9, 9, 9];
        LossSum loss = PinballLoss.ForwardBackward(new(x, 1, 3), [2], [0.2f, 0.5f, 0.7f], 1f,
            new MatrixView(dX, 1, 3));
        Compare.Near([0.2 + 0.3], [loss.Sum]);
        Compare.Near([-0.2, 0, 0.3], dX);
        Assert.Equal(0, dX[1]);
    }

    [Fact]
    public void NaNInfinityWeightZeroAndNothing()
    {
        float[] x = [float.NaN, 1, float.PositiveInfinity, 1, 0, 3], dX = [9, 9, 9, 9, 9, 9], levels = [0.25f, 0.5f];
        LossSum loss = PinballLoss.ForwardBackward(
            new(x, 3, 2), [0, float.NaN, 1], levels, [0, 0, 2], new MatrixView(dX, 3, 2));
        Assert.Equal(new LossSum(2 * (0.25 + 1), 1), loss);
        Assert.Equal([0f, 0f, 0f, 0f, -0.5f, 1f], dX);

        loss = PinballLoss.ForwardBackward(new(x, 3, 2), [0, 0, 1], levels, 1f, new MatrixView(dX, 3, 2));
        Assert.True(double.IsNaN(loss.Sum));
        Assert.Equal([float.NaN, 0.5f, 0.75f, 0.5f, -0.25f, 0.5f], dX);
        Assert.Equal(double.PositiveInfinity, PinballLoss.Forward(new(x.AsSpan(2, 2), 1, 2), [0], levels).Sum);
        Assert.True(double.IsNaN(PinballLoss.Forward(new(x.AsSpan(4, 2), 1, 2), [float.NaN], levels).Sum));
        Assert.Equal(new LossSum(0, 0), PinballLoss.Forward(new([], 0, 2), [], levels));
    }

    [Fact]
    public void WrongArgumentsAreNamed()
    {
        float[] x = new float[4];
        foreach (float level in new[] { 0, 1, -0.1f, 1.5f, float.NaN })
        {
            Assert.Throws<ArgumentException>(
                "levels", () => PinballLoss.Forward(new(x, 2, 2), [0, 0], [0.5f, level]));
            Assert.Throws<ArgumentException>(
                "levels", () => PinballLoss.Forward(new(x, 2, 2), [0, 0], [level, 0.5f]));
        }

        ArgumentException e = Assert.Throws<ArgumentException>(
            () => PinballLoss.Forward(new(x, 2, 2), [0, 0], [0.5f, 1.5f]));
        Assert.StartsWith("PinballLoss: levels[1] is 1.5, expected more than 0 and less than 1.", e.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("levels", () => PinballLoss.Forward(new(x, 2, 2), [0, 0], [0.5f]));
        Assert.Throws<ArgumentException>("targets", () => PinballLoss.Forward(new(x, 2, 2), [0], [0.5f, 0.9f]));
        Assert.Throws<ArgumentException>(
            "rowWeights", () => PinballLoss.Forward(new(x, 2, 2), [0, 0], [0.5f, 0.9f], [1]));
        Assert.Throws<ArgumentException>("dPredictions", () => PinballLoss.ForwardBackward(
            new(x, 2, 2), [0, 0], [0.5f, 0.9f], new MatrixView(new float[6], 2, 3)));
    }
}
