using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>Sixteen lanes: AVX-512.</summary>
internal readonly unsafe struct Simd512 : ISimd<Simd512>
{
    private readonly Vector512<float> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Simd512(Vector512<float> v) => _v = v;

    public static int Count => 16;

    public static Simd512 Zero => new(Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Load(float* p) => new(Vector512.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* p) => Vector512.Store(_v, p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Load(float* p, int n)
    {
        Debug.Assert(n >= 0 && n < Count);
        return new(Avx512F.MaskLoad(p, FirstLanes(n)._v, Vector512<float>.Zero));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* p, int n)
    {
        Debug.Assert(n >= 0 && n < Count);
        Avx512F.MaskStore(p, FirstLanes(n)._v, _v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator +(Simd512 a, Simd512 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator -(Simd512 a, Simd512 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator *(Simd512 a, Simd512 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator /(Simd512 a, Simd512 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator -(Simd512 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 MultiplyAdd(Simd512 a, Simd512 b, Simd512 c) =>
        new(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Min(Simd512 a, Simd512 b) => new(Vector512.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Max(Simd512 a, Simd512 b) => new(Vector512.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Abs(Simd512 a) => new(Vector512.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Sqrt(Simd512 a) => new(Vector512.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 LessThan(Simd512 a, Simd512 b) => new(Vector512.LessThan(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Equal(Simd512 a, Simd512 b) => new(Vector512.Equals(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Select(Simd512 mask, Simd512 whereSet, Simd512 otherwise) =>
        new(Vector512.ConditionalSelect(mask._v, whereSet._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 LowBitsToExponent(Simd512 a) => new(Vector512.ShiftLeft(a._v.AsInt32(), 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum()
    {
        Vector256<float> half = _v.GetLower() + _v.GetUpper();
        return new Simd256(half).Sum();
    }

    // By pairs inside each 128-bit part, then the four parts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Simd512 a, Simd512 b, Simd512 c, Simd512 d)
    {
        Vector512<float> ab = Avx512F.UnpackLow(a._v, b._v) + Avx512F.UnpackHigh(a._v, b._v);
        Vector512<float> cd = Avx512F.UnpackLow(c._v, d._v) + Avx512F.UnpackHigh(c._v, d._v);
        Vector512<float> abcd = Avx512F.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle()
            + Avx512F.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
        Vector256<float> half = abcd.GetLower() + abcd.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    // The halves of two vectors side by side, the quarters of four, then both steps of a quarter.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumsByHalves(Simd512 a, Simd512 b, Simd512 c, Simd512 d)
    {
        Vector512<float> ab = Avx512F.Shuffle4x128(a._v, b._v, 0b01_00_01_00)
            + Avx512F.Shuffle4x128(a._v, b._v, 0b11_10_11_10);
        Vector512<float> cd = Avx512F.Shuffle4x128(c._v, d._v, 0b01_00_01_00)
            + Avx512F.Shuffle4x128(c._v, d._v, 0b11_10_11_10);
        Vector512<float> abcd = Avx512F.Shuffle4x128(ab, cd, 0b10_00_10_00)
            + Avx512F.Shuffle4x128(ab, cd, 0b11_01_11_01);
        Vector512<float> pairs = abcd + Avx512F.Shuffle(abcd, abcd, 0b01_00_11_10);
        Vector512<float> sums = pairs + Avx512F.Shuffle(pairs, pairs, 0b10_11_00_01);
        Vector512<int> firsts = Vector512.Create(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return Avx512F.PermuteVar16x32(sums, firsts).GetLower().GetLower();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Exponent(Simd512 a) =>
        new(Vector512.ConvertToSingle(Vector512.ShiftRightLogical(a._v.AsInt32(), 23) - Vector512.Create(127)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Mantissa(Simd512 a) =>
        new(((a._v.AsInt32() & Vector512.Create(0x007FFFFF)) | Vector512.Create(0x3F800000)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MaxLane() => new Simd256(Vector256.MaxNative(_v.GetLower(), _v.GetUpper())).MaxLane();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 FirstLanes(int n) =>
        new(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(n)).AsSingle());
}
