using System;
using System.Linq;
using System.Threading;
using CsCheck;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>What holds for every recurrent layer, to the last bit.</summary>
public class RecurrentPropertyTests
{
    private const int Iterations = 60;
    private const string Seed = "0000KOIa2Nf3";

    private static readonly Gen<Shape> s_oneDirection = Shapes(Gen.Const(false));
    private static readonly Gen<Shape> s_anyDirection = Shapes(Gen.Bool);

    [Fact]
    public void ASequenceIsTwoWindowsWithCarriedState() =>
        Gen.Select(s_oneDirection, Gen.Int[1, 5]).Sample(CheckTwoWindows, iter: Iterations, seed: Seed, threads: 1);

    [Fact]
    public void StepByStepIsTheWholeSequence() => Gen.Select(s_oneDirection, Gen.Bool).Sample((shape, training) =>
    {
        RecurrentSetup setup = shape.Create(dropout: 0.4);
        Mode mode = training ? Mode.Training(5, 6) : Mode.Inference;
        Bits.Same(setup.Run(setup.CreateWindow(shape.T, shape.B, mode: mode)),
            setup.RunSteps(setup.CreateWindow(shape.T, shape.B, mode: mode)));
    }, iter: Iterations, seed: Seed, threads: 1);

    [Fact]
    public void TheTapesOwnGradientBufferIsAsGoodAsAnother() => s_anyDirection.Sample(shape =>
    {
        RecurrentSetup setup = shape.Create();
        Bits.Same(setup.Run(setup.CreateWindow(shape.T, shape.B, shape.Lengths())),
            setup.Run(setup.CreateWindow(shape.T, shape.B, shape.Lengths()), throughTape: true));
    }, iter: Iterations, seed: Seed, threads: 1);

    [Theory]
    [InlineData(RecurrentCell.Lstm, 3, 48, false)]   // many rows, narrow input and wide: dX inside the time loop
    [InlineData(RecurrentCell.Lstm, 40, 48, true)]
    [InlineData(RecurrentCell.Gru, 40, 48, false)]
    [InlineData(RecurrentCell.RnnTanh, 3, 5, true)]  // few rows
    public void TheGradientOfTheInputMayOverwriteTheInput(RecurrentCell cell, int inputSize, int batch,
        bool bidirectional)
    {
        RecurrentSetup setup = new(cell, 2, bidirectional, inputSize, hiddenSize: 8, seed: 4);
        Bits.Same(setup.Run(setup.CreateWindow(6, batch)), setup.Run(setup.CreateWindow(6, batch), overX: true));
        Bits.Same(setup.Run(setup.CreateWindow(6, batch)),
            setup.Run(setup.CreateWindow(6, batch), throughTape: true));
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, 7, 3)]
    [InlineData(RecurrentCell.Gru, 3, 7)]
    [InlineData(RecurrentCell.Gru, 4, 8)]
    public void StepsOfAStackOfUnequalWidthsLeaveTheGradientsOfOthers(RecurrentCell cell, int below, int above)
    {
        const int steps = 4, batch = 3, inputs = 5;
        ParameterLayout layout = new();
        RecurrentCellLayer lower = RecurrentStack.CreateCell(layout, "lower", cell, inputs, below);
        RecurrentCellLayer upper = RecurrentStack.CreateCell(layout, "upper", cell, below, above);
        RecurrentStack stack = new("stack", [lower, upper]);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3, 0.5f);
        float[] x = TestNumbers.Uniform(steps * batch * inputs, 3, 2), dY = TestNumbers.Uniform(steps * batch * above, 3, 4);
        float[][] results = [.. ((bool[])[false, true]).Select(inTape =>
        {
            RecurrentTape tape = stack.CreateTape(steps, batch);
            RecurrentState state = stack.CreateState(batch), dState = stack.CreateState(batch);
            GradientBuffer g = new(layout);
            float[] dX = new float[x.Length];
            ReadOnlySequenceView input = new(x, steps, batch, inputs), dOutput = new(dY, steps, batch, above);
            stack.Begin(state, steps, Mode.Inference, tape);
            for (int t = 0; t < steps; t++)
                stack.ForwardStep(p, input[t], t, tape);

            stack.End(state, tape);
            if (inTape)
            {
                dY.CopyTo(tape.OutputGradient.Span);
                dOutput = tape.OutputGradient;
            }

            stack.BeginBackward(dState, tape);
            for (int t = steps - 1; t >= 0; t--)
                stack.BackwardStep(p, t, dOutput[t], tape, new SequenceView(dX, steps, batch, inputs)[t]);

            stack.EndBackward(input, dState, tape, g);
            return (float[])[.. dX, .. RecurrentSetup.Flatten(dState), .. g.Dense];
        })];
        Bits.Same(results[0], results[1], "gradients");
    }

    /// <summary>One that is created with another size of its last layer is that of the same cells.</summary>
    [Theory]
    [InlineData(RecurrentCell.Lstm, 7, 3)]
    [InlineData(RecurrentCell.Gru, 3, 7)]
    public void TheLastLayerOfACreatedStackMayHaveAnotherSize(RecurrentCell cell, int below, int above)
    {
        ParameterLayout created = new(), byHand = new();
        RecurrentStack stack = RecurrentStack.Create(created, "rnn", cell, 5, below, layers: 3, lastHiddenSize: above);
        for (int i = 0; i < 3; i++)
        {
            RecurrentStack.CreateCell(byHand, "rnn", cell, i == 0 ? 5 : below, i == 2 ? above : below,
                new() { Suffix = $"_l{i}" });
        }

        Assert.Equal(byHand.Slots, created.Slots);
        Assert.Equal(above, stack.OutputSize);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => RecurrentStack.Create(new(), "rnn", cell, 5, below, layers: 3, lastHiddenSize: -1));
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, 7, 3)]
    [InlineData(RecurrentCell.Gru, 3, 7)]
    [InlineData(RecurrentCell.RnnTanh, 9, 4)]
    public void AStackOfUnequalWidthsMaySpareTheGradientsBetweenItsLayers(RecurrentCell cell, int below, int above)
    {
        // Many rows: each layer writes dX inside the time loop, and dX of the upper layer lies in dY's memory, where a
        // row of another width begins elsewhere.
        const int steps = 4, batch = 70, inputs = 5;
        ParameterLayout layout = new();
        RecurrentCellLayer lower = RecurrentStack.CreateCell(layout, "lower", cell, inputs, below);
        RecurrentCellLayer upper = RecurrentStack.CreateCell(layout, "upper", cell, below, above);
        RecurrentStack stack = new("stack", [lower, upper]);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3, 0.5f);
        ReadOnlySequenceView x = new(TestNumbers.Uniform(steps * batch * inputs, 3, 2), steps, batch, inputs);
        float[] dY = TestNumbers.Uniform(steps * batch * above, 3, 4);

        RecurrentTape tape = stack.CreateTape(steps, batch);
        GradientBuffer g = new(layout);
        float[] dX = new float[steps * batch * inputs];
        stack.Forward(p, x, default, stack.CreateState(batch), Mode.Inference, tape);
        dY.CopyTo(tape.OutputGradient.Span);
        stack.Backward(p, x, tape.OutputGradient, stack.CreateState(batch), tape, g,
            new SequenceView(dX, steps, batch, inputs));

        RecurrentTape first = lower.CreateTape(steps, batch), second = upper.CreateTape(steps, batch);
        GradientBuffer apart = new(layout);
        float[] between = new float[steps * batch * below], dInput = new float[dX.Length];
        lower.Forward(p, x, default, lower.CreateState(batch), Mode.Inference, first);
        upper.Forward(p, first.Output, default, upper.CreateState(batch), Mode.Inference, second);
        upper.Backward(p, first.Output, new ReadOnlySequenceView(dY, steps, batch, above), upper.CreateState(batch),
            second, apart, new SequenceView(between, steps, batch, below));
        lower.Backward(p, x, new ReadOnlySequenceView(between, steps, batch, below), lower.CreateState(batch), first,
            apart, new SequenceView(dInput, steps, batch, inputs));
        Bits.Same(dInput, dX, "dX");
        Bits.Same(apart.Dense, g.Dense, "gradients");
    }

    [Fact]
    public void PermutingTheBatchPermutesTheResult() => s_anyDirection.Sample(shape =>
    {
        RecurrentSetup setup = shape.Create();
        int[] lengths = shape.Lengths(), order = TestNumbers.Permutation(shape.B, shape.Seed);
        Window window = setup.CreateWindow(shape.T, shape.B, lengths);
        Window permuted = setup.CreateWindow(shape.T, shape.B, [.. order.Select(row => lengths[row])]);
        window.CopyRowsTo(permuted, order);
        CheckRows(setup.Run(window), setup.Run(permuted), shape, order);
    }, iter: Iterations, seed: Seed, threads: 1);

    [Fact]
    public void ARaggedBatchIsEachRowAlone() => s_anyDirection.Sample(shape =>
    {
        RecurrentSetup setup = shape.Create();
        int[] lengths = shape.Lengths();
        Window batch = setup.CreateWindow(shape.T, shape.B, lengths);
        ClearPastLengths(batch.DY, lengths, shape.T);
        Window[] alone = new Window[shape.B];
        for (int b = 0; b < shape.B; b++)
        {
            alone[b] = setup.CreateWindow(lengths[b], 1);
            batch.CopyRowsTo(alone[b], b);
        }

        RunResult all = setup.Run(batch);
        for (int b = 0; b < shape.B; b++)
        {
            RunResult one = setup.Run(alone[b]);
            CheckRows(all, one, shape with { T = lengths[b] }, b);
            float[] y = new float[shape.T * setup.Layer.OutputSize], dX = new float[shape.T * shape.I];
            Window.Pick(all.Y, y, shape.B, shape.T, b);
            Window.Pick(all.DX, dX, shape.B, shape.T, b);
            Assert.All(dX[(lengths[b] * shape.I)..], d => Assert.Equal(0f, d));
            if (!shape.Bidirectional)
            {
                float[] last = one.Y[^setup.Layer.OutputSize..];
                for (int t = lengths[b]; t < shape.T; t++)
                    Bits.Same(last, y.AsSpan(t * last.Length, last.Length), "output past the length");
            }
        }
    }, iter: Iterations, seed: Seed, threads: 1);

    [Theory]
    [InlineData(RecurrentCell.Lstm, false)]
    [InlineData(RecurrentCell.Gru, false)]
    [InlineData(RecurrentCell.RnnTanh, true)]
    [InlineData(RecurrentCell.Lstm, true)]
    public void ParameterGradientsAccumulate(RecurrentCell cell, bool bidirectional)
    {
        RecurrentSetup setup = new(cell, 2, bidirectional, 3, 5, seed: 4);
        float[] once = setup.Run(setup.CreateWindow(4, 2)).Gradients;
        GradientBuffer g = new(setup.Layout);
        for (int round = 0; round < 2; round++)
        {
            Window w = setup.CreateWindow(4, 2);
            RecurrentTape tape = setup.Layer.CreateTape(4, 2);
            setup.Layer.Forward(setup.P, w.Input, default, w.State, default, tape);
            setup.Layer.Backward(setup.P, w.Input, new ReadOnlySequenceView(w.DY, 4, 2, setup.Layer.OutputSize),
                w.DState, tape, g, default);
        }

        for (int i = 0; i < once.Length; i++)
            Assert.Equal(2 * once[i], g.Dense[i], 1e-5f);
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, false)]
    [InlineData(RecurrentCell.Gru, false)]
    [InlineData(RecurrentCell.RnnTanh, false)]
    [InlineData(RecurrentCell.RnnRelu, true)]
    [InlineData(RecurrentCell.Lstm, true)]
    public void PackedWeightsAreNeverStale(RecurrentCell cell, bool bidirectional)
    {
        RecurrentSetup setup = new(cell, 2, bidirectional, 3, 20, seed: 4);
        RecurrentTape used = setup.Layer.CreateTape(4, 2);
        RunResult before = setup.Run(setup.CreateWindow(4, 2), used);
        foreach (ParameterSlot slot in setup.Layout.Slots)
        {
            setup.P.BeginWrite()[slot][0, 0] += 0.5f;
            RunResult after = setup.Run(setup.CreateWindow(4, 2), used);
            Bits.Same(setup.Run(setup.CreateWindow(4, 2)), after);
            Assert.NotEqual(before.Gradients, after.Gradients);
            before = after;
        }

        // Another buffer of the same version is another buffer.
        ParameterBuffer other = new(setup.Layout);
        while (other.Version < setup.P.Version)
            other.BeginWrite();

        Bits.Same(setup.Run(setup.CreateWindow(4, 2), parameters: other),
            setup.Run(setup.CreateWindow(4, 2), used, other));
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void ThreadsShareParameters(RecurrentCell cell)
    {
        RecurrentSetup setup = new(cell, 2, bidirectional: true, 7, 20, seed: 9);
        RunResult expected = setup.Run(setup.CreateWindow(8, 6));
        RunResult[][] results = new RunResult[4][];
        Thread[] threads = [.. Enumerable.Range(0, results.Length).Select(i => new Thread(() =>
        {
            RecurrentTape tape = setup.Layer.CreateTape(8, 6);
            results[i] = [.. Enumerable.Range(0, 20).Select(_ => setup.Run(setup.CreateWindow(8, 6), tape))];
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(results.SelectMany(runs => runs), run => Bits.Same(expected, run));
    }

    [Fact]
    public void ClearEmptiesOneRow()
    {
        RecurrentSetup setup = new(RecurrentCell.Lstm, 2, bidirectional: true, 3, 4, seed: 1);
        RecurrentState state = setup.CreateWindow(1, 3).State;
        float[] before = RecurrentSetup.Flatten(state);
        Assert.Equal(8, state.Count);
        state.Clear(1);
        for (int part = 0; part < state.Count; part++)
        {
            Assert.Equal(new float[4], state[part].Row(1).ToArray());
            Assert.Equal(before.AsSpan(part * 12, 4), state[part].Row(0));
            Assert.Equal(before.AsSpan((part * 12) + 8, 4), state[part].Row(2));
        }

        state.Clear();
        Assert.Equal(new float[before.Length], RecurrentSetup.Flatten(state));
        Assert.Throws<ArgumentOutOfRangeException>(() => state.Clear(3));
    }

    [Fact]
    public void AClearedRowBeginsANewSession()
    {
        // Two sessions in one batch; the second ends, and its place begins anew: as if it had always been alone.
        RecurrentSetup setup = new(RecurrentCell.Lstm, 2, bidirectional: false, 3, 4, seed: 1);
        Window first = setup.CreateWindow(4, 2), second = setup.CreateWindow(5, 2), alone = setup.CreateWindow(5, 1);
        second.CopyRowsTo(alone, 1);
        alone.State.Clear();
        RecurrentTape tape = setup.Layer.CreateTape(5, 2);
        setup.Layer.Forward(setup.P, first.Input, default, first.State, default, tape);
        first.State.Clear(1);
        setup.Layer.Forward(setup.P, second.Input, default, first.State, default, tape);
        float[] y = new float[5 * 4];
        Window.Pick(tape.Output.Span, y, 2, 5, 1);
        Bits.Same(setup.Run(alone).Y, y, "y");
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void StateGradientsOfEveryStepAreKept(RecurrentCell cell)
    {
        // dH of step t is dY of step t and what the later steps hand down: Backward of those steps alone.
        const int steps = 5, batch = 2, hidden = 4;
        RecurrentSetup setup = new(cell, 1, bidirectional: false, 3, hidden, seed: 2, options: new() { KeepStateGradients = true });
        Window whole = setup.CreateWindow(steps, batch);
        RecurrentTape tape = setup.Layer.CreateTape(steps, batch);
        setup.Run(whole, tape);
        float[] kept = tape.StateGradients.Span.ToArray();
        for (int t = 0; t < steps - 1; t++)
        {
            Window head = setup.CreateWindow(t + 1, batch), tail = setup.CreateWindow(steps - t - 1, batch);
            setup.Run(head);
            whole.X.AsSpan((t + 1) * batch * 3).CopyTo(tail.X);
            whole.DY.AsSpan((t + 1) * batch * hidden).CopyTo(tail.DY);
            tail.State.CopyFrom(head.State);
            setup.Run(tail);
            float[] expected = new float[batch * hidden];
            for (int i = 0; i < expected.Length; i++)
                expected[i] = tail.DState[0].Span[i] + whole.DY[(t * batch * hidden) + i];

            Bits.Same(expected, kept.AsSpan(t * batch * hidden, batch * hidden), $"dH of step {t}");
        }

        RecurrentSetup without = new(cell, 1, false, 3, hidden, 2);
        RecurrentTape other = without.Layer.CreateTape(steps, batch);
        without.Run(without.CreateWindow(steps, batch), other);
        Assert.True(other.StateGradients.IsEmpty);
    }

    private static void CheckTwoWindows(Shape shape, int second)
    {
        RecurrentSetup setup = shape.Create();
        int first = shape.T, b = shape.B;
        Window whole = setup.CreateWindow(first + second, b);
        Window one = setup.CreateWindow(first, b), two = setup.CreateWindow(second, b);
        int inputs = first * b * shape.I, outputs = first * b * setup.Layer.OutputSize;
        whole.X.AsSpan(0, inputs).CopyTo(one.X);
        whole.X.AsSpan(inputs).CopyTo(two.X);
        whole.DY.AsSpan(0, outputs).CopyTo(one.DY);
        whole.DY.AsSpan(outputs).CopyTo(two.DY);

        RecurrentTape tapeOne = setup.Layer.CreateTape(first, b), tapeTwo = setup.Layer.CreateTape(second + 1, b + 2);
        RecurrentState state = one.State, dState = whole.DState;
        GradientBuffer g = new(setup.Layout);
        float[] dX = new float[whole.X.Length], y = new float[whole.DY.Length];
        RecurrentState dFinal = setup.Layer.CreateState(b);
        dFinal.CopyFrom(dState);
        RunResult expected = setup.Run(whole);

        setup.Layer.Forward(setup.P, one.Input, default, state, Mode.Inference, tapeOne);
        setup.Layer.Forward(setup.P, two.Input, default, state, Mode.Inference, tapeTwo);
        tapeOne.Output.Span.CopyTo(y);
        tapeTwo.Output.Span.CopyTo(y.AsSpan(outputs));
        setup.Layer.Backward(setup.P, two.Input, new ReadOnlySequenceView(two.DY, second, b, setup.Layer.OutputSize),
            dFinal, tapeTwo, g, new SequenceView(dX.AsSpan(inputs), second, b, shape.I));
        setup.Layer.Backward(setup.P, one.Input, new ReadOnlySequenceView(one.DY, first, b, setup.Layer.OutputSize),
            dFinal, tapeOne, g, new SequenceView(dX.AsSpan(0, inputs), first, b, shape.I));

        Bits.Same(expected.Y, y, "y");
        Bits.Same(expected.Final, RecurrentSetup.Flatten(state), "final state");
        Bits.Same(expected.DX, dX, "dX");
        Bits.Same(expected.DInitial, RecurrentSetup.Flatten(dFinal), "gradient of the initial state");

        // Two sums in place of one: rounding follows the size of the terms, which may cancel, not that of their sum.
        float tolerance = 1e-5f * (1 + expected.Gradients.Max(Math.Abs));
        for (int i = 0; i < expected.Gradients.Length; i++)
            Assert.Equal(expected.Gradients[i], g.Dense[i], tolerance);
    }

    /// <summary>Row i of one result is row rows[i] of the other, for the steps of the shape.</summary>
    private static void CheckRows(RunResult all, RunResult some, Shape shape, params int[] rows)
    {
        Compare(all.Y, some.Y, shape.T, "y");
        Compare(all.DX, some.DX, shape.T, "dX");
        int partSize = shape.B * shape.H, pickedSize = rows.Length * shape.H;
        for (int part = 0; part < all.Final.Length / partSize; part++)
        {
            Compare(all.Final.AsSpan(part * partSize, partSize), some.Final.AsSpan(part * pickedSize, pickedSize), 1,
                "final state");
            Compare(all.DInitial.AsSpan(part * partSize, partSize), some.DInitial.AsSpan(part * pickedSize, pickedSize),
                1, "gradient of the initial state");
        }

        void Compare(ReadOnlySpan<float> from, ReadOnlySpan<float> actual, int steps, string what)
        {
            float[] expected = new float[actual.Length];
            Window.Pick(from, expected, shape.B, steps, rows);
            Bits.Same(expected, actual, what);
        }
    }

    private static void ClearPastLengths(float[] sequence, int[] lengths, int steps)
    {
        int features = sequence.Length / (steps * lengths.Length);
        for (int b = 0; b < lengths.Length; b++)
        {
            for (int t = lengths[b]; t < steps; t++)
                sequence.AsSpan(((t * lengths.Length) + b) * features, features).Clear();
        }
    }

    private static Gen<Shape> Shapes(Gen<bool> directions) => Gen.Select(
        Gen.Enum<RecurrentCell>(), Gen.Int[1, 2], directions, Gen.Int[1, 6],
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 37], Gen.ULong[1, 1000]),
        (cell, layers, bidirectional, t, rest) =>
            new Shape(cell, layers, bidirectional, t, rest.Item1, rest.Item2, rest.Item3, rest.Item4));

    private sealed record Shape(
        RecurrentCell Cell, int Layers, bool Bidirectional, int T, int B, int I, int H, ulong Seed)
    {
        public RecurrentSetup Create(double dropout = 0) => new(Cell, Layers, Bidirectional, I, H, Seed, dropout);

        /// <summary>A length for each row, 1 .. T.</summary>
        public int[] Lengths() => [.. TestNumbers.Indices(B, T, Seed, stream: 5).Select(length => length + 1)];
    }
}
