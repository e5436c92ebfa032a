using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>Eight lanes: AVX2 with FMA.</summary>
internal readonly unsafe struct Simd256 : ISimd<Simd256>
{
    private readonly Vector256<float> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Simd256(Vector256<float> v) => _v = v;

    public static int Count => 8;

    public static Simd256 Zero => new(Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Load(float* p) => new(Vector256.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* p) => Vector256.Store(_v, p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Load(float* p, int n)
    {
        Debug.Assert(n >= 0 && n < Count);
        return new(Avx.MaskLoad(p, FirstLanes(n)._v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* p, int n)
    {
        Debug.Assert(n >= 0 && n < Count);
        Avx.MaskStore(p, FirstLanes(n)._v, _v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator +(Simd256 a, Simd256 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator -(Simd256 a, Simd256 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator *(Simd256 a, Simd256 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator /(Simd256 a, Simd256 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator -(Simd256 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 MultiplyAdd(Simd256 a, Simd256 b, Simd256 c) =>
        new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Min(Simd256 a, Simd256 b) => new(Vector256.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Max(Simd256 a, Simd256 b) => new(Vector256.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Abs(Simd256 a) => new(Vector256.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Sqrt(Simd256 a) => new(Vector256.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 LessThan(Simd256 a, Simd256 b) => new(Vector256.LessThan(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Equal(Simd256 a, Simd256 b) => new(Vector256.Equals(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Select(Simd256 mask, Simd256 whereSet, Simd256 otherwise) =>
        new(Vector256.ConditionalSelect(mask._v, whereSet._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 LowBitsToExponent(Simd256 a) => new(Vector256.ShiftLeft(a._v.AsInt32(), 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum()
    {
        Vector128<float> half = _v.GetLower() + _v.GetUpper();
        return new Simd128(half).Sum();
    }

    // By pairs inside each 128-bit part, then the two parts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Simd256 a, Simd256 b, Simd256 c, Simd256 d)
    {
        Vector256<float> ab = Avx.UnpackLow(a._v, b._v) + Avx.UnpackHigh(a._v, b._v);
        Vector256<float> cd = Avx.UnpackLow(c._v, d._v) + Avx.UnpackHigh(c._v, d._v);
        Vector256<float> abcd = Avx.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle()
            + Avx.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
        return abcd.GetLower() + abcd.GetUpper();
    }

    // The halves of two vectors side by side, then both steps of a half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumsByHalves(Simd256 a, Simd256 b, Simd256 c, Simd256 d)
    {
        Vector256<double> ab = (Avx.Permute2x128(a._v, b._v, 0x20) + Avx.Permute2x128(a._v, b._v, 0x31)).AsDouble();
        Vector256<double> cd = (Avx.Permute2x128(c._v, d._v, 0x20) + Avx.Permute2x128(c._v, d._v, 0x31)).AsDouble();
        // a a c c, b b d d
        Vector256<float> pairs = Avx.UnpackLow(ab, cd).AsSingle() + Avx.UnpackHigh(ab, cd).AsSingle();
        Vector256<float> sums = Avx.Shuffle(pairs, pairs, 0b10_00_10_00) + Avx.Shuffle(pairs, pairs, 0b11_01_11_01);
        return Sse.UnpackLow(sums.GetLower(), sums.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Exponent(Simd256 a) =>
        new(Vector256.ConvertToSingle(Vector256.ShiftRightLogical(a._v.AsInt32(), 23) - Vector256.Create(127)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Mantissa(Simd256 a) =>
        new(((a._v.AsInt32() & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F800000)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MaxLane() => new Simd128(Vector128.MaxNative(_v.GetLower(), _v.GetUpper())).MaxLane();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 FirstLanes(int n) =>
        new(Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(n)).AsSingle());
}
