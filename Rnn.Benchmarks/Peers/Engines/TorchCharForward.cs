using System;
using System.Collections.Generic;
using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary><see cref="CharForward"/> in TorchSharp, without gradients.</summary>
internal sealed class TorchCharForward : IWorkload
{
    private readonly TorchTokens _tokens;
    private readonly LSTM _lstm = torch.nn.LSTM(CharTrain.V, CharTrain.H, CharTrain.Layers);
    private readonly Linear _output = torch.nn.Linear(CharTrain.H, CharTrain.V);
    private readonly torch.Tensor _zeros = torch.zeros(CharTrain.Layers, CharTrain.B, CharTrain.H);
    private readonly TorchNet _net;
    private torch.Tensor? _logits;

    public TorchCharForward(EngineOptions options)
    {
        _tokens = new TorchTokens(CharTrain.CreateWindows(), options.OneHotByGather);
        _net = new TorchNet(("lstm", _lstm), ("fc", _output));
        _net.eval();
    }

    public double Loss => double.NaN;

    public IEnumerable<(string Name, Parameter Parameter)> Parameters => _net.named_parameters();

    /// <summary>Logits of the last step [T*B, V].</summary>
    public float[] Result => _logits!.data<float>().ToArray();

    public void Step()
    {
        using IDisposable noGrad = torch.no_grad();
        using DisposeScope scope = torch.NewDisposeScope();
        (torch.Tensor inputs, _) = _tokens.Next();
        (torch.Tensor y, _, _) = _lstm.call(_tokens.OneHot(inputs), (_zeros, _zeros));
        _logits?.Dispose();
        _logits = _output.call(y.view(-1, CharTrain.H)).DetachFromDisposeScope();
    }
}
