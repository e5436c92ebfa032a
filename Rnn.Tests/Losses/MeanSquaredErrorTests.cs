using System;
using System.Linq;
using Rnn.Core.Losses;
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
        float[] x = new float[6], y = new float[6], dX = new float[6];
        for (int i = 0; i < 6; i++)
        {
            x[i] = (float)(4 * Math.Sin(i + 1));
            y[i] = (float)Math.Cos(i);
        }

        LossSum loss = MeanSquaredError.ForwardBackward(x, y, dX);
        Assert.Equal(6, loss.Count);
        Compare.Near([5.3981967], [loss.Mean]);
        Compare.Near([0.788627982, 1.03229582, 0.326875627, -0.679072559, -1.06068456, -0.467108071], dX);
    }

    [Fact]
    public void GradientsOfEveryLength()
    {
        for (int n = 1; n <= 70; n++)
        {
            float[] x = Compare.Numbers(n, 5), y = Compare.Numbers(n + 3, 2)[3..], dX = new float[n];
            LossSum loss = MeanSquaredError.ForwardBackward(x, y, dX);
            Assert.Equal(loss, MeanSquaredError.Forward(x, y));
            Compare.Near([Oracle(x.Select(v => (double)v).ToArray())], [loss.Mean]);
            Compare.Gradient(Oracle, x, dX);
            MeanSquaredError.ForwardBackward(x, y, 0.5f, x);   // in place
            Compare.Near(dX.Select(v => 0.5 * n * v).ToArray(), x);

            double Oracle(double[] v) => v.Select((value, i) => (value - y[i]) * (value - y[i])).Sum() / n;
        }
    }

    [Fact]
    public void LargeValuesNaNAndNothing()
    {
        float[] dX = new float[2];
        LossSum loss = MeanSquaredError.ForwardBackward([1e30f, 0], [-1e30f, 0], dX);
        Assert.Equal(4e60, loss.Sum, 4e54);   // beyond float
        loss = MeanSquaredError.ForwardBackward([float.NaN, 1], [0, 0], dX);
        Assert.True(double.IsNaN(loss.Sum) && float.IsNaN(dX[0]) && dX[1] == 1);
        loss = MeanSquaredError.ForwardBackward([], [], []);
        Assert.Equal(new LossSum(0, 0), loss);
        Assert.True(double.IsNaN(loss.Mean));
    }

    [Fact]
    public void WrongLengthsAreRefused()
    {
        Assert.Throws<ArgumentException>("targets", () => MeanSquaredError.Forward([0, 0], [1]));
        Assert.Throws<ArgumentException>(
            "dPredictions", () => MeanSquaredError.ForwardBackward([0, 0], [1, 1], new float[3]));
    }
}
