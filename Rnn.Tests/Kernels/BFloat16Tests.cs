using System;
using CsCheck;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Xunit;

namespace Rnn.Tests.Kernels;

/// <summary>Products with a matrix in bfloat16 are those with the rounded matrix, bit for bit (D108).</summary>
[Collection("Alone")]
public class BFloat16Tests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ProductsAreThoseOfTheRoundedMatrix(bool transposed)
    {
        foreach (int m in (int[])[1, 2, 3, 5, 14, 15, 130])
        {
            foreach (int n in (int[])[1, 7, 8, 31, 32, 33, 128, 130, 260])
            {
                foreach (int k in (int[])[1, 2, 17, 511, 512, 513, 1030])
                    Check(m, n, k, transposed, add: (m + n + k) % 2 == 0);
            }
        }
    }

    [Fact]
    public void RandomShapesToo() => Gen.Select(Gen.Int[1, 40], Gen.Int[1, 300], Gen.Int[1, 700], Gen.Bool, Gen.Bool).Sample(
        (m, n, k, transposed, add) => Check(m, n, k, transposed, add), iter: 60);

    [Theory]
    [InlineData(0x3F800000u, 0x3F800000u)]   // 1
    [InlineData(0x3F808000u, 0x3F800000u)]   // half a unit above an even one: to the even one
    [InlineData(0x3F818000u, 0x3F820000u)]   // above an odd one: up
    [InlineData(0x3F808001u, 0x3F810000u)]   // more than half
    [InlineData(0x3F80FFFFu, 0x3F810000u)]
    [InlineData(0xBF808001u, 0xBF810000u)]
    [InlineData(0x80000000u, 0x80000000u)]   // -0
    [InlineData(0x00000001u, 0x00000000u)]   // the smallest subnormal
    [InlineData(0x00018000u, 0x00020000u)]
    [InlineData(0x7F7FFFFFu, 0x7F800000u)]   // the largest float becomes infinite
    [InlineData(0x7F800000u, 0x7F800000u)]
    [InlineData(0xFF800000u, 0xFF800000u)]
    [InlineData(0x7F800001u, 0x7FC00000u)]   // a NaN whose upper bits alone would be infinity
    [InlineData(0x7FFFFFFFu, 0x7FFF0000u)]
    public void RoundsToTheNearest(uint bits, uint expected)
    {
        float value = BitConverter.UInt32BitsToSingle(bits);
        foreach (float rounded in Narrowed([value, value, value, value, value, value, value, value]))
            Assert.Equal(expected, BitConverter.SingleToUInt32Bits(rounded));
    }

    [Fact]
    public void RoundsAsArithmeticDoes() => Gen.OneOf(Gen.Float[-1e30f, 1e30f], Gen.Float[-2e-38f, 2e-38f]).Array[8].Sample(
        values => Assert.Equal(Rounded(values), Narrowed(values)));

    [Fact]
    public void BitsDontDependOnThreads()
    {
        const int n = 4000, k = 600;
        PackedMatrix packed = new(k, n, WeightPrecision.BFloat16);
        packed.Pack(Values(k * n, 1), n);
        foreach (int m in (int[])[1, 3, 40])
        {
            float[] a = Values(m * k, 2), alone = new float[m * n], shared = new float[m * n];
            int before = Workers.Count;
            try
            {
                Workers.Count = 1;
                Gemm.Multiply(m, a, k, packed, alone, n);
                Workers.Count = 3;
                Gemm.Multiply(m, a, k, packed, shared, n);
            }
            finally
            {
                Workers.Count = before;
            }

            Assert.Equal(alone, shared);
        }
    }

    private static void Check(int m, int n, int k, bool transposed, bool add)
    {
        float[] a = Values(m * k, 3), b = Values(k * n, 4), c = Values(m * n, 5), expected = (float[])c.Clone();
        PackedMatrix packed = new(k, n, WeightPrecision.BFloat16), rounded = new(k, n);
        if (transposed)
        {
            packed.PackTransposed(b, k);
            rounded.PackTransposed(Rounded(b), k);
        }
        else
        {
            packed.Pack(b, n);
            rounded.Pack(Rounded(b), n);
        }

        Gemm.Multiply(m, a, k, rounded, expected, n, add);
        Gemm.Multiply(m, a, k, packed, c, n, add);
        Assert.Equal(expected, c);
    }

    // To a whole number of units, of which there are 128 between a power of two and the next.
    private static float[] Rounded(float[] values) => Array.ConvertAll(values, value =>
    {
        double unit = Math.ScaleB(1, Math.Max(value == 0 ? -126 : MathF.ILogB(value), -126) - 7);
        return (float)(Math.Round(value / unit, MidpointRounding.ToEven) * unit);
    });

    // There and back, as the kernels do it: one row of eight.
    private static unsafe float[] Narrowed(float[] values)
    {
        float[] words = new float[4], back = new float[8];
        fixed (float* from = values, to = words, wide = back)
        {
            BFloat16Pairs.Narrow(from, 1, 8, to);
            BFloat16Pairs.Widen(to, 1, 8, wide);
        }

        return back;
    }

    private static float[] Values(int count, ulong seed)
    {
        Philox random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = random.NextSingle() - 0.5f;

        return values;
    }
}
