using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>Exported networks, run by an interpreter of ONNX's definitions, compute what ours do.</summary>
public class OnnxExportTests
{
    private const int I = 3, H = 5, O = 4;

    private readonly ParameterLayout _layout = new();

    public static TheoryData<int, int, bool, OnnxInput, string> Networks()
    {
        TheoryData<int, int, bool, OnnxInput, string> cases = [];
        foreach (int layers in new[] { 1, 2, 3 })
        {
            foreach (int batch in new[] { 1, 3 })
            {
                foreach (string head in new[] { "none", "bias", "no bias" })
                {
                    cases.Add(layers, batch, false, OnnxInput.Numbers, head);
                    cases.Add(layers, batch, true, OnnxInput.Indices, head);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void ComputesTheSameAndCarriesItsState(int layers, int batch, bool twoBiases, OnnxInput input, string head)
    {
        RecurrentStack stack = RecurrentStack.Create(_layout, "lstm", RecurrentCell.Lstm, I, H, layers, dropout: 0.5,
            twoBiases: twoBiases);
        Linear? output = head == "none" ? null : new Linear(_layout, "fc", H, O, bias: head == "bias");
        ParameterBuffer p = TestNumbers.Parameters(_layout, 1);
        OnnxFile file = Export(p, stack, output, new() { Input = input });

        RecurrentState state = stack.CreateState(batch);
        for (int part = 0; part < state.Count; part++)
        {
            TestNumbers.Uniform(batch * H, 2, (ulong)part).CopyTo(state[part].Span);
        }

        OnnxTensor h = StateOf(state, 0), c = StateOf(state, 1);
        foreach (int steps in new[] { 4, 1, 2 })
        {
            (OnnxTensor x, float[] expected) = Ours(p, stack, output, state, input, steps);
            Dictionary<string, OnnxTensor> values = OnnxInterpreter.Run(file, ("x", x), ("h0", h), ("c0", c));
            Assert.Equal([steps, batch, output?.OutputSize ?? H], values["y"].Shape);
            AssertClose(TestNumbers.ToDouble(expected), values["y"].Data);
            (h, c) = (values["hn"], values["cn"]);
            Assert.Equal([layers, batch, H], h.Shape);
            Assert.Equal([layers, batch, H], c.Shape);
            AssertClose(StateOf(state, 0).Data, h.Data);
            AssertClose(StateOf(state, 1).Data, c.Data);
        }
    }

    [Fact]
    public void StepsAndBatchAreSymbols()
    {
        RecurrentStack stack = RecurrentStack.Create(_layout, "lstm", RecurrentCell.Lstm, I, H, layers: 2);
        Linear output = new(_layout, "fc", H, O);
        ParameterBuffer p = new(_layout);
        OnnxFile numbers = Export(p, stack, output);
        Assert.Equal(["x float [steps, batch, 3]", "h0 float [2, batch, 5]", "c0 float [2, batch, 5]"], numbers.Inputs);
        Assert.Equal(["y float [steps, batch, 4]", "hn float [2, batch, 5]", "cn float [2, batch, 5]"],
            numbers.Outputs);
        OnnxFile indices = Export(p, stack, null, new()
        {
            Input = OnnxInput.Indices,
            InputName = "tokens",
            OutputName = "hidden",
        });
        Assert.Equal("tokens int64 [steps, batch]", indices.Inputs[0]);
        Assert.Equal("hidden float [steps, batch, 5]", indices.Outputs[0]);
    }

    [Fact]
    public void HeaderMetadataAndNames()
    {
        Lstm lstm = new(_layout, "encoder", I, H);
        Linear output = new(_layout, "fc", H, O);
        Dictionary<string, string> metadata = new() { ["b"] = "\u00E9\U0001F600", ["a"] = "" };
        OnnxFile file = Export(new ParameterBuffer(_layout), lstm, output, new()
        {
            GraphName = "net",
            Metadata = metadata,
        });
        Assert.Equal((7, 14), (file.IrVersion, file.Opset));
        Assert.Equal(("Rnn", "net"), (file.Producer, file.GraphName));
        Assert.Equal(["a", "b"], file.Metadata.Keys);
        Assert.Equal(metadata["b"], file.Metadata["b"]);
        string[] names =
        [
            "direction_axis", "encoder.bias_l0", "encoder.weight_hh_l0", "encoder.weight_ih_l0", "fc.bias", "fc.weight",
        ];
        Assert.Equal(names, file.Initializers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([5, 4], file.Initializers["fc.weight"].Shape);
        string[] unique = [.. file.Nodes.SelectMany(node => node.Outputs)];
        Assert.Equal(unique.Distinct(), unique);
    }

    [Fact]
    public void AStackInAStackIsOneStack()
    {
        RecurrentStack inner = RecurrentStack.Create(_layout, "inner", RecurrentCell.Lstm, I, H, layers: 2);
        RecurrentStack outer = new("outer", [inner, new Lstm(_layout, "top", H, H)]);
        OnnxFile file = Export(TestNumbers.Parameters(_layout, 1), outer, null);
        Assert.Equal("h0 float [3, batch, 5]", file.Inputs[1]);
        Assert.Contains("inner.bias_l1", file.Initializers.Keys);
    }

    [Fact]
    public void WeightsAreStreamed()
    {
        Lstm lstm = new(_layout, "lstm", 500, 700);
        ParameterBuffer p = new(_layout);
        OnnxExport.Write(Stream.Null, p, lstm);
        long before = GC.GetAllocatedBytesForCurrentThread();
        OnnxExport.Write(Stream.Null, p, lstm);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, _layout.ParameterCount * sizeof(float) / 20);
    }

    [Fact]
    public void TheSameNetworkGivesTheSameBytes()
    {
        Lstm lstm = new(_layout, "lstm", I, H);
        ParameterBuffer p = TestNumbers.Parameters(_layout, 1);
        using TemporaryFolder folder = new();
        string path = folder["net.onnx"];
        File.WriteAllText(path, "older");
        OnnxExport.Write(path, p, lstm);
        using MemoryStream stream = new();
        OnnxExport.Write(stream, p, lstm);
        Assert.Equal(stream.ToArray(), File.ReadAllBytes(path));
        Assert.Equal(["net.onnx"], folder.Names());
    }

    [Theory]
    [InlineData("both", "'both' is of type Bidirectional, which can't be written as ONNX yet; what can is an Lstm or a "
        + "RecurrentStack of Lstm layers, with or without a Linear layer on top.")]
    [InlineData("gru", "'gru' is of type Gru, which can't")]
    [InlineData("rnn", "'rnn' is of type SimpleRnn, which can't")]
    [InlineData("mixed", "'gru' is of type Gru, which can't")]
    [InlineData("wider", "'second' has 6 units, expected 5 as in the layer below")]
    [InlineData("twice", "two values named 'first.weight_ih_l0'")]
    public void OtherLayersAreRefusedAndTheFileIsAsItWas(string which, string message)
    {
        Lstm first = new(_layout, "first", H, H), second = new(_layout, "second", H, 6);
        Gru gru = new(_layout, "gru", H, H);
        SimpleRnn rnn = new(_layout, "rnn", I, H);
        RecurrentLayer layer = which switch
        {
            "both" => new Bidirectional("both", first, new Lstm(_layout, "back", H, H)),
            "gru" => gru,
            "rnn" => rnn,
            "mixed" => new RecurrentStack("stack", [first, gru]),
            "wider" => new RecurrentStack("stack", [first, second]),
            _ => new RecurrentStack("stack", [first, first]),
        };
        ParameterBuffer p = new(_layout);
        using TemporaryFolder folder = new();
        string path = folder["net.onnx"];
        File.WriteAllText(path, "older");
        Says(message, () => OnnxExport.Write(path, p, layer));
        Assert.Equal("older", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("", "y", "net", "InputName is empty")]
    [InlineData("x", "", "net", "OutputName is empty")]
    [InlineData("x", "y", "", "GraphName is empty")]
    [InlineData("h0", "y", "net", "two values named 'h0'")]
    [InlineData("x", "cn", "net", "two values named 'cn'")]
    [InlineData("x", "x", "net", "two values named 'x'")]
    [InlineData("x", "lstm.bias_l0", "net", "two values named 'lstm.bias_l0'")]
    public void NamesAreChecked(string input, string output, string graph, string message)
    {
        Lstm lstm = new(_layout, "lstm", I, H);
        OnnxOptions options = new() { InputName = input, OutputName = output, GraphName = graph };
        Says(message, () => Export(new ParameterBuffer(_layout), lstm, null, options));
    }

    [Fact]
    public void OptionsLayersAndParametersAreChecked()
    {
        Lstm lstm = new(_layout, "lstm", I, H);
        Linear output = new(_layout, "fc", O, O);
        ParameterBuffer p = new(_layout);
        Says("'fc': output is a layer of 4 inputs, expected one of 5", () => Export(p, lstm, output));
        Says("a key of Metadata is empty",
            () => Export(p, lstm, null, new() { Metadata = new Dictionary<string, string> { [""] = "value" } }));
        Says("half a surrogate pair", () => Export(p, lstm, null, new() { InputName = "x\uD83D" }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Export(p, lstm, null, new() { Input = (OnnxInput)2 }));

        ParameterLayout other = new();
        Lstm stranger = new(other, "stranger", I, H);
        Says("'stranger': the parameters belong to another layout", () => Export(p, stranger, null));
        Says("'fc': the parameters belong to another layout",
            () => Export(new ParameterBuffer(other), stranger, output));
    }

    private static (OnnxTensor X, float[] Y) Ours(ParameterBuffer p, RecurrentStack stack, Linear? output,
        RecurrentState state, OnnxInput input, int steps)
    {
        int batch = state.Batch, rows = steps * batch;
        float[] numbers = TestNumbers.Uniform(rows * I, 3, (ulong)steps);
        int[] indices = TestNumbers.Indices(rows, I, 3, (ulong)steps);
        RecurrentInput x = input == OnnxInput.Numbers
            ? new ReadOnlySequenceView(numbers, steps, batch, I)
            : RecurrentInput.OneHot(indices, steps, batch, I);
        RecurrentTape tape = stack.CreateTape(steps, batch);
        stack.Forward(p, x, default, state, Mode.Inference, tape);
        float[] y = tape.Output.Span.ToArray();
        if (output is not null)
        {
            y = new float[rows * O];
            output.Forward(p, tape.Output.Flattened, new MatrixView(y, rows, O));
        }

        return (input == OnnxInput.Numbers
            ? OnnxTensor.Of([steps, batch, I], numbers)
            : new OnnxTensor([steps, batch], [.. indices.Select(index => (double)index)]), y);
    }

    private static OnnxTensor StateOf(RecurrentState state, int part) => new([state.Count / 2, state.Batch, H],
        [.. Enumerable.Range(0, state.Count / 2).SelectMany(i => TestNumbers.ToDouble(state[(2 * i) + part].Span))]);

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-6);
        }
    }

    private static OnnxFile Export(ParameterBuffer p, RecurrentLayer layer, Linear? output, OnnxOptions? options = null)
    {
        using MemoryStream stream = new();
        OnnxExport.Write(stream, p, layer, output, options);
        return new OnnxFile(stream.ToArray());
    }

    private static void Says(string message, Action action) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
