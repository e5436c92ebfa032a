using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Keras;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>The programs of Exchange.md, as <see cref="ReadmeExamples"/> are the README's.</summary>
[Collection("Alone")]
public sealed class ExchangeExamples : DocumentExamples
{
    [Fact]
    public void TheGuidesProgramsAreThese() => ReadmeTests.CheckExamples(
        File.ReadAllText(Path.Combine(Repository.RootOrSkip(), "Rnn.Core", "Exchange.md")),
        File.ReadAllText(Path.Combine(Repository.RootOrSkip(), "Rnn.Tests", "Architecture", "ExchangeExamples.cs")));

    [Fact]
    public void PyTorch()
    {
        // README: exchange: PyTorch
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "embedding", vocabularySize: 50, size: 8);
        RecurrentStack lstm = RecurrentStack.Create(layout, "lstm", RecurrentCell.Lstm, 8, 16, layers: 2, bidirectional: true);
        Linear output = new(layout, "fc", inputSize: 32, outputSize: 3);
        ParameterBuffer parameters = new(layout);
        parameters.Initialize(seed: 1);

        StateDict.Save("net.safetensors", parameters);
        StateDict.Load("net.safetensors", parameters);

        // The same network where PyTorch's module calls its parts otherwise: ours on the left, the file's on the right.
        StateDictNames names = new()
        {
            Modules = new Dictionary<string, string> { ["lstm"] = "encoder.rnn", ["fc"] = "head.0" },
        };
        StateDict.Save("theirs.safetensors", parameters, names);
        // end

        Assert.Equal(32, lstm.OutputSize);
        Assert.Equal(8, embedding.Size);
        Assert.Equal(3, output.OutputSize);
        SafetensorsReader theirs = SafetensorsReader.Open("theirs.safetensors");
        Assert.True(theirs.Contains("encoder.rnn.weight_hh_l1_reverse"));
        Assert.True(theirs.Contains("head.0.bias"));
        Assert.Equal(1 + 16 + 2, theirs.Entries.Count);
    }

    [Fact]
    public void Keras()
    {
        Npz.Save("model.npz",
            ("sequential/gru/gru_cell/kernel", Npz.Array([3, 48], new float[3 * 48])),
            ("sequential/gru/gru_cell/recurrent_kernel", Npz.Array([16, 48], new float[16 * 48])),
            ("sequential/gru/gru_cell/bias", Npz.Array([2, 48], [.. Enumerable.Range(0, 96).Select(i => (float)i)])),
            ("sequential/dense/kernel", Npz.Array([16, 1], new float[16])),
            ("sequential/dense/bias", Npz.Array([1], [7f])));

        // README: exchange: Keras
        ParameterLayout layout = new();
        Gru gru = new(layout, "gru", inputSize: 3, hiddenSize: 16);
        Linear output = new(layout, "output", inputSize: 16, outputSize: 1);
        ParameterBuffer parameters = new(layout);

        KerasWeights weights = KerasWeights.Open("model.npz");
        weights.Load(parameters, gru, "sequential/gru/gru_cell");
        weights.Load(parameters, output, "sequential/dense");

        // The other way: "for w in model.weights: w.assign(tensors[w.path])" with safetensors.numpy.load_file.
        SafetensorsWriter writer = new();
        KerasWeights.Add(writer, parameters, gru, "sequential/gru/gru_cell");
        KerasWeights.Add(writer, parameters, output, "sequential/dense");
        writer.Save("keras.safetensors");
        // end

        Assert.Equal(7, parameters[output.Bias!.Value].Span[0]);
        Assert.Equal(16, parameters[gru.InputBias].Span[0]);   // r, Keras's second gate
        float[] bias = new float[96];
        SafetensorsReader.Open("keras.safetensors").CopyTo("sequential/gru/gru_cell/bias", bias);
        Assert.Equal(Enumerable.Range(0, 96).Select(i => (float)i), bias);
    }

    [Fact]
    public void Onnx()
    {
        // README: exchange: ONNX
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "embedding", vocabularySize: 50, size: 8);
        RecurrentStack gru = RecurrentStack.Create(layout, "gru", RecurrentCell.Gru, 8, 16, layers: 2);
        Linear output = new(layout, "fc", inputSize: 16, outputSize: 3);
        ParameterBuffer parameters = new(layout);
        parameters.Initialize(seed: 1);

        OnnxNetwork net = new(parameters);
        OnnxValue tokens = net.Indices("tokens"), lengths = net.Lengths("lengths");
        OnnxState state = net.State(gru);
        OnnxValue hidden = net.Add(gru, net.Add(embedding, tokens), ref state, lengths);
        net.Output("probabilities", net.Softmax(net.Add(output, hidden)));
        net.Output(state);
        OnnxSignature signature = net.Write("net.onnx");
        // end

        Assert.Equal(new OnnxFile(File.ReadAllBytes("net.onnx")).Inputs, signature.Inputs);
        Assert.Equal(["probabilities float [steps, batch, 3]", "hn float [2, batch, 16]"], signature.Outputs);
    }
}
