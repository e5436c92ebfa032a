using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// Writes networks as ONNX files (IR version 7, opset 14), for inference elsewhere: y, hn, cn = network(x, h0, c0).
/// Each call decides T and B; the state goes in and out, so that a sequence may be read in parts, or step by step with
/// T = 1 (of both directions, the second always begins at the last step of the part). Dropout is left out.
/// <list type="table">
/// <item><term>x</term><description>float [steps, batch, I], or int64 [steps, batch] (<see cref="OnnxInput"/>); named
/// by option</description></item>
/// <item><term>h0, c0</term><description>float [cells, batch, H], the state before; zeros at the beginning of a text.
/// Cells are in PyTorch's order: layer 0, with two directions layer 0 backwards, layer 1, ... c0 is of the LSTM cells
/// only; without any there is none</description></item>
/// <item><term>y</term><description>float [steps, batch, O]: what the linear layer gives, or else the uppermost
/// recurrent layer (O = H, with two directions 2H: forwards, backwards); named by option</description></item>
/// <item><term>hn, cn</term><description>as h0 and c0, the state after</description></item>
/// </list>
/// A weight bears the name of its parameter, but is arranged as its operator wants it: W [D, G*H, I] and R [D, G*H, H],
/// both of the D directions under the name of the first, with the gates of LSTM in the order i, o, f, c and those of
/// GRU in the order z, r, h; "bias_l0" is both biases of that layer one after the other, the second zeros where there
/// is one; the linear weight is [I, O]. Source: the operators' definitions in ONNX's documentation.
/// </summary>
public static class OnnxExport
{
    private const int IrVersion = 7, Opset = 14;   // ONNX 1.9 of 2021: what all later readers take
    private const string Steps = "steps", Batch = "batch";

    /// <summary>Writes a network through <see cref="AtomicFile"/>: the file is there whole or not at all.</summary>
    /// <param name="path">The target.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="recurrent">A cell (<see cref="Lstm"/>, <see cref="Gru"/>, <see cref="SimpleRnn"/>), a
    /// <see cref="Bidirectional"/> of two cells of one kind, or a <see cref="RecurrentStack"/> of these; all with as
    /// many units.</param>
    /// <param name="output">A linear layer on top, or null (the default) for none.</param>
    /// <param name="options">Input, names, metadata; null for their defaults.</param>
    /// <returns>Names, types and shapes of what the file takes and gives.</returns>
    /// <exception cref="ArgumentException">A layer can't be written, shapes don't fit, the parameters are of another
    /// layout, or a name is empty or given twice.</exception>
    /// <exception cref="IOException">It can't be written; the target is as it was.</exception>
    public static OnnxSignature Write(string path, ParameterBuffer parameters, SequenceLayer recurrent,
        Linear? output = null, OnnxOptions? options = null)
    {
        ProtobufMessage model = Model(parameters, recurrent, output, options, out OnnxSignature signature);
        AtomicFile.Write(path, model.WriteTo);
        return signature;
    }

    /// <summary>Writes the file's bytes, forwards only; the stream is not closed.</summary>
    /// <param name="stream">Written from its position on.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="recurrent">As for a file.</param>
    /// <param name="output">A linear layer on top, or null (the default) for none.</param>
    /// <param name="options">Input, names, metadata; null for their defaults.</param>
    /// <returns>Names, types and shapes of what the file takes and gives.</returns>
    /// <exception cref="ArgumentException">As for a file.</exception>
    public static OnnxSignature Write(Stream stream, ParameterBuffer parameters, SequenceLayer recurrent,
        Linear? output = null, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Model(parameters, recurrent, output, options, out OnnxSignature signature).WriteTo(stream);
        return signature;
    }

    private static ProtobufMessage Model(ParameterBuffer parameters, SequenceLayer recurrent, Linear? output,
        OnnxOptions? options, out OnnxSignature signature)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(recurrent);
        options ??= new OnnxOptions();
        options.Check();
        List<OnnxLevel> levels = OnnxLevel.Of(recurrent);
        Check(parameters, levels, output);

        ProtobufMessage model = new();
        model.Add(1, IrVersion);
        model.Add(2, "Rnn");
        model.Add(3, typeof(OnnxExport).Assembly.GetName().Version!.ToString(3));
        OnnxGraph graph = Graph(parameters, levels, output, options);
        signature = graph.Signature;
        model.Add(7, graph.Build(options.GraphName));
        ProtobufMessage opset = new();
        opset.Add(2, Opset);   // of the default domain
        model.Add(8, opset);
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach ((string key, string value) in options.Metadata)
            metadata.Add(key, value);

        foreach ((string key, string value) in metadata)
        {
            ProtobufMessage entry = new();
            entry.Add(1, key);
            entry.Add(2, value);
            model.Add(14, entry);
        }

        if (model.Length > int.MaxValue)
            Throw.OnnxTooLarge(model.Length);

        return model;
    }

    private static void Check(ParameterBuffer parameters, List<OnnxLevel> levels, Linear? output)
    {
        foreach (OnnxLevel level in levels)
        {
            foreach (RecurrentCellLayer cell in level.Cells)
            {
                CheckSlot(parameters, cell.Name, cell.InputWeights);
                CheckSlot(parameters, cell.Name, cell.RecurrentWeights);
            }

            if (level.HiddenSize != levels[0].HiddenSize)
                Throw.OnnxUnits(level.Name, levels[0].HiddenSize, level.HiddenSize);
        }

        if (output is null)
            return;

        CheckSlot(parameters, output.Name, output.Weights);
        if (output.InputSize != levels[^1].OutputSize)
        {
            Throw.ShapeMismatch(output.Name, nameof(output), $"one of {levels[^1].OutputSize}",
                $"a layer of {output.InputSize} inputs");
        }
    }

    private static void CheckSlot(ParameterBuffer parameters, string layer, ParameterSlot slot)
    {
        IReadOnlyList<ParameterSlot> slots = parameters.Layout.Slots;
        if (slot.Index >= slots.Count || slots[slot.Index] != slot)
            Throw.OtherLayersParameters(layer, slot.Name);
    }

    private static OnnxGraph Graph(ParameterBuffer parameters, List<OnnxLevel> levels, Linear? output,
        OnnxOptions options)
    {
        OnnxGraph graph = new();
        int inputSize = levels[0].Cells[0].InputSize;
        string x = options.Input == OnnxInput.Indices
            ? OneHot(graph, graph.Input(options.InputName, OnnxType.Int64, Steps, Batch), inputSize)
            : graph.Input(options.InputName, OnnxType.Float, Steps, Batch, inputSize);
        OnnxState h = new(graph, "h0", "hn", Batch, levels);
        OnnxState c = new(graph, "c0", "cn", Batch, levels.FindAll(level => level.HasCell));
        for (int i = 0; i < levels.Count; i++)
        {
            bool last = i == levels.Count - 1 && output is null;
            string y = last ? options.OutputName : $"layer{i}.y";
            OnnxCells.Add(graph, parameters, levels[i], x, h, c, y);
            x = y;
        }

        if (output is not null)
            AddLinear(graph, parameters, output, x, options.OutputName);

        graph.Output(options.OutputName, OnnxType.Float, Steps, Batch, output?.OutputSize ?? levels[^1].OutputSize);
        h.Join();
        c.Join();
        return graph;
    }

    // Its product with the weights costs more than the gather that it stands for, but ONNX's LSTM has no other way to
    // its gates, and this costs no memory in the file.
    private static string OneHot(OnnxGraph graph, string indices, int symbols)
    {
        string depth = graph.Integers("one_hot.depth", [], symbols);
        string values = graph.Floats("one_hot.values", [2], stream => OnnxWeights.Write(stream, [0f, 1f]));
        graph.Node("OneHot", [indices, depth, values], ["one_hot"], OnnxAttribute.Of("axis", -1));
        return "one_hot";
    }

    // y = x*W + b, where MatMul takes all rows of x at once.
    private static void AddLinear(OnnxGraph graph, ParameterBuffer parameters, Linear linear, string x, string y)
    {
        string product = linear.Bias is null ? y : $"{y}.product";
        string weight = graph.Floats(linear.Weights.Name, [linear.InputSize, linear.OutputSize],
            stream => OnnxWeights.Write(stream, parameters[linear.Weights].Span));
        graph.Node("MatMul", [x, weight], [product]);
        if (linear.Bias is { } slot)
        {
            string bias = graph.Floats(slot.Name, [linear.OutputSize],
                stream => OnnxWeights.Write(stream, parameters[slot].Span));
            graph.Node("Add", [product, bias], [y]);
        }
    }
}
