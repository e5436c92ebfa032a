using System;
using Rnn.Core.Kernels.Products;

namespace Rnn.Benchmarks.Models;

/// <summary>A product by our kernels.</summary>
public sealed class GemmWorkload : IWorkload
{
    private readonly GemmShape _shape;
    private readonly float[] _a;
    private readonly float[] _b;
    private readonly float[] _c;
    private readonly PackedMatrix? _packed;

    public GemmWorkload(GemmShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        _shape = shape;
        _a = shape.CreateA();
        _b = shape.CreateB();
        _c = new float[shape.M * shape.N];
        if (shape.IsPacked)
        {
            _packed = new PackedMatrix(shape.K, shape.N);
            _packed.Pack(_b, shape.N);
        }
    }

    public double Loss => double.NaN;

    /// <summary>C after a step.</summary>
    public ReadOnlySpan<float> Result => _c;

    public void Step()
    {
        if (_packed is not null)
            Gemm.Multiply(_shape.M, _a, _shape.Lda, _packed, _c, _shape.N);
        else
            Gemm.Multiply(_shape.Form, _shape.M, _shape.N, _shape.K, _a, _shape.Lda, _b, _shape.N, _c, _shape.N);
    }
}
