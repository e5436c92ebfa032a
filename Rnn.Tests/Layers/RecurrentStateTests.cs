using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

public class RecurrentStateTests
{
    private const int B = 3, H = 4;

    [Fact]
    public void LayersAreFoundByNumberAndDirection()
    {
        RecurrentState state = Numbered(Stack(RecurrentCell.Lstm, 2, bidirectional: true).CreateState(B));
        Assert.Equal(2, state.Layers);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7],
            new float[]
            {
                state.Hidden(0)[0, 0], state.Cell(0)[0, 0], state.Hidden(0, backwards: true)[0, 0],
                state.Cell(0, backwards: true)[0, 0], state.Hidden(1)[0, 0], state.Cell(1)[0, 0],
                state.Hidden(1, backwards: true)[0, 0], state.Cell(1, backwards: true)[0, 0],
            });

        RecurrentState gru = Numbered(Stack(RecurrentCell.Gru, 3, bidirectional: false).CreateState(B));
        Assert.Equal(3, gru.Layers);
        Assert.Equal(2, gru.Hidden(2)[0, 0]);
        Says(() => gru.Cell(1), "layer 1 has an h, but no c");
        Says(() => gru.Hidden(1, backwards: true), "layer 1 reads in one direction");
        Says(() => gru.Hidden(3), "layer");
        Assert.Equal(1, new Lstm(new ParameterLayout(), "a", 2, H).CreateState(B).Layers);
    }

    [Fact]
    public void RowsAreGathered()
    {
        RecurrentStack stack = Stack(RecurrentCell.Lstm, 2, bidirectional: false);
        RecurrentState from = stack.CreateState(2), to = stack.CreateState(B);
        for (int part = 0; part < from.Count; part++)
        {
            for (int b = 0; b < 2; b++)
                from[part].Row(b).Fill((10 * part) + b);
        }

        to.GatherRows(from, [1, 0, 1]);
        for (int part = 0; part < to.Count; part++)
            Assert.Equal([(10 * part) + 1, 10 * part, (10 * part) + 1], Enumerable.Range(0, B).Select(b => (int)to[part][b, H - 1]));

        Says(() => to.GatherRows(to, [0, 1, 2]), "this state itself");
        Says(() => to.GatherRows(from, [0, 1]), "parents");
        Says(() => to.GatherRows(from, [0, 1, 2]), "parents");
        Says(() => to.GatherRows(Stack(RecurrentCell.Gru, 2, false).CreateState(2), [0, 0, 0]), "4 matrices");
        Says(() => to.CopyFrom(from), "B=3");
    }

    /// <summary>Without a state, Forward and Backward are those with a state of zeros, bit by bit.</summary>
    [Theory]
    [InlineData(RecurrentCell.Lstm, false)]
    [InlineData(RecurrentCell.Lstm, true)]
    [InlineData(RecurrentCell.Gru, true)]
    [InlineData(RecurrentCell.RnnTanh, false)]
    public void NoStateIsAStateOfZeros(RecurrentCell cell, bool bidirectional)
    {
        const int T = 5, I = 2;
        ParameterLayout layout = new();
        RecurrentStack stack = RecurrentStack.Create(layout, "r", cell, I, H, 2, dropout: 0.3, bidirectional);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1);
        Tensor x = new(T, B, I), dY = new(T, B, stack.OutputSize), dX = new(T, B, I), otherX = new(T, B, I);
        TestNumbers.Uniform(x.Span.Length, 2, 1).CopyTo(x.Span);
        TestNumbers.Uniform(dY.Span.Length, 3, 1).CopyTo(dY.Span);
        int[] lengths = [5, 2, 4];
        SequenceView narrow = new(x.Span[..(T * I)], T, 1, I);
        Mode mode = Mode.Training(1, 2);
        RecurrentTape with = stack.CreateTape(T, B), without = stack.CreateTape(T, B);
        GradientBuffer g = new(layout), other = new(layout);
        RecurrentState state = stack.CreateState(B), dState = stack.CreateState(B);
        for (int round = 0; round < 2; round++)   // the second time the tape is full of the first
        {
            stack.Forward(p, narrow, [3], mode, without);   // of fewer rows
            state.Clear();
            dState.Clear();
            stack.Forward(p, x.AsSequence(), lengths, state, mode, with);
            stack.Backward(p, x.AsSequence(), dY.AsSequence(), dState, with, g, dX.AsSequence());
            stack.Forward(p, x.AsSequence(), lengths, mode, without);
            Assert.Equal(with.Output.Span.ToArray(), without.Output.Span.ToArray());
            stack.Backward(p, x.AsSequence(), dY.AsSequence(), without, other, otherX.AsSequence());
            Assert.Equal(dX.Span.ToArray(), otherX.Span.ToArray());
            Assert.Equal(g.Dense.ToArray(), other.Dense.ToArray());
        }
    }

    private static RecurrentStack Stack(RecurrentCell cell, int layers, bool bidirectional) =>
        RecurrentStack.Create(new ParameterLayout(), "r", cell, 2, H, layers, bidirectional: bidirectional);

    private static RecurrentState Numbered(RecurrentState state)
    {
        for (int part = 0; part < state.Count; part++)
            state[part].Span.Fill(part);

        return state;
    }

    private static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
