using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>What stands in an exported file.</summary>
public class OnnxNetworkTests
{
    private const int I = 3, H = 5, O = 4, V = 7;

    private readonly ParameterLayout _layout = new();

    [Fact]
    public void StepsAndBatchAreSymbols()
    {
        RecurrentStack stack = RecurrentStack.Create(_layout, "lstm", RecurrentCell.Lstm, I, H, layers: 2);
        Linear output = new(_layout, "fc", H, O);
        OnnxNetwork net = new(new ParameterBuffer(_layout));
        OnnxValue x = net.Numbers("x", I);
        OnnxState state = net.State(stack);
        net.Output("y", net.Add(output, net.Add(stack, x, ref state)));
        net.Output(state);
        OnnxFile file = Read(net);
        Assert.Equal(["x float [steps, batch, 3]", "h0 float [2, batch, 5]", "c0 float [2, batch, 5]"], file.Inputs);
        Assert.Equal(["y float [steps, batch, 4]", "hn float [2, batch, 5]", "cn float [2, batch, 5]"], file.Outputs);
    }

    [Fact]
    public void TheSignatureSaysWhatTheFileTakesAndGives()
    {
        RecurrentStack stack = RecurrentStack.Create(_layout, "gru", RecurrentCell.Gru, I, H, layers: 2,
            bidirectional: true);
        OnnxNetwork net = new(new ParameterBuffer(_layout));
        OnnxState state = net.State(stack, "encoder.");
        OnnxValue lengths = net.Lengths("lengths"), x = net.OneHot(net.Indices("tokens", "source_steps"), I);
        OnnxValue y = net.Add(stack, x, ref state, lengths);
        net.Output("y", y);
        net.Output("last", net.Last(y, lengths));
        net.Output(state, "encoder.");
        Assert.Equal("inputs  encoder.h0 float [4, batch, 5]; lengths int64 [batch]; tokens int64 [source_steps, batch]"
            + Environment.NewLine
            + "outputs y float [source_steps, batch, 10]; last float [batch, 10]; encoder.hn float [4, batch, 5]",
            net.Write(Stream.Null).ToString());
    }

    /// <summary>Dropped weights are of training alone: the file has all of them.</summary>
    [Fact]
    public void WeightsThatTrainingDropsAreAllThere()
    {
        byte[][] files = [.. ((double[])[0, 0.5]).Select(rate =>
        {
            ParameterLayout layout = new();
            RecurrentStack stack = RecurrentStack.Create(layout, "gru", RecurrentCell.Gru, I, H, layers: 2,
                bidirectional: true, options: new() { WeightDropout = rate });
            OnnxNetwork net = new(TestNumbers.Parameters(layout, 1));
            net.Output("y", net.Add(stack, net.Numbers("x", I)));
            using MemoryStream file = new();
            net.Write(file);
            return file.ToArray();
        })];
        Assert.Equal(files[0], files[1]);
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
        OnnxNetwork net = new(TestNumbers.Parameters(_layout, 1));
        OnnxState state = net.State(stack);
        net.Output("y", net.Add(stack, net.Numbers("x", I), ref state));
        net.Output(state);
        OnnxFile file = Read(net);
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
    public void WithoutAStateLayersMayHaveAnyNumberOfUnits()
    {
        RecurrentStack inner = RecurrentStack.Create(_layout, "inner", RecurrentCell.Lstm, I, H, layers: 2);
        RecurrentStack outer = new("outer", [inner, new Lstm(_layout, "top", H, H + 1)]);
        OnnxNetwork net = new(TestNumbers.Parameters(_layout, 1));
        net.Output("y", net.Add(outer, net.Numbers("x", I)));
        OnnxFile file = Read(net);
        Assert.Equal(["x float [steps, batch, 3]"], file.Inputs);
        Assert.Equal(["y float [steps, batch, 6]"], file.Outputs);
        Assert.Contains("inner.bias_l1", file.Initializers.Keys);
        Assert.Equal(["", "", ""], file.Nodes.Where(node => node.Operation == "LSTM").Select(node => node.Inputs[5]));
    }

    [Fact]
    public void LayersOfOtherUnitsHaveAStateEach()
    {
        RecurrentStack stack = new("stack", [new Lstm(_layout, "wide", I, H), new Gru(_layout, "middle", H, H + 1),
            new Lstm(_layout, "narrow", H + 1, H)]);
        OnnxNetwork net = new(TestNumbers.Parameters(_layout, 1));
        OnnxState state = net.State(stack);
        net.Output("y", net.Add(stack, net.Numbers("x", I), ref state));
        net.Output(state);
        OnnxFile file = Read(net);
        Assert.Equal(["h0_l0 float [1, batch, 5]", "h0_l1 float [1, batch, 6]", "h0_l2 float [1, batch, 5]",
            "c0 float [2, batch, 5]", "x float [steps, batch, 3]"], file.Inputs);
        Assert.Equal(["y float [steps, batch, 5]", "hn_l0 float [1, batch, 5]", "hn_l1 float [1, batch, 6]",
            "hn_l2 float [1, batch, 5]", "cn float [2, batch, 5]"], file.Outputs);
    }

    [Fact]
    public void HeaderMetadataAndNames()
    {
        Lstm lstm = new(_layout, "encoder", I, H);
        Linear output = new(_layout, "fc", H, O);
        Dictionary<string, string> metadata = new() { ["b"] = "\u00E9\U0001F600", ["a"] = "" };
        OnnxNetwork net = new(new ParameterBuffer(_layout), new() { GraphName = "net", Metadata = metadata });
        net.Output("y", net.Add(output, net.Add(lstm, net.Numbers("x", I))));
        OnnxFile file = Read(net);
        Assert.Equal((7, 14), (file.IrVersion, file.Opset));
        Assert.Equal(("Rnn", "net"), (file.Producer, file.GraphName));
        Assert.Equal(["a", "b"], file.Metadata.Keys);
        Assert.Equal(metadata["b"], file.Metadata["b"]);
        string[] names =
        [
            "encoder.bias_l0", "encoder.weight_hh_l0", "encoder.weight_ih_l0", "fc.bias", "fc.weight", "integers_1",
        ];
        Assert.Equal(names, file.Initializers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([5, 4], file.Initializers["fc.weight"].Shape);
    }

    [Fact]
    public void AWeightIsInTheFileOnceHoweverManyLayersReadIt()
    {
        Embedding embedding = new(_layout, "embedding", V, H, SlotStorage.Dense);
        Gru gru = new(_layout, "gru", H, H);
        SoftmaxHead head = new(_layout, "head", embedding.Table);
        OnnxNetwork net = new(TestNumbers.Parameters(_layout, 1));
        OnnxState? state = null;
        net.Add(gru, net.Add(embedding, net.Indices("source", "source_steps")), ref state);
        net.Output("logits", net.Add(head, net.Add(gru, net.Add(embedding, net.Indices("target")), ref state)));
        OnnxFile file = Read(net);
        Assert.Equal(2, file.Nodes.Count(node => node.Operation == "GRU"));
        Assert.Equal([V, H], file.Initializers["embedding.weight"].Shape);
        Assert.Equal(["embedding.weight", "gru.bias_l0", "gru.weight_hh_l0", "gru.weight_ih_l0", "head.bias"],
            file.Initializers.Keys.Where(name => name.Contains('.', StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void AValueMayGoOutTwiceAndAnInputToo()
    {
        OnnxNetwork net = new(new ParameterBuffer(_layout));
        OnnxValue x = net.Numbers("x", I), y = net.Relu(x);
        net.Output("y", y);
        net.Output("again", y);
        net.Output("same", x);
        Dictionary<string, OnnxTensor> outputs = OnnxInterpreter.Run(Read(net), ("x", new([1, 1, 3], [-1, 2, 0])));
        Assert.Equal([0, 2, 0], outputs["y"].Data);
        Assert.Equal([0, 2, 0], outputs["again"].Data);
        Assert.Equal([-1, 2, 0], outputs["same"].Data);
        Assert.Equal("y float [steps, batch, 3]", y.ToString());
    }

    [Fact]
    public void AStateWrittenTwiceGoesOn()
    {
        // A graph of two calls of one layer is one call of a longer sequence.
        Lstm lstm = new(_layout, "lstm", I, H);
        OnnxNetwork net = new(TestNumbers.Parameters(_layout, 1));
        OnnxValue first = net.Numbers("first", I, "first_steps"), second = net.Numbers("second", I, "second_steps");
        OnnxState? parts = null, whole = null;
        net.Add(lstm, first, ref parts);
        net.Add(lstm, second, ref parts);
        net.Add(lstm, net.Numbers("both", I), ref whole);
        net.Output(parts, "parts.");
        net.Output(whole, "whole.");
        double[] x = TestNumbers.ToDouble(TestNumbers.Uniform(5 * 2 * I, 1, 1));
        Dictionary<string, OnnxTensor> outputs = OnnxInterpreter.Run(Read(net), ("both", new([5, 2, I], x)),
            ("first", new([3, 2, I], x[..(3 * 2 * I)])), ("second", new([2, 2, I], x[(3 * 2 * I)..])));
        Assert.Equal(outputs["whole.hn"].Data, outputs["parts.hn"].Data);
        Assert.Equal(outputs["whole.cn"].Data, outputs["parts.cn"].Data);
    }

    [Fact]
    public void OneHotRowsAreCountedFromTheEndAndZeroOutside()
    {
        SimpleRnn rnn = new(_layout, "rnn", I, H);
        OnnxNetwork net = new(TestNumbers.Parameters(_layout, 1));
        net.Output("y", net.Add(rnn, net.OneHot(net.Indices("x"), I)));
        OnnxFile file = Read(net);
        double[] Row(int index) => OnnxInterpreter.Run(file, ("x", OnnxTensor.Of([1, 1], [index])))["y"].Data;
        Assert.Equal(Row(I - 1), Row(-1));
        Assert.Equal(Row(I), Row(-I - 1));
        Assert.NotEqual(Row(I), Row(0));
    }

    [Fact]
    public void WeightsAreStreamed()
    {
        Lstm lstm = new(_layout, "lstm", 500, 700);
        OnnxNetwork net = new(new ParameterBuffer(_layout));
        net.Output("y", net.Add(lstm, net.Numbers("x", 500)));
        net.Write(Stream.Null);
        long before = GC.GetAllocatedBytesForCurrentThread();
        net.Write(Stream.Null);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, _layout.ParameterCount * sizeof(float) / 20);
    }

    [Fact]
    public void TheSameNetworkGivesTheSameBytes()
    {
        Lstm lstm = new(_layout, "lstm", I, H);
        OnnxNetwork net = new(TestNumbers.Parameters(_layout, 1));
        net.Output("y", net.Add(lstm, net.Numbers("x", I)));
        using TemporaryFolder folder = new();
        string path = folder["net.onnx"];
        File.WriteAllText(path, "older");
        net.Write(path);
        using MemoryStream stream = new();
        net.Write(stream);
        Assert.Equal(stream.ToArray(), File.ReadAllBytes(path));
        Assert.Equal(["net.onnx"], folder.Names());
    }

    private static OnnxFile Read(OnnxNetwork net)
    {
        using MemoryStream stream = new();
        net.Write(stream);
        return new OnnxFile(stream.ToArray());
    }
}
