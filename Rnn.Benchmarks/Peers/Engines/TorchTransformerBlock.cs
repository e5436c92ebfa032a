using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>A layer of an encoder or a decoder, post-norm with relu, under PyTorch's names.</summary>
internal sealed class TorchTransformerBlock : torch.nn.Module
{
    private readonly TorchHeads _self;
    private readonly TorchHeads? _cross;
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly LayerNorm[] _norms;
    private readonly double _dropout;

    public TorchTransformerBlock(int size, int heads, int feedForward, double dropout, bool isDecoder, bool isFused)
        : base("block")
    {
        _dropout = dropout;
        _self = new TorchHeads(size, heads, dropout, isFused);
        _cross = isDecoder ? new TorchHeads(size, heads, dropout, isFused) : null;
        _first = torch.nn.Linear(size, feedForward);
        _second = torch.nn.Linear(feedForward, size);
        register_module("self_attn", _self);
        if (_cross is not null)
            register_module("multihead_attn", _cross);

        register_module("linear1", _first);
        register_module("linear2", _second);
        _norms = new LayerNorm[isDecoder ? 3 : 2];
        for (int i = 0; i < _norms.Length; i++)
        {
            _norms[i] = torch.nn.LayerNorm(size);
            register_module($"norm{i + 1}", _norms[i]);
        }
    }

    /// <summary>[B, T, E] of an encoder.</summary>
    public torch.Tensor Forward(torch.Tensor x)
    {
        x = _norms[0].call(x + Dropped(_self.Self(x, isCausal: false)));
        return FeedForward(x, _norms[1]);
    }

    /// <summary>[B, T, E] of a decoder that reads [B, S, E].</summary>
    public torch.Tensor Forward(torch.Tensor x, torch.Tensor memory)
    {
        x = _norms[0].call(x + Dropped(_self.Self(x, isCausal: true)));
        x = _norms[1].call(x + Dropped(_cross!.Cross(x, memory)));
        return FeedForward(x, _norms[2]);
    }

    private torch.Tensor FeedForward(torch.Tensor x, LayerNorm norm) => norm.call(
        x + Dropped(_second.call(Dropped(torch.nn.functional.relu(_first.call(x), inplace: true)))));

    private torch.Tensor Dropped(torch.Tensor x) => _dropout > 0 ? torch.nn.functional.dropout(x, _dropout) : x;
}
