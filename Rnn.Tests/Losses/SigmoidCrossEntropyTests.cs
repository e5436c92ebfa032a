using System;
using System.Linq;
using Rnn.Core.Losses;
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

        LossSum loss = SigmoidCrossEntropy.ForwardBackward(
            x, [0, 1, 0.5f, 0.25f, 1, 0], [1, 2, 0.5f, 1, 3, 1.5f], dX);
        Assert.Equal(6, loss.Count);
        Compare.Near([2.76962352], [loss.Mean]);
        Compare.Near(
            [0.161103532, -0.00855030585, 0.0114573734, -0.0339647271, -0.489434928, 0.0616113059], dX);
    }

    [Fact]
    public void GradientsOfEveryLength()
    {
        for (int n = 1; n <= 70; n++)
        {
            float[] x = Compare.Numbers(n, 5), dX = new float[n], w = new float[n];
            float[] y = Enumerable.Range(0, n).Select(i => i % 5 / 4f).ToArray();
            for (int i = 0; i < n; i++)
                w[i] = i % 3;

            LossSum loss = SigmoidCrossEntropy.ForwardBackward(x, y, [], dX);
            Assert.Equal(n, loss.Count);
            Assert.Equal(loss, SigmoidCrossEntropy.Forward(x, y));
            Compare.Near([Oracle(x.Select(v => (double)v).ToArray(), i => 1.0 / n)], [loss.Mean]);
            Compare.Gradient(v => Oracle(v, i => 1.0 / n), x, dX);

            loss = SigmoidCrossEntropy.ForwardBackward(x, y, w, dX);
            Assert.Equal(loss, SigmoidCrossEntropy.Forward(x, y, w));
            Assert.Equal(w.Count(v => v != 0), loss.Count);
            Compare.Gradient(v => Oracle(v, i => w[i] / Math.Max(1.0, loss.Count)), x, dX);

            SigmoidCrossEntropy.ForwardBackward(x, y, w, 0.5f, x);   // in place
            if (loss.Count > 0)
                Compare.Near(dX.Select(v => 0.5 * loss.Count * v).ToArray(), x);

            double Oracle(double[] v, Func<int, double> weight)
            {
                double sum = 0;
                for (int i = 0; i < n; i++)
                {
                    double p = 1 / (1 + Math.Exp(-v[i]));
                    sum -= weight(i) * ((y[i] * Math.Log(p)) + ((1 - y[i]) * Math.Log(1 - p)));
                }

                return sum;
            }
        }
    }

    [Fact]
    public void ExtremeLogitsNeitherOverflowNorHideNaN()
    {
        float[] x = [1e4f, -1e4f, 1e4f, -1e4f], dX = new float[4];
        LossSum loss = SigmoidCrossEntropy.ForwardBackward(x, [1, 0, 0, 1], [], 1f, dX);
        Assert.Equal(2e4, loss.Sum);
        Assert.Equal([0f, 0f, 1f, -1f], dX);

        loss = SigmoidCrossEntropy.ForwardBackward([0, float.NaN], [1, 1], [], dX.AsSpan(0, 2));
        Assert.True(double.IsNaN(loss.Sum));
        Assert.True(float.IsNaN(dX[1]));
        Assert.Equal(-0.25f, dX[0]);
    }

    [Fact]
    public void ElementsOfWeightZeroHoldAnything()
    {
        float[] dX = [9, 9, 9];
        LossSum loss = SigmoidCrossEntropy.ForwardBackward([float.NaN, 0, 1], [0, 1, float.NaN], [0, 1, 0], dX);
        Assert.Equal(1, loss.Count);
        Compare.Near([Math.Log(2)], [loss.Mean]);
        Assert.Equal([0f, -0.5f, 0f], dX);

        loss = SigmoidCrossEntropy.ForwardBackward([float.NaN], [1], [0], dX.AsSpan(1, 1));
        Assert.True(double.IsNaN(loss.Mean));
        Assert.Equal(0, dX[1]);
    }

    [Fact]
    public void WrongTargetsAndLengthsAreNamed()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => SigmoidCrossEntropy.Forward([0, 0], [1, 1.5f]));
        Assert.StartsWith("SigmoidCrossEntropy: targets[1] is 1.5, expected 0 to 1.", e.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SigmoidCrossEntropy.Forward([0, 0], [1, float.NaN]));
        Assert.Throws<ArgumentException>(() => SigmoidCrossEntropy.Forward([0, 0], [1]));
        Assert.Throws<ArgumentException>(() => SigmoidCrossEntropy.Forward([0, 0], [1, 1], [1]));
        Assert.Throws<ArgumentException>(() => SigmoidCrossEntropy.ForwardBackward([0, 0], [1, 1], [], new float[3]));
    }
}
