using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary><see cref="WordTrain"/> in TorchSharp; its Adam goes over the whole table.</summary>
internal sealed class TorchWordTrain : TorchTraining
{
    private readonly WordModelSizes _sizes;
    private readonly TorchTokens _tokens;
    private readonly Embedding _embedding;
    private readonly LSTM? _lstm;
    private readonly GRU? _gru;
    private readonly Linear? _output;
    private readonly TorchAdaptiveSoftmax? _adaptive;
    private torch.Tensor? _h;
    private torch.Tensor? _c;

    public TorchWordTrain(WordModelSizes sizes)
        : base(WordModelSizes.Rate, sizes.Clip)
    {
        _sizes = sizes;
        _tokens = new TorchTokens(sizes.CreateWindows());
        _embedding = torch.nn.Embedding(sizes.V, sizes.E);
        _lstm = sizes.IsLstm ? torch.nn.LSTM(sizes.E, sizes.H, sizes.Layers) : null;
        _gru = sizes.IsLstm ? null : torch.nn.GRU(sizes.E, sizes.H, sizes.Layers);
        _output = sizes.IsAdaptive ? null : torch.nn.Linear(sizes.H, sizes.V);
        _adaptive = sizes.IsAdaptive ? new TorchAdaptiveSoftmax(sizes.H, sizes.V) : null;
        _h = torch.zeros(sizes.Layers, sizes.B, sizes.H);
        _c = torch.zeros(sizes.Layers, sizes.B, sizes.H);
        torch.nn.Module recurrent = sizes.IsLstm ? _lstm! : _gru!, head = sizes.IsAdaptive ? _adaptive! : _output!;
        Train(new TorchNet(("embedding", _embedding), (sizes.RecurrentName, recurrent), ("fc", head)));
    }

    protected override torch.Tensor Forward()
    {
        (torch.Tensor inputs, torch.Tensor targets) = _tokens.Next();
        torch.Tensor hidden = Recurrent(_embedding.call(inputs)).view(-1, _sizes.H);
        if (_adaptive is not null)
            return _adaptive.Loss(hidden, targets);

        // Freed before the way back, which needs their log-softmax only.
        using torch.Tensor logits = _output!.call(hidden);
        return torch.nn.functional.cross_entropy(logits, targets);
    }

    private torch.Tensor Recurrent(torch.Tensor x)
    {
        if (_lstm is null)
        {
            (torch.Tensor output, torch.Tensor state) = _gru!.call(x, _h!);
            Carry(ref _h, state);
            return output;
        }

        (torch.Tensor y, torch.Tensor h, torch.Tensor c) = _lstm.call(x, (_h!, _c!));
        Carry(ref _h, h);
        Carry(ref _c, c);
        return y;
    }
}
