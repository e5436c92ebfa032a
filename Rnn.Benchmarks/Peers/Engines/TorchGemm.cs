using System;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels.Products;
using TorchSharp;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>A product by libtorch into a tensor that exists: addmm_ with beta 0, which is mm with an out
/// argument.</summary>
internal sealed class TorchGemm : IWorkload
{
    private readonly torch.Tensor _a;
    private readonly torch.Tensor _b;
    private readonly torch.Tensor _c;

    public TorchGemm(GemmShape shape)
    {
        bool transposed = shape.Form == GemmForm.TN;
        torch.Tensor a = torch.tensor(shape.CreateA(), [transposed ? shape.K : shape.M, shape.Lda]);
        _a = transposed ? a.t() : a;
        _b = torch.tensor(shape.CreateB(), [shape.K, shape.N]);
        _c = torch.zeros([shape.M, shape.N]);
    }

    public double Loss => double.NaN;

    public float[] Result => _c.data<float>().ToArray();

    public void Step()
    {
        using IDisposable noGrad = torch.no_grad();
        _c.addmm_(_a, _b, beta: 0);
    }
}
