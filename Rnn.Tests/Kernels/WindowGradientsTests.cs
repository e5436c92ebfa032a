using System;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

public unsafe class WindowGradientsTests
{
    private const float Rate = 0.025f;

    [Fact]
    public void EveryLengthAgreesWithDoubles()
    {
        foreach (float limit in new[] { 1f, 10f, 100f, 1e4f })
        {
            for (int count = 1; count <= 130; count++)
            {
                Check(count, 1 + (count % 4), limit);
                Check(count, 1, limit);
            }
        }

        Check(20_000, 2, 8f);   // mantissas are folded many times
        Check(20_000, 2, 1e4f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(79.9f)]
    [InlineData(80.1f)]
    [InlineData(-80.1f)]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    [InlineData(1e30f)]
    [InlineData(-1e30f)]
    public void OneDotProduct(float dot)
    {
        foreach (float y in new[] { 1f, -1f })
        {
            float[] factor = new float[1];
            double loss = Run<Simd128>([dot], [y], factor), z = -y * (double)dot;
            Assert.Equal(Loss(z), loss, (1e-6 * Loss(z)) + 1.2e-7);
            Assert.Equal(Rate * y / (1 + Math.Exp(-z)), factor[0], 1e-6 * Rate / (1 + Math.Exp(-z)) + 1e-34);
        }
    }

    [Fact]
    public void WithoutALossTheFactorsAreTheSame()
    {
        float[] dots = TestNumbers.Uniform(77, 2, 1, 20f), y = Signs(77), with = new float[77], without = new float[77];
        Run<Simd128>(dots, y, with);
        fixed (float* p = dots, py = y, g = without)
        {
            float* parts = p;
            Assert.Equal(0, WindowGradients.Run<Simd128>(&parts, 1, py, 77, Rate, null, g, withLoss: false));
        }

        Bits.AssertEqual(with, without);
    }

    [Fact]
    public void AllOfZeroWeightIsNothing()
    {
        float[] factors = new float[50];
        Assert.Equal(0, Run<Simd128>(TestNumbers.Uniform(50, 2, 1, 1e4f), new float[50], factors));
        Assert.Equal(-1, factors.AsSpan().IndexOfAnyExcept(0f));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.PositiveInfinity)]
    public void WhatIsNotANumberShowsInTheLoss(float bad)
    {
        for (int place = 0; place < 21; place++)
        {
            float[] dots = TestNumbers.Uniform(21, 2, 1), y = new float[21], factors = new float[21];
            Array.Fill(y, 1f);
            dots[place] = bad;
            Assert.False(double.IsFinite(Run<Simd128>(dots, y, factors)));
            for (int i = 0; i < 21; i++)
                Assert.Equal(i == place && float.IsNaN(bad), float.IsNaN(factors[i]));
        }
    }

    private static void Check(int count, int shards, float limit)
    {
        CheckAt<Simd128>(count, shards, limit);
        if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
            CheckAt<Simd256>(count, shards, limit);

        if (SimdWidth.Is512)
            CheckAt<Simd512>(count, shards, limit);
    }

    private static void CheckAt<TSimd>(int count, int shards, float limit)
        where TSimd : struct, ISimd<TSimd>
    {
        float[] parts = TestNumbers.Uniform(count * shards, 5, (ulong)count, limit / shards), y = Signs(count);
        float[]? shares = count % 3 == 0 ? null : TestNumbers.Uniform(count, 5, 9);   // the loss has no part in them
        Guarded factors = new(count, 3);
        double loss;
        fixed (float* p = parts, py = y, g = factors.Span, ps = shares)
        {
            float** addresses = stackalloc float*[shards];
            for (int s = 0; s < shards; s++)
                addresses[s] = p + (s * count);

            loss = WindowGradients.Run<TSimd>(addresses, shards, py, count, Rate, ps, g, withLoss: true);
        }

        factors.AssertUntouched();
        double expected = 0;
        for (int i = 0; i < count; i++)
        {
            float dot = parts[i];
            for (int s = 1; s < shards; s++)
                dot += parts[(s * count) + i];

            double z = -y[i] * (double)dot, factor = Rate * y[i] / (1 + Math.Exp(-z)) * (shares?[i] ?? 1);
            expected += y[i] == 0 ? 0 : Loss(z);
            if (!(Math.Abs(factors.Span[i] - factor) <= (1e-6 * Math.Abs(factor)) + 1e-34))
                Assert.Fail($"Factor {i} of {count} at {dot:R} is {factors.Span[i]:R}, expected {factor:R}.");
        }

        // 1 + e^z is rounded to a float: 6e-8 of a loss near 0.
        Assert.Equal(expected, loss, (1e-6 * expected) + (6e-8 * count));
    }

    private static double Run<TSimd>(float[] dots, float[] y, float[] factors)
        where TSimd : struct, ISimd<TSimd>
    {
        fixed (float* p = dots, py = y, g = factors)
        {
            float* parts = p;
            return WindowGradients.Run<TSimd>(&parts, 1, py, dots.Length, Rate, null, g, withLoss: true);
        }
    }

    private static double Loss(double z) => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));

    private static float[] Signs(int count)
    {
        float[] y = new float[count];
        for (int i = 0; i < count; i++)
            y[i] = (i % 4) switch { 0 => 1, 3 => 0, _ => -1 };

        return y;
    }
}
