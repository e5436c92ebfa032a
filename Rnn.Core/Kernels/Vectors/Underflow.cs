using System.Runtime.CompilerServices;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// Numbers too small to matter become 0 where they arise (design decision D117): a processor may spend a hundred cycles
/// on one multiply-add with a subnormal number, and .NET has no switch that flushes them.
/// </summary>
internal static unsafe class Underflow
{
    /// <summary>2^-100 = 7.9e-31: a gradient below it is 0. Products of the others with numbers of 2^-26 or more are
    /// normal.</summary>
    public const float LeastGradient = 1f / (1L << 50) / (1L << 50);

    /// <summary>2^-126 = 1.2e-38, the smallest normal number: an optimiser's state below it is 0.</summary>
    public const float LeastState = LeastGradient / (1 << 26);

    /// <summary>Writes a gradient, whole vectors or the first n lanes; 0 where it has vanished.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreGradient<TSimd>(TSimd value, float* p, int n)
        where TSimd : struct, ISimd<TSimd> => Part.Store(ToZero(value, TSimd.Create(LeastGradient)), p, n);

    /// <summary>a, or 0 where |a| is below <paramref name="least"/>; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd ToZero<TSimd>(TSimd a, TSimd least)
        where TSimd : struct, ISimd<TSimd> => TSimd.Select(TSimd.LessThan(TSimd.Abs(a), least), TSimd.Zero, a);
}
