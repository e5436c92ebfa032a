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
}
