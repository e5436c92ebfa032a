using System;
using CsCheck;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Xunit;

namespace Rnn.Tests.Optimizers;

public class GradientClippingTests
{
    // p = torch.nn.Parameter(torch.zeros(3)); p.grad = torch.tensor([3., 4., 12.])
    // torch.nn.utils.clip_grad_norm_([p], 6.5) is 13; p.grad is 6.5/13.000001 of what it was
    [Fact]
    public void TheNormCountsDenseAndTouchedRowsAndIsReturned()
    {
        (GradientBuffer g, ParameterSlot w, ParameterSlot e) = Make(2);
        g[w][0, 0] = 3;
        g[w][0, 1] = 4;
        g.Rows(e).Touch(5)[1] = 12;
        Assert.Equal(13, GradientClipping.ByGlobalNorm(g, 13));   // not more than the limit: untouched
        Assert.Equal(12, g.Rows(e).Values[0, 1]);
        Assert.Equal(13, GradientClipping.ByGlobalNorm(g, 6.5));
        float factor = (float)(6.5 / 13.000001);
        Assert.Equal(3 * factor, g[w][0, 0]);
        Assert.Equal(4 * factor, g[w][0, 1]);
        Assert.Equal(12 * factor, g.Rows(e).Values[0, 1]);
    }

    [Fact]
    public void FrozenSlotsCountInNoNorm()
    {
        ParameterLayout layout = new();
        ParameterSlot w = layout.Add("w", 1, 2, SlotOrientation.AsStored);
        ParameterSlot frozen = layout.Add("frozen", 1, 2, SlotOrientation.AsStored, trainable: false);
        ParameterSlot e = layout.Add("frozen.e", 3, 2, SlotOrientation.AsStored, SlotStorage.ByRow, trainable: false);
        GradientBuffer g = new(layout);
        g[w][0, 0] = 3;
        g[w][0, 1] = 4;
        g[frozen].Span.Fill(100);
        g.Rows(e).Touch(1).Fill(100);
        Assert.Equal(5, g.Norm());
        Assert.Equal(5, GradientClipping.ByGlobalNorm(g, 5));
        Assert.Equal([3f, 4f], g[w].Span.ToArray());   // at the limit: untouched
        g[frozen].Span.Fill(float.NaN);
        g.Rows(e).Touch(1).Fill(float.NaN);
        Assert.Equal(5, g.Norm());
        Assert.True(g.IsFinite());
        Assert.Null(g.FirstNotFinite());
    }

    [Fact]
    public void ByValueLimitsEveryElement()
    {
        (GradientBuffer g, ParameterSlot w, ParameterSlot e) = Make(2);
        g[w][0, 0] = 3;
        g[w][0, 1] = -4;
        g.Rows(e).Touch(5)[1] = 12;
        Assert.Equal(13, GradientClipping.ByValue(g, 3.5f));
        Assert.Equal([3f, -3.5f], g[w].Span.ToArray());
        Assert.Equal([0f, 3.5f], g.Rows(e).Values.Span.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void ANormThatIsNotFiniteIsReturnedAndNothingIsTouched(float bad)
    {
        (GradientBuffer g, ParameterSlot w, ParameterSlot _) = Make(3);
        g[w][0, 0] = 30;
        g[w][0, 1] = bad;
        Assert.False(double.IsFinite(GradientClipping.ByGlobalNorm(g, 1)));
        Assert.False(double.IsFinite(GradientClipping.ByValue(g, 1)));
        Assert.Equal([30, bad, 0], g[w].Span.ToArray());
    }

    [Fact]
    public void ClippingTwiceIsClippingOnce()
    {
        Gen.Select(Gen.Float[-100, 100].Array[1, 60], Gen.Double[0.01, 50]).Sample((values, limit) =>
        {
            (GradientBuffer g, ParameterSlot w, ParameterSlot _) = Make(values.Length);
            values.CopyTo(g[w].Span);
            GradientClipping.ByGlobalNorm(g, limit);
            float[] once = g[w].Span.ToArray();
            double norm = GradientClipping.ByGlobalNorm(g, limit);
            Assert.True(norm <= limit * (1 + 1e-6));

            // Rounding may leave the norm a hair above the limit; then PyTorch's 1e-6 takes its share once more.
            double tolerance = 2e-7 + (1e-6 / limit);
            for (int i = 0; i < once.Length; i++)
                Assert.True(Math.Abs(g[w].Span[i] - once[i]) <= (tolerance * Math.Abs(once[i])) + float.Epsilon);

            values.CopyTo(g[w].Span);
            GradientClipping.ByValue(g, (float)limit);
            once = g[w].Span.ToArray();
            GradientClipping.ByValue(g, (float)limit);
            Assert.Equal(once, g[w].Span.ToArray());
        });
    }

    [Fact]
    public void SharedPassesGiveTheBitsOfTheSerialOnes()
    {
        foreach (int length in new[] { 0, 1, 4095, 4096, 4097, 32768, 65536, 70001, 5_000_000 })
        {
            float[] x = new float[length], y = new float[length], z = new float[length];
            for (int i = 0; i < length; i++)
                x[i] = (i % 1013 * 0.37f) - 180;

            Assert.Equal(Reductions.SumOfSquares(x), SharedPasses.SumOfSquares(x));

            Elementwise.Scale(x, 0.3f, y);
            x.CopyTo(z, 0);
            SharedPasses.Scale(z, 0.3f);
            Assert.True(y.AsSpan().SequenceEqual(z));

            Elementwise.Add(y, x, y);
            SharedPasses.Add(x, z);
            Assert.True(y.AsSpan().SequenceEqual(z));

            Elementwise.Clip(y, -50, 50, y);
            SharedPasses.Clip(z, 50);
            Assert.True(y.AsSpan().SequenceEqual(z));
        }
    }

    [Fact]
    public void LimitsMustBePositive()
    {
        (GradientBuffer g, ParameterSlot _, ParameterSlot _) = Make(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByGlobalNorm(g, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByGlobalNorm(g, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByValue(g, -1));
    }

    private static (GradientBuffer G, ParameterSlot W, ParameterSlot E) Make(int length)
    {
        ParameterLayout layout = new();
        ParameterSlot w = layout.Add("w", 1, length, SlotOrientation.AsStored);
        ParameterSlot e = layout.Add("e", 9, 2, SlotOrientation.AsStored, SlotStorage.ByRow);
        return (new GradientBuffer(layout), w, e);
    }
}
