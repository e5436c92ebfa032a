using System;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels.Products;
using TorchSharp;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>A batched product by libtorch, on the same buffers: the heads of a sequence [T, B, Heads*D] are the tensor
/// [B*Heads, T, D] with strides (D, B*Heads*D, 1), which bmm takes without a copy. Its result is a new tensor
/// [B*Heads, M, N], one matrix after another: TorchSharp has no bmm into a tensor that exists.</summary>
internal sealed class TorchBatchedGemm : IWorkload
{
    private readonly torch.Tensor _a;
    private readonly torch.Tensor _b;
    private readonly torch.Tensor _buffer;
    private readonly torch.Tensor _inPlace;
    private torch.Tensor? _c;

    public TorchBatchedGemm(BatchedGemmShape shape)
    {
        torch.Tensor a = View(torch.tensor(shape.CreateA()), shape.LayoutA);
        torch.Tensor b = View(torch.tensor(shape.CreateB()), shape.LayoutB);
        _a = shape.Form == GemmForm.TN ? a.transpose(1, 2) : a;
        _b = shape.Form == GemmForm.NT ? b.transpose(1, 2) : b;
        _buffer = torch.zeros([shape.LayoutC.Length]);
        _inPlace = View(_buffer, shape.LayoutC);
    }

    public double Loss => double.NaN;

    /// <summary>C of the last step, where ours has it.</summary>
    public float[] Result
    {
        get
        {
            _inPlace.copy_(_c!);
            return _buffer.data<float>().ToArray();
        }
    }

    public void Step()
    {
        using IDisposable noGrad = torch.no_grad();
        _c?.Dispose();
        _c = _a.bmm(_b);
    }

    // The matrices are at equal distances: one direction is enough.
    private static torch.Tensor View(torch.Tensor buffer, BatchLayout layout) => buffer.as_strided(
        [layout.Count, layout.Rows, layout.Cols],
        [layout.Inner > 1 ? layout.InnerStride : layout.OuterStride, layout.RowStride, 1]);
}
