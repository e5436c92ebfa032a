using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary><see cref="CharTrain"/> in TorchSharp: the fused LSTM of two layers on dense one-hot rows.</summary>
internal sealed class TorchCharTrain : TorchTraining
{
    private readonly TorchTokens _tokens;
    private readonly LSTM _lstm;
    private readonly Dropout _dropout;
    private readonly Linear _output = torch.nn.Linear(CharTrain.H, CharTrain.V);
    private torch.Tensor? _h = torch.zeros(CharTrain.Layers, CharTrain.B, CharTrain.H);
    private torch.Tensor? _c = torch.zeros(CharTrain.Layers, CharTrain.B, CharTrain.H);

    public TorchCharTrain(double dropout, EngineOptions options)
        : base(CharTrain.Rate, CharTrain.Clip)
    {
        _tokens = new TorchTokens(CharTrain.CreateWindows(), options.OneHotByGather);
        _lstm = torch.nn.LSTM(CharTrain.V, CharTrain.H, CharTrain.Layers, dropout: dropout);
        _dropout = torch.nn.Dropout(dropout);
        Train(new TorchNet(("lstm", _lstm), ("dropout", _dropout), ("fc", _output)));
    }

    protected override torch.Tensor Forward()
    {
        (torch.Tensor inputs, torch.Tensor targets) = _tokens.Next();
        (torch.Tensor y, torch.Tensor h, torch.Tensor c) = _lstm.call(_tokens.OneHot(inputs), (_h!, _c!));
        Carry(ref _h, h);
        Carry(ref _c, c);
        // Freed before the way back, which needs their log-softmax only.
        using torch.Tensor logits = _output.call(_dropout.call(y.reshape(-1, CharTrain.H)));
        return torch.nn.functional.cross_entropy(logits, targets);
    }
}
