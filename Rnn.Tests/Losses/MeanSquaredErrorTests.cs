using System;
using System.Linq;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Losses;

public class MeanSquaredErrorTests
{
    // x = torch.tensor([4 * math.sin(i + 1) for i in range(6)], requires_grad=True)
    // y = torch.tensor([math.cos(i) for i in range(6)])
    // l = torch.nn.functional.mse_loss(x, y); l.backward(); print(l, x.grad)
    [Fact]
    public void Golden()
    {
        (float[] x, float[] y) = Numbers();
        float[] dX = new float[6];
        LossSum loss = MeanSquaredError.ForwardBackward(new(x, 2, 3), new(y, 2, 3), new MatrixView(dX, 2, 3));
        Assert.Equal(6, loss.Count);
        Compare.Near([5.3981967], [loss.Mean]);
        Compare.Near([0.788627982, 1.03229582, 0.326875627, -0.679072559, -1.06068456, -0.467108071], dX);
    }

    // w = torch.tensor([[1], [2], [0.5]])
    // l = (w * torch.nn.functional.mse_loss(x.reshape(3, 2), y.reshape(3, 2), reduction='none')).sum()
    [Fact]
    public void GoldenWithRowWeights()
    {
        (float[] x, float[] y) = Numbers();
        float[] dX = new float[6];
        LossSum loss = MeanSquaredError.ForwardBackward(
            new(x, 3, 2), new(y, 3, 2), [1, 2, 0.5f], 1f, new MatrixView(dX, 3, 2));
        Assert.Equal(6, loss.Count);
        Compare.Near([31.4564743], [loss.Sum]);
        Compare.Near([4.73176765, 6.1937747, 3.92250729, -8.14887047, -3.18205357, -1.40132415], dX);
    }

    [Fact]
    public void GradientsOfEveryShape()
    {
        foreach ((int n, int f) in Compare.Shapes)
        {
            float[] x = Compare.Numbers(n * f, 5), y = Compare.Numbers((n * f) + 3, 2)[3..], dX = new float[n * f];
            float[] w = [.. Enumerable.Range(0, n).Select(i => (float)((i + 1) % 3))];
            foreach (float[] weights in new[] { [], w })
            {
                LossSum loss = MeanSquaredError.ForwardBackward(
                    new(x, n, f), new(y, n, f), weights, new MatrixView(dX, n, f));
                Assert.Equal(loss, MeanSquaredError.Forward(new(x, n, f), new(y, n, f), weights));
                (double sum, int count) = LossOracle.MeanSquaredError(TestNumbers.ToDouble(x), y, f, weights);
                Assert.Equal(count, loss.Count);
                Compare.Near([sum], [loss.Sum]);
                Compare.Gradient(v => LossOracle.MeanSquaredError(v, y, f, weights).Sum / count, x, dX);
                float[] inPlace = [.. x];
                MeanSquaredError.ForwardBackward(
                    new(inPlace, n, f), new(y, n, f), weights, 0.5f, new MatrixView(inPlace, n, f));
                Compare.Near(dX.Select(v => 0.5 * count * v).ToArray(), inPlace);
            }

            LossSum none = MeanSquaredError.ForwardBackward(
                new(x, n, f), new(y, n, f), new MatrixView(dX, n, f));
            Assert.Equal(MeanSquaredError.Forward(new(x, n, f), new(y, n, f)), none);
        }
    }

    [Fact]
    public void LargeValuesNaNAndNothing()
    {
        float[] x = [1e30f, 0], y = [-1e30f, 0], dX = new float[2];
        foreach (float[] weights in new[] { [], new[] { 1f, 1f } })
        {
            LossSum loss = MeanSquaredError.ForwardBackward(
                new(x, 2, 1), new(y, 2, 1), weights, new MatrixView(dX, 2, 1));
            Assert.Equal(4e60, loss.Sum, 4e54);   // beyond float
            loss = MeanSquaredError.ForwardBackward(
                new([float.NaN, 1], 2, 1), new([0f, 0f], 2, 1), weights, new MatrixView(dX, 2, 1));
            Assert.True(double.IsNaN(loss.Sum) && float.IsNaN(dX[0]) && dX[1] == 1);
        }

        LossSum nothing = MeanSquaredError.ForwardBackward(default, default, default(MatrixView));
        Assert.Equal(new LossSum(0, 0), nothing);
        Assert.True(double.IsNaN(nothing.Mean));
    }

    [Fact]
    public void RowsOfWeightZeroHoldAnything()
    {
        float[] x = [float.NaN, 1, 3, 4], y = [0, float.PositiveInfinity, 1, 1], dX = [9, 9, 9, 9];
        LossSum loss = MeanSquaredError.ForwardBackward(
            new(x, 2, 2), new(y, 2, 2), [0, 2], new MatrixView(dX, 2, 2));
        Assert.Equal(new LossSum(26, 2), loss);
        Assert.Equal([0f, 0f, 4f, 6f], dX);
        loss = MeanSquaredError.ForwardBackward(new(x, 2, 2), new(y, 2, 2), [0, 0], new MatrixView(dX, 2, 2));
        Assert.Equal(new LossSum(0, 0), loss);
        Assert.Equal(new float[4], dX);
    }

    [Fact]
    public void WrongShapesAreRefused()
    {
        float[] x = new float[4];
        Assert.Throws<ArgumentException>("targets", () => MeanSquaredError.Forward(new(x, 2, 2), new(x, 4, 1)));
        Assert.Throws<ArgumentException>(
            "rowWeights", () => MeanSquaredError.Forward(new(x, 2, 2), new(x, 2, 2), [1, 1, 1, 1]));
        Assert.Throws<ArgumentException>("dPredictions",
            () => MeanSquaredError.ForwardBackward(new(x, 2, 2), new(x, 2, 2), new MatrixView(new float[6], 2, 3)));
    }

    private static (float[] X, float[] Y) Numbers() => (
        [.. Enumerable.Range(0, 6).Select(i => (float)(4 * Math.Sin(i + 1)))],
        [.. Enumerable.Range(0, 6).Select(i => (float)Math.Cos(i))]);
}
