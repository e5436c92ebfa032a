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
[Collection("Alone")]   // it changes the number of threads
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
                    foreach (string options in (string[])["normalized", "dropout", "weights", "initial", "all"])
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

    /// <summary>More rows than an inference tape has room for at once: several products in place of one.</summary>
    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void LongWindowsHaveTheSameBits(RecurrentCell cell)
    {
        const int steps = 70, batch = 23;
        RecurrentSetup setup = Make(cell, "all", layers: 2, bidirectional: true);
        int[] lengths = [.. TestNumbers.Indices(batch, steps, 8, stream: 5).Select(length => length + 1)];
        int[] indices = TestNumbers.Indices(steps * batch, setup.Layer.InputSize, 1, 1);
        foreach (bool oneHot in (bool[])[false, true])
        {
            float[][] results = [.. ((TapeUse[])[TapeUse.Training, TapeUse.Inference]).Select(use =>
            {
                Window w = setup.CreateWindow(steps, batch, lengths);
                RecurrentTape tape = setup.Layer.CreateTape(steps, batch, use);
                RecurrentInput x = oneHot ? RecurrentInput.OneHot(indices, steps, batch, setup.Layer.InputSize) : w.Input;
                setup.Layer.Forward(setup.P, x, lengths, w.State, w.Mode, tape);
                return (float[])[.. tape.Output.Span, .. RecurrentSetup.Flatten(w.State)];
            })];
            Bits.Same(results[0], results[1], "output and state");
        }
    }

    /// <summary>One tape for windows of other sizes and modes gives what new tapes give.</summary>
    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    public void ATapeForgets(RecurrentCell cell)
    {
        RecurrentSetup setup = Make(cell, "all", layers: 2, bidirectional: false);
        RecurrentTape used = setup.Layer.CreateTape(9, 5);
        (int Steps, int Batch, Mode Mode, int[]? Lengths)[] windows =
        [
            (9, 5, Mode.Training(1, 1), null), (4, 2, Mode.Inference, null), (6, 3, Mode.Training(1, 2), [3, 6, 1]),
            (9, 4, Mode.Inference, [1, 9, 2, 5]), (1, 1, Mode.Training(1, 3), null),
        ];
        foreach ((int steps, int batch, Mode mode, int[]? lengths) in windows)
        {
            RunResult expected = setup.Run(setup.CreateWindow(steps, batch, lengths, mode));
            Same(expected, setup.Run(setup.CreateWindow(steps, batch, lengths, mode), used));
            Same(expected, setup.Run(setup.CreateWindow(steps, batch, lengths, mode), used, throughTape: true));
            Same(expected, setup.Run(setup.CreateWindow(steps, batch, lengths, mode), used, overX: true));
        }
    }

    [Fact]
    public void KeptStateGradientsChangeNothing()
    {
        RecurrentSetup plain = new(RecurrentCell.Lstm, 1, false, 19, 33, seed: 3, options: All(isLstm: true));
        RecurrentSetup keeping = new(RecurrentCell.Lstm, 1, false, 19, 33, seed: 3,
            options: All(isLstm: true) with { KeepStateGradients = true });
        Mode mode = Mode.Training(5, 3);
        Same(plain.Run(plain.CreateWindow(T, 4, mode: mode)), keeping.Run(keeping.CreateWindow(T, 4, mode: mode)));
    }

    /// <summary>A gradient of the final state reaches a learnt initial one.</summary>
    [Fact]
    public void AFreshForwardTakesTheGradientOfTheFinalState()
    {
        RecurrentSetup setup = Make(RecurrentCell.Lstm, "initial", layers: 1, bidirectional: false);
        Window w = setup.CreateWindow(T, 3);
        RecurrentTape tape = setup.Layer.CreateTape(T, 3);
        GradientBuffer g = new(setup.Layout);
        setup.Layer.Forward(setup.P, w.Input, default, Mode.Inference, tape);
        setup.Layer.Backward(setup.P, w.Input, default, w.DState, tape, g, default);
        ParameterSlot slot = setup.Layout["layer.initial_hidden_l0"];
        for (int j = 0; j < slot.Cols; j++)
            Assert.Equal(Enumerable.Range(0, 3).Sum(b => w.DState[0][b, j]), g[slot][0, j], 1e-5f);

        Assert.Contains(g[slot].Span.ToArray(), value => value != 0);
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

    /// <summary>In training the layer is the plain one with weights that lack some, and those of dWh that were dropped are
    /// 0; each window has its own.</summary>
    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void DroppedWeightsAreThoseOfThePlainLayer(RecurrentCell cell)
    {
        const double rate = 0.4;
        RecurrentSetup plain = new(cell, 1, false, 19, 33, seed: 3);
        RecurrentSetup dropping = new(cell, 1, false, 19, 33, seed: 3, options: new() { WeightDropout = rate });
        Same(plain.Run(plain.CreateWindow(T, 3)), dropping.Run(dropping.CreateWindow(T, 3)));   // inference

        RecurrentTape tape = dropping.Layer.CreateTape(T, 3);
        float[] earlier = [];
        foreach (Mode mode in (Mode[])[Mode.Training(1, 1), Mode.Training(1, 2)])
        {
            ParameterSlot slot = plain.Layout["layer.weight_hh_l0"];
            ParameterBuffer masked = new(plain.Layout);
            masked.CopyFrom(plain.P);
            float[] mask = new float[slot.Count];
            Array.Fill(mask, 1f);
            Dropout oracle = new("layer.weights_l0", rate);
            oracle.Forward(mask, mask, mode);
            MatrixView wh = masked.BeginWrite()[slot];
            oracle.Forward(wh.Span, wh.Span, mode);

            RunResult expected = plain.Run(plain.CreateWindow(T, 3), parameters: masked);
            RunResult actual = dropping.Run(dropping.CreateWindow(T, 3, mode: mode), tape);
            Bits.Same(expected.Y, actual.Y, "y");
            Bits.Same(expected.DX, actual.DX, "dX");
            for (int i = 0; i < slot.Count; i++)
                expected.Gradients[slot.Offset + i] *= mask[i];

            Assert.Equal(expected.Gradients, actual.Gradients);   // 0 and -0 are equal
            Assert.InRange(mask.Count(value => value == 0), rate * 0.8 * mask.Length, rate * 1.2 * mask.Length);
            Assert.NotEqual(earlier, actual.Y);
            earlier = actual.Y;
        }
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
        Assert.Equal(0.4, lstm.WeightDropout);
        Assert.Equal(12, new Lstm(layout, "peepholes", 3, 4, new() { Peepholes = true }).Peepholes!.Value.Cols);
    }

    [Theory]
    [InlineData(RecurrentInitialization.PyTorch)]
    [InlineData(RecurrentInitialization.Orthogonal)]
    public void InitialValuesOfOptions(RecurrentInitialization scheme)
    {
        ParameterLayout layout = new();
        Lstm lstm = new(layout, "lstm", 3, 4, All(isLstm: true) with { Initialization = scheme });
        ParameterBuffer p = new(layout);
        p.Initialize(seed: 1);
        foreach (ParameterSlot? slot in (ParameterSlot?[])[lstm.InputGain, lstm.RecurrentGain, lstm.CellGain])
            Assert.All(p[slot!.Value].Span.ToArray(), value => Assert.Equal(1, value));

        foreach (ParameterSlot? slot in (ParameterSlot?[])[lstm.CellBias, lstm.Peepholes, lstm.InitialHidden, lstm.InitialCell])
            Assert.All(p[slot!.Value].Span.ToArray(), value => Assert.Equal(0, value));

        if (scheme == RecurrentInitialization.Orthogonal)   // coupled gates: f is the first
            Assert.Equal([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], p[lstm.InputBias].Span.ToArray());
    }

    /// <summary>Dropout between layers of different sizes: the gradient of the input is the slope along it.</summary>
    [Fact]
    public void LayersOfDifferentSizesAreDropped()
    {
        const int steps = 4, batch = 3, inputs = 5;
        ParameterLayout layout = new();
        RecurrentStack stack = RecurrentStack.Create(layout, "stack", RecurrentCell.Lstm, inputs, 6, 3, dropout: 0.3, lastHiddenSize: 2);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3, 0.5f);
        float[] x = TestNumbers.Uniform(steps * batch * inputs, 3, 2), along = TestNumbers.Uniform(x.Length, 3, 3);
        float[] dX = new float[x.Length];
        float[] dY = TestNumbers.Uniform(steps * batch * 2, 3, 4);
        RecurrentTape tape = stack.CreateTape(steps, batch);
        double Loss(float distance)
        {
            float[] moved = [.. x.Zip(along, (value, direction) => value + (distance * direction))];
            stack.Forward(p, new ReadOnlySequenceView(moved, steps, batch, inputs), default, Mode.Training(1, 1), tape);
            return tape.Output.Span.ToArray().Zip(dY, (y, weight) => (double)y * weight).Sum();
        }

        double slope = (Loss(1e-2f) - Loss(-1e-2f)) / 2e-2;
        Loss(0);
        stack.Backward(p, new ReadOnlySequenceView(x, steps, batch, inputs), new ReadOnlySequenceView(dY, steps, batch, 2), tape,
            new GradientBuffer(layout), new SequenceView(dX, steps, batch, inputs));
        Assert.Equal(slope, dX.Zip(along, (d, direction) => (double)d * direction).Sum(), 1e-3 * Math.Abs(slope) + 1e-4);
    }

    /// <summary>The weights are dropped anew with each step of training, though the parameters are the same.</summary>
    [Fact]
    public void EachStepDropsOtherWeights()
    {
        RecurrentSetup setup = new(RecurrentCell.Lstm, 1, false, 5, 6, seed: 3, options: new() { WeightDropout = 0.5 });
        RecurrentTape tape = setup.Layer.CreateTape(4, 3);
        float[] Output(ulong step, RecurrentTape of)
        {
            Window w = setup.CreateWindow(4, 3);
            setup.Layer.Forward(setup.P, new ReadOnlySequenceView(w.X, 4, 3, 5), default, w.State, Mode.Training(1, step), of);
            return of.Output.Span.ToArray();
        }

        float[] first = Output(1, tape), second = Output(2, tape);
        Assert.NotEqual(first, second);
        Bits.Same(Output(2, setup.Layer.CreateTape(4, 3)), second, "the second step");
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
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gru(layout, "gru", 3, 4, new() { WeightDropout = 1 }));
        Assert.Empty(layout.Slots);
    }

    /// <summary>A stack of cells with an option, or all.</summary>
    internal static RecurrentSetup Make(RecurrentCell cell, string options, int layers, bool bidirectional)
    {
        bool isLstm = cell == RecurrentCell.Lstm;
        return new RecurrentSetup(cell, layers, bidirectional, inputSize: 19, hiddenSize: 33, seed: 3, dropout: 0.3,
            lockedDropout: true, options: options switch
            {
                "" => null,
                "normalized" => new() { LayerNormalization = true },
                "dropout" => new() { RecurrentDropout = 0.4 },
                "weights" => new() { WeightDropout = 0.4 },
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
        WeightDropout = 0.4,
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
