using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>Misuse is refused at the door, in a sentence that says who, what was expected and what came.</summary>
public class MisuseTests
{
    private const int T = 4, B = 2, I = 3, H = 5;

    private readonly ParameterLayout _layout = new();
    private readonly Lstm _lstm;
    private readonly Lstm _other;
    private readonly Gru _gru;
    private readonly Bidirectional _both;
    private readonly ParameterBuffer _p;
    private readonly GradientBuffer _g;
    private readonly RecurrentTape _tape;
    private readonly RecurrentState _state;
    private readonly RecurrentState _dState;
    private readonly float[] _x = new float[T * B * I];
    private readonly float[] _dY = new float[T * B * H];

    public MisuseTests()
    {
        _lstm = new Lstm(_layout, "encoder", I, H);
        _other = new Lstm(_layout, "other", I, H);
        _gru = new Gru(_layout, "gru", I, H);
        SimpleRnn forwards = new(_layout, "forwards", I, H), backwards = new(_layout, "backwards", I, H);
        _both = new Bidirectional("both", forwards, backwards);
        _p = TestNumbers.Parameters(_layout, 1);
        _g = new GradientBuffer(_layout);
        _tape = _lstm.CreateTape(T, B);
        _state = _lstm.CreateState(B);
        _dState = _lstm.CreateState(B);
    }

    private ReadOnlySequenceView X => new(_x, T, B, I);

    private ReadOnlySequenceView DY => new(_dY, T, B, H);

    [Fact]
    public void BackwardNeedsOneForwardEach()
    {
        Says<InvalidOperationException>(Backward,
            "Backward needs a tape recorded by Forward; this one is Empty. " +
            "Call Forward first, and Backward once per Forward.");
        Forward();
        Backward();
        Says<InvalidOperationException>(Backward, "this one is Consumed");
        Forward();
        Backward();
    }

    /// <summary>Stacks whose lowest layers alone differ: a state of one is none of the other.</summary>
    [Fact]
    public void StatesOfStacksWithAnotherFirstLayer()
    {
        ParameterLayout layout = new();
        RecurrentStack three = RecurrentStack.Create(layout, "a", RecurrentCell.Gru, I, 3, 2, lastHiddenSize: 1);
        RecurrentStack four = RecurrentStack.Create(layout, "b", RecurrentCell.Gru, I, 4, 2, lastHiddenSize: 1);
        Assert.Equal((1, 1), (three.OutputSize, four.OutputSize));
        ParameterBuffer p = new(layout);
        Says<ArgumentException>(() => three.Forward(p, X, default, four.CreateState(B), Mode.Inference, three.CreateTape(T, B)), "'a'");
        Says<ArgumentException>(() => three.CreateState(B).CopyFrom(four.CreateState(B)), "H=");
    }

    /// <summary>The room that a tape offers for the gradient of the output is that of the output.</summary>
    [Fact]
    public void RoomForTheGradientOfTheOutput()
    {
        Forward();
        SequenceView room = _tape.OutputGradient;
        Assert.Equal((T, B, H, T * B * H), (room.Steps, room.Batch, room.Features, room.Span.Length));
    }

    [Fact]
    public void AWayBackWithoutAStateEndsOnce()
    {
        _lstm.Forward(_p, X, default, Mode.Inference, _tape);
        _lstm.Backward(_p, X, DY, _tape, _g, default);
        Says<InvalidOperationException>(() => _lstm.Backward(_p, X, DY, _tape, _g, default), "this one is Consumed");
    }

    /// <summary>Of an LSTM and a GRU: each direction's state is looked at, and the tape of both is consumed.</summary>
    [Fact]
    public void TwoDirectionsOfDifferentCells()
    {
        ParameterLayout layout = new();
        Bidirectional mixed = new("mixed", new Lstm(layout, "a", I, H), new Gru(layout, "b", I, H));
        Bidirectional alike = new("alike", new Gru(layout, "c", I, H), new Gru(layout, "d", I, H));
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        RecurrentTape tape = mixed.CreateTape(T, B);
        float[] dY = new float[T * B * 2 * H];
        void Run(RecurrentState state) => mixed.Forward(p, X, default, state, Mode.Inference, tape);
        void Back() => mixed.Backward(
            p, X, new ReadOnlySequenceView(dY, T, B, 2 * H), mixed.CreateState(B), tape, g, default);
        Says<ArgumentException>(() => Run(alike.CreateState(B)), "'mixed'");
        Run(mixed.CreateState(B));
        Back();
        Says<InvalidOperationException>(Back, "this one is Consumed");
    }

    [Fact]
    public void StepsComeInOrder()
    {
        Says<InvalidOperationException>(() => _lstm.ForwardStep(_p, X[0], 0, _tape),
            "this one is Empty. Call Begin first.");
        Says<InvalidOperationException>(() => _lstm.End(_state, _tape), "Call Begin first.");
        Forward();
        Says<InvalidOperationException>(() => _lstm.ForwardStep(_p, X[0], 0, _tape), "this one is Recorded");
        Says<InvalidOperationException>(() => BackwardStep(T - 1), "Call BeginBackward first.");

        _lstm.Begin(_state, T, Mode.Inference, _tape);
        Says<InvalidOperationException>(Backward, "this one is Recording");
        Says<InvalidOperationException>(() => _lstm.BeginBackward(_dState, _tape), "this one is Recording");
        Says<InvalidOperationException>(() => _lstm.ForwardStep(_p, X[1], 1, _tape),
            "'encoder': step 1 came, expected 0.");
        Says<ArgumentOutOfRangeException>(() => _lstm.ForwardStep(_p, X[0], T, _tape), "t holds 4, expected 0 to 3");
        _lstm.ForwardStep(_p, X[0], 0, _tape);
        Says<InvalidOperationException>(() => _lstm.ForwardStep(_p, X[0], 0, _tape), "step 0 came, expected 1.");
        Says<InvalidOperationException>(() => _lstm.End(_state, _tape), "'encoder': 1 of 4 steps were done.");
        for (int t = 1; t < T; t++)
            _lstm.ForwardStep(_p, X[t], t, _tape);

        _lstm.End(_state, _tape);
        Says<InvalidOperationException>(() => BackwardStep(T - 1), "this one is Recorded. Call BeginBackward first.");
        Says<InvalidOperationException>(EndBackward, "Call BeginBackward first.");
        _lstm.BeginBackward(_dState, _tape);
        Says<InvalidOperationException>(() => BackwardStep(0), "step 0 came, expected 3.");
        Says<ArgumentOutOfRangeException>(() => BackwardStep(-1), "t holds -1, expected 0 to 3");
        BackwardStep(3);
        Says<InvalidOperationException>(EndBackward, "'encoder': 1 of 4 steps were done.");
        BackwardStep(2);
        BackwardStep(1);
        BackwardStep(0);
        EndBackward();
        Says<InvalidOperationException>(EndBackward, "this one is Consumed");
        Says<InvalidOperationException>(Backward, "this one is Consumed");
    }

    [Fact]
    public void AnotherLayersTapeOrStateIsRefused()
    {
        RecurrentTape tape = _other.CreateTape(T, B);
        _other.Forward(_p, X, default, _other.CreateState(B), Mode.Inference, tape);
        _other.BeginBackward(_dState, tape);
        const string text = "'encoder': the tape was made by 'other'.";
        Says<ArgumentException>(() => _lstm.Forward(_p, X, default, _state, Mode.Inference, tape), text);
        Says<ArgumentException>(() => _lstm.Backward(_p, X, DY, _dState, tape, _g, default), text);
        Says<ArgumentException>(() => _lstm.Begin(_state, T, Mode.Inference, tape), text);
        Says<ArgumentException>(() => _lstm.ForwardStep(_p, X[0], 0, tape), text);
        Says<ArgumentException>(() => _lstm.End(_state, tape), text);
        Says<ArgumentException>(() => _lstm.BeginBackward(_dState, tape), text);
        Says<ArgumentException>(() => _lstm.BackwardStep(_p, T - 1, default, tape, default), text);
        Says<ArgumentException>(() => _lstm.EndBackward(X, _dState, tape, _g), text);

        RecurrentStack stack = new("stack", [_lstm]);
        foreach (RecurrentState state in new[] { _gru.CreateState(B), _both.CreateState(B), stack.CreateState(B) })
        {
            Says<ArgumentException>(() => _lstm.Forward(_p, X, default, state, Mode.Inference, _tape),
                "'encoder': the state has another layer's shape.");
        }

        Says<ArgumentException>(() => stack.Forward(_p, X, default, _state, Mode.Inference, stack.CreateTape(T, B)),
            "'stack': the state has another layer's shape.");
        Says<ArgumentException>(
            () => _lstm.Forward(_p, X, default, _lstm.CreateState(B + 1), Mode.Inference, _tape),
            "for B=3 rows, expected for B=2 rows");
        Forward();
        Says<ArgumentException>(() => _lstm.Backward(_p, X, DY, _gru.CreateState(B), _tape, _g, default),
            "another layer's shape");
    }

    [Fact]
    public void WrongSizesAreRefused()
    {
        Says<ArgumentException>(
            () => _lstm.Forward(
                _p, new ReadOnlySequenceView(new float[T * B * 7], T, B, 7), default, _state, default, _tape),
            "'encoder': x has 7 features, expected 3 (InputSize). x is [T=4, B=2, 7].");
        Says<ArgumentException>(
            () => _lstm.Forward(
                _p, new ReadOnlySequenceView(new float[5 * B * I], 5, B, I), default, _state, default, _tape),
            "'encoder': the window is [T=5, B=2], but the tape holds 1 to 4 steps of 1 to 2 rows. " +
            "Create a larger tape.");
        Says<ArgumentException>(() => _lstm.Forward(_p, default(ReadOnlySequenceView), default, _state, default, _tape),
            "0 features");
        Says<ArgumentException>(() => _lstm.Forward(_p, X, [4], _state, default, _tape),
            "lengths has 1 elements, expected 2");
        Says<ArgumentOutOfRangeException>(() => _lstm.Forward(_p, X, [4, 0], _state, default, _tape),
            "lengths is 0; expected 1 to 4 (T)");
        Says<ArgumentOutOfRangeException>(() => _lstm.Forward(_p, X, [5, 4], _state, default, _tape),
            "lengths is 5; expected 1 to 4 (T)");
        Says<ArgumentException>(() => _lstm.Begin(_state, 0, default, _tape), "[T=0, B=2]");
        Says<ArgumentException>(() => _lstm.Begin(_state, T + 1, default, _tape), "[T=5, B=2]");
        Forward();
        Says<ArgumentException>(
            () => _lstm.Backward(_p, X, new ReadOnlySequenceView(_dY, T, H, B), _dState, _tape, _g, default),
            "'encoder': dY is [T=4, B=5, 2], expected [T=4, B=2, 5].");
        Says<ArgumentException>(
            () => _lstm.Backward(_p, X, DY, _dState, _tape, _g, new SequenceView(new float[T * B * H], T, B, H)),
            "'encoder': dX is [T=4, B=2, 5], expected [T=4, B=2, 3].");
        Says<ArgumentException>(() => _lstm.Backward(_p, X.Slice(0, 3), default, _dState, _tape, _g, default),
            "'encoder': x is [T=3, B=2, 3], expected [T=4, B=2, 3] as in Forward.");
        Backward();   // a refused call has changed nothing
        _lstm.Begin(_state, 1, default, _tape);
        Says<ArgumentException>(() => _lstm.ForwardStep(_p, X.Slice(0, 2), 0, _tape),
            "x is [T=2, B=2, 3], expected [T=1, B=2, 3].");
        _lstm.ForwardStep(_p, X[0], 0, _tape);
        _lstm.End(_state, _tape);
        _lstm.BeginBackward(_dState, _tape);
        Says<ArgumentException>(
            () => _lstm.BackwardStep(_p, 0, new ReadOnlyMatrixView(new float[6], 2, 3), _tape, default),
            "dY is [2, 3], expected [2, 5].");
        Says<ArgumentException>(() => _lstm.BackwardStep(_p, 0, default, _tape, new MatrixView(new float[10], 2, 5)),
            "dX is [2, 5], expected [2, 3].");
        BackwardStep(0);
        Says<ArgumentException>(() => _lstm.EndBackward(X, _dState, _tape, _g),
            "x is [T=4, B=2, 3], expected [T=1, B=2, 3].");
    }

    [Fact]
    public void OneHotInputIsChecked()
    {
        Says<ArgumentOutOfRangeException>(() => RecurrentInput.OneHot([0, 3], 1, 2, 3),
            "indices holds 3, expected 0 to 2");
        Says<ArgumentOutOfRangeException>(() => RecurrentInput.OneHot([0, -1], 1, 2, 3),
            "indices holds -1, expected 0 to 2");
        Says<ArgumentOutOfRangeException>(() => RecurrentInput.OneHot([], 0, 2, 0),
            "features is 0; expected more than 0");
        Says<ArgumentException>(() => RecurrentInput.OneHot([0, 1, 2], 1, 2, 3),
            "indices is 3 elements, expected [T=1, B=2]");
        int[] indices = new int[T * B];
        _lstm.Forward(_p, RecurrentInput.OneHot(indices, T, B, I), default, _state, default, _tape);
        Says<ArgumentException>(
            () => _lstm.Backward(_p, RecurrentInput.OneHot(indices, T, B, I), DY, _dState, _tape, _g,
                new SequenceView(_x, T, B, I)),
            "'encoder': one-hot input has no gradient. Pass default for dX.");
    }

    [Fact]
    public void TwoDirectionsHaveNoSteps()
    {
        Assert.False(_both.SupportsSteps);
        RecurrentStack stack = new("stack", [_both]);
        Assert.False(stack.SupportsSteps);
        Says<NotSupportedException>(() => stack.Begin(stack.CreateState(B), T, default, stack.CreateTape(T, B)),
            "'stack' reads the sequence in both directions and can't run step by step. Use Forward.");
    }

    [Fact]
    public void GradientsOfAnotherLayoutLeaveTheTapeAsItIs()
    {
        ParameterLayout layout = new();
        _ = new Lstm(layout, "encoder", I, H);
        GradientBuffer others = new(layout);
        _lstm.Forward(_p, X, default, _state, default, _tape);
        Says<ArgumentException>(() => _lstm.Backward(_p, X, DY, _dState, _tape, others, default),
            "'encoder': the gradients are of another layout than the parameters that Forward read.");
        _lstm.Backward(_p, X, DY, _dState, _tape, _g, default);
    }

    [Fact]
    public void StepsReadTheSameParameters()
    {
        _lstm.Begin(_state, T, default, _tape);
        _lstm.ForwardStep(_p, X[0], 0, _tape);
        _p.BeginWrite();
        Says<InvalidOperationException>(() => _lstm.ForwardStep(_p, X[1], 1, _tape),
            "'encoder': the parameters are not those that Forward read.");
    }

    [Fact]
    public void LayersThatDontFitAreRefused()
    {
        ParameterLayout layout = new();
        SimpleRnn narrow = new(layout, "narrow", 3, 4), wide = new(layout, "wide", 5, 4);
        Says<ArgumentException>(() => new RecurrentStack("stack", [narrow, wide]),
            "'stack': layers is one with 5 inputs, expected layer 1 with 4 inputs");
        Says<ArgumentException>(() => new RecurrentStack("stack", []), "at least one layer");
        Says<ArgumentException>(() => new Bidirectional("both", narrow, wide),
            "of 5 and 4, expected of 3 inputs and 4 outputs");
        Says<ArgumentOutOfRangeException>(() => new Lstm(layout, "none", 0, 4), "inputSize is 0; expected more than 0");
        Says<ArgumentException>(() => new Lstm(layout, "narrow", 3, 4),
            "The layout already has a parameter 'narrow.weight_ih_l0'");
        Says<ArgumentOutOfRangeException>(() => RecurrentStack.Create(layout, "none", RecurrentCell.Gru, 3, 4, 0),
            "layers is 0");
        Says<InvalidOperationException>(() => new Gru(_layout, "late", 3, 4), "Construct all layers first.");
    }

    [Fact]
    public void ParametersOfAnotherLayoutAreNamed()
    {
        ParameterLayout layout = new();
        _ = new Linear(layout, "head", 3, 4);
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        Optimizer adam = new Adam(layout);
        ParameterSlot slot = _lstm.RecurrentWeights;
        const string message = "Parameter 'encoder.weight_hh_l0' is not in this buffer's layout. " +
            "Make the buffer from the ParameterLayout that the layers were constructed with.";
        Says<ArgumentException>(() => _lstm.Forward(p, X, default, _state, Mode.Inference, _tape),
            "is not in this buffer's layout");
        Says<ArgumentException>(() => _ = p[slot], message);
        Says<ArgumentException>(() => _ = p.BeginWrite()[slot], message);
        Says<ArgumentException>(() => _ = g[slot], message);
        Says<ArgumentException>(() => g.Rows(slot), message);
        Says<ArgumentException>(() => _ = adam.State[0][slot], message);
        Says<ArgumentException>(() => _ = p[default], "Parameter '' is not in this buffer's layout.");
        Forward();
        Says<ArgumentException>(() => _lstm.Backward(_p, X, DY, _dState, _tape, g, default),
            "the gradients are of another layout than the parameters that Forward read");
    }

    [Fact]
    public void WhatLiesOutsideAViewIsNamed()
    {
        Says<ArgumentOutOfRangeException>(() => _ = new MatrixView(new float[6], 2, 3)[1, 3],
            "MatrixView: there is no element (1, 3) in a matrix [2, 3].");
        Says<ArgumentOutOfRangeException>(() => _ = new ReadOnlyMatrixView(new float[6], 2, 3)[-1, 0],
            "ReadOnlyMatrixView: there is no element (-1, 0) in a matrix [2, 3].");
        Says<ArgumentOutOfRangeException>(() => _ = new MatrixView(new float[6], 2, 3).Row(2),
            "MatrixView: row holds 2, expected 0 to 1.");
        Says<ArgumentOutOfRangeException>(() => _ = new ReadOnlyMatrixView(new float[6], 2, 3).Row(-1),
            "ReadOnlyMatrixView: row holds -1, expected 0 to 1.");
        Says<ArgumentOutOfRangeException>(() => new MatrixView(new float[6], 2, 3).Slice(1, 2),
            "MatrixView: 2 rows from number 1 on don't fit in 2 rows.");
        Says<ArgumentOutOfRangeException>(() => new ReadOnlyMatrixView(new float[6], 2, 3).Slice(-1, 1),
            "ReadOnlyMatrixView: 1 rows from number -1 on don't fit in 2 rows.");
        Says<ArgumentOutOfRangeException>(() => _ = new SequenceView(_x, T, B, I)[T],
            "SequenceView: t holds 4, expected 0 to 3.");
        Says<ArgumentOutOfRangeException>(() => _ = new ReadOnlySequenceView(_x, T, B, I)[-1],
            "ReadOnlySequenceView: t holds -1, expected 0 to 3.");
        Says<ArgumentOutOfRangeException>(() => new SequenceView(_x, T, B, I).Slice(3, 2),
            "SequenceView: 2 steps from number 3 on don't fit in 4 steps.");
        Says<ArgumentOutOfRangeException>(() => new ReadOnlySequenceView(_x, T, B, I).Slice(0, -1),
            "ReadOnlySequenceView: -1 steps from number 0 on don't fit in 4 steps.");
        Says<ArgumentOutOfRangeException>(() => _ = new Tensor(2, 3).Shape[2],
            "Shape: axis holds 2, expected 0 to 1.");
        Says<ArgumentOutOfRangeException>(() => _ = _state[2], "RecurrentState: part holds 2, expected 0 to 1.");
    }

    [Fact]
    public void ChoicesThatDoNotExistAreRefused()
    {
        ParameterLayout layout = new();
        Says<ArgumentOutOfRangeException>(() => RecurrentStack.CreateCell(layout, "a", (RecurrentCell)7, 3, 4),
            "cell is 7; expected one of Lstm, Gru, RnnTanh, RnnRelu.");
        Says<ArgumentOutOfRangeException>(() => new SimpleRnn(layout, "b", 3, 4, (RnnActivation)2),
            "activation is 2; expected one of Tanh, Relu.");
        Says<ArgumentOutOfRangeException>(
            () => new Gru(layout, "c", 3, 4, new() { Initialization = (RecurrentInitialization)5 }),
            "Initialization is 5; expected one of PyTorch, Orthogonal.");
    }

    [Fact]
    public void LinearEmbeddingAndDropoutCheckSizes()
    {
        ParameterLayout layout = new();
        Linear linear = new(layout, "head", 3, 4);
        Embedding embedding = new(layout, "words", 7, 3);
        ParameterBuffer p = new(layout);
        GradientBuffer g = new(layout);
        Says<ArgumentException>(() => linear.Forward(p, new ReadOnlyMatrixView(new float[8], 2, 4), default),
            "'head': x has 4 features, expected 3 (InputSize). x is [2, 4].");
        Says<ArgumentException>(
            () => linear.Forward(p, new ReadOnlyMatrixView(new float[6], 2, 3), new MatrixView(new float[6], 2, 3)),
            "'head': y is [2, 3], expected [2, 4].");
        Says<ArgumentException>(
            () => linear.Backward(p, new ReadOnlyMatrixView(new float[6], 2, 3),
                new ReadOnlyMatrixView([1, 1, 1, 1, 1, 1, 1, 1], 2, 4), g, new MatrixView(new float[8], 2, 4)),
            "'head': dX is [2, 4], expected [2, 3].");
        Assert.Equal(0, g.Norm());   // a refused call has changed nothing
        Says<ArgumentOutOfRangeException>(() => embedding.Forward(p, [1, 7], new MatrixView(new float[6], 2, 3)),
            "indices holds 7, expected 0 to 6");
        Says<ArgumentOutOfRangeException>(
            () => embedding.Backward([1, -1], new ReadOnlyMatrixView(new float[6], 2, 3), g),
            "holds -1, expected 0 to 6");
        Says<ArgumentException>(() => embedding.Forward(p, [1], new MatrixView(new float[6], 2, 3)),
            "'words': y is [2, 3], expected [1, 3].");
        foreach (double rate in (double[])[-0.1, 1, double.NaN])
            Says<ArgumentOutOfRangeException>(() => new Dropout("dropout", rate), "expected 0 or more and below 1");

        Says<ArgumentException>(() => new Dropout("dropout", 0.5).Forward(new float[3], new float[4], default),
            "4 elements, expected 3");
    }

    private static void Says<TException>(Action action, string text)
        where TException : Exception =>
        Assert.Contains(text, Assert.ThrowsAny<TException>(action).Message, StringComparison.Ordinal);

    private static void Says<TException>(Func<object> make, string text)
        where TException : Exception =>
        Assert.Contains(text, Assert.ThrowsAny<TException>(make).Message, StringComparison.Ordinal);

    private void Forward() => _lstm.Forward(_p, X, default, _state, Mode.Inference, _tape);

    private void Backward() => _lstm.Backward(_p, X, DY, _dState, _tape, _g, default);

    private void BackwardStep(int t) => _lstm.BackwardStep(_p, t, default, _tape, default);

    private void EndBackward() => _lstm.EndBackward(X, _dState, _tape, _g);
}
