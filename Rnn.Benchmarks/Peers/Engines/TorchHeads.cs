using System;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>
/// Attention with many heads on [B, T, E], under the names of PyTorch's MultiheadAttention: all projections of one
/// input are one product, and the heads are libtorch's scaled_dot_product_attention, or products and a softmax of their
/// own.
/// </summary>
internal sealed class TorchHeads : torch.nn.Module
{
    private readonly int _size;
    private readonly int _heads;
    private readonly double _dropout;
    private readonly bool _isFused;
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Linear _output;
    private torch.Tensor? _future;

    public TorchHeads(int size, int heads, double dropout, bool isFused)
        : base("heads")
    {
        _size = size;
        _heads = heads;
        _dropout = dropout;
        _isFused = isFused;
        _weight = torch.nn.Parameter(torch.empty(3 * size, size));
        torch.nn.init.xavier_uniform_(_weight);
        _bias = torch.nn.Parameter(torch.zeros(3 * size));
        _output = torch.nn.Linear(size, size);
        register_parameter("in_proj_weight", _weight);
        register_parameter("in_proj_bias", _bias);
        register_module("out_proj", _output);
    }

    /// <summary>Over x itself.</summary>
    public torch.Tensor Self(torch.Tensor x, bool isCausal)
    {
        torch.Tensor[] parts = Project(x, 0, 3);
        return Attend(parts[0], parts[1], parts[2], isCausal);
    }

    /// <summary>Over a memory.</summary>
    public torch.Tensor Cross(torch.Tensor x, torch.Tensor memory)
    {
        torch.Tensor[] parts = Project(memory, 1, 2);
        return Attend(Project(x, 0, 1)[0], parts[0], parts[1], isCausal: false);
    }

    // [B, H, T, D] of so many of Wq, Wk and Wv.
    private torch.Tensor[] Project(torch.Tensor x, int first, int count)
    {
        torch.Tensor weight = _weight, bias = _bias;
        if (count < 3)
        {
            weight = weight.narrow(0, first * _size, count * _size);
            bias = bias.narrow(0, first * _size, count * _size);
        }

        return torch.nn.functional.linear(x, weight, bias)
            .view(x.shape[0], x.shape[1], count, _heads, _size / _heads).permute(2, 0, 3, 1, 4).unbind(0);
    }

    private torch.Tensor Attend(torch.Tensor q, torch.Tensor k, torch.Tensor v, bool isCausal)
    {
        torch.Tensor context = _isFused
            ? torch.nn.functional.scaled_dot_product_attention(q, k, v, p: _dropout, is_casual: isCausal)
            : InParts(q, k, v, isCausal);
        return _output.call(context.transpose(1, 2).reshape(q.shape[0], q.shape[2], _size));
    }

    private torch.Tensor InParts(torch.Tensor q, torch.Tensor k, torch.Tensor v, bool isCausal)
    {
        torch.Tensor scores = torch.matmul(q * (1 / Math.Sqrt(_size / _heads)), k.transpose(2, 3));
        if (isCausal)
        {
            _future ??= torch.ones(q.shape[2], q.shape[2]).triu(1).to(torch.@bool).DetachFromDisposeScope();
            scores = scores.masked_fill_(_future, float.NegativeInfinity);
        }

        torch.Tensor weights = torch.nn.functional.softmax(scores, 3);
        return torch.matmul(_dropout > 0 ? torch.nn.functional.dropout(weights, _dropout) : weights, v);
    }
}
