using System;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Transformer;
using Xunit;

namespace Rnn.Tests.Kernels;

/// <summary>The passes of a Transformer at every width from 1 to 130, with guard values around every buffer.</summary>
public class TransformerKernelTests
{
    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 130)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void SoftmaxReadsWhatIsSeenAndNoMore(int columns)
    {
        const int queries = 3, heads = 2;
        int[] lengths = [columns, (columns / 2) + 1];
        Guarded scores = new(2 * heads * queries * columns, columns % 5, i => i % 7 == 3 ? 3 : MathF.Sin(i) * 4);
        float[] before = scores.Span.ToArray();
        for (int i = 0; i < before.Length; i++)
        {
            if (i % columns >= lengths[i / (heads * queries * columns)])
                scores.Span[i] = float.NaN;
        }

        AttentionShape shape = new(2, heads, queries, columns, isCausal: false);
        AttentionWeightsKernel.Forward(scores.Span, shape, lengths, 0.7f, default, default);
        scores.AssertUntouched();
        for (int row = 0; row < 2 * heads * queries; row++)
        {
            int n = lengths[row / (heads * queries)];
            double[] e = [.. Enumerable.Range(0, n).Select(j => Math.Exp(0.7f * (double)before[(row * columns) + j]))];
            for (int j = 0; j < columns; j++)
                Assert.Equal(j < n ? e[j] / e.Sum() : 0, scores.Span[(row * columns) + j], 2e-7);
        }
    }

    [Fact]
    public void LargeScoresDontOverflow()
    {
        float[] scores = [1000, 999, -1000, float.NaN];
        AttentionWeightsKernel.Forward(scores, new AttentionShape(1, 1, 1, 4, isCausal: false), [3], 1, default, default);
        Assert.Equal(1 / (1 + Math.Exp(-1)), scores[0], 1e-6);
        Assert.Equal(1 / (1 + Math.E), scores[1], 1e-6);
        Assert.Equal(0, scores[2]);
        Assert.Equal(0, scores[3]);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void SumsAndNormsOfRows(int columns)
    {
        const int rows = 3;
        DropoutDraw draw = new(1, 2, 1u << 30, 4f / 3);
        Guarded a = new(rows * columns, 1, i => MathF.Sin(i)), residual = new(rows * columns, 2, i => MathF.Cos(3 * i));
        Guarded bias = new(columns, 3, i => i % 4), gain = new(columns, 0, i => 1 + (i % 3)), shift = new(columns, 5, i => i);
        Guarded y = new(rows * columns, 6), sum = new(rows * columns, 1), scales = new(rows, 2);
        double[] u = new double[rows * columns];
        float[] dropped = new float[u.Length];
        for (int i = 0; i < u.Length; i++)
            dropped[i] = a.Span[i] + bias.Span[i % columns];

        draw.Apply(dropped, dropped, 0);
        for (int i = 0; i < u.Length; i++)
            u[i] = (double)residual.Span[i] + dropped[i];

        ResidualNormKernel.Forward(new()
        {
            Columns = columns,
            HasBranch = true,
            A = a.Span,
            Bias = bias.Span,
            Residual = residual.Span,
            Gain = gain.Span,
            Shift = shift.Span,
            Sum = sum.Span,
            Y = y.Span,
            Scales = scales.Span,
            Dropout = draw,
        });
        foreach (Guarded buffer in (Guarded[])[a, residual, bias, gain, shift, y, sum, scales])
            buffer.AssertUntouched();

        for (int row = 0; row < rows; row++)
        {
            double[] x = u[(row * columns)..((row + 1) * columns)];
            double mean = x.Average(), scale = 1 / Math.Sqrt(x.Select(v => (v - mean) * (v - mean)).Average() + 1e-5);
            Assert.Equal(scale, scales.Span[row], 1e-4 * scale);
            for (int j = 0; j < columns; j++)
            {
                int i = (row * columns) + j;
                double error = 1e-6 * scale * (1 + Math.Abs(mean));
                Assert.Equal(x[j], sum.Span[i], 1e-5);
                Assert.Equal((x[j] - mean) * scale, a.Span[i], error + 1e-5);
                Assert.Equal((gain.Span[j] * (x[j] - mean) * scale) + shift.Span[j], y.Span[i], (4 * error) + 4e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void UnitsOfFeedForwardBlocks(int columns)
    {
        const int rows = 3;
        foreach (bool gelu in (bool[])[false, true])
        {
            Guarded z = new(rows * columns, 1, i => MathF.Sin(i) * 3), bias = new(columns, 2, i => MathF.Cos(i));
            Guarded h = new(rows * columns, 3), d = new(rows * columns, 4, i => MathF.Cos(7 * i));
            float[] x = z.Span.ToArray(), dH = d.Span.ToArray();
            FeedForwardKernel.Forward(z.Span, bias.Span, gelu ? h.Span : z.Span, gelu, default);
            FeedForwardKernel.Backward(z.Span, gelu ? h.Span : z.Span, d.Span, columns, gelu, default);
            foreach (Guarded buffer in (Guarded[])[z, bias, h, d])
                buffer.AssertUntouched();

            for (int i = 0; i < x.Length; i++)
            {
                double sum = x[i] + bias.Span[i % columns];
                double value = gelu ? sum * Phi(sum) : Math.Max(0, sum);
                double slope = gelu ? Phi(sum) + (sum * Math.Exp(-sum * sum / 2) / Math.Sqrt(2 * Math.PI)) : sum > 0 ? 1 : 0;
                Assert.Equal(value, (gelu ? h : z).Span[i], 2e-6);
                Assert.Equal(slope * dH[i], d.Span[i], 2e-6);
            }
        }
    }

    [Fact]
    public void GeluIsExactFarOutToo()
    {
        for (float x = -9; x <= 9; x += 0.01f)
        {
            float[] z = [x], h = [0];
            FeedForwardKernel.Forward(z, [0f], h, gelu: true, default);
            Assert.Equal(1, x > -4 ? 1 + (h[0] - (x * Phi(x))) : 1, 1e-6);
            if (x < 0)
                Assert.Equal(1, h[0] / (x * LowerTail(-x)), 2e-5);
        }

        float[] ends = [float.NegativeInfinity, float.PositiveInfinity, float.NaN, 0], result = new float[4];
        FeedForwardKernel.Forward(ends, new float[4], result, gelu: true, default);
        Assert.Equal(float.PositiveInfinity, result[1]);
        Assert.True(float.IsNaN(result[2]));
        Assert.Equal(0, result[3]);
    }

    [Fact]
    public void PaddingIsCleaned()
    {
        float[] x = [1, 2, 3, 4, float.NaN, 5, float.NaN, 6, float.NaN, float.NaN, float.NaN, 7], y = new float[12];
        PaddedRows.Clean(x, batch: 2, features: 2, [1, 3], y);   // [3, 2, 2]: row 0 ends after its first step
        Assert.Equal([1, 2, 3, 4, 0, 0, float.NaN, 6, 0, 0, float.NaN, 7], y);
        PaddedRows.Clean(x, 2, 2, [], y);
        Assert.Equal(x, y);
    }

    /// <summary>By the power series, which is exact where the tail is not small.</summary>
    private static double Phi(double x)
    {
        double term = x, sum = 0;
        for (int n = 3; Math.Abs(term) > 1e-18; n += 2)
        {
            sum += term;
            term *= x * x / n;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>1 - Phi(x) for x > 0, by integrating the density from x on.</summary>
    private static double LowerTail(double x)
    {
        const int steps = 4000;
        double sum = 0, width = 12.0 / steps;
        for (int i = 0; i <= steps; i++)
        {
            double at = x + (i * width), weight = i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Exp(((x * x) - (at * at)) / 2);
        }

        return sum * width / 3 * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }
}
