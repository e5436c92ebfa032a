using System;
using System.Linq;
using CsCheck;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>
/// What stands past a row's length counts nowhere: with NaN in every padded entry of every input, all results have the
/// bits that they have with zeros there.
/// </summary>
public class PaddingTests
{
    private static readonly int[] s_someLengths = [3, 1, 5];
    private static readonly int[] s_firstRowPadded = [3, 5, 5];   // in a batch of three, it alone

    public enum Input
    {
        Dense,
        DenseAndNoDX,
        DenseUnderDX,
        OneHot,
    }

    public static TheoryData<RecurrentCell, int, bool, int, Input> Cases
    {
        get
        {
            TheoryData<RecurrentCell, int, bool, int, Input> cases = [];
            foreach (RecurrentCell cell in Enum.GetValues<RecurrentCell>())
            {
                foreach (int layers in (int[])[1, 2])
                {
                    foreach (bool bidirectional in (bool[])[false, true])
                    {
                        foreach (int batch in (int[])[3, 48])   // one product for all steps, and one a step
                        {
                            foreach (Input input in Enum.GetValues<Input>())
                                cases.Add(cell, layers, bidirectional, batch, input);
                        }
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NaNCountsNowhere(RecurrentCell cell, int layers, bool bidirectional, int batch, Input input)
    {
        RecurrentSetup setup = new(cell, layers, bidirectional, inputSize: 6, hiddenSize: 5, seed: 3, dropout: 0.3,
            options: new() { KeepStateGradients = batch == 3 });
        foreach (int[] some in (int[][])[s_someLengths, s_firstRowPadded])
        {
            int[] lengths = [.. Enumerable.Range(0, batch).Select(row => some[row % some.Length])];
            Result zeros = Run(setup, lengths, 0f, input), nans = Run(setup, lengths, float.NaN, input);
            Assert.True(zeros.Gradients.All(float.IsFinite));
            Assert.Contains(zeros.Gradients, value => value != 0);
            Bits.Same(zeros.Y, nans.Y, "y");
            Bits.Same(zeros.Final, nans.Final, "final state");
            Bits.Same(zeros.DX, nans.DX, "dX");
            Bits.Same(zeros.DInitial, nans.DInitial, "gradient of the initial state");
            Bits.Same(zeros.Gradients, nans.Gradients, "gradients");
            Bits.Same(zeros.StateGradients, nans.StateGradients, "gradients of all states");
        }
    }

    /// <summary>A tape that has read padded rows takes single steps of whole ones.</summary>
    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void StepsAfterPaddedRowsAreWhole(RecurrentCell cell)
    {
        RecurrentSetup setup = new(cell, 1, false, inputSize: 6, hiddenSize: 5, seed: 3);
        RecurrentTape used = setup.Layer.CreateTape(5, 3);
        setup.Run(setup.CreateWindow(5, 3, s_someLengths), used);
        float[][] outputs = [.. ((RecurrentTape[])[used, setup.Layer.CreateTape(5, 3)]).Select(tape =>
        {
            Window w = setup.CreateWindow(5, 3);
            setup.Layer.Begin(w.State, 5, Mode.Inference, tape);
            for (int t = 0; t < 5; t++)
                setup.Layer.ForwardStep(setup.P, new ReadOnlySequenceView(w.X, 5, 3, 6)[t], t, tape);

            setup.Layer.End(w.State, tape);
            return tape.Output.Span.ToArray();
        })];
        Bits.Same(outputs[1], outputs[0], "y");
    }

    [Fact]
    public void NothingInThePaddingCounts() => Gen.Select(
        Gen.Enum<RecurrentCell>(), Gen.Int[1, 3], Gen.Bool, Gen.Int[1, 40], Gen.Int[1, 6]).Sample(
        (cell, layers, bidirectional, batch, steps) =>
        {
            RecurrentSetup setup = new(cell, layers, bidirectional, inputSize: 3, hiddenSize: 4, seed: 8);
            int[] lengths = [.. TestNumbers.Indices(batch, steps, 8, stream: 5).Select(length => length + 1)];
            Result zeros = Run(setup, lengths, 0f, Input.Dense, steps);
            foreach (float padding in (float[])[float.NaN, float.PositiveInfinity, float.MaxValue, -7f])
            {
                Result other = Run(setup, lengths, padding, Input.Dense, steps);
                Bits.Same(zeros.Y, other.Y, "y");
                Bits.Same(zeros.DX, other.DX, "dX");
                Bits.Same(zeros.DInitial, other.DInitial, "gradient of the initial state");
                Bits.Same(zeros.Gradients, other.Gradients, "gradients");
            }
        }, iter: 40, seed: "0000KOIa2Nf3", threads: 1);

    [Fact]
    public void ATapeForInferenceReadsNoPadding()
    {
        RecurrentSetup setup = new(RecurrentCell.Gru, 2, bidirectional: true, 6, 5, seed: 3);
        foreach (int batch in (int[])[3, 48])
        {
            int[] lengths = [.. Enumerable.Range(0, batch).Select(row => s_someLengths[row % s_someLengths.Length])];
            float[][] outputs = [.. ((float[])[0, float.NaN]).Select(padding =>
            {
                Window w = setup.CreateWindow(5, batch, lengths);
                Fill(w.X, lengths, 5, padding);
                RecurrentTape tape = setup.Layer.CreateTape(5, batch, TapeUse.Inference);
                setup.Layer.Forward(setup.P, w.Input, lengths, w.State, Mode.Inference, tape);
                return (float[])[.. tape.Output.Span, .. RecurrentSetup.Flatten(w.State)];
            })];
            Bits.Same(outputs[0], outputs[1], "y");
        }
    }

    private static Result Run(RecurrentSetup setup, int[] lengths, float padding, Input input, int steps = 5)
    {
        RecurrentStack layer = setup.Layer;
        int batch = lengths.Length;
        Window w = setup.CreateWindow(steps, batch, lengths);
        Fill(w.X, lengths, steps, padding);
        Fill(w.DY, lengths, steps, padding);
        int[] indices = TestNumbers.Indices(steps * batch, layer.InputSize, 3, stream: 9);
        if (padding != 0)
            ForPadding(lengths, steps, at => indices[at] = (indices[at] + 1) % layer.InputSize);

        RecurrentInput x = input == Input.OneHot
            ? RecurrentInput.OneHot(indices, steps, batch, layer.InputSize)
            : w.Input;
        float[] dX = input switch
        {
            Input.Dense => new float[w.X.Length],
            Input.DenseUnderDX => w.X,
            _ => [],
        };
        RecurrentTape tape = layer.CreateTape(steps, batch);
        GradientBuffer g = new(setup.Layout);
        layer.Forward(setup.P, x, lengths, w.State, Mode.Training(1, 2), tape);
        float[] y = tape.Output.Span.ToArray();
        layer.Backward(setup.P, x, new ReadOnlySequenceView(w.DY, steps, batch, layer.OutputSize), w.DState, tape, g,
            dX.Length == 0 ? default : new SequenceView(dX, steps, batch, layer.InputSize));
        return new Result(y, RecurrentSetup.Flatten(w.State), dX, RecurrentSetup.Flatten(w.DState), g.Dense.ToArray(),
            tape.StateGradients.Span.ToArray());
    }

    private static void Fill(float[] sequence, int[] lengths, int steps, float padding)
    {
        int features = sequence.Length / (steps * lengths.Length);
        ForPadding(lengths, steps, at => sequence.AsSpan(at * features, features).Fill(padding));
    }

    /// <summary>Calls an action with the row of each padded entry among all steps.</summary>
    private static void ForPadding(int[] lengths, int steps, Action<int> action)
    {
        for (int b = 0; b < lengths.Length; b++)
        {
            for (int t = lengths[b]; t < steps; t++)
                action((t * lengths.Length) + b);
        }
    }

    private sealed record Result(
        float[] Y, float[] Final, float[] DX, float[] DInitial, float[] Gradients, float[] StateGradients);
}
