using System;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Losses;

public class HuberLossTests
{
    [Fact]
    public void TheSquareEndsAtOneByDefault()
    {
        Assert.Equal(1, default(HuberLoss).Delta);
        Assert.Equal(new HuberLoss(1), default);
        LossSum sum = default(HuberLoss).Forward(new([0.5f, 3], 2, 1), new([0, 0], 2, 1));
        Assert.Equal((0.5 * 0.5 * 0.5) + (3 - 0.5), sum.Sum, 1e-6);
    }

    // x = torch.tensor([4 * math.sin(i + 1) for i in range(6)], requires_grad=True)
    // y = torch.tensor([math.cos(i) for i in range(6)])
    // l = torch.nn.functional.huber_loss(x, y, delta=2.5); l.backward(); print(l, x.grad)
    [Fact]
    public void Golden()
    {
        float[] x = [.. Enumerable.Range(0, 6).Select(i => (float)(4 * Math.Sin(i + 1)))], dX = new float[6];
        float[] y = [.. Enumerable.Range(0, 6).Select(i => (float)Math.Cos(i))];
        LossSum loss = new HuberLoss(2.5f).ForwardBackward(new(x, 2, 3), new(y, 2, 3), new MatrixView(dX, 2, 3));
        Assert.Equal(6, loss.Count);
        Compare.Near([2.63064218], [loss.Mean]);
        Compare.Near([0.394313991, 0.416666687, 0.163437814, -0.339536279, -0.416666687, -0.233554035], dX);

        loss = new HuberLoss(1).ForwardBackward(new(x, 3, 2), new(y, 3, 2), new MatrixView(dX, 3, 2));
        Compare.Near([1.67736375], [loss.Mean]);
        Compare.Near([0.166666672, 0.166666672, 0.163437814, -0.166666672, -0.166666672, -0.166666672], dX);
    }

    [Fact]
    public void GradientsOfEveryShape()
    {
        const float delta = 1.5f;
        foreach ((int n, int f) in Compare.Shapes)
        {
            float[] x = Compare.Numbers(n * f, 5), y = Compare.Numbers((n * f) + 3, 2)[3..], dX = new float[n * f];
            float[] w = [.. Enumerable.Range(0, n).Select(i => (float)((i + 1) % 3))];
            foreach (float[] weights in new[] { [], w })
            {
                LossSum loss = new HuberLoss(delta).ForwardBackward(
                    new(x, n, f), new(y, n, f), weights, new MatrixView(dX, n, f));
                Assert.Equal(loss, new HuberLoss(delta).Forward(new(x, n, f), new(y, n, f), weights));
                (double sum, int count) = LossOracle.Huber(TestNumbers.ToDouble(x), y, f, delta, weights);
                Assert.Equal(count, loss.Count);
                Compare.Near([sum], [loss.Sum]);
                Compare.Gradient(v => LossOracle.Huber(v, y, f, delta, weights).Sum / count, x, dX);
                float[] inPlace = [.. x];
                new HuberLoss(delta).ForwardBackward(
                    new(inPlace, n, f), new(y, n, f), weights, 0.5f, new MatrixView(inPlace, n, f));
                Compare.Near(dX.Select(v => 0.5 * count * v).ToArray(), inPlace);
            }
        }
    }

    [Fact]
    public void WithALargeDeltaItIsHalfTheSquaredError()
    {
        float[] x = Compare.Numbers(40, 5), y = Compare.Numbers(40, 2), dX = new float[40], dSquared = new float[40];
        LossSum loss = new HuberLoss(1e3f).ForwardBackward(new(x, 10, 4), new(y, 10, 4), 2f, new MatrixView(dX, 10, 4));
        LossSum squared = MeanSquaredError.ForwardBackward(
            new(x, 10, 4), new(y, 10, 4), 1f, new MatrixView(dSquared, 10, 4));
        Compare.Near([squared.Sum / 2], [loss.Sum]);
        Compare.Near(dSquared.Select(v => (double)v).ToArray(), dX);
        Compare.Near([squared.Sum / 2],
            [new HuberLoss(float.PositiveInfinity).Forward(new(x, 10, 4), new(y, 10, 4)).Sum]);
    }

    [Fact]
    public void EdgesNaNInfinityAndNothing()
    {
        float[] x = [2, -2, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f], dX = new float[6];
        float[] zeros = new float[6];
        LossSum loss = new HuberLoss(2).ForwardBackward(
            new(x, 6, 1), new(zeros, 6, 1), [1, 1, 0, 0, 0, 0], 1f, new MatrixView(dX, 6, 1));
        Assert.Equal(new LossSum(4, 2), loss);   // exactly at delta: 2*(2 - 1) is 2^2/2
        Assert.Equal([2f, -2f, 0f, 0f, 0f, 0f], dX);

        loss = new HuberLoss(2).ForwardBackward(new(x, 1, 6), new(zeros, 1, 6), 1f, new MatrixView(dX, 1, 6));
        Assert.True(double.IsNaN(loss.Sum));
        Assert.Equal([2f, -2f, float.NaN, 2f, -2f, 2f], dX);   // an outlier pulls with delta
        loss = new HuberLoss(2).Forward(new(x.AsSpan(3), 1, 3), new(zeros.AsSpan(3), 1, 3));
        Assert.Equal(double.PositiveInfinity, loss.Sum);
        Assert.Equal(new LossSum(0, 0), new HuberLoss(1).ForwardBackward(default, default, default(MatrixView)));
    }

    [Fact]
    public void WrongArgumentsAreRefused()
    {
        float[] x = new float[4];
        foreach (float delta in new[] { 0, -1, float.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                "delta", () => new HuberLoss(delta).Forward(new(x, 2, 2), new(x, 2, 2)));
        }

        Assert.Throws<ArgumentException>("targets", () => new HuberLoss(1).Forward(new(x, 2, 2), new(x, 4, 1)));
        Assert.Throws<ArgumentException>(
            "rowWeights", () => new HuberLoss(1).Forward(new(x, 2, 2), new(x, 2, 2), [1, 1, 1, 1]));
        Assert.Throws<ArgumentException>("dPredictions",
            () => new HuberLoss(1).ForwardBackward(new(x, 2, 2), new(x, 2, 2), new MatrixView(new float[6], 2, 3)));
    }
}
