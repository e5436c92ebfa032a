using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>Which vector instructions the kernels use in this process; for applications to print.</summary>
public static class SimdInfo
{
    /// <summary>The width in bits: 512, 256 or 128.</summary>
    public static int Bits => SimdWidth.Bits;

    /// <summary>
    /// One line, e.g. "512-bit AVX-512, FMA". "128-bit SSE2, no FMA" from a Native AOT build means that it was compiled
    /// for the oldest processors: set IlcInstructionSet to x86-64-v3 or native.
    /// </summary>
    public static string Description =>
        SimdWidth.Is512 ? "512-bit AVX-512, FMA"
        : SimdWidth.Is256 ? "256-bit AVX2, FMA"
        : AdvSimd.IsSupported ? "128-bit NEON, FMA"
        : !Vector128.IsHardwareAccelerated ? "128-bit in software, no FMA"
        : Sse2.IsSupported ? (Fma.IsSupported ? "128-bit SSE2, FMA" : "128-bit SSE2, no FMA")
        : "128-bit";
}
