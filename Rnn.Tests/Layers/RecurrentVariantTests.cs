using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>What holds for plain cells holds for cells with options. (Their gradients: GradientTests.)</summary>
public class RecurrentVariantTests
{
    private const int T = 6;

    public static TheoryData<RecurrentCell, int, string> Cases
    {
        get
        {
            TheoryData<RecurrentCell, int, string> cases = [];
            foreach (RecurrentCell cell in Enum.GetValues<RecurrentCell>())
            {
                foreach (int batch in (int[])[3, 48])   // with two workers: columns of a step shared, and rows
                {
                    foreach (string options in (string[])["normalized", "dropout", "initial", "all"])
                        cases.Add(cell, batch, options);

                    if (cell == RecurrentCell.Lstm)
                    {
                        cases.Add(cell, batch, "peepholes");
                        cases.Add(cell, batch, "coupled");
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void StepsHaveTheSameBits(RecurrentCell cell, int batch, string options)
    {
        RecurrentSetup setup = Make(cell, options, layers: 2, bidirectional: false);
        Mode mode = Mode.Training(5, 3);
        Same(setup.Run(setup.CreateWindow(T, batch, mode: mode)), setup.RunSteps(setup.CreateWindow(T, batch, mode: mode)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AnyNumberOfThreadsHasTheSameBits(RecurrentCell cell, int batch, string options)
    {
        RecurrentSetup setup = Make(cell, options, layers: 1, bidirectional: true);
        int[] lengths = Lengths(batch);
        RunResult expected = null!;
        foreach (int threads in (int[])[1, 2, 16])
        {
            Allocations.WithThreads(threads, () =>
            {
                RunResult result = setup.Run(setup.CreateWindow(T, batch, lengths, Mode.Training(5, 3)));
                Same(expected ??= result, result);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ATapeForInferenceHasTheSameBits(RecurrentCell cell, int batch, string options)
    {
        RecurrentSetup setup = Make(cell, options, layers: 2, bidirectional: true);
        int[] lengths = Lengths(batch);
        float[][] results = [.. ((TapeUse[])[TapeUse.Training, TapeUse.Inference]).Select(use =>
        {
            Window w = setup.CreateWindow(T, batch, lengths, Mode.Training(5, 3));
            RecurrentTape tape = setup.Layer.CreateTape(T, batch, use);
            setup.Layer.Forward(setup.P, w.Input, lengths, w.State, w.Mode, tape);
            return (float[])[.. tape.Output.Span, .. RecurrentSetup.Flatten(w.State)];
        })];
        Bits.Same(results[0], results[1], "output and state");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NaNPastARowsLengthCountsNowhere(RecurrentCell cell, int batch, string options)
    {
        RecurrentSetup setup = Make(cell, options, layers: 2, bidirectional: true);
        int[] lengths = Lengths(batch);
        RunResult[] results = [.. ((float[])[0, float.NaN]).Select(padding =>
        {
            Window w = setup.CreateWindow(T, batch, lengths, Mode.Training(5, 3));
            for (int b = 0; b < batch; b++)
            {
                for (int t = lengths[b]; t < T; t++)
                {
                    w.X.AsSpan(((t * batch) + b) * setup.Layer.InputSize, setup.Layer.InputSize).Fill(padding);
                    w.DY.AsSpan(((t * batch) + b) * setup.Layer.OutputSize, setup.Layer.OutputSize).Fill(padding);
                }
            }

            return setup.Run(w);
        })];
        Assert.True(results[0].Gradients.All(float.IsFinite));
        Same(results[0], results[1]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NothingIsAllocated(RecurrentCell cell, int batch, string options)
    {
        RecurrentSetup setup = Make(cell, options, layers: 2, bidirectional: false);
        Window w = setup.CreateWindow(T, batch);
        RecurrentTape tape = setup.Layer.CreateTape(T, batch);
        GradientBuffer g = new(setup.Layout);
        float[] dX = new float[w.X.Length];
        ulong step = 0;
        Assert.Equal(0, Allocations.Of100(() =>
        {
            ReadOnlySequenceView dY = new(w.DY, T, batch, setup.Layer.OutputSize), x = w.Input;
            setup.P.BeginWrite();   // as an optimiser would: weights are packed again
            setup.Layer.Forward(setup.P, x, default, Mode.Training(1, step++), tape);
            setup.Layer.Backward(setup.P, x, dY, tape, g, new SequenceView(dX, T, batch, setup.Layer.InputSize));
            setup.Layer.Begin(w.State, T, Mode.Training(1, step), tape);
            for (int t = 0; t < T; t++)
                setup.Layer.ForwardStep(setup.P, x[t], t, tape);

            setup.Layer.End(w.State, tape);
            setup.Layer.BeginBackward(w.DState, tape);
            for (int t = T - 1; t >= 0; t--)
                setup.Layer.BackwardStep(setup.P, t, dY[t], tape, new SequenceView(dX, T, batch, setup.Layer.InputSize)[t]);

            setup.Layer.EndBackward(x, w.DState, tape, g);
            g.Clear();
            w.State.Clear();
            w.DState.Clear();
        }));
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, false)]
    [InlineData(RecurrentCell.Lstm, true)]
    [InlineData(RecurrentCell.Gru, true)]
    public void ALearntStateMayBeGivenByHand(RecurrentCell cell, bool bidirectional)
    {
        const int batch = 3;
        RecurrentSetup setup = Make(cell, "all", layers: 2, bidirectional);
        Window w = setup.CreateWindow(T, batch);
        RecurrentTape tape = setup.Layer.CreateTape(T, batch);
        GradientBuffer own = new(setup.Layout), byHand = new(setup.Layout);
        ReadOnlySequenceView dY = new(w.DY, T, batch, setup.Layer.OutputSize);
        setup.Layer.Forward(setup.P, w.Input, default, Mode.Inference, tape);
        float[] y = tape.Output.Span.ToArray();
        setup.Layer.Backward(setup.P, w.Input, dY, tape, own, default);

        setup.Layer.LoadInitialState(setup.P, w.State);
        Assert.Contains(RecurrentSetup.Flatten(w.State), value => value != 0);
        setup.Layer.Forward(setup.P, w.Input, default, w.State, Mode.Inference, tape);
        Bits.Same(y, tape.Output.Span, "y");
        w.DState.Clear();
        setup.Layer.Backward(setup.P, w.Input, dY, w.DState, tape, byHand, default);
        ParameterSlot slot = setup.Layout.Slots.First(slot => slot.Name.Contains("initial_hidden"));
        Assert.All(byHand[slot].Span.ToArray(), value => Assert.Equal(0, value));
        setup.Layer.AccumulateInitialState(w.DState, byHand);
        Bits.Same(own.Dense.ToArray(), byHand.Dense, "gradients");
    }

    [Fact]
    public void WithoutALearntStateItIsZeros()
    {
        RecurrentSetup setup = Make(RecurrentCell.Lstm, "normalized", layers: 2, bidirectional: true);
        Window w = setup.CreateWindow(T, 2);
        setup.Layer.LoadInitialState(setup.P, w.State);
        Assert.All(RecurrentSetup.Flatten(w.State), value => Assert.Equal(0, value));
        GradientBuffer g = new(setup.Layout);
        setup.Layer.AccumulateInitialState(w.DState, g);
        Assert.All(g.Dense.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void InferenceDropsNothingOut()
    {
        RecurrentSetup plain = Make(RecurrentCell.Gru, "", 2, false), dropping = Make(RecurrentCell.Gru, "dropout", 2, false);
        Same(plain.Run(plain.CreateWindow(T, 3)), dropping.Run(dropping.CreateWindow(T, 3)));
        Mode mode = Mode.Training(1, 1);
        Assert.NotEqual(plain.Run(plain.CreateWindow(T, 3, mode: mode)).Y,
            dropping.Run(dropping.CreateWindow(T, 3, mode: mode)).Y);
    }

    [Fact]
    public void NamesAndShapes()
    {
        ParameterLayout layout = new();
        Lstm lstm = new(layout, "lstm", 3, 4, All(isLstm: true) with { Suffix = "_l2" });
        Assert.Equal(
            ["weight_ih_l2 3x12", "weight_hh_l2 4x12", "bias_ih_l2 1x12", "gain_ih_l2 1x12", "gain_hh_l2 1x12",
                "gain_cell_l2 1x4", "bias_cell_l2 1x4", "peephole_l2 1x8", "initial_hidden_l2 1x4", "initial_cell_l2 1x4"],
            layout.Slots.Select(slot => $"{slot.Name["lstm.".Length..]} {slot.Rows}x{slot.Cols}"));
        Assert.Equal(0.4, lstm.RecurrentDropout);
        Assert.Equal(12, new Lstm(layout, "peepholes", 3, 4, new() { Peepholes = true }).Peepholes!.Value.Cols);
    }

    [Fact]
    public void OptionsOfAnLstmAreRefusedElsewhere()
    {
        ParameterLayout layout = new();
        const string text = "'gru': Peepholes is an option of LSTM cells alone. Leave it false. (Parameter 'options')";
        Assert.Equal(text, Assert.Throws<ArgumentException>(
            () => new Gru(layout, "gru", 3, 4, new() { Peepholes = true })).Message);
        Assert.Throws<ArgumentException>(() => new SimpleRnn(layout, "rnn", 3, 4, options: new() { CoupledGates = true }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gru(layout, "gru", 3, 4, new() { RecurrentDropout = 1 }));
        Assert.Empty(layout.Slots);
    }

    private static RecurrentSetup Make(RecurrentCell cell, string options, int layers, bool bidirectional)
    {
        bool isLstm = cell == RecurrentCell.Lstm;
        return new RecurrentSetup(cell, layers, bidirectional, inputSize: 19, hiddenSize: 33, seed: 3, dropout: 0.3,
            lockedDropout: true, options: options switch
            {
                "" => null,
                "normalized" => new() { LayerNormalization = true },
                "dropout" => new() { RecurrentDropout = 0.4 },
                "initial" => new() { LearnInitialState = true },
                "peepholes" => new() { Peepholes = true },
                "coupled" => new() { CoupledGates = true },
                _ => All(isLstm),
            });
    }

    private static RecurrentOptions All(bool isLstm) => new()
    {
        LayerNormalization = true,
        RecurrentDropout = 0.4,
        LearnInitialState = true,
        Peepholes = isLstm,
        CoupledGates = isLstm,
    };

    private static int[] Lengths(int batch) =>
        [.. TestNumbers.Indices(batch, T, 8, stream: 5).Select(length => length + 1)];

    private static void Same(RunResult expected, RunResult actual)
    {
        Bits.Same(expected.Y, actual.Y, "y");
        Bits.Same(expected.Final, actual.Final, "final state");
        Bits.Same(expected.DX, actual.DX, "dX");
        Bits.Same(expected.DInitial, actual.DInitial, "gradient of the initial state");
        Bits.Same(expected.Gradients, actual.Gradients, "gradients");
    }
}
