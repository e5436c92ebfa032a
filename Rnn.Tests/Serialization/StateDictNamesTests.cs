using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Tests.Infrastructure;
using Xunit;
using static Rnn.Tests.Serialization.SafetensorsTests;

namespace Rnn.Tests.Serialization;

/// <summary>State dicts under other names, of gradients, and of layers that there are not here.</summary>
public class StateDictNamesTests
{
    private const int I = 2, H = 3, V = 5;

    [Theory]
    [InlineData("encoder.lstm.weight_ih_l0", "rnn.weight_ih_l0")]
    [InlineData("encoder.lstm.weight_ih_l1", "top.weight_ih_l0")]       // the longest counts
    [InlineData("encoder.lstm2.bias", "model.encoder.lstm2.bias")]      // a whole module, or none
    [InlineData("fc.weight", "weight")]
    [InlineData("embedding", "model.embedding")]
    public void TheLongestModuleThatFitsIsRenamed(string name, string expected)
    {
        StateDictNames names = new()
        {
            Modules = new Dictionary<string, string>
            {
                [""] = "model",
                ["encoder.lstm"] = "rnn",
                ["encoder.lstm.weight_ih_l1"] = "top.weight_ih_l0",
                ["fc"] = "",
            },
        };
        Assert.Equal(expected, names.InFile(name));
    }

    /// <summary>What <c>state_dict()</c> of the same modules prints in PyTorch, in its order.</summary>
    [Fact]
    public void NamesAndShapesAreThoseOfPyTorch()
    {
        ParameterLayout layout = new();
        _ = new Embedding(layout, "embedding", V, I);
        _ = RecurrentStack.Create(layout, "lstm", RecurrentCell.Lstm, I, H, layers: 2, bidirectional: true);
        _ = new Gru(layout, "gru", 6, H);
        _ = new SimpleRnn(layout, "rnn", H, 6);
        _ = new MultiHeadAttention(layout, "attention", 6, 2);
        _ = new LayerNorm(layout, "norm", 6);
        _ = new Linear(layout, "fc", 6, 4);
        SafetensorsWriter writer = new();
        StateDict.Write(writer, new ParameterBuffer(layout));
        string[] expected =
        [
            "embedding.weight [5, 2]",
            "lstm.weight_ih_l0 [12, 2]", "lstm.weight_hh_l0 [12, 3]", "lstm.bias_ih_l0 [12]", "lstm.bias_hh_l0 [12]",
            "lstm.weight_ih_l0_reverse [12, 2]", "lstm.weight_hh_l0_reverse [12, 3]", "lstm.bias_ih_l0_reverse [12]",
            "lstm.bias_hh_l0_reverse [12]",
            "lstm.weight_ih_l1 [12, 6]", "lstm.weight_hh_l1 [12, 3]", "lstm.bias_ih_l1 [12]", "lstm.bias_hh_l1 [12]",
            "lstm.weight_ih_l1_reverse [12, 6]", "lstm.weight_hh_l1_reverse [12, 3]", "lstm.bias_ih_l1_reverse [12]",
            "lstm.bias_hh_l1_reverse [12]",
            "gru.weight_ih_l0 [9, 6]", "gru.weight_hh_l0 [9, 3]", "gru.bias_ih_l0 [9]", "gru.bias_hh_l0 [9]",
            "rnn.weight_ih_l0 [6, 3]", "rnn.weight_hh_l0 [6, 6]", "rnn.bias_ih_l0 [6]", "rnn.bias_hh_l0 [6]",
            "attention.in_proj_weight [18, 6]", "attention.in_proj_bias [18]", "attention.out_proj.weight [6, 6]",
            "attention.out_proj.bias [6]",
            "norm.weight [6]", "norm.bias [6]",
            "fc.weight [4, 6]", "fc.bias [4]",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Reader(Bytes(writer)).Entries
            .Select(entry => $"{entry.Name} [{string.Join(", ", entry.Shape.ToArray())}]").Order(StringComparer.Ordinal));
    }

    /// <summary>A file of one module by itself, as <c>save_file(lstm.state_dict(), path)</c> writes it.</summary>
    [Fact]
    public void AModuleByItselfThroughAFile()
    {
        ParameterLayout layout = new();
        _ = RecurrentStack.Create(layout, "rnn", RecurrentCell.Lstm, I, H, layers: 2, bidirectional: true);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1), again = new(layout);
        StateDictNames names = new() { Modules = new Dictionary<string, string> { ["rnn"] = "" } };
        using TemporaryFolder folder = new();
        StateDict.Save(folder["lstm.safetensors"], p, names);
        SafetensorsReader file = SafetensorsReader.Open(folder["lstm.safetensors"]);
        Assert.Equal("pt", file.Metadata["format"]);
        string[] parts = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
        Assert.Equal(
            from part in parts
            from layer in (int[])[0, 1]
            from way in (string[])["", "_reverse"]
            let name = $"{part}_l{layer}{way}"
            orderby name
            select name,
            file.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        StateDict.Load(folder["lstm.safetensors"], again, names);
        Assert.Equal(p.Dense.ToArray(), again.Dense.ToArray());
    }

    [Fact]
    public void AWeightOfTwoModulesIsInTheFileTwiceAndComparedWhenRead()
    {
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "embedding", V, H, SlotStorage.Dense);
        _ = new SoftmaxHead(layout, "decoder", embedding.Table);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1), again = new(layout);
        StateDictNames names = new()
        {
            Copies = new Dictionary<string, string> { ["decoder.weight"] = "embedding.weight" },
            Ignored = ["optimiser"],
        };
        SafetensorsWriter writer = new();
        StateDict.Write(writer, p, names);
        writer.Add("optimiser.step", [1], [1f]);
        SafetensorsReader file = Reader(Bytes(writer));
        Assert.Equal(Singles(file, "embedding.weight"), Singles(file, "decoder.weight"));
        StateDict.Read(file, again, names);
        Assert.Equal(p.Dense.ToArray(), again.Dense.ToArray());

        SafetensorsWriter untied = new();
        untied.Add("embedding.weight", [V, H], new float[V * H]);
        untied.Add("decoder.weight", [V, H], Enumerable.Repeat(1f, V * H).ToArray());
        untied.Add("decoder.bias", [V], new float[V]);
        InvalidDataException e = Assert.Throws<InvalidDataException>(
            () => StateDict.Read(Reader(Bytes(untied)), again, names));
        Assert.Equal("In 'test', tensor 'decoder.weight' differs from 'embedding.weight', expected a copy of it: there "
            + "the two aren't one weight.", e.Message);
        Assert.Equal(p.Dense.ToArray(), again.Dense.ToArray());
    }

    [Fact]
    public void NamesThatMeetAreRefused()
    {
        ParameterLayout layout = new();
        _ = new Linear(layout, "a", I, H);
        _ = new Linear(layout, "b", I, H);
        ParameterBuffer p = new(layout);
        StateDictNames meet = new() { Modules = new Dictionary<string, string> { ["a"] = "b" } };
        StateDictNames nothing = new() { Modules = new Dictionary<string, string> { ["a.weight"] = "" } };
        StateDictNames ofNone = new() { Copies = new Dictionary<string, string> { ["c"] = "a.wait" } };
        Assert.StartsWith("The names give the parameter 'b.weight' the name 'b.weight' in the file, which another one has.",
            Assert.Throws<ArgumentException>(() => StateDict.Write(new(), p, meet)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The names give the parameter 'a.weight' no name in the file",
            Assert.Throws<ArgumentException>(() => StateDict.Write(new(), p, nothing)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The names say that 'c' is a copy of 'a.wait', which is no tensor of this network.",
            Assert.Throws<ArgumentException>(() => StateDict.Write(new(), p, ofNone)).Message, StringComparison.Ordinal);
    }

    /// <summary>Dense ones and rows, in PyTorch's shapes; both biases of an LSTM have the gradient of their sum.</summary>
    [Fact]
    public void GradientsHaveTheNamesAndShapesOfTheirParameters()
    {
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "embedding", V, I);
        Lstm lstm = new(layout, "lstm", I, H);
        GradientBuffer g = new(layout);
        for (int k = 0; k < lstm.InputWeights.Count; k++)
            g[lstm.InputWeights].Span[k] = k;

        g[lstm.InputBias].Span.Fill(7);
        float[] row = [3, 4];
        row.CopyTo(g.Rows(embedding.Table).Touch(4));
        using TemporaryFolder folder = new();
        StateDict.Save(folder["grad.safetensors"], g);
        SafetensorsReader file = SafetensorsReader.Open(folder["grad.safetensors"]);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 3, 4], Singles(file, "embedding.weight"));
        Assert.True(file.TryGetEntry("lstm.weight_ih_l0", out SafetensorsEntry? entry));
        Assert.Equal([4 * H, I], entry.Shape.ToArray());
        Assert.Equal([0, 12, 1, 13], Singles(file, "lstm.weight_ih_l0")[..4]);
        Assert.Equal(Singles(file, "lstm.bias_ih_l0"), Singles(file, "lstm.bias_hh_l0"));
        Assert.Equal(7, Singles(file, "lstm.bias_hh_l0")[0]);
    }

    /// <summary>What PyTorch has and the layers here have not, and options that differ: each by its name.</summary>
    [Theory]
    [InlineData("rnn.weight_hr_l0", 2, 3, "place for: an LSTM with proj_size, expected one without.")]
    [InlineData("rnn.weight_ih_l0_reverse", 12, 2, "place for: a layer of two directions (bidirectional=True), expected one.")]
    [InlineData("rnn.weight_hh_l1", 12, 3, "place for: a network with more layers (num_layers).")]
    [InlineData("rnn.weight_hh_l0_raw", 12, 3, "place for: a weight under weight dropout, expected the plain one.")]
    [InlineData("rnn.weight_hh_l0_g", 12, 1, "place for: a weight under weight_norm, expected a plain one; call "
        + "remove_weight_norm before saving.")]
    [InlineData("attention.q_proj_weight", 4, 4, "place for: a MultiheadAttention with kdim or vdim, expected both to be "
        + "embed_dim (in_proj_weight).")]
    [InlineData("attention.bias_k", 1, 4, "place for: a MultiheadAttention with add_bias_kv=True, expected False.")]
    [InlineData("rnn.parametrizations.weight_hh_l0.original0", 12, 3, "place for: a parametrised weight, expected a plain "
        + "one; call remove_parametrizations before saving.")]
    [InlineData("norm.running_mean", 3, 1, "place for: a batch normalisation, of which there is no layer here.")]
    [InlineData("lstm/lstm_cell/kernel", 2, 12, "place for: one of Keras's names; KerasWeights reads those.")]
    [InlineData("other.weight", 2, 2, "place for.")]
    public void OtherLayersAreRefusedByName(string name, int rows, int columns, string message)
    {
        ParameterBuffer p = Network(out SafetensorsWriter file);
        file.Add(name, [rows, columns], new float[rows * columns]);
        Refused(file, p, $"'test' has a tensor '{name}' that this network has no {message}");
    }

    [Fact]
    public void ACellOfAnotherKindIsRefusedAsThat()
    {
        ParameterLayout layout = new();
        _ = new Gru(layout, "rnn", I, H);
        Refused(LstmFile("rnn"), new ParameterBuffer(layout), "In 'test', tensor 'rnn.weight_ih_l0' is [12, 2], expected "
            + "[9, 2]; its rows are those of an LSTM (4 gates), expected those of a GRU (3 gates).");
    }

    [Fact]
    public void ALayerOfTheOtherNumberOfDirectionsOrLayersIsRefusedAsThat()
    {
        ParameterLayout both = new(), two = new();
        _ = RecurrentStack.Create(both, "rnn", RecurrentCell.Lstm, I, H, layers: 1, bidirectional: true);
        _ = RecurrentStack.Create(two, "rnn", RecurrentCell.Lstm, I, H, layers: 2);
        Refused(LstmFile("rnn"), new ParameterBuffer(both), "'test' has no tensor 'rnn.weight_ih_l0_reverse' [12, 2]; the "
            + "layer has one direction (bidirectional=False), expected two.");
        Refused(LstmFile("rnn"), new ParameterBuffer(two), "'test' has no tensor 'rnn.weight_ih_l1' [12, 3]; the network "
            + "has fewer layers (num_layers).");
    }

    [Fact]
    public void WithoutBiasesAndUnderOtherNames()
    {
        ParameterLayout linear = new(), lstm = new();
        _ = new Linear(linear, "fc", I, H);
        _ = new Lstm(lstm, "lstm", I, H);
        SafetensorsWriter noBias = new();
        noBias.Add("fc.weight", [H, I], new float[H * I]);
        Refused(noBias, new ParameterBuffer(linear),
            "'test' has no tensor 'fc.bias' [3]; the layer was made with bias=False, expected a bias.");
        Refused(LstmFile("rnn"), new ParameterBuffer(lstm), "'test' has no tensor 'lstm.weight_ih_l0' [12, 2]; if "
            + "'rnn.weight_ih_l0' is what is meant, say so with StateDictNames.");
    }

    private static void Refused(SafetensorsWriter file, ParameterBuffer p, string message)
    {
        float[] before = p.Dense.ToArray();
        Assert.Equal(message,
            Assert.Throws<InvalidDataException>(() => StateDict.Read(Reader(Bytes(file)), p)).Message);
        Assert.Equal(before, p.Dense.ToArray());
    }

    /// <summary>An LSTM and an attention, and a file of them.</summary>
    private static ParameterBuffer Network(out SafetensorsWriter file)
    {
        ParameterLayout layout = new();
        _ = new Lstm(layout, "rnn", I, H);
        _ = new MultiHeadAttention(layout, "attention", 4, 2);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1);
        file = new SafetensorsWriter();
        StateDict.Write(file, p);
        return p;
    }

    private static SafetensorsWriter LstmFile(string name)
    {
        ParameterLayout layout = new();
        _ = new Lstm(layout, name, I, H);
        SafetensorsWriter file = new();
        StateDict.Write(file, new ParameterBuffer(layout));
        return file;
    }
}
