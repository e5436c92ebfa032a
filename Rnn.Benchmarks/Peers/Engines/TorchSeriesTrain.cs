using System;
using System.Linq;
using Rnn.Benchmarks.Models;
using Rnn.Models.TimeSeries;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary><see cref="SeriesTrain"/> in TorchSharp.</summary>
internal sealed class TorchSeriesTrain : TorchTraining
{
    private readonly MadeUpSeries _windows = SeriesTrain.CreateWindows();
    private readonly torch.Tensor[] _inputs;
    private readonly torch.Tensor[] _targets;
    private readonly torch.Tensor[] _weights;
    private readonly torch.Tensor _levels = torch.tensor([.. SeriesTrain.Levels.Select(level => (float)level)]);
    private readonly torch.Tensor _lower;   // levels - 1
    private readonly torch.Tensor _zeros = torch.zeros(1, SeriesTrain.B, SeriesTrain.H);
    private readonly GRU _gru = torch.nn.GRU(SeriesTrain.F, SeriesTrain.H);
    private readonly Dropout _dropout;
    private readonly Linear _output = torch.nn.Linear(SeriesTrain.H, SeriesTrain.Quantiles);
    private readonly Linear _skip = torch.nn.Linear(SeriesTrain.F, SeriesTrain.Quantiles, hasBias: false);

    public TorchSeriesTrain(bool dropout)
        : base(SeriesTrain.Rate, SeriesTrain.Clip)
    {
        _lower = _levels - 1;
        _dropout = torch.nn.Dropout(dropout ? SeriesTrain.BeforeOutput : 0);
        _inputs = Tensors(batch => batch.Inputs, SeriesTrain.T, SeriesTrain.B, SeriesTrain.F);
        _targets = Tensors(batch => batch.Targets, SeriesTrain.Horizon, SeriesTrain.B, 1);
        _weights = Tensors(batch => batch.Weights, SeriesTrain.Horizon, SeriesTrain.B, 1);
        Train(new TorchNet(("gru", _gru), ("dropout", _dropout), ("fc", _output), ("skip", _skip)));
    }

    protected override torch.Tensor Forward()
    {
        int batch = _windows.Next();
        torch.Tensor x = _inputs[batch];
        (torch.Tensor y, _) = _gru.call(x, _zeros);
        torch.Tensor hidden = _dropout.call(y.narrow(0, SeriesTrain.Context, SeriesTrain.Horizon));
        torch.Tensor outputs = _output.call(hidden) + _skip.call(x.narrow(0, SeriesTrain.Context, SeriesTrain.Horizon));
        torch.Tensor errors = _targets[batch] - outputs;
        torch.Tensor losses = torch.maximum(_levels * errors, _lower * errors);
        return (_weights[batch] * losses).sum() / (SeriesTrain.Horizon * SeriesTrain.B);   // all targets count
    }

    private torch.Tensor[] Tensors(Func<SeriesBatch, ReadOnlyMemory<float>> part, params long[] shape) =>
        [.. _windows.All.Select(batch => torch.tensor(part(batch).ToArray(), shape))];
}
