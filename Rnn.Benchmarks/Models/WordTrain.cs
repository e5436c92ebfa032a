using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// Embedding -> recurrent layers -> softmax over all words at every step (<see cref="SoftmaxHead"/> or
/// <see cref="AdaptiveSoftmax"/>), the state carried from window to window.
/// </summary>
public sealed class WordTrain : TrainingWorkload
{
    private readonly WordModelSizes _sizes;
    private readonly MadeUpText _windows;
    private readonly Embedding _embedding;
    private readonly RecurrentStack _recurrent;
    private readonly VocabularyHead _head;
    private readonly RecurrentTape _tape;
    private readonly VocabularyHeadTape _headTape;
    private readonly RecurrentState _state;
    private readonly RecurrentState _dState;
    private readonly Tensor _x;
    private readonly Tensor _dHidden;

    public WordTrain(WordModelSizes sizes, bool denseAdam)
        : base(WordModelSizes.Rate, sizes.Clip, denseAdam ? ByRowUpdate.Dense : ByRowUpdate.Lazy)
    {
        _sizes = sizes;
        _windows = sizes.CreateWindows();
        _embedding = new Embedding(Layout, "embedding", sizes.V, sizes.E);
        _recurrent = RecurrentStack.Create(Layout, sizes.RecurrentName, sizes.Cell, sizes.E, sizes.H, sizes.Layers,
            options: new() { TwoBiases = true });
        _head = sizes.CreateHead(Layout, "fc");
        Allocate();
        _tape = _recurrent.CreateTape(sizes.T, sizes.B);
        _headTape = _head.CreateTape(sizes.T * sizes.B);
        _state = _recurrent.CreateState(sizes.B);
        _dState = _recurrent.CreateState(sizes.B);
        _x = new Tensor(sizes.T, sizes.B, sizes.E);
        _dHidden = new Tensor(sizes.T, sizes.B, sizes.H);
    }

    private protected override LossSum ForwardBackward(Mode mode, GradientBuffer g)
    {
        int window = _windows.Next();
        int[] tokens = _windows.Inputs(window);
        SequenceView x = _x.AsSequence(), dHidden = _dHidden.AsSequence();
        _embedding.Forward(Parameters, tokens, x.Flattened);
        _recurrent.Forward(Parameters, x, default, _state, mode, _tape);
        LossSum loss = _head.ForwardBackward(Parameters, _tape.Output.Flattened, _windows.Targets(window), mode,
            1f / (_sizes.T * _sizes.B), _headTape, g, dHidden.Flattened);

        _dState.Clear();
        SequenceView dX = x;
        _recurrent.Backward(Parameters, x, dHidden, _dState, _tape, g, dX);
        _embedding.Backward(tokens, dX.Flattened, g);
        return loss;
    }
}
