using System;
using Rnn.Core.Kernels.Vectors;
using Xunit;

namespace Rnn.Tests.Kernels;

public class ActivationsTests
{
    private delegate void Kernel(ReadOnlySpan<float> x, Span<float> destination);

    private delegate void BackwardKernel(ReadOnlySpan<float> y, ReadOnlySpan<float> dY, Span<float> dX);

    private static Kernel Named(string name) => name switch
    {
        "Exp" => Activations.Exp,
        "Sigmoid" => Activations.Sigmoid,
        "Tanh" => Activations.Tanh,
        _ => Activations.Relu,
    };

    private static double Oracle(string name, double x) => name switch
    {
        "Exp" => Math.Exp(x),
        "Sigmoid" => 1 / (1 + Math.Exp(-x)),
        "Tanh" => Math.Tanh(x),
        _ => x < 0 ? 0 : x,
    };

    // Every exponent and sign: 2^21 bit patterns, evenly spaced, NaN and denormals too; then densely where it matters.
    [Theory]
    [InlineData("Exp", 1.1e-7)]
    [InlineData("Sigmoid", 1.7e-7)]
    [InlineData("Tanh", 3.6e-7)]
    [InlineData("Relu", 0)]
    public void RelativeErrorIsSmallEverywhere(string name, double tolerance)
    {
        const int patterns = 1 << 21, dense = 1 << 20;
        float[] x = new float[patterns + dense];
        for (int i = 0; i < patterns; i++)
            x[i] = BitConverter.UInt32BitsToSingle(((uint)i << 11) | ((uint)(i * 7919) & 0x7FF));

        for (int i = 0; i < dense; i++)
            x[patterns + i] = (i - (dense / 2)) * (200f / dense);

        float[] y = new float[x.Length];
        Named(name)(x, y);
        double worst = 0;
        float at = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double expected = Oracle(name, x[i]);
            if (double.IsNaN(expected))
            {
                Assert.True(float.IsNaN(y[i]), $"{name}(NaN) is {y[i]}.");
                continue;
            }

            // Below 1.7e-38 exp is cut to 0, and sigmoid where its exp overflows; tanh and relu are right all the way.
            bool cut = expected < 1.7e-38 && (name is "Exp" or "Sigmoid");
            if ((float)expected == y[i] || (cut && y[i] >= 0 && y[i] < 1.7e-38f))
                continue;

            double error = Math.Abs(y[i] - expected) / Math.Abs(expected);
            if (!(error <= worst))
                (worst, at) = (error, x[i]);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {worst:E2} at {at:R}");
        Assert.True(worst <= tolerance, $"{name}({at:R}): relative error {worst:E2}, allowed {tolerance:E2}.");
    }

    [Fact]
    public void Limits()
    {
        const float inf = float.PositiveInfinity;
        Check("Exp", (0f, 1f), (-0f, 1f), (inf, inf), (-inf, 0f), (89f, inf), (-104f, 0f), (1e30f, inf), (-1e30f, 0f));
        Check("Sigmoid", (0f, 0.5f), (inf, 1f), (-inf, 0f), (100f, 1f), (-100f, 0f), (1e30f, 1f), (-1e30f, 0f));
        Check("Tanh", (0f, 0f), (-0f, -0f), (inf, 1f), (-inf, -1f), (10f, 1f), (-10f, -1f), (1e38f, 1f), (-1e38f, -1f),
            (float.Epsilon, float.Epsilon), (-1e-39f, -1e-39f), (1e-4f, 1e-4f));
        Check("Relu", (0f, 0f), (inf, inf), (-inf, 0f), (2f, 2f), (-2f, 0f), (float.Epsilon, float.Epsilon));

        static void Check(string name, params (float X, float Y)[] pairs)
        {
            float[] y = new float[1];
            foreach ((float x, float expected) in pairs)
            {
                Named(name)([x], y);
                Assert.True(Bits.Same(expected, y[0]), $"{name}({x:R}): expected {expected:R}, was {y[0]:R}.");
            }
        }
    }

    [Fact]
    public void TanhNeverLeavesTheUnitIntervalAndIsOdd()
    {
        float[] x = new float[1 << 20], y = new float[1 << 20], opposite = new float[1 << 20];
        for (int i = 0; i < x.Length; i++)
            x[i] = 4 + (i * (8f / x.Length));

        Activations.Tanh(x, y);
        Assert.Equal(1f, Reductions.Max(y));
        Elementwise.Scale(x, -1, x);
        Activations.Tanh(x, opposite);
        Elementwise.Scale(opposite, -1, opposite);
        Bits.AssertEqual(y, opposite);
    }

    [Theory]
    [InlineData("Exp")]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("Relu")]
    public void BitsDependOnTheElementAlone(string name)
    {
        float[] all = new float[140], expected = new float[140], one = new float[1];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = Bits.Sample(i);
            Named(name)(all.AsSpan(i, 1), one);
            expected[i] = one[0];
        }

        for (int length = 0; length <= 130; length++)
        {
            for (int offset = 0; offset < 5; offset++)
            {
                Guarded x = new(length, offset, i => all[i + offset]), y = new(length, 3 - (offset / 2));
                Named(name)(x.Span, y.Span);
                Bits.AssertEqual(expected.AsSpan(offset, length), y.Span);
                Named(name)(x.Span, x.Span);
                Bits.AssertEqual(expected.AsSpan(offset, length), x.Span);
                x.AssertUntouched();
                y.AssertUntouched();
            }
        }
    }

    [Theory]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("Relu")]
    public void Backward(string name)
    {
        (BackwardKernel kernel, Func<double, double> slope) = name switch
        {
            "Sigmoid" => ((BackwardKernel)Activations.SigmoidBackward, (Func<double, double>)(y => y * (1 - y))),
            "Tanh" => (Activations.TanhBackward, y => 1 - (y * y)),
            _ => (Activations.ReluBackward, y => y > 0 ? 1 : 0),
        };

        for (int length = 0; length <= 130; length++)
        {
            Guarded y = new(length, length % 3, i => MathF.Sin(i * 0.7f)), dY = new(length, 1, i => MathF.Cos(i)),
                dX = new(length, 2);
            kernel(y.Span, dY.Span, dX.Span);
            for (int i = 0; i < length; i++)
                Assert.Equal(dY.Span[i] * slope(y.Span[i]), dX.Span[i], 1e-6);

            kernel(y.Span, dY.Span, dY.Span);
            Bits.AssertEqual(dX.Span, dY.Span);
            dX.AssertUntouched();
            dY.AssertUntouched();
        }
    }

    [Fact]
    public void LengthsAreChecked() =>
        Assert.Equal("Tanh: destination has 3 elements, expected 2. (Parameter 'destination')",
            Assert.Throws<ArgumentException>(() => Activations.Tanh(new float[2], new float[3])).Message);
}
