using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary><see cref="SineTrain"/> in TorchSharp.</summary>
internal sealed class TorchSineTrain : TorchTraining
{
    private readonly float[] _points = new float[SineTrain.T + 1];
    private readonly RNN _rnn = torch.nn.RNN(1, SineTrain.H);
    private readonly Linear _output = torch.nn.Linear(SineTrain.H, 1);
    private torch.Tensor? _h;
    private int _step;

    public TorchSineTrain()
        : base(SineTrain.Rate, clip: 0) => Train(new TorchNet(("rnn", _rnn), ("fc", _output)));

    protected override torch.Tensor Forward()
    {
        if (_step % SineTrain.Steps == 0)
        {
            _h?.Dispose();
            _h = torch.zeros(1, 1, SineTrain.H).DetachFromDisposeScope();
        }

        SineTrain.Points(_step++, _points);
        torch.Tensor x = torch.tensor(_points[..SineTrain.T], [SineTrain.T, 1, 1]);
        torch.Tensor targets = torch.tensor(_points[1..], [SineTrain.T, 1]);
        (torch.Tensor y, torch.Tensor h) = _rnn.call(x, _h!);
        Carry(ref _h, h);
        return torch.nn.functional.mse_loss(_output.call(y.view(-1, SineTrain.H)), targets);
    }
}
