using System;
using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>
/// <see cref="Generate"/> as TorchSharp's users write it: one-hot, LSTM, linear, softmax, the five most probable,
/// one of them drawn.
/// </summary>
internal sealed class TorchGenerate : IWorkload
{
    private readonly LSTM _lstm = torch.nn.LSTM(CharTrain.V, CharTrain.H, CharTrain.Layers);
    private readonly Linear _output = torch.nn.Linear(CharTrain.H, CharTrain.V);
    private torch.Tensor _h = torch.zeros(CharTrain.Layers, 1, CharTrain.H);
    private torch.Tensor _c = torch.zeros(CharTrain.Layers, 1, CharTrain.H);
    private long _symbol;

    public TorchGenerate()
    {
        _lstm.eval();
        _output.eval();
    }

    public double Loss => double.NaN;

    public void Step()
    {
        using IDisposable noGrad = torch.no_grad();
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = torch.zeros(1, 1, CharTrain.V);
        x[0, 0, _symbol] = torch.tensor(1f);
        (torch.Tensor y, torch.Tensor h, torch.Tensor c) = _lstm.call(x, (_h, _c));
        _h.Dispose();
        _c.Dispose();
        _h = h.DetachFromDisposeScope();
        _c = c.DetachFromDisposeScope();
        torch.Tensor p = torch.nn.functional.softmax(_output.call(y.view(1, CharTrain.H)), 1);
        (torch.Tensor best, torch.Tensor indices) = p.topk(Generate.TopK, 1);
        torch.Tensor choice = torch.multinomial(best, 1);
        _symbol = indices[0, choice.item<long>()].item<long>();
    }
}
