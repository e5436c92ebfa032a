using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// The sentiment lesson: embedding -> LSTM 256 x 2 -> the last step -> dropout -> linear 1 -> sigmoid cross-entropy,
/// every review beginning from a state of zeros.
/// </summary>
public sealed class SentimentTrain : TrainingWorkload
{
    public const int T = 200, B = 50, V = 74_072, E = 400, H = 256, Layers = 2, LastH = 2 * (Layers - 1);
    public const double Rate = 1e-3, Clip = 5, BetweenLayers = 0.5, BeforeOutput = 0.3;
    public const double Tokens = T * B;
    public const double Flops = (3 * 2 * Tokens * 4 * H * (E + (3 * H))) + (3 * 2 * B * H);

    private readonly MadeUpText _windows = CreateWindows();
    private readonly Embedding _embedding;
    private readonly RecurrentStack _recurrent;
    private readonly Dropout _dropout;
    private readonly Linear _output;
    private readonly RecurrentTape _tape;
    private readonly RecurrentState _state;
    private readonly RecurrentState _dState;
    private readonly Tensor _x = new(T, B, E);
    private readonly Tensor _last = new(B, H);
    private readonly Tensor _logits = new(B, 1);
    private readonly float[] _labels = CreateLabels();

    public SentimentTrain(bool dropout, bool denseAdam)
        : base(Rate, Clip, denseAdam ? ByRowUpdate.Dense : ByRowUpdate.Lazy)
    {
        _embedding = new Embedding(Layout, "embedding", V, E);
        _recurrent = RecurrentStack.Create(Layout, "lstm", RecurrentCell.Lstm, E, H, Layers,
            dropout ? BetweenLayers : 0, options: new() { TwoBiases = true });
        _dropout = new Dropout("dropout", dropout ? BeforeOutput : 0);
        _output = new Linear(Layout, "fc", H, 1);
        Allocate();
        _tape = _recurrent.CreateTape(T, B);
        _state = _recurrent.CreateState(B);
        _dState = _recurrent.CreateState(B);
    }

    /// <summary>The reviews; the same for everybody.</summary>
    public static MadeUpText CreateWindows() => new(T, B, V);

    /// <summary>0 and 1 by turns [B], as in the lesson's file.</summary>
    public static float[] CreateLabels()
    {
        float[] labels = new float[B];
        for (int b = 0; b < B; b++)
            labels[b] = b % 2;

        return labels;
    }

    private protected override void Initialize(ParameterWriter parameters, ref Philox random)
    {
        _embedding.Initialize(parameters, ref random);
        _recurrent.Initialize(parameters, RecurrentInitialization.PyTorch, ref random);
        _output.Initialize(parameters, ref random);
    }

    private protected override LossSum ForwardBackward(Mode mode, GradientBuffer g)
    {
        int[] tokens = _windows.Inputs(_windows.Next());
        SequenceView x = _x.AsSequence();
        MatrixView last = _last.AsMatrix(), logits = _logits.AsMatrix();
        _embedding.Forward(Parameters, tokens, x.Flattened);
        _state.Clear();
        _recurrent.Forward(Parameters, x, default, _state, mode, _tape);
        _dropout.Forward(_state[LastH].Span, last.Span, mode);
        _output.Forward(Parameters, last, logits);
        ReadOnlyMatrixView labels = new(_labels, logits.Rows, logits.Cols);
        LossSum loss = SigmoidCrossEntropy.ForwardBackward(logits, labels, logits);

        // The last output is the final h of the upper layer: its gradient enters there.
        _dState.Clear();
        MatrixView dLast = _dState[LastH];
        SequenceView dX = x;
        _output.Backward(Parameters, last, logits, g, dLast);
        _dropout.Backward(dLast.Span, dLast.Span, mode);
        _recurrent.Backward(Parameters, x, default, _dState, _tape, g, dX);
        _embedding.Backward(tokens, dX.Flattened, g);
        return loss;
    }
}
