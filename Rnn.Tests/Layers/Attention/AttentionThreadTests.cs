using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Attention;

/// <summary>Any number of threads, and no allocation, at sizes that workers share.</summary>
[Collection("Alone")]
public class AttentionThreadTests
{
    private const int T = 4, B = 40, S = 11, H = 64;

    [Theory]
    [InlineData("before", AttentionScore.Additive)]
    [InlineData("before", AttentionScore.General)]
    [InlineData("after", AttentionScore.Additive)]
    [InlineData("after", AttentionScore.ScaledDot)]
    [InlineData("after, feeding", AttentionScore.Additive)]
    public void SameBitsOnAnyNumberOfThreadsAndNoAllocation(string order, AttentionScore score)
    {
        DecoderSetup setup = new(order, RecurrentCell.Gru, T, B, S, score: score, hidden: H, memory: H);
        int[] lengths = Array.ConvertAll(TestNumbers.Indices(B, S, 3, 5), length => length + 1);
        AttentionDecoder layer = setup.Layer;
        GradientBuffer g = new(setup.Layout);
        AttentionDecoderTape tape = layer.CreateTape(T, B, S);
        RecurrentState initial = setup.Load(setup.Initial), dFinal = setup.Load(setup.DFinal);
        RecurrentState state = layer.Recurrent.CreateState(B), dState = layer.Recurrent.CreateState(B);
        float[] dX = new float[setup.X.Length], dMemory = new float[setup.Memory.Length];
        void Step()
        {
            g.Clear();
            state.CopyFrom(initial);
            dState.CopyFrom(dFinal);
            layer.Forward(setup.P, setup.Input, setup.Source, lengths, state, Mode.Inference, tape);
            layer.Backward(setup.P, setup.Input, setup.Source, new ReadOnlySequenceView(setup.DY, T, B, layer.OutputSize),
                dState, tape, g, new SequenceView(dX, T, B, DecoderSetup.E), new SequenceView(dMemory, S, B, H));
        }

        float[][]? expected = null;
        foreach (int count in (int[])[1, 2, 4])
        {
            Allocations.WithThreads(count, () =>
            {
                Step();
                expected ??= [tape.Output.Span.ToArray(), [.. dX], [.. dMemory], g.Dense.ToArray()];
                Bits.Same(expected[0], tape.Output.Span, "y");
                Bits.Same(expected[1], dX, "dX");
                Bits.Same(expected[2], dMemory, "dMemory");
                Bits.Same(expected[3], g.Dense, "gradients");
            });
        }

        Assert.Equal(0, Allocations.Of100(Step));
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("after, feeding")]
    public void GenerationAllocatesNothing(string order)
    {
        DecoderSetup setup = new(order, RecurrentCell.Lstm, 1, B, S, hidden: H, memory: H);
        AttentionDecoder layer = setup.Layer;
        AttentionDecoderTape tape = layer.CreateTape(1, B, S, TapeUse.Inference);
        AttentionDecoderState state = layer.CreateState(B), other = layer.CreateState(B);
        int[] rows = TestNumbers.Indices(B, B, 3, 7);
        float[] y = new float[B * layer.OutputSize];
        Assert.Equal(0, Allocations.Of100(() =>
        {
            layer.Begin(setup.P, setup.Source, [], tape);
            layer.Step(setup.P, setup.Input[0], setup.Source, rows, state, tape, new MatrixView(y, B, layer.OutputSize));
            other.GatherRows(state, rows);
        }));
    }
}
