using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// The vector width of every kernel in this process. Constants for the JIT: the branches not taken vanish. Forced
/// narrower with DOTNET_EnableAVX512=0, DOTNET_EnableAVX2=0 (which switches FMA off too), DOTNET_EnableHWIntrinsic=0.
/// </summary>
internal static class SimdWidth
{
    public static bool Is512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public static bool Is256 => !Is512 && Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported;

    /// <summary>512, 256 or 128.</summary>
    public static int Bits => Is512 ? 512 : Is256 ? 256 : 128;

    /// <summary>Floats in a vector: 16, 8 or 4.</summary>
    public static int Floats => Bits / 32;

    /// <summary>Runs a job with the widest vectors that are fast here: the one place where a width is chosen
    /// (D61).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TJob>(in TJob job, int chunk = 0)
        where TJob : struct, ISimdJob
    {
        ref TJob same = ref Unsafe.AsRef(in job);   // through "in" each call would be made on a copy
        if (Is512)
            same.Run<Simd512>(chunk);
        else if (Is256)
            same.Run<Simd256>(chunk);
        else
            same.Run<Simd128>(chunk);
    }

    /// <summary>The same for a job that returns something.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TResult Run<TJob, TResult>(in TJob job, int chunk = 0)
        where TJob : struct, ISimdJob<TResult>
    {
        ref TJob same = ref Unsafe.AsRef(in job);
        if (Is512)
            return same.Run<Simd512>(chunk);   // not by ?:, which copies a struct once more

        if (Is256)
            return same.Run<Simd256>(chunk);

        return same.Run<Simd128>(chunk);
    }
}

/// <summary>
/// Work that is compiled for each width of vector. Run must not change the job. A loop that stores should have what it
/// reads in variables or parameters: the fields, which it might overwrite, would be loaded again each time.
/// </summary>
internal interface ISimdJob
{
    /// <summary>Does one chunk of it; work that isn't divided has chunk 0 alone.</summary>
    void Run<TSimd>(int chunk)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>Work that is compiled for each width of vector and returns something.</summary>
internal interface ISimdJob<TResult>
{
    /// <summary>Does one chunk of it; work that isn't divided has chunk 0 alone.</summary>
    TResult Run<TSimd>(int chunk)
        where TSimd : struct, ISimd<TSimd>;
}
