using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Attention;

/// <summary>What attention and decoders refuse, and say.</summary>
public class AttentionMisuseTests
{
    private const int T = 2, B = 3, S = 4;

    private readonly ParameterLayout _layout = new();
    private readonly GlobalAttention _layer;
    private readonly GlobalAttention _other;
    private readonly ParameterBuffer _p;
    private readonly float[] _memory = new float[S * B * 5];
    private readonly float[] _query = new float[B * 3];
    private readonly float[] _context = new float[B * 5];

    public AttentionMisuseTests()
    {
        _layer = new GlobalAttention(_layout, "att", AttentionScore.Additive, 3, 5);
        _other = new GlobalAttention(_layout, "other", AttentionScore.General, 3, 5);
        _p = TestNumbers.Parameters(_layout, 1);
    }

    private ReadOnlySequenceView Memory => new(_memory, S, B, 5);

    [Fact]
    public void LayersThatCantBe()
    {
        ParameterLayout layout = new();
        Says<ArgumentException>("'a': the score Dot multiplies query and memory element by element, but querySize is 3 " +
            "and memorySize 5.", () => _ = new GlobalAttention(layout, "a", AttentionScore.Dot, 3, 5));
        Says<ArgumentException>("'a': attentionSize is 7, but the score General has none.",
            () => _ = new GlobalAttention(layout, "a", AttentionScore.General, 3, 5, 7));
        Says<ArgumentOutOfRangeException>("score is 9; expected one of Dot, ScaledDot, General, Additive.",
            () => _ = new GlobalAttention(layout, "a", (AttentionScore)9, 3, 5));
        Says<ArgumentOutOfRangeException>("memorySize is 0; expected more than 0.",
            () => _ = new GlobalAttention(layout, "a", AttentionScore.General, 3, 0));
        Says<ArgumentOutOfRangeException>("attentionSize is -1; expected 0 or more.",
            () => _ = new GlobalAttention(layout, "a", AttentionScore.Additive, 3, 5, -1));
        Says<ArgumentOutOfRangeException>("maxSource is 0; expected more than 0.", () => _layer.CreateTape(T, B, 0));
        Assert.Empty(layout.Slots);
        Assert.Equal(1, new GlobalAttention(layout, "a", AttentionScore.Additive, 3, 5, attentionSize: 1).KeySize);
    }

    [Fact]
    public void SourcesThatDontFit()
    {
        GlobalAttentionTape tape = _layer.CreateTape(T, B, S);
        Says<ArgumentException>("'att': the tape was made by 'other'.",
            () => _layer.Begin(_p, Memory, [], T, _other.CreateTape(T, B, S)));
        Says<ArgumentException>("'att': memory is [T=4, B=3, 4], expected [S, B, 5].",
            () => _layer.Begin(_p, new ReadOnlySequenceView(new float[S * B * 4], S, B, 4), [], T, tape));
        Says<ArgumentException>("'att': the memory has 5 steps, but the tape holds 1 to 4. Create a larger tape, or shorten the source.",
            () => _layer.Begin(_p, new ReadOnlySequenceView(new float[5 * B * 5], 5, B, 5), [], T, tape));
        Says<ArgumentException>("'att': the memory has 0 steps",
            () => _layer.Begin(_p, new ReadOnlySequenceView([], 0, B, 5), [], T, tape));
        Says<ArgumentException>("but the tape holds 1 to 2 steps of 1 to 3 rows.",
            () => _layer.Begin(_p, Memory, [], T + 1, tape));
        Says<ArgumentException>("att: lengths has 2 elements, expected 3.", () => _layer.Begin(_p, Memory, [1, 2], T, tape));
        Says<ArgumentOutOfRangeException>("lengths is 0; expected 1 to 4 (S).",
            () => _layer.Begin(_p, Memory, [1, 0, 2], T, tape));
        Says<ArgumentOutOfRangeException>("lengths is 5; expected 1 to 4 (S).",
            () => _layer.Begin(_p, Memory, [1, 5, 2], T, tape));
    }

    [Fact]
    public void StepsOutOfOrder()
    {
        GlobalAttentionTape tape = _layer.CreateTape(T, B, S);
        Says<InvalidOperationException>("A Forward step needs a tape that was begun; this one is Empty.",
            () => Forward(0, tape));
        Says<InvalidOperationException>("this one is Empty. Call Forward first", () => _layer.BeginBackward(tape));
        _layer.Begin(_p, Memory, [], T, tape);
        Says<InvalidOperationException>("'att': step 1 came, expected 0.", () => Forward(1, tape));
        Says<ArgumentException>("'att': rows share sources with a tape for inference alone.",
            () => Forward(0, tape, [0, 0, 1]));
        Says<ArgumentException>("'att': query is [3, 5], expected [3, 3].", () => _layer.ForwardStep(_p, 0,
            new ReadOnlyMatrixView(_context, B, 5), Memory, tape, new MatrixView(_context, B, 5)));
        Says<ArgumentException>("'att': context is [3, 3], expected [3, 5].", () => _layer.ForwardStep(_p, 0,
            new ReadOnlyMatrixView(_query, B, 3), Memory, tape, new MatrixView(_query, B, 3)));
        Forward(0, tape);
        Says<InvalidOperationException>("'att': 1 of 2 steps were done.", () => _layer.BeginBackward(tape));
        Forward(1, tape);
        Says<InvalidOperationException>("A Backward step needs a tape on its way back; this one is Recording.",
            () => Backward(1, tape));
        _layer.BeginBackward(tape);
        Says<InvalidOperationException>("'att': step 0 came, expected 1.", () => Backward(0, tape));
        Backward(1, tape);
        Says<InvalidOperationException>("'att': 1 of 2 steps were done.", () => End(tape));
        Backward(0, tape);
        Says<ArgumentException>("'att': the gradients are of another layout", () => End(tape, new ParameterLayout()));
        _p.BeginWrite();
        Says<InvalidOperationException>("'att': the parameters are not those that Forward read.", () => End(tape));
        Says<ArgumentOutOfRangeException>("t holds 2, expected 0 to 1.", () => tape.Weights(2));
    }

    [Fact]
    public void AWayBackEndsOnce()
    {
        GlobalAttentionTape tape = _layer.CreateTape(T, B, S);
        _layer.Begin(_p, Memory, [], T, tape);
        Forward(0, tape);
        Forward(1, tape);
        _layer.BeginBackward(tape);
        Backward(1, tape);
        Backward(0, tape);
        End(tape);
        Says<InvalidOperationException>("this one is Consumed", () => End(tape));
    }

    [Fact]
    public void TapesForInference()
    {
        GlobalAttentionTape tape = _layer.CreateTape(T, B, S, TapeUse.Inference);
        _layer.Begin(_p, Memory, [], T, tape);
        Forward(1, tape);
        Forward(0, tape, [2, 2, 0]);
        Says<ArgumentOutOfRangeException>("sources holds 3, expected 0 to 2.", () => Forward(0, tape, [3, 0, 0]));
        Says<ArgumentException>("expected [2, 3]", () => Forward(0, tape, [0, 0]));
        Says<InvalidOperationException>("'att': the tape was made for inference", () => _layer.BeginBackward(tape));
        _p.BeginWrite();
        Says<InvalidOperationException>("'att': the parameters are not those", () => Forward(0, tape));
    }

    [Fact]
    public void DecodersThatCantBe()
    {
        AttentionDecoderOptions before = new(), after = new() { Order = AttentionOrder.After };
        ParameterLayout layout = new();
        GlobalAttention attention = new(layout, "att", AttentionScore.General, 3, 5);
        Lstm small = new(layout, "small", 5, 3), wide = new(layout, "wide", 9, 4), fine = new(layout, "fine", 9, 3);
        Says<ArgumentException>("'d': the recurrent layer reads 5 features, of which 5 are fed back, so that nothing is " +
            "left for x.", () => _ = new AttentionDecoder(layout, "d", small, attention, before));
        Says<ArgumentException>("'d': QuerySize is 3, expected 4, the recurrent layer's OutputSize.",
            () => _ = new AttentionDecoder(layout, "d", wide, attention, before));
        Says<ArgumentException>("'d': InputFeeding is an option of the order After alone.",
            () => _ = new AttentionDecoder(layout, "d", fine, attention, before with { InputFeeding = true }));
        Says<ArgumentOutOfRangeException>("Order is 4; expected one of Before, After.",
            () => _ = new AttentionDecoder(layout, "d", fine, attention, before with { Order = (AttentionOrder)4 }));
        RecurrentStack both = RecurrentStack.Create(layout, "both", RecurrentCell.Gru, 9, 3, 1, bidirectional: true);
        Says<NotSupportedException>("'both' reads the sequence in both directions",
            () => _ = new AttentionDecoder(layout, "d", both, attention, after));
    }

    [Fact]
    public void RunsOfDecoders()
    {
        DecoderSetup setup = new("before", RecurrentCell.Gru, T, B, S);
        DecoderSetup feeding = new("after, feeding", RecurrentCell.Gru, T, B, S);
        AttentionDecoder layer = setup.Layer;
        AttentionDecoderTape tape = layer.CreateTape(T, B, S), inference = layer.CreateTape(1, B, S, TapeUse.Inference);
        RecurrentState state = layer.Recurrent.CreateState(B);
        Says<InvalidOperationException>("Backward needs a tape recorded by Forward; this one is Empty.", () => Back(tape));
        Says<ArgumentException>("'decoder': the tape was made by 'decoder'.",
            () => layer.Forward(setup.P, setup.Input, setup.Source, [], state, default, feeding.Layer.CreateTape(T, B, S)));
        Says<ArgumentException>("'decoder': the window is [T=2, B=3], but the tape holds 1 to 1 steps",
            () => layer.Forward(setup.P, setup.Input, setup.Source, [], state, default, inference));
        Says<ArgumentException>("'decoder': x has 7 features, expected 5 (InputSize).",
            () => layer.Forward(setup.P, setup.Source, setup.Source, [], state, default, tape));
        Says<ArgumentException>("for B=3 rows", () => layer.Forward(setup.P, setup.Input, setup.Source, [],
            layer.Recurrent.CreateState(B + 1), default, tape));
        Says<InvalidOperationException>("'decoder': single steps need a tape for inference.",
            () => layer.Begin(setup.P, setup.Source, [], tape));
        Says<InvalidOperationException>("A Forward step needs a tape that was begun; this one is Empty.",
            () => Step(layer.CreateState(B)));
        layer.Begin(setup.P, setup.Source, [], inference);
        Says<ArgumentException>("'decoder': the state has another layer's shape.",
            () => Step(feeding.Layer.CreateState(B)));
        Assert.ThrowsAny<ArgumentException>(() => layer.Begin(setup.P, setup.Source, [S, S, S + 1], inference));
        Says<InvalidOperationException>("A Forward step needs a tape that was begun; this one is Empty.",
            () => Step(layer.CreateState(B)));
        Says<ArgumentException>("H=0 fed", () => layer.CreateState(B).GatherRows(feeding.Layer.CreateState(B), [0, 1, 2]));
        layer.Forward(setup.P, setup.Input, setup.Source, [], state, default, tape);
        Back(tape);
        Assert.Equal(TapeStage.Consumed, tape.Stage);
        Says<InvalidOperationException>("this one is Consumed.", () => Back(tape));
        layer.Forward(setup.P, setup.Input, setup.Source, [], state, default, tape);
        setup.P.BeginWrite();
        Says<InvalidOperationException>("'decoder': the parameters are not those that Forward read.", () => Back(tape));

        void Back(AttentionDecoderTape of) => layer.Backward(setup.P, setup.Input, setup.Source,
            new ReadOnlySequenceView(setup.DY, T, B, layer.OutputSize), layer.Recurrent.CreateState(B), of,
            new GradientBuffer(setup.Layout), default, default);

        void Step(AttentionDecoderState from) => layer.Step(setup.P, setup.Input[0], setup.Source, [], from, inference,
            new MatrixView(new float[B * layer.OutputSize], B, layer.OutputSize));
    }

    private void Forward(int t, GlobalAttentionTape tape, int[]? sources = null) => _layer.ForwardStep(_p, t,
        new ReadOnlyMatrixView(_query, B, 3), Memory, tape, new MatrixView(_context, B, 5), sources);

    private void Backward(int t, GlobalAttentionTape tape) => _layer.BackwardStep(_p, t, Memory,
        new ReadOnlyMatrixView(_context, B, 5), tape, new MatrixView(_query, B, 3));

    private void End(GlobalAttentionTape tape, ParameterLayout? layout = null) => _layer.EndBackward(_p,
        new ReadOnlySequenceView(new float[T * B * 3], T, B, 3), Memory, tape, new GradientBuffer(layout ?? _layout),
        default);

    private static void Says<TException>(string text, Action action)
        where TException : Exception =>
        Assert.Contains(text, Assert.ThrowsAny<TException>(action).Message, StringComparison.Ordinal);
}
