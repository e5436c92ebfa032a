using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Guarding;

/// <summary>An LSTM layer of 512 units on 512 inputs, batch 128, some steps: the way forward, or the way
/// back.</summary>
internal sealed class LstmGuard : GuardItem
{
    private const int T = 10, B = 128, H = 512;
    private const double ForwardFlops = 2.0 * T * B * 2 * H * 4 * H;

    private readonly bool _backward;
    private readonly Lstm _layer;
    private readonly ParameterBuffer _parameters;
    private readonly GradientBuffer _gradients;
    private readonly RecurrentTape _tape;
    private readonly RecurrentState _state;
    private readonly Tensor _x = new(T, B, H);
    private readonly Tensor _dX = new(T, B, H);
    private readonly Tensor _dY = new(T, B, H);

    public LstmGuard(bool backward)
        : base(backward ? "lstm-backward" : "lstm-forward", backward ? 2 * ForwardFlops : ForwardFlops, bytes: 0)
    {
        _backward = backward;
        ParameterLayout layout = new();
        _layer = new Lstm(layout, "lstm", H, H);
        _parameters = new ParameterBuffer(layout);
        _gradients = new GradientBuffer(layout);
        _parameters.Initialize(seed: 1);
        Philox random = new(1);
        Initializer.Normal(_x.Span, 0, 1, ref random);
        Initializer.Normal(_dY.Span, 0, 1e-3f, ref random);
        _tape = _layer.CreateTape(T, B);
        _state = _layer.CreateState(B);
    }

    protected override double Seconds()
    {
        double start = Now();
        _state.Clear();
        _layer.Forward(_parameters, _x.AsSequence(), default, _state, Mode.Inference, _tape);
        if (_backward)
        {
            _state.Clear();
            start = Now();
            _layer.Backward(_parameters, _x.AsSequence(), _dY.AsSequence(), _state, _tape, _gradients,
                _dX.AsSequence());
        }

        return Now() - start;
    }
}
