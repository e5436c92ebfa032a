using System;
using System.Linq;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Rnn.Core.Kernels.Vectors;
using Xunit;

namespace Rnn.Tests.Kernels;

public unsafe class UnderflowTests
{
    private const float Least = Underflow.LeastGradient;

    [Fact]
    public void LimitsArePowersOfTwo()
    {
        Assert.Equal(Underflow.LeastGradient, MathF.ScaleB(1, -100));
        Assert.Equal(Underflow.LeastState, MathF.ScaleB(1, -126));
        Assert.True(float.IsNormal(Underflow.LeastState));
        Assert.True(float.IsSubnormal(MathF.BitDecrement(Underflow.LeastState)));
    }

    [Fact]
    public void OnlyWhatIsBelowTheLimitBecomesZero()
    {
        Check<Simd128>();
        if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
            Check<Simd256>();

        if (SimdWidth.Is512)
            Check<Simd512>();
    }

    private static void Check<TSimd>()
        where TSimd : struct, ISimd<TSimd>
    {
        float below = MathF.BitDecrement(Least);
        float[] given =
        [
            0, -0f, Least, -Least, below, -below, float.Epsilon, -float.Epsilon, 1, -1, float.NaN,
            float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 1e-20f,
        ];
        float[] expected = [.. given.Select(x => MathF.Abs(x) < Least ? 0 : x)];
        for (int length = 1; length <= given.Length; length++)
        {
            float[] stored = new float[given.Length];
            fixed (float* from = given, to = stored)
            {
                for (int j = 0; j < length; j += TSimd.Count)
                    Underflow.StoreGradient(Part.Load<TSimd>(from + j, length - j), to + j, length - j);
            }

            Assert.Equal(expected[..length].Select(BitConverter.SingleToInt32Bits),
                stored[..length].Select(BitConverter.SingleToInt32Bits));
            Assert.All(stored[length..], x => Assert.Equal(0, x));
        }
    }
}
