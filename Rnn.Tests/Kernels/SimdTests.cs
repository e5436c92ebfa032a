using System;
using System.Linq;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Rnn.Core.Kernels.Vectors;
using Xunit;

namespace Rnn.Tests.Kernels;

public unsafe class SimdTests
{
    [Fact]
    public void TheWidthIsTheOneForced()
    {
        // .NET ignores misspelt switches silently, so each one that is set must show.
        if (Off("DOTNET_EnableHWIntrinsic"))
            Assert.Equal("128-bit in software, no FMA", SimdInfo.Description);
        else if (Off("DOTNET_EnableAVX2"))
            Assert.Equal("128-bit SSE2, no FMA", SimdInfo.Description);
        else if (Off("DOTNET_EnableAVX512"))
            Assert.NotEqual(512, SimdInfo.Bits);

        if (int.TryParse(Environment.GetEnvironmentVariable("RNN_EXPECTED_SIMD"), out int expected))
            Assert.Equal(expected, SimdInfo.Bits);

        Assert.Equal(SimdInfo.Bits, SimdWidth.Floats * 32);
        Assert.StartsWith($"{SimdInfo.Bits}-bit", SimdInfo.Description, StringComparison.Ordinal);
        static bool Off(string name) => Environment.GetEnvironmentVariable(name) == "0";
    }

    [Fact]
    public void EveryMember()
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
        int count = TSimd.Count;
        float[] x = [.. Enumerable.Range(0, count).Select(i => (i * 0.75f) - 2)];
        float[] y = [.. Enumerable.Range(0, count).Select(i => 3 - (i * 0.5f))];
        fixed (float* px = x, py = y)
        {
            TSimd a = TSimd.Load(px), b = TSimd.Load(py);
            Lanes(a + b, i => x[i] + y[i]);
            Lanes(a - b, i => x[i] - y[i]);
            Lanes(a * b, i => x[i] * y[i]);
            Lanes(a / (b + TSimd.Create(0.25f)), i => x[i] / (y[i] + 0.25f));
            Lanes(-a, i => -x[i]);
            Lanes(TSimd.MultiplyAdd(a, b, b), i => (x[i] * y[i]) + y[i]);
            Lanes(TSimd.Min(a, b), i => MathF.Min(x[i], y[i]));
            Lanes(TSimd.Max(a, b), i => MathF.Max(x[i], y[i]));
            Lanes(TSimd.Abs(a), i => MathF.Abs(x[i]));
            Lanes(TSimd.Sqrt(TSimd.Abs(a)), i => MathF.Sqrt(MathF.Abs(x[i])));
            Lanes(TSimd.Select(TSimd.LessThan(a, b), a, b), i => x[i] < y[i] ? x[i] : y[i]);
            Lanes(TSimd.Select(TSimd.Equal(a, TSimd.Create(-2f)), b, a), i => x[i] == -2f ? y[i] : x[i]);
            Lanes(TSimd.LowBitsToExponent(TSimd.Create(12582912f + 130f)), _ => 8f);
            Lanes(TSimd.Min(TSimd.Zero, TSimd.Create(float.NaN)), _ => float.NaN);
            Lanes(TSimd.Max(TSimd.Zero, TSimd.Create(float.NaN)), _ => float.NaN);
            Assert.Equal(x.Sum(), a.Sum());
            Vector128<float> sums = TSimd.Sums(a, b, a - b, TSimd.Create(0.5f));
            Assert.Equal(Vector128.Create(x.Sum(), y.Sum(), x.Sum() - y.Sum(), 0.5f * count), sums);
            foreach (float positive in new[] { 1f, 1.5f, 1.9999999f, 2f, 1e-30f, 1.1754944e-38f, 3.4e38f })
            {
                float exponent = MathF.ILogB(positive);
                TSimd scaled = TSimd.Create(positive);
                Lanes(TSimd.Exponent(scaled), _ => exponent);
                Lanes(TSimd.Mantissa(scaled), _ => (float)(positive / Math.Pow(2, exponent)));
            }

            TSimd powers = TSimd.MultiplyAdd(a, a, TSimd.Create(0.125f));
            Lanes(TSimd.Exponent(powers), i => MathF.ILogB((x[i] * x[i]) + 0.125f));
            SumsKeepTheirOrder<TSimd>();
            Assert.Equal(x.Max(), a.MaxLane());
            for (int n = 0; n < count; n++)
            {
                Lanes(TSimd.Load(px, n), i => i < n ? x[i] : 0f);
                Lanes(TSimd.Select(TSimd.FirstLanes(n), a, b), i => i < n ? x[i] : y[i]);
                Guarded target = new(n, 1);
                fixed (float* p = target.Span)
                    a.Store(p, n);

                Bits.AssertEqual(x.AsSpan(0, n), target.Span);
                target.AssertUntouched();
            }
        }

        static void Lanes(TSimd actual, Func<int, float> expected)
        {
            float[] lanes = new float[TSimd.Count];
            fixed (float* p = lanes)
                actual.Store(p);

            Bits.AssertEqual([.. Enumerable.Range(0, TSimd.Count).Select(expected)], lanes);
        }
    }

    // A sum's bits depend neither on which of the four it is, nor on the other three.
    private static void SumsKeepTheirOrder<TSimd>()
        where TSimd : struct, ISimd<TSimd>
    {
        float* values = stackalloc float[TSimd.Count];
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < TSimd.Count; i++)
                values[i] = MathF.Sin((i * 1.7f) + round) * MathF.Pow(10, i % 4);

            TSimd v = TSimd.Load(values), other = TSimd.Create(round);
            float sum = TSimd.Sums(v, v, v, v)[0];
            Assert.Equal(v.Sum(), sum, 1e-2f);
            Assert.Equal(Vector128.Create(sum), TSimd.Sums(v, v, v, v));
            Assert.Equal(sum, TSimd.Sums(v, other, other, other)[0]);
            Assert.Equal(sum, TSimd.Sums(other, v, other, other)[1]);
            Assert.Equal(sum, TSimd.Sums(other, other, v, other)[2]);
            Assert.Equal(sum, TSimd.Sums(other, other, other, v)[3]);
            TSimd w = v * other, u = v - TSimd.Create(0.3f);
            Assert.Equal(Vector128.Create(v.Sum(), w.Sum(), u.Sum(), other.Sum()), TSimd.SumsByHalves(v, w, u, other));
            Assert.Equal(Vector128.Create(other.Sum(), u.Sum(), v.Sum(), w.Sum()), TSimd.SumsByHalves(other, u, v, w));
        }
    }
}
