using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>What stands in an exported file, and what is refused.</summary>
public class OnnxExportTests
{
    private const int I = 3, H = 5, O = 4;

    private readonly ParameterLayout _layout = new();

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
    public void TheSignatureSaysWhatTheFileTakesAndGives()
    {
        RecurrentStack stack = RecurrentStack.Create(_layout, "gru", RecurrentCell.Gru, I, H, layers: 2,
            bidirectional: true);
        OnnxSignature signature = OnnxExport.Write(Stream.Null, new ParameterBuffer(_layout), stack);
        Assert.Equal("inputs  x float [steps, batch, 3]; h0 float [4, batch, 5]" + Environment.NewLine
            + "outputs y float [steps, batch, 10]; hn float [4, batch, 5]", signature.ToString());
    }

    [Fact]
    public void CellsAreOneOperatorALayer()
    {
        RecurrentStack stack = new("stack",
        [
            new Bidirectional("both", new Gru(_layout, "gru", I, H),
                new Gru(_layout, "gru", I, H, new() { Suffix = "_l0_reverse" })),
            new SimpleRnn(_layout, "rnn", 2 * H, H, RnnActivation.Relu),
        ]);
        OnnxFile file = Export(TestNumbers.Parameters(_layout, 1), stack, null);
        Assert.Equal(["Split", "GRU", "Transpose", "Reshape", "RNN", "Squeeze", "Concat"],
            file.Nodes.Select(node => node.Operation));
        Assert.Equal(("bidirectional", 1L),
            (file.Nodes[1].Attributes["direction"], file.Nodes[1].Attributes["linear_before_reset"]));
        Assert.Equal(["Relu"], (string[])file.Nodes[4].Attributes["activations"]);
        Assert.Equal([2, 15, 3], file.Initializers["gru.weight_ih_l0"].Shape);
        Assert.Equal([2, 30], file.Initializers["gru.bias_l0"].Shape);
        Assert.Equal([1, 5, 10], file.Initializers["rnn.weight_ih_l0"].Shape);
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
    [InlineData("stacks", "'stacks' reads with RecurrentStack forwards and RecurrentStack backwards, which can't be "
        + "written as ONNX; expected two cells of one kind (Lstm, Gru or SimpleRnn). Stack layers of both directions "
        + "instead.")]
    [InlineData("unlike", "'unlike' reads with Lstm forwards and Gru backwards, which can't")]
    [InlineData("wider", "'second' has 6 units, expected 5 as in the layer below")]
    [InlineData("wider both", "'wider both' has 6 units, expected 5 as in the layer below")]
    [InlineData("twice", "two values named 'first.weight_ih_l0'")]
    public void OtherLayersAreRefusedAndTheFileIsAsItWas(string which, string message)
    {
        Lstm first = new(_layout, "first", H, H), second = new(_layout, "second", H, 6);
        SequenceLayer layer = which switch
        {
            "stacks" => new Bidirectional("stacks", new RecurrentStack("stack", [first]),
                RecurrentStack.Create(_layout, "back", RecurrentCell.Lstm, H, H, layers: 2)),
            "unlike" => new RecurrentStack("stack", [new Bidirectional("unlike", first, new Gru(_layout, "gru", H, H))]),
            "wider" => new RecurrentStack("stack", [first, second]),
            "wider both" => new RecurrentStack("stack", [first, new Bidirectional("wider both", second,
                new Lstm(_layout, "third", H, 6))]),
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
        Says("Metadata['key'] is null, expected a text.",
            () => Export(p, lstm, null, new() { Metadata = new Dictionary<string, string> { ["key"] = null! } }));
        Says("half a surrogate pair", () => Export(p, lstm, null, new() { InputName = "x\uD83D" }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Export(p, lstm, null, new() { Input = (OnnxInput)2 }));

        ParameterLayout other = new();
        Lstm stranger = new(other, "stranger", I, H);
        Says("'stranger': the parameters belong to another layout", () => Export(p, stranger, null));
        Says("'fc': the parameters belong to another layout",
            () => Export(new ParameterBuffer(other), stranger, output));
    }

    private static OnnxFile Export(ParameterBuffer p, SequenceLayer layer, Linear? output, OnnxOptions? options = null)
    {
        using MemoryStream stream = new();
        OnnxExport.Write(stream, p, layer, output, options);
        return new OnnxFile(stream.ToArray());
    }

    private static void Says(string message, Action action) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
