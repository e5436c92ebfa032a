using System;
using System.Runtime.InteropServices;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels.Products;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>A product by OpenBLAS, as the system has it installed.</summary>
internal sealed unsafe partial class OpenBlasGemm : IWorkload
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101, NoTrans = 111, Trans = 112;

    private readonly GemmShape _shape;
    private readonly float[] _a;
    private readonly float[] _b;
    private readonly float[] _c;

    public OpenBlasGemm(GemmShape shape, int threads)
    {
        if (!NativeLibrary.TryLoad(Library, out _))
        {
            throw new DllNotFoundException(
                $"OpenBLAS isn't installed: there is no {Library}. Debian and Ubuntu: apt-get install libopenblas0.");
        }

        _shape = shape;
        _a = shape.CreateA();
        _b = shape.CreateB();
        _c = new float[shape.M * shape.N];
        openblas_set_num_threads(threads);
    }

    public double Loss => double.NaN;

    public ReadOnlySpan<float> Result => _c;

    public static string Version() => Marshal.PtrToStringUTF8(openblas_get_config())?.Trim() ?? "OpenBLAS";

    public void Step()
    {
        fixed (float* a = _a, b = _b, c = _c)
        {
            cblas_sgemm(RowMajor, _shape.Form == GemmForm.TN ? Trans : NoTrans, NoTrans, _shape.M, _shape.N, _shape.K,
                1f, a, _shape.Lda, b, _shape.N, 0f, c, _shape.N);
        }
    }

    [LibraryImport(Library)]
    private static partial void cblas_sgemm(int order, int transA, int transB, int m, int n, int k, float alpha,
        float* a, int lda, float* b, int ldb, float beta, float* c, int ldc);

    [LibraryImport(Library)]
    private static partial void openblas_set_num_threads(int threads);

    [LibraryImport(Library)]
    private static partial IntPtr openblas_get_config();
}
