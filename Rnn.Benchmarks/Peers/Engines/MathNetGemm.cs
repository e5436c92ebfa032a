using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels.Products;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>A product by the managed provider of Math.NET Numerics, into a result that exists.</summary>
internal sealed class MathNetGemm : IWorkload
{
    private readonly GemmShape _shape;
    private readonly Matrix<float> _a;
    private readonly Matrix<float> _b;
    private readonly Matrix<float> _c;

    public MathNetGemm(GemmShape shape, int threads)
    {
        Control.UseManaged();
        Control.MaxDegreeOfParallelism = threads;
        _shape = shape;
        bool transposed = shape.Form == GemmForm.TN;
        _a = Matrix<float>.Build.DenseOfRowMajor(transposed ? shape.K : shape.M, shape.Lda, shape.CreateA());
        _b = Matrix<float>.Build.DenseOfRowMajor(shape.K, shape.N, shape.CreateB());
        _c = Matrix<float>.Build.Dense(shape.M, shape.N);
    }

    public double Loss => double.NaN;

    public float[] Result => _c.ToRowMajorArray();

    public static string Version() => $"MathNet.Numerics {Engine.InformationalVersion(typeof(Control).Assembly)}";

    public void Step()
    {
        if (_shape.Form == GemmForm.TN)
            _a.TransposeThisAndMultiply(_b, _c);
        else
            _a.Multiply(_b, _c);
    }
}
