using System;
using CsCheck;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>A tape for inference gives the bits of one for training, in less memory (design decision D33).</summary>
[Collection("Alone")]
public class InferenceTapeTests
{
    private static readonly Gen<(RecurrentCell Cell, int Layers, bool Both, int T, int B, int I, int H, ulong Seed)>
        s_shapes = Gen.Select(Gen.Enum<RecurrentCell>(), Gen.Int[1, 3], Gen.Bool, Gen.Int[1, 9],
            Gen.Select(Gen.Int[1, 40], Gen.Int[1, 9], Gen.Int[1, 37], Gen.ULong[1, 1000]),
            (cell, layers, both, t, rest) => (cell, layers, both, t, rest.Item1, rest.Item2, rest.Item3, rest.Item4));

    [Fact]
    public void SequencesHaveTheSameBits() =>
        Gen.Select(s_shapes, Gen.Bool, Gen.Bool, Gen.Bool).Sample((shape, ragged, training, larger) =>
        {
            (RecurrentCell cell, int layers, bool both, int t, int b, int i, int h, ulong seed) = shape;
            RecurrentSetup setup = new(cell, layers, both, i, h, seed, dropout: 0.4);
            int[] lengths = ragged
                ? Array.ConvertAll(TestNumbers.Indices(b, t, seed, stream: 5), length => length + 1)
                : [];
            Mode mode = training ? Mode.Training(5, 6) : Mode.Inference;
            int more = larger ? 3 : 0;   // a window smaller than the tape
            CheckSequence(setup, setup.CreateWindow(t, b, lengths, mode), t + more, b + more);
        }, iter: 100, seed: "0000KOIa2Nf3", threads: 1);

    [Theory]
    [InlineData(RecurrentCell.Lstm, false, 300, 7)]   // few rows: X*Wx for some steps at a time, more than once
    [InlineData(RecurrentCell.Gru, true, 300, 7)]
    [InlineData(RecurrentCell.RnnTanh, false, 1100, 1)]
    [InlineData(RecurrentCell.Lstm, true, 5, 130)]    // many: in the time loop
    [InlineData(RecurrentCell.Gru, false, 5, 130)]
    public void LongAndWideWindowsHaveTheSameBits(RecurrentCell cell, bool both, int steps, int batch)
    {
        RecurrentSetup setup = new(cell, 2, both, inputSize: 19, hiddenSize: 33, seed: 3);
        int[] lengths = Array.ConvertAll(TestNumbers.Indices(batch, steps, 3, stream: 5), length => length + 1);
        foreach (int threads in new[] { 1, 2, 16 })   // with 16, no batch here is wide
        {
            Allocations.WithThreads(threads, () =>
            {
                CheckSequence(setup, setup.CreateWindow(steps, batch), steps, batch);
                CheckSequence(setup, setup.CreateWindow(steps, batch, lengths), steps, batch);
            });
        }
    }

    [Fact]
    public void StepsHaveTheSameBits() => s_shapes.Sample(shape =>
    {
        RecurrentSetup setup = new(shape.Cell, shape.Layers, false, shape.I, shape.H, shape.Seed);
        RecurrentLayer layer = setup.Layer;
        Window expected = setup.CreateWindow(shape.T, shape.B), w = setup.CreateWindow(shape.T, shape.B);
        RecurrentTape training = layer.CreateTape(shape.T, shape.B);
        layer.Forward(setup.P, expected.Input, default, expected.State, default, training);
        RecurrentTape tape = layer.CreateTape(shape.T + 1, shape.B + 1, TapeUse.Inference);
        layer.Begin(w.State, shape.T, default, tape);
        for (int t = 0; t < shape.T; t++)
            layer.ForwardStep(setup.P, w.Input[t], t, tape);

        layer.End(w.State, tape);
        Bits.Same(training.Output.Span.ToArray(), tape.Output.Span, "output");
        Bits.Same(RecurrentSetup.Flatten(expected.State), RecurrentSetup.Flatten(w.State), "final state");
    }, iter: 60, seed: "0000KOIa2Nf3", threads: 1);

    [Fact]
    public void OneHotInputHasTheSameBits()
    {
        const int steps = 12, batch = 40, symbols = 23;
        RecurrentSetup setup = new(RecurrentCell.Lstm, 2, true, symbols, 33, seed: 3);
        int[] indices = TestNumbers.Indices(steps * batch, symbols, 1, 1);
        RecurrentTape training = setup.Layer.CreateTape(steps, batch);
        RecurrentTape tape = setup.Layer.CreateTape(steps, batch, TapeUse.Inference);
        foreach (RecurrentTape each in (ReadOnlySpan<RecurrentTape>)[training, tape])
        {
            setup.Layer.Forward(setup.P, RecurrentInput.OneHot(indices, steps, batch, symbols), default,
                setup.Layer.CreateState(batch), default, each);
        }

        Bits.Same(training.Output.Span.ToArray(), tape.Output.Span, "output");
    }

    [Fact]
    public void NothingIsAllocated()
    {
        const int steps = 10, batch = 40;
        RecurrentSetup setup = new(RecurrentCell.Lstm, 2, true, 24, 32, seed: 1);
        Window w = setup.CreateWindow(steps, batch);
        RecurrentTape tape = setup.Layer.CreateTape(steps, batch, TapeUse.Inference);
        Assert.Equal(0, Allocations.Of100(
            () => setup.Layer.Forward(setup.P, w.Input, default, w.State, default, tape)));
    }

    [Fact]
    public void BackwardIsRefused()
    {
        RecurrentSetup setup = new(RecurrentCell.Gru, 1, false, 3, 4, seed: 1);
        RecurrentLayer layer = setup.Layer;
        Window w = setup.CreateWindow(2, 3);
        RecurrentTape tape = layer.CreateTape(2, 3, TapeUse.Inference);
        Assert.Equal(TapeUse.Inference, tape.Use);
        Assert.Equal(TapeUse.Training, layer.CreateTape(2, 3).Use);
        Assert.True(tape.StateGradients.IsEmpty);
        layer.Forward(setup.P, w.Input, default, w.State, default, tape);
        const string text = "'layer': the tape was made for inference and holds nothing for Backward to read. " +
            "Create it for TapeUse.Training.";
        GradientBuffer g = new(setup.Layout);
        Assert.Equal(text, Assert.Throws<InvalidOperationException>(
            () => layer.Backward(setup.P, w.Input, default, w.DState, tape, g, default)).Message);
        Assert.Equal(text, Assert.Throws<InvalidOperationException>(
            () => layer.BeginBackward(w.DState, tape)).Message);
    }

    private static void CheckSequence(RecurrentSetup setup, Window w, int maxSteps, int maxBatch)
    {
        RecurrentState state = setup.Layer.CreateState(w.B);
        state.CopyFrom(w.State);
        RecurrentTape training = setup.Layer.CreateTape(maxSteps, maxBatch);
        RecurrentTape tape = setup.Layer.CreateTape(maxSteps, maxBatch, TapeUse.Inference);
        for (int window = 0; window < 2; window++)   // the second begins where the first ended, on a used tape
        {
            setup.Layer.Forward(setup.P, w.Input, w.Lengths, w.State, w.Mode, training);
            setup.Layer.Forward(setup.P, w.Input, w.Lengths, state, w.Mode, tape);
            Bits.Same(training.Output.Span.ToArray(), tape.Output.Span, "output");
            Bits.Same(RecurrentSetup.Flatten(w.State), RecurrentSetup.Flatten(state), "final state");
        }
    }
}
