using Rnn.Core.Kernels;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// The character lesson: one-hot(83) -> LSTM 512 x 2 -> dropout -> linear 83 -> softmax cross-entropy at every step,
/// state carried from window to window, two biases as in PyTorch.
/// </summary>
public sealed class CharTrain : TrainingWorkload
{
    public const int T = 100, B = 128, V = 83, H = 512, Layers = 2;
    public const double Rate = 1e-3, Clip = 5;
    public const double Tokens = T * B;

    // Wh of both layers, Wx of the second, the output; forward, gradient of the input, gradient of the weights.
    public const double Flops = 3 * 2 * Tokens * ((3.0 * H * 4 * H) + (H * V));

    private readonly TokenWindows _windows = CreateWindows();
    private readonly RecurrentStack _recurrent;
    private readonly Dropout _dropout;
    private readonly Linear _output;
    private readonly RecurrentTape _tape;
    private readonly RecurrentState _state;
    private readonly RecurrentState _dState;
    private readonly Tensor _logits = new(T * B, V);

    public CharTrain(double dropout)
        : base(Rate, Clip)
    {
        _recurrent = RecurrentStack.Create(Layout, "lstm", RecurrentCell.Lstm, V, H, Layers, dropout, twoBiases: true);
        _dropout = new Dropout("dropout", dropout);
        _output = new Linear(Layout, "fc", H, V);
        Allocate();
        _tape = _recurrent.CreateTape(T, B);
        _state = _recurrent.CreateState(B);
        _dState = _recurrent.CreateState(B);
    }

    /// <summary>The text; the same for everybody.</summary>
    public static TokenWindows CreateWindows() => new(T, B, V);

    private protected override void Initialize(ParameterWriter parameters, ref Philox random)
    {
        _recurrent.Initialize(parameters, RecurrentInitialization.PyTorch, ref random);
        _output.Initialize(parameters, ref random);
    }

    private protected override LossSum ForwardBackward(Mode mode, GradientBuffer g)
    {
        int window = _windows.Next();
        RecurrentInput x = RecurrentInput.OneHot(_windows.Inputs(window), T, B, V);
        MatrixView logits = _logits.AsMatrix();
        _recurrent.Forward(Parameters, x, default, _state, mode, _tape);
        MatrixView hidden = _tape.OutputGradient.Flattened;
        _dropout.Forward(_tape.Output.Span, hidden.Span, mode);
        _output.Forward(Parameters, hidden, logits);
        LossSum loss = SoftmaxCrossEntropy.ForwardBackward(logits, _windows.Targets(window), logits);

        MatrixView dHidden = hidden;
        _output.Backward(Parameters, hidden, logits, g, dHidden);
        _dropout.Backward(dHidden.Span, dHidden.Span, mode);
        _dState.Clear();
        _recurrent.Backward(Parameters, x, new ReadOnlySequenceView(dHidden.Span, T, B, H), _dState, _tape, g, default);
        return loss;
    }
}
