using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>Four lanes: SSE2, NEON, WebAssembly, or software.</summary>
internal readonly unsafe struct Simd128 : ISimd<Simd128>
{
    private readonly Vector128<float> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Simd128(Vector128<float> v) => _v = v;

    public static int Count => 4;

    public static Simd128 Zero => new(Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Load(float* p) => new(Vector128.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* p) => Vector128.Store(_v, p);

    public static Simd128 Load(float* p, int n)
    {
        Debug.Assert(n >= 0 && n < Count);
        return new(n switch
        {
            0 => Vector128<float>.Zero,
            1 => Vector128.Create(p[0], 0f, 0f, 0f),
            2 => Vector128.Create(p[0], p[1], 0f, 0f),
            _ => Vector128.Create(p[0], p[1], p[2], 0f),
        });
    }

    public void Store(float* p, int n)
    {
        Debug.Assert(n >= 0 && n < Count);
        for (int i = 0; i < n; i++)
            p[i] = _v.GetElement(i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator +(Simd128 a, Simd128 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator -(Simd128 a, Simd128 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator *(Simd128 a, Simd128 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator /(Simd128 a, Simd128 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator -(Simd128 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 MultiplyAdd(Simd128 a, Simd128 b, Simd128 c) =>
        new(Vector128.MultiplyAddEstimate(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Min(Simd128 a, Simd128 b) => new(Vector128.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Max(Simd128 a, Simd128 b) => new(Vector128.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Abs(Simd128 a) => new(Vector128.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Sqrt(Simd128 a) => new(Vector128.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 LessThan(Simd128 a, Simd128 b) => new(Vector128.LessThan(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Equal(Simd128 a, Simd128 b) => new(Vector128.Equals(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Select(Simd128 mask, Simd128 whereSet, Simd128 otherwise) =>
        new(Vector128.ConditionalSelect(mask._v, whereSet._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 LowBitsToExponent(Simd128 a) => new(Vector128.ShiftLeft(a._v.AsInt32(), 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => _v.GetElement(0) + _v.GetElement(2) + (_v.GetElement(1) + _v.GetElement(3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Simd128 a, Simd128 b, Simd128 c, Simd128 d) =>
        Vector128.Create(a.Sum(), b.Sum(), c.Sum(), d.Sum());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumsByHalves(Simd128 a, Simd128 b, Simd128 c, Simd128 d) => Sums(a, b, c, d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Exponent(Simd128 a) =>
        new(Vector128.ConvertToSingle(Vector128.ShiftRightLogical(a._v.AsInt32(), 23) - Vector128.Create(127)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Mantissa(Simd128 a) =>
        new(((a._v.AsInt32() & Vector128.Create(0x007FFFFF)) | Vector128.Create(0x3F800000)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MaxLane() =>
        MathF.Max(MathF.Max(_v.GetElement(0), _v.GetElement(2)), MathF.Max(_v.GetElement(1), _v.GetElement(3)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 FirstLanes(int n) =>
        new(Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(n)).AsSingle());
}
