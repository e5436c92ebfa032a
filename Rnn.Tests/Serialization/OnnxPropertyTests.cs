using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsCheck;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>Exported networks, run by an interpreter of ONNX's definitions, compute what ours do.</summary>
public class OnnxPropertyTests
{
    private const string Seed = "0000KOIa2Nf3";

    private static readonly Gen<RecurrentCell> s_cell = Gen.Enum<RecurrentCell>();

    // As PyTorch has it: all layers alike.
    private static readonly Gen<(RecurrentCell, bool)[]> s_alike =
        Gen.Select(s_cell, Gen.Bool, Gen.Int[1, 3], (cell, both, layers) => Enumerable.Repeat((cell, both), layers).ToArray());

    private static readonly Gen<(RecurrentCell, bool)[]> s_mixed = Gen.Select(s_cell, Gen.Bool).Array[1, 3];

    private static readonly Gen<Head> s_head = Gen.Enum<Head>();

    private enum Head
    {
        None,
        Linear,
        LinearWithoutBias,
    }

    [Fact]
    public void ComputesTheSameAndCarriesItsState() => Check(s_alike);

    [Fact]
    public void LayersNeedNotBeAlike() => Check(s_mixed);

    private static void Check(Gen<(RecurrentCell Cell, bool Both)[]> layers) =>
        Gen.Select(layers, s_head, Gen.Enum<OnnxInput>(), Gen.Bool, Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 4]),
            Gen.UInt[0, 1000]).Sample((levels, head, input, twoBiases, sizes, seed) =>
            {
                (int features, int units, int batch) = sizes;
                ParameterLayout layout = new();
                SequenceLayer stack = Stack(layout, levels, features, units, twoBiases);
                Linear? output = head == Head.None ? null
                    : new Linear(layout, "fc", stack.OutputSize, 3, bias: head == Head.Linear);
                ParameterBuffer p = TestNumbers.Parameters(layout, seed, 0.5f);
                Compare(p, stack, output, levels, input, batch, seed);
            }, iter: 150, seed: Seed, threads: 1);

    private static RecurrentStack Stack(ParameterLayout layout, (RecurrentCell Cell, bool Both)[] levels, int features,
        int units, bool twoBiases)
    {
        List<SequenceLayer> layers = [];
        foreach ((RecurrentCell cell, bool both) in levels)
        {
            int size = layers.Count == 0 ? features : layers[^1].OutputSize, level = layers.Count;
            RecurrentCellLayer forwards = Cell($"_l{level}");
            layers.Add(both ? new Bidirectional($"both{level}", forwards, Cell($"_l{level}_reverse")) : forwards);

            RecurrentCellLayer Cell(string suffix) => RecurrentStack.CreateCell(layout, "rnn", cell, size, units,
                new RecurrentOptions { TwoBiases = twoBiases, Suffix = suffix });
        }

        return new RecurrentStack("stack", layers, dropout: 0.5);
    }

    private static void Compare(ParameterBuffer p, SequenceLayer stack, Linear? output,
        (RecurrentCell Cell, bool Both)[] levels, OnnxInput input, int batch, uint seed)
    {
        using MemoryStream stream = new();
        OnnxSignature signature = OnnxExport.Write(stream, p, stack, output, new() { Input = input });
        OnnxFile file = new(stream.ToArray());
        Assert.Equal(signature.Inputs, file.Inputs);
        Assert.Equal(signature.Outputs, file.Outputs);

        RecurrentState state = stack.CreateState(batch);
        for (int part = 0; part < state.Count; part++)
            TestNumbers.Uniform(state[part].Span.Length, seed, 10 + (ulong)part).CopyTo(state[part].Span);

        foreach (int steps in new[] { 4, 1, 2 })
        {
            (OnnxTensor h, OnnxTensor? c) = StateOf(state, levels);
            (OnnxTensor x, float[] y) = Ours(p, stack, output, state, input, steps, seed);
            List<(string, OnnxTensor)> inputs = [("x", x), ("h0", h)];
            if (c is not null)
                inputs.Add(("c0", c));

            Dictionary<string, OnnxTensor> values = OnnxInterpreter.Run(file, [.. inputs]);
            Same(new([steps, batch, output?.OutputSize ?? stack.OutputSize], TestNumbers.ToDouble(y)), values["y"]);
            (h, c) = StateOf(state, levels);
            Same(h, values["hn"]);
            Assert.Equal(c is null, !values.ContainsKey("cn"));
            if (c is not null)
                Same(c, values["cn"]);
        }
    }

    private static (OnnxTensor X, float[] Y) Ours(ParameterBuffer p, SequenceLayer stack, Linear? output,
        RecurrentState state, OnnxInput input, int steps, uint seed)
    {
        int batch = state.Batch, rows = steps * batch, features = stack.InputSize;
        float[] numbers = TestNumbers.Uniform(rows * features, seed, (ulong)steps);
        int[] indices = TestNumbers.Indices(rows, features, seed, (ulong)steps);
        RecurrentInput x = input == OnnxInput.Numbers
            ? new ReadOnlySequenceView(numbers, steps, batch, features)
            : RecurrentInput.OneHot(indices, steps, batch, features);
        RecurrentTape tape = stack.CreateTape(steps, batch, TapeUse.Inference);
        stack.Forward(p, x, default, state, Mode.Inference, tape);
        float[] y = tape.Output.Span.ToArray();
        if (output is not null)
        {
            y = new float[rows * output.OutputSize];
            output.Forward(p, tape.Output.Flattened, new MatrixView(y, rows, output.OutputSize));
        }

        return (input == OnnxInput.Numbers
            ? OnnxTensor.Of([steps, batch, features], numbers)
            : new OnnxTensor([steps, batch], [.. indices.Select(index => (double)index)]), y);
    }

    // The state's matrices are h, or h and c, of every cell.
    private static (OnnxTensor H, OnnxTensor? C) StateOf(RecurrentState state, (RecurrentCell Cell, bool Both)[] levels)
    {
        List<double> h = [], c = [];
        int part = 0, units = state[0].Cols;
        foreach ((RecurrentCell cell, bool both) in levels)
        {
            for (int direction = 0; direction < (both ? 2 : 1); direction++)
            {
                h.AddRange(TestNumbers.ToDouble(state[part++].Span));
                if (cell == RecurrentCell.Lstm)
                    c.AddRange(TestNumbers.ToDouble(state[part++].Span));
            }
        }

        return (Tensor(h), c.Count == 0 ? null : Tensor(c));

        OnnxTensor Tensor(List<double> values) =>
            new([values.Count / (state.Batch * units), state.Batch, units], [.. values]);
    }

    private static void Same(OnnxTensor expected, OnnxTensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < expected.Data.Length; i++)
        {
            double limit = 2e-6 * (1 + Math.Abs(expected.Data[i]));   // a relu has no bound
            Assert.InRange(actual.Data[i], expected.Data[i] - limit, expected.Data[i] + limit);
        }
    }
}
