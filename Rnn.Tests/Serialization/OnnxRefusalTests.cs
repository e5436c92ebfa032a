using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>What an ONNX network refuses, and says.</summary>
public class OnnxRefusalTests
{
    private const int I = 3, H = 5, O = 4;

    private readonly ParameterLayout _layout = new();

    [Theory]
    [InlineData("stacks", "'stacks' reads with RecurrentStack forwards and RecurrentStack backwards, which can't be "
        + "written as ONNX; expected two cells of one kind (Lstm, Gru or SimpleRnn). Stack layers of both directions "
        + "instead.")]
    [InlineData("unlike", "'unlike' reads with Lstm forwards and Gru backwards, which can't")]
    [InlineData("LayerNormalization", "'last' can't be exported: it has LayerNormalization, which no operator of ONNX "
        + "computes. Expected an Lstm, Gru or SimpleRnn as PyTorch has them.")]
    [InlineData("Peepholes", "'last' can't be exported: it has Peepholes")]
    [InlineData("CoupledGates", "'last' can't be exported: it has CoupledGates")]
    public void LayersWithoutAnOperator(string which, string message)
    {
        Lstm first = new(_layout, "first", H, H);
        SequenceLayer layer = which switch
        {
            "stacks" => new Bidirectional("stacks", new RecurrentStack("stack", [first]),
                RecurrentStack.Create(_layout, "back", RecurrentCell.Lstm, H, H, layers: 2)),
            "unlike" => new RecurrentStack("stack",
                [new Bidirectional("unlike", first, new Gru(_layout, "gru", H, H))]),
            _ => new Bidirectional("last", first, new Lstm(_layout, "last", H, H, new()
            {
                LayerNormalization = which == "LayerNormalization",
                Peepholes = which == "Peepholes",
                CoupledGates = which == "CoupledGates",
            })),
        };
        OnnxNetwork net = new(new ParameterBuffer(_layout));
        Says(message, () =>
        {
            OnnxState state = net.State(layer);
            net.Add(layer, net.Numbers("x", H), ref state);
            net.Output(state);
        });
    }

    [Fact]
    public void ALearntStateIsNoZeros()
    {
        Gru gru = new(_layout, "gru", I, H, new() { LearnInitialState = true, RecurrentDropout = 0.5 });
        OnnxNetwork net = new(new ParameterBuffer(_layout));
        OnnxValue x = net.Numbers("x", I);
        Says("'gru' begins with a state that was learnt, not with zeros. Export it with a state (OnnxNetwork.State), "
            + "and give what LoadInitialState writes.", () => net.Add(gru, x));
        OnnxState state = net.State(gru);
        Assert.Contains("[steps, batch, 5]", $"{net.Add(gru, x, ref state)}", StringComparison.Ordinal);
    }

    [Fact]
    public void ShapesThatDontFit()
    {
        Embedding embedding = new(_layout, "embedding", 7, I);
        Lstm lstm = new(_layout, "lstm", I, H);
        Gru gru = new(_layout, "gru", I, H);
        Linear linear = new(_layout, "fc", H, O);
        SoftmaxHead head = new(_layout, "head", H, O);
        OnnxNetwork net = new(new ParameterBuffer(_layout));
        OnnxValue x = net.Numbers("x", I), tokens = net.Indices("tokens"), lengths = net.Lengths("lengths");
        OnnxState? state = net.State(lstm);
        Says("'embedding': indices is x float [steps, batch, 3], expected int64 [steps, batch] or [batch].",
            () => net.Add(embedding, x));
        Says("'lstm': x is wide float [steps, batch, 5], expected float [steps, batch, 3].",
            () => net.Add(lstm, net.Numbers("wide", H)));
        Says("'lstm': x is lengths int64 [batch], expected float [steps, batch, 3].",
            () => net.Add(lstm, lengths));
        Says("'OneHot': indices is x float [steps, batch, 3], expected int64 [steps, batch] or [batch].", () => net.OneHot(x, I));
        Says("vocabulary is 0; expected more than 0.", () => net.OneHot(tokens, 0));
        Says("'lstm': lengths is tokens int64 [steps, batch], expected int64 [batch].", () => net.Add(lstm, x, tokens));
        Says("'gru': the state has another layer's shape", () => net.Add(gru, x, ref state));
        Says("'fc': x is x float [steps, batch, 3], expected float [..., 5].", () => net.Add(linear, x));
        Says("'head': x is x float [steps, batch, 3], expected float [..., 5].", () => net.Add(head, x));
        Says("'fc': x is tokens int64 [steps, batch], expected float.", () => net.Add(linear, tokens));
        Says("'drop': x is tokens int64 [steps, batch], expected float.",
            () => net.Add(new Dropout("drop", 0), tokens));
        Says("'Sigmoid': x is tokens int64 [steps, batch], expected float.", () => net.Sigmoid(tokens));
        Says("'Last': x is tokens int64 [steps, batch], expected float [steps, batch, F].", () => net.Last(tokens));
        OnnxValue pooled = net.Mean(x, lengths);
        Says($"'Max': x is {pooled}, expected float [steps, batch, F].", () => net.Max(pooled, lengths));
        Says("'Mean': lengths is tokens int64 [steps, batch], expected int64 [batch].", () => net.Mean(x, tokens));
        Says("Hidden: layer holds 1, expected 0 to 0.", () => net.Hidden(state!, 1));
        Says("width is 0; expected more than 0.", () => net.Numbers("empty", 0));
    }

    [Fact]
    public void WhatBelongsToOthers()
    {
        Lstm lstm = new(_layout, "lstm", I, H);
        ParameterBuffer p = new(_layout);
        OnnxNetwork net = new(p), other = new(p);
        OnnxValue x = net.Numbers("x", I), strange = other.Numbers("strange", I);
        OnnxState? state = other.State(lstm);
        Says("'lstm': 'strange float [steps, batch, 3]' belongs to another OnnxNetwork. Use what the methods of this "
            + "one gave.", () => net.Add(lstm, strange));
        Says("'lstm': 'lengths int64 [batch]' belongs", () => net.Add(lstm, x, other.Lengths("lengths")));
        Says("'lstm': 'h0 float [1, batch, 5]' belongs", () => net.Add(lstm, x, ref state));
        Says("'Hidden': 'h0", () => net.Hidden(state!, 0));
        Says("'Tanh': 'strange", () => net.Tanh(strange));
        Says("'Max': 'strange", () => net.Max(strange));
        Says("'Output': 'strange", () => net.Output("y", strange));
        Says("'Output': 'h0", () => net.Output(state!));

        ParameterLayout unlike = new();
        Says("'stranger': the parameters belong to another layout, without its 'stranger.weight_ih_l0'.",
            () => net.Add(new Lstm(unlike, "stranger", I, H), x));
        Says("'fc': the parameters belong", () => net.Add(new Linear(unlike, "fc", I, O), x));
        Says("'words': the parameters belong",
            () => net.Add(new Embedding(unlike, "words", O, I), net.Indices("tokens")));
        Says("'head': the parameters belong", () => net.Add(new SoftmaxHead(unlike, "head", I, O), x));
    }

    [Fact]
    public void NamesAndOptions()
    {
        Lstm lstm = new(_layout, "lstm", I, H), back = new(_layout, "back", I, H);
        ParameterBuffer p = new(_layout);
        OnnxNetwork net = new(p);
        OnnxValue x = net.Numbers("x", I);
        OnnxValue y = net.Add(lstm, x);
        Says("name is empty; a name in ONNX has at least one character.", () => net.Output("", y));
        Says("name is empty", () => net.Indices(""));
        Says("steps is empty", () => net.Indices("tokens", ""));
        Says("two values named 'x'. Give each input, output and layer a name of its own", () => net.Lengths("x"));
        Says("two values named 'x'", () => net.Output("x", y));
        Says("two values named 'lstm.bias_l0'", () => net.Output("lstm.bias_l0", y));
        Says("two values named 'lstm.weight_ih_l0'", () => net.Add(new Bidirectional("both", lstm, back), x));
        net.State(lstm);
        Says("two values named 'h0'", () => net.State(lstm));
        Says("GraphName is empty", () => _ = new OnnxNetwork(p, new() { GraphName = "" }));
        Says("a key of Metadata is empty",
            () => _ = new OnnxNetwork(p, new() { Metadata = new Dictionary<string, string> { [""] = "value" } }));
        Says("Metadata['key'] is null, expected a text.",
            () => _ = new OnnxNetwork(p, new() { Metadata = new Dictionary<string, string> { ["key"] = null! } }));
        net.Output("y\uD83D", y);
        Says("half a surrogate pair", () => net.Write(Stream.Null));
    }

    [Fact]
    public void NothingToWriteLeavesTheFileAsItWas()
    {
        using TemporaryFolder folder = new();
        string path = folder["net.onnx"];
        File.WriteAllText(path, "older");
        OnnxNetwork net = new(new ParameterBuffer(_layout));
        net.Numbers("x", I);
        Assert.Equal("The ONNX network has no output. Call Output before Write.",
            Assert.Throws<InvalidOperationException>(() => net.Write(path)).Message);
        Assert.Equal("older", File.ReadAllText(path));
    }

    private static void Says(string message, Action action) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
