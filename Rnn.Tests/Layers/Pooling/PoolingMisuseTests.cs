using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Pooling;

/// <summary>What pooling refuses, and says.</summary>
public class PoolingMisuseTests
{
    private const int T = 4, B = 3, F = 2;

    private readonly ParameterLayout _layout = new();
    private readonly SequencePooling _mean;
    private readonly SequencePooling _attention;
    private readonly ParameterBuffer _p;
    private readonly float[] _x = new float[T * B * F];
    private readonly float[] _y = new float[B * F];

    public PoolingMisuseTests()
    {
        _mean = SequencePooling.Create(_layout, "mean", PoolingKind.Mean, F);
        _attention = SequencePooling.Create(_layout, "att", PoolingKind.Attention, F);
        _p = TestNumbers.Parameters(_layout, 1);
    }

    [Fact]
    public void LayersThatCantBe()
    {
        ParameterLayout layout = new();
        Says<ArgumentException>("'pool': attentionSize is 3, but pooling by Max has no attention. Leave it 0.",
            () => SequencePooling.Create(layout, "pool", PoolingKind.Max, F, attentionSize: 3));
        Says<ArgumentException>("'pool': features is 3, expected an even number",
            () => SequencePooling.Create(layout, "pool", PoolingKind.Last, 3, bidirectional: true));
        Says<ArgumentOutOfRangeException>("kind is 7; expected one of Last, Mean, Max, Attention.",
            () => SequencePooling.Create(layout, "pool", (PoolingKind)7, F));
        Says<ArgumentOutOfRangeException>("features is 0; expected more than 0.",
            () => SequencePooling.Create(layout, "pool", PoolingKind.Mean, 0));
        Says<ArgumentOutOfRangeException>("attentionSize is -1; expected 0 or more.",
            () => SequencePooling.Create(layout, "pool", PoolingKind.Attention, F, attentionSize: -1));
        Says<ArgumentOutOfRangeException>("maxRows is 0; expected more than 0.", () => _mean.CreateTape(T, 0));
        Assert.Empty(layout.Slots);
    }

    [Fact]
    public void TapesInTheWrongStage()
    {
        PoolingTape tape = _attention.CreateTape(T, B);
        Says<InvalidOperationException>("'att': the tape holds no Forward, so there are no weights.",
            () => _attention.Weights(tape, new float[T * B]));
        Says<InvalidOperationException>("this one is Empty. Call Forward first, and Backward once per Forward.",
            () => Backward(_attention, tape));
        Forward(_attention, tape);
        Backward(_attention, tape);
        _attention.Weights(tape, new float[T * B]);
        Says<InvalidOperationException>("this one is Consumed.", () => Backward(_attention, tape));
        Says<ArgumentException>("'mean': the tape was made by 'att'.", () => Forward(_mean, tape));
        Forward(_attention, tape);
        Says<ArgumentException>("att: weights has 5 elements, expected 12.",
            () => _attention.Weights(tape, new float[5]));
        Says<ArgumentException>("'att': the gradients are of another layout",
            () => Backward(_attention, tape, g: new GradientBuffer(new ParameterLayout())));
        _p.BeginWrite();
        Says<InvalidOperationException>("'att': the parameters are not those that Forward read.",
            () => Backward(_attention, tape));
        PoolingTape inference = _attention.CreateTape(T, B, TapeUse.Inference);
        Forward(_attention, inference);
        Says<InvalidOperationException>("'att': the tape was made for inference",
            () => Backward(_attention, inference));
    }

    [Fact]
    public void WrongShapesLengthsAndItems()
    {
        PoolingTape tape = _mean.CreateTape(T, B);
        Says<ArgumentException>("'mean': x is [T=4, B=2, 3], expected [T, B, 2].", () => _mean.Forward(_p,
            new ReadOnlySequenceView(_x, T, 2, 3), [], [], new MatrixView(_y, B, F), tape));
        Says<ArgumentException>("'mean': the window is [T=12, B=1], but the tape holds 1 to 4 steps of 1 to 3 rows.",
            () => _mean.Forward(_p, new ReadOnlySequenceView(_x, 12, 1, 2), [], [], new MatrixView(_y, B, F), tape));
        Says<ArgumentException>("'mean': y is [3, 2], expected [N=2, 2].", () => Forward(_mean, tape, [], [0, 1, 3]));
        Says<ArgumentException>("mean: lengths has 2 elements, expected 3.", () => Forward(_mean, tape, [4, 4], []));
        Says<ArgumentOutOfRangeException>("lengths is 0; expected 1 to 4 (T).",
            () => Forward(_mean, tape, [4, 0, 1], []));
        Says<ArgumentOutOfRangeException>("lengths is 5; expected 1 to 4 (T).",
            () => Forward(_mean, tape, [4, 5, 1], []));
        Says<ArgumentException>("'mean': firstRows[0] is 1; expected numbers that rise from 0 to 3 (B), so that each "
            + "item has at least one row.", () => Forward(_mean, tape, [], [1, 2, 3]));
        Says<ArgumentException>("firstRows[2] is 1;", () => Forward(_mean, tape, [], [0, 1, 1, 3]));
        Says<ArgumentException>("firstRows[3] is 4;", () => Forward(_mean, tape, [], [0, 1, 2, 4]));
        Says<ArgumentException>("firstRows[0] is 0;", () => Forward(_mean, tape, [], [0]));

        Forward(_mean, tape, [4, 3, 4], []);
        Says<ArgumentException>("'mean': lengths are not those that Forward was given.",
            () => Backward(_mean, tape, [4, 4, 4], []));
        Says<ArgumentException>("'mean': lengths are not", () => Backward(_mean, tape, [], []));
        Says<ArgumentException>("'mean': firstRows are not", () => Backward(_mean, tape, [4, 3, 4], [0, 3]));
        Says<ArgumentException>("'mean': dX is [T=2, B=6, 2], expected [T=4, B=3, 2].", () => _mean.Backward(_p, X(),
            [4, 3, 4], [], new ReadOnlyMatrixView(_y, B, F), tape, new GradientBuffer(_layout),
            new SequenceView(new float[_x.Length], 2, 6, 2)));
        Says<ArgumentException>("'mean': dY is [2, 3], expected [N=3, 2].", () => _mean.Backward(_p, X(),
            [4, 3, 4], [], new ReadOnlyMatrixView(_y, 2, 3), tape, new GradientBuffer(_layout), default));
        Backward(_mean, tape, [4, 3, 4], [0, 1, 2, 3]);   // the same items, written out
    }

    private ReadOnlySequenceView X() => new(_x, T, B, F);

    private void Forward(SequencePooling layer, PoolingTape tape, int[]? lengths = null, int[]? firstRows = null) =>
        layer.Forward(_p, X(), lengths, firstRows, new MatrixView(_y, B, F), tape);

    private void Backward(SequencePooling layer, PoolingTape tape, int[]? lengths = null, int[]? firstRows = null,
        GradientBuffer? g = null) => layer.Backward(_p, X(), lengths, firstRows, new ReadOnlyMatrixView(_y, B, F), tape,
            g ?? new GradientBuffer(_layout), new SequenceView(new float[_x.Length], T, B, F));

    private static void Says<TException>(string text, Action action)
        where TException : Exception =>
        Assert.Contains(text, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
}
