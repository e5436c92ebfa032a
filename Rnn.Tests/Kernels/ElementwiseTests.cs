using System;
using Rnn.Core.Kernels.Vectors;
using Xunit;

namespace Rnn.Tests.Kernels;

public class ElementwiseTests
{
    [Fact]
    public void EveryLengthAndOffset()
    {
        for (int length = 0; length <= 130; length++)
        {
            for (int offset = 0; offset < 3; offset++)
            {
                Guarded x = new(length, offset, Bits.Sample), y = new(length, 1, i => Bits.Sample(i + 8)),
                    d = new(length, 2);
                Elementwise.Add(x.Span, y.Span, d.Span);
                Check(x, y, d, (a, b) => a + b);
                Elementwise.Subtract(x.Span, y.Span, d.Span);
                Check(x, y, d, (a, b) => a - b);
                Elementwise.Multiply(x.Span, y.Span, d.Span);
                Check(x, y, d, (a, b) => a * b);
                Elementwise.Scale(x.Span, 0.3f, d.Span);
                Check(x, y, d, (a, _) => a * 0.3f);
                Elementwise.Clip(x.Span, -0.5f, 0.25f, d.Span);
                Check(x, y, d, (a, _) => float.IsNaN(a) ? a : MathF.Max(-0.5f, MathF.Min(0.25f, a)));
                Elementwise.Add(x.Span, y.Span, x.Span);
                x.AssertUntouched();
            }
        }

        static void Check(Guarded x, Guarded y, Guarded d, Func<float, float, float> oracle)
        {
            for (int i = 0; i < x.Span.Length; i++)
            {
                float expected = oracle(x.Span[i], y.Span[i]);
                Assert.True(Bits.Same(expected, d.Span[i]), $"Element {i}: expected {expected:R}, was {d.Span[i]:R}.");
            }

            d.AssertUntouched();
        }
    }

    [Fact]
    public void MultiplyAddAtEveryLength()
    {
        for (int length = 0; length <= 130; length++)
        {
            Guarded x = new(length, 1, i => MathF.Sin(i)), y = new(length, 2, i => MathF.Cos(i));
            Guarded byNumber = new(length, 3, i => i * 0.01f), byElement = new(length, 5, i => i * 0.01f);
            Elementwise.MultiplyAdd(x.Span, 0.7f, byNumber.Span);
            Elementwise.MultiplyAdd(x.Span, y.Span, byElement.Span);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal((i * 0.01f) + (0.7f * (double)x.Span[i]), byNumber.Span[i], 2e-7);
                Assert.Equal((i * 0.01f) + (y.Span[i] * (double)x.Span[i]), byElement.Span[i], 2e-7);
            }

            byNumber.AssertUntouched();
            byElement.AssertUntouched();
        }
    }

    [Fact]
    public void MultiplyAddDoesNotDependOnPosition()
    {
        float[] x = new float[133], whole = new float[133], pieces = new float[133];
        for (int i = 0; i < x.Length; i++)
            (x[i], whole[i], pieces[i]) = (MathF.Sin(i), MathF.Cos(i), MathF.Cos(i));

        Elementwise.MultiplyAdd(x, 0.7f, whole);
        for (int i = 0, n = 1; i < x.Length; i += n, n = Math.Min(n + 1, x.Length - i))
            Elementwise.MultiplyAdd(x.AsSpan(i, n), 0.7f, pieces.AsSpan(i, n));

        Bits.AssertEqual(whole, pieces);
    }

    [Fact]
    public void ArgumentsAreChecked()
    {
        Assert.Throws<ArgumentException>(() => Elementwise.Add(new float[2], new float[3], new float[2]));
        Assert.Throws<ArgumentException>(() => Elementwise.Multiply(new float[2], new float[2], new float[3]));
        Assert.Throws<ArgumentException>(() => Elementwise.Scale(new float[2], 1, new float[3]));
        Assert.Throws<ArgumentException>(() => Elementwise.MultiplyAdd(new float[2], 1, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise.Clip(new float[2], 1, -1, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise.Clip(new float[2], float.NaN, 1, new float[2]));
    }
}
