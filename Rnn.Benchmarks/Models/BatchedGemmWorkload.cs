using System;
using Rnn.Core.Kernels.Products;

namespace Rnn.Benchmarks.Models;

/// <summary>A batched product by our kernels.</summary>
public sealed class BatchedGemmWorkload : IWorkload
{
    private readonly BatchedGemmShape _shape;
    private readonly BatchLayout _layoutA;
    private readonly BatchLayout _layoutB;
    private readonly BatchLayout _layoutC;
    private readonly float[] _a;
    private readonly float[] _b;
    private readonly float[] _c;

    public BatchedGemmWorkload(BatchedGemmShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        _shape = shape;
        (_layoutA, _layoutB, _layoutC) = (shape.LayoutA, shape.LayoutB, shape.LayoutC);
        _a = shape.CreateA();
        _b = shape.CreateB();
        _c = new float[_layoutC.Length];
    }

    public double Loss => double.NaN;

    /// <summary>C after a step: the whole buffer.</summary>
    public ReadOnlySpan<float> Result => _c;

    public void Step() => BatchedGemm.Multiply(_shape.Form, _a, _layoutA, _b, _layoutB, _c, _layoutC);
}
