using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// The time-series lesson: step k takes 21 points of sin on [k*pi, (k+1)*pi], the first 20 as input, the last 20 as
/// targets; tanh RNN 1 -> 32 -> linear 1, mean squared error, state carried; it begins anew after 75 steps.
/// </summary>
public sealed class SineTrain : TrainingWorkload
{
    public const int T = 20, H = 32, Steps = 75;
    public const double Rate = 0.01;
    public const double Flops = (3.0 * 2 * T * ((H * H) + H)) + (2 * 2 * T * H);   // no gradient of the input

    private readonly float[] _points = new float[T + 1];
    private readonly RecurrentStack _recurrent;
    private readonly Linear _output;
    private readonly RecurrentTape _tape;
    private readonly RecurrentState _state;
    private readonly RecurrentState _dState;
    private readonly Tensor _y = new(T, 1);
    private readonly Tensor _dHidden = new(T, H);
    private int _step;

    public SineTrain()
        : base(Rate, clip: 0)
    {
        _recurrent = RecurrentStack.Create(Layout, "rnn", RecurrentCell.RnnTanh, 1, H, 1, options: new() { TwoBiases = true });
        _output = new Linear(Layout, "fc", H, 1);
        Allocate();
        _tape = _recurrent.CreateTape(T, 1);
        _state = _recurrent.CreateState(1);
        _dState = _recurrent.CreateState(1);
    }

    /// <summary>The points of a step [T+1].</summary>
    public static void Points(int step, Span<float> points)
    {
        for (int i = 0; i < points.Length; i++)
            points[i] = (float)Math.Sin(Math.PI * ((step % Steps) + ((double)i / (points.Length - 1))));
    }

    private protected override void Initialize(ParameterWriter parameters, ref Philox random)
    {
        _recurrent.Initialize(parameters, RecurrentInitialization.PyTorch, ref random);
        _output.Initialize(parameters, ref random);
    }

    private protected override LossSum ForwardBackward(Mode mode, GradientBuffer g)
    {
        if (_step % Steps == 0)
            _state.Clear();

        Points(_step++, _points);
        ReadOnlySequenceView x = new(_points.AsSpan(0, T), T, 1, 1);
        MatrixView y = _y.AsMatrix(), dHidden = _dHidden.AsMatrix();
        _recurrent.Forward(Parameters, x, default, _state, mode, _tape);
        _output.Forward(Parameters, _tape.Output.Flattened, y);
        ReadOnlyMatrixView next = new(_points.AsSpan(1, T), T, 1);
        LossSum loss = MeanSquaredError.ForwardBackward(y, next, y);

        _output.Backward(Parameters, _tape.Output.Flattened, y, g, dHidden);
        _dState.Clear();
        _recurrent.Backward(Parameters, x, new ReadOnlySequenceView(dHidden.Span, T, 1, H), _dState, _tape, g, default);
        return loss;
    }
}
