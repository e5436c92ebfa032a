using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Rnn.Core.Kernels.RandomNumbers;

/// <summary>
/// One 32-bit word of several Philox blocks, each in the low half of a 64-bit lane. The high half holds anything:
/// multiplication ignores it, so it needs no clearing between rounds. Lanes of their own, that SimdWidth.Run doesn't
/// know: <see cref="PhiloxWords"/> and <see cref="DropoutMask"/> choose among them themselves.
/// </summary>
internal unsafe interface IPhiloxLanes<TSelf>
    where TSelf : unmanaged, IPhiloxLanes<TSelf>
{
    /// <summary>Number of blocks, of four words each.</summary>
    static abstract int Blocks { get; }

    /// <summary>How many times Blocks to work on at once: what the registers hold, 3 or 4.</summary>
    static abstract int Groups { get; }

    static abstract TSelf Create(ulong value);

    /// <summary>first, first+1 .. first+Blocks-1, in the order that <see cref="Interleave"/> wants.</summary>
    static abstract TSelf Numbers(ulong first);

    /// <summary>The 64-bit products of the low halves.</summary>
    static abstract TSelf MultiplyLow(TSelf a, TSelf b);

    static abstract TSelf HighHalf(TSelf a);

    static abstract TSelf Xor(TSelf a, TSelf b, TSelf c);

    /// <summary>Words a, b, c, d of all blocks, in the order of the stream.</summary>
    static abstract void Interleave(TSelf a, TSelf b, TSelf c, TSelf d, out TSelf first, out TSelf second);

    /// <summary>y[i] = word i at least threshold ? x[i]*scale : 0, for 2*Blocks words.</summary>
    void Drop(float* x, float* y, uint threshold, float scale);

    /// <summary>Writes 2*Blocks words.</summary>
    void Store(uint* words);
}

/// <summary>8 blocks of Philox side by side.</summary>
internal readonly unsafe struct Philox512 : IPhiloxLanes<Philox512>
{
    private readonly Vector512<ulong> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Philox512(Vector512<ulong> v) => _v = v;

    public static int Blocks => 8;

    public static int Groups => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox512 Create(ulong value) => new(Vector512.Create(value));

    // Even lanes hold blocks 0..3, odd ones 4..7: unpacking, which works by pairs of lanes, gives them in order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox512 Numbers(ulong first) =>
        new(Vector512.Create(first) + Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox512 MultiplyLow(Philox512 a, Philox512 b) =>
        new(Avx512F.Multiply(a._v.AsUInt32(), b._v.AsUInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox512 HighHalf(Philox512 a) => new(a._v >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox512 Xor(Philox512 a, Philox512 b, Philox512 c) =>
        new(Avx512F.TernaryLogic(a._v, b._v, c._v, 0x96));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(
        Philox512 a, Philox512 b, Philox512 c, Philox512 d, out Philox512 first, out Philox512 second)
    {
        Vector512<ulong> low = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> ab = (a._v & low) | (b._v << 32);
        Vector512<ulong> cd = (c._v & low) | (d._v << 32);
        first = new(Avx512F.UnpackLow(ab, cd));
        second = new(Avx512F.UnpackHigh(ab, cd));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Drop(float* x, float* y, uint threshold, float scale)
    {
        Vector512<float> keep = Vector512.GreaterThanOrEqual(_v.AsUInt32(), Vector512.Create(threshold)).AsSingle();
        Vector512<float> kept = Vector512.Load(x) * scale;
        Vector512.ConditionalSelect(keep, kept, Vector512<float>.Zero).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(uint* words) => _v.AsUInt32().Store(words);
}

/// <summary>4 blocks of Philox side by side.</summary>
internal readonly unsafe struct Philox256 : IPhiloxLanes<Philox256>
{
    private readonly Vector256<ulong> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Philox256(Vector256<ulong> v) => _v = v;

    public static int Blocks => 4;

    public static int Groups => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox256 Create(ulong value) => new(Vector256.Create(value));

    // Even lanes hold blocks 0 and 1, odd ones 2 and 3: unpacking, which works by pairs of lanes, gives them in order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox256 Numbers(ulong first) =>
        new(Vector256.Create(first) + Vector256.Create(0UL, 2, 1, 3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox256 MultiplyLow(Philox256 a, Philox256 b) =>
        new(Avx2.Multiply(a._v.AsUInt32(), b._v.AsUInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox256 HighHalf(Philox256 a) => new(a._v >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox256 Xor(Philox256 a, Philox256 b, Philox256 c) =>
        new(a._v ^ b._v ^ c._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(
        Philox256 a, Philox256 b, Philox256 c, Philox256 d, out Philox256 first, out Philox256 second)
    {
        Vector256<ulong> low = Vector256.Create((ulong)uint.MaxValue);
        Vector256<ulong> ab = (a._v & low) | (b._v << 32);
        Vector256<ulong> cd = (c._v & low) | (d._v << 32);
        first = new(Avx2.UnpackLow(ab, cd));
        second = new(Avx2.UnpackHigh(ab, cd));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Drop(float* x, float* y, uint threshold, float scale)
    {
        Vector256<float> keep = Vector256.GreaterThanOrEqual(_v.AsUInt32(), Vector256.Create(threshold)).AsSingle();
        Vector256<float> kept = Vector256.Load(x) * scale;
        Vector256.ConditionalSelect(keep, kept, Vector256<float>.Zero).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(uint* words) => _v.AsUInt32().Store(words);
}

/// <summary>2 blocks of Philox side by side.</summary>
internal readonly unsafe struct Philox128 : IPhiloxLanes<Philox128>
{
    private readonly Vector128<ulong> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Philox128(Vector128<ulong> v) => _v = v;

    public static int Blocks => 2;

    public static int Groups => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox128 Create(ulong value) => new(Vector128.Create(value));

    // Unpacking gives block 0, then block 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox128 Numbers(ulong first) =>
        new(Vector128.Create(first) + Vector128.Create(0UL, 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox128 MultiplyLow(Philox128 a, Philox128 b)
    {
        if (Sse2.IsSupported)
            return new(Sse2.Multiply(a._v.AsUInt32(), b._v.AsUInt32()));

        if (AdvSimd.IsSupported)
        {
            return new(AdvSimd.MultiplyWideningLower(
                AdvSimd.ExtractNarrowingLower(a._v), AdvSimd.ExtractNarrowingLower(b._v)));
        }

        return new((a._v & Vector128.Create((ulong)uint.MaxValue)) * (b._v & Vector128.Create((ulong)uint.MaxValue)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox128 HighHalf(Philox128 a) => new(a._v >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox128 Xor(Philox128 a, Philox128 b, Philox128 c) =>
        new(a._v ^ b._v ^ c._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Interleave(
        Philox128 a, Philox128 b, Philox128 c, Philox128 d, out Philox128 first, out Philox128 second)
    {
        Vector128<ulong> low = Vector128.Create((ulong)uint.MaxValue);
        Vector128<ulong> ab = (a._v & low) | (b._v << 32);
        Vector128<ulong> cd = (c._v & low) | (d._v << 32);
        first = new(Sse2.IsSupported ? Sse2.UnpackLow(ab, cd) : Vector128.Create(ab.GetElement(0), cd.GetElement(0)));
        second = new(Sse2.IsSupported ? Sse2.UnpackHigh(ab, cd) : Vector128.Create(ab.GetElement(1), cd.GetElement(1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Drop(float* x, float* y, uint threshold, float scale)
    {
        Vector128<float> keep = Vector128.GreaterThanOrEqual(_v.AsUInt32(), Vector128.Create(threshold)).AsSingle();
        Vector128<float> kept = Vector128.Load(x) * scale;
        Vector128.ConditionalSelect(keep, kept, Vector128<float>.Zero).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(uint* words) => _v.AsUInt32().Store(words);
}
