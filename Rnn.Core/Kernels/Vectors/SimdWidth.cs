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

    public static bool Is128 => !Is512 && !Is256;

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
        if (Is512)
            job.Run<Simd512>(chunk);
        else if (Is256)
            job.Run<Simd256>(chunk);
        else
            job.Run<Simd128>(chunk);
    }
}

/// <summary>Work that is compiled for each width of vector.</summary>
internal interface ISimdJob
{
    /// <summary>Does one chunk of it; work that isn't divided has chunk 0 alone.</summary>
    void Run<TSimd>(int chunk)
        where TSimd : struct, ISimd<TSimd>;
}
