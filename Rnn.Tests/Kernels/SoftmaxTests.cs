using System;
using System.Linq;
using CsCheck;
using Rnn.Core.Kernels.Vectors;
using Xunit;

namespace Rnn.Tests.Kernels;

public class SoftmaxTests
{
    private static double[] Oracle(ReadOnlySpan<float> x)
    {
        double[] y = new double[x.Length];
        double max = x[0], sum = 0;
        foreach (float value in x)
            max = Math.Max(max, value);

        for (int i = 0; i < y.Length; i++)
            sum += y[i] = Math.Exp(x[i] - max);

        return [.. y.Select(e => e / sum)];
    }

    private static void Check(int length, float size)
    {
        Guarded x = new(length, length % 5, i => (MathF.Sin(i * 1.3f) * size) + (100 * size)), y = new(length, 2);
        double[] expected = Oracle(x.Span);
        Softmax.Forward(x.Span, length, y.Span);
        for (int i = 0; i < length; i++)
            Assert.InRange(y.Span[i], (expected[i] * (1 - 1e-6)) - 1e-37, (expected[i] * (1 + 1e-6)) + 1e-37);

        int target = length / 3;
        Guarded d = new(length, 1);
        double loss = Softmax.CrossEntropyRow(x.Span, target, d.Span, 0.25f);
        Assert.Equal(-Math.Log(expected[target]), loss, 1e-6 * (1 + Math.Abs(loss)));
        for (int i = 0; i < length; i++)
            Assert.Equal(0.25 * (expected[i] - (i == target ? 1 : 0)), d.Span[i], 2e-7);

        Assert.Equal(loss, Softmax.CrossEntropyRow(x.Span, target, default, 0.25f));
        Assert.Equal(loss, Softmax.LogSumExp(x.Span) - x.Span[target], 1e-6 * (1 + Math.Abs(loss)));
        float[] copy = x.Span.ToArray();
        Guarded moved = new(length, 7, i => copy[i]);
        Assert.Equal(loss, Softmax.CrossEntropyRow(moved.Span, target, moved.Span, 0.25f));
        Bits.AssertEqual(d.Span, moved.Span);
        Guarded log = new(length, 3);
        Softmax.LogForward(x.Span, length, log.Span);
        for (int i = 0; i < length; i++)
        {
            double exact = Math.Log(expected[i]);
            Assert.True(expected[i] == 0 || Math.Abs(exact - log.Span[i]) <= 1e-6 * (1 + Math.Abs(exact)));
        }

        Softmax.Forward(x.Span, length, x.Span);
        Bits.AssertEqual(y.Span, x.Span);
        x.AssertUntouched();
        y.AssertUntouched();
        d.AssertUntouched();
        moved.AssertUntouched();
    }

    [Fact]
    public void EveryLength()
    {
        for (int length = 1; length <= 130; length++)
        {
            Check(length, 0.5f);
            Check(length, 30f);
        }

        foreach (int length in new[] { 1023, 1024, 1025, 1040, 4099, 30_000 })
            Check(length, 3f);
    }

    [Fact]
    public void RowsAreIndependent()
    {
        const int rows = 5, columns = 37;
        Guarded x = new(rows * columns, 1, i => MathF.Sin(i)), y = new(rows * columns, 3), one = new(columns, 2);
        Softmax.Forward(x.Span, columns, y.Span);
        for (int row = 0; row < rows; row++)
        {
            Softmax.Forward(x.Span.Slice(row * columns, columns), columns, one.Span);
            Bits.AssertEqual(one.Span, y.Span.Slice(row * columns, columns));
        }
    }

    [Fact]
    public void BackwardIsTheJacobian()
    {
        for (int columns = 1; columns <= 130; columns++)
        {
            int length = 2 * columns;
            Guarded y = new(length, 1, i => MathF.Sin(i)), dY = new(length, 2, i => MathF.Cos(i * 0.3f)),
                dX = new(length, 3);
            Softmax.Forward(y.Span, columns, y.Span);
            Softmax.Backward(y.Span, dY.Span, columns, dX.Span);
            for (int start = 0; start < length; start += columns)
            {
                double dot = 0;
                for (int j = start; j < start + columns; j++)
                    dot += (double)y.Span[j] * dY.Span[j];

                for (int j = start; j < start + columns; j++)
                    Assert.Equal(y.Span[j] * (dY.Span[j] - dot), dX.Span[j], 2e-7);
            }

            Softmax.Backward(y.Span, dY.Span, columns, dY.Span);
            Bits.AssertEqual(dX.Span, dY.Span);
            dX.AssertUntouched();
        }
    }

    [Fact]
    public void ExtremeLogits()
    {
        const float inf = float.PositiveInfinity;
        float[] d = new float[3];
        Assert.Equal(Math.Log(2), Softmax.CrossEntropyRow([-inf, 5f, 5f], 1, d, 1f), 1e-7);
        Assert.Equal([0f, -0.5f, 0.5f], d);
        Assert.Equal(double.PositiveInfinity, Softmax.CrossEntropyRow([-inf, 5f, 5f], 0, d, 1f));
        Assert.Equal([-1f, 0.5f, 0.5f], d);
        Assert.Equal(0, Softmax.CrossEntropyRow([3e38f, -3e38f, 0f], 0, d, 1f), 1e-12);
        Assert.Equal([0f, 0f, 0f], d);
        Assert.Equal(6e38, Softmax.CrossEntropyRow([3e38f, -3e38f, 0f], 1, d, 1f), 1e33);
        Assert.Equal([1f, -1f, 0f], d);
        Assert.True(double.IsNaN(Softmax.CrossEntropyRow([0f, float.NaN, 1f], 0, d, 1f)));
        Assert.All(d, value => Assert.True(float.IsNaN(value)));
        Assert.True(double.IsNaN(Softmax.CrossEntropyRow([-inf, -inf, -inf], 0, d, 1f)));
        Assert.True(double.IsNaN(Softmax.CrossEntropyRow([0f, inf, 1f], 0, d, 1f)));

        // A NaN in any lane shows.
        for (int at = 0; at < 67; at++)
        {
            float[] x = new float[67];
            x[at] = float.NaN;
            Assert.True(double.IsNaN(Softmax.LogSumExp(x)));
        }
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        Assert.Throws<ArgumentException>(() => Softmax.Forward(new float[5], 2, new float[5]));
        Assert.Throws<ArgumentException>(() => Softmax.Forward(new float[4], 2, new float[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Softmax.Forward(new float[4], 0, new float[4]));
        Assert.Throws<ArgumentException>(() => Softmax.Backward(new float[4], new float[2], 2, new float[4]));
        Assert.Throws<ArgumentException>(() => Softmax.CrossEntropyRow([], 0, [], 1));
        Assert.Throws<ArgumentException>(() => Softmax.CrossEntropyRow(new float[2], 0, new float[3], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Softmax.CrossEntropyRow(new float[2], 2, [], 1));
        Assert.Throws<ArgumentException>(() => Softmax.LogSumExp([]));
    }

    [Fact]
    public void CumulativeWeightsAreRunningSums() =>
        Gen.Select(Gen.Float[-900, 900].Array[0, 2100], Gen.Double[0.01, 50]).Sample((x, temperature) =>
        {
            float max = x.Length == 0 ? 0 : Reductions.Max(x);
            double[] sums = new double[x.Length];
            Softmax.CumulativeWeights(x, max, temperature, sums);
            double sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                sum += Math.Exp(((double)x[i] - max) / temperature);
                Assert.Equal(sum, sums[i], 1e-13 * (i + 1) * (1 + sum));
            }
        }, iter: 50);

    [Fact]
    public void CumulativeWeightsOfTheEndsOfTheRangeAreZeroOrOne()
    {
        double[] sums = new double[4];
        Softmax.CumulativeWeights([float.MinValue, float.MaxValue, -float.Epsilon, float.MaxValue], float.MaxValue, 0.01, sums);
        Assert.Equal([0, 1, 1, 2], sums);
        Assert.Throws<ArgumentException>(() => Softmax.CumulativeWeights([1f, 2f], 2, 1, new double[3]));
        foreach (double temperature in (double[])[0, -1, double.NaN])
            Assert.Throws<ArgumentOutOfRangeException>("temperature", () => Softmax.CumulativeWeights([1f], 1, temperature, new double[1]));
    }
}
