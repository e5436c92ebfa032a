using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization;

/// <summary>
/// Writes networks as ONNX files (IR version 7, opset 14), for inference elsewhere: y, hn, cn = network(x, h0, c0).
/// Each call decides T and B; the state goes in and out, so that a sequence may be read in parts, or step by step with
/// T = 1. Dropout is left out.
/// <list type="table">
/// <item><term>x</term><description>float [steps, batch, I], or int64 [steps, batch] (<see cref="OnnxInput"/>); named
/// by option</description></item>
/// <item><term>h0, c0</term><description>float [layers, batch, H], the state before; zeros at the beginning of a
/// text</description></item>
/// <item><term>y</term><description>float [steps, batch, O]: what the linear layer gives, or else the uppermost
/// recurrent layer (O = H); named by option</description></item>
/// <item><term>hn, cn</term><description>float [layers, batch, H], the state after</description></item>
/// </list>
/// A weight bears the name of its parameter, but is arranged as its operator wants it: LSTM's W [1, 4H, I] and R
/// [1, 4H, H] have their gates in the order i, o, f, c; "bias_l0" is both biases of that layer one after the other, the
/// second zeros where there is one; the linear weight is [I, O]. Source: the operators' definitions in ONNX's
/// documentation.
/// </summary>
public static class OnnxExport
{
    private const int IrVersion = 7, Opset = 14;   // ONNX 1.9 of 2021: what all later readers take
    private const string Steps = "steps", Batch = "batch";

    /// <summary>Writes a network through <see cref="AtomicFile"/>: the file is there whole or not at all.</summary>
    /// <param name="path">The target.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="recurrent">An <see cref="Lstm"/>, or a <see cref="RecurrentStack"/> of them with as many units
    /// each.</param>
    /// <param name="output">A linear layer on top, or null.</param>
    /// <param name="options">Input, names, metadata.</param>
    /// <exception cref="ArgumentException">A layer is of another kind, shapes don't fit, the parameters are of another
    /// layout, or a name is empty or given twice.</exception>
    /// <exception cref="IOException">It can't be written; the target is as it was.</exception>
    public static void Write(string path, ParameterBuffer parameters, RecurrentLayer recurrent, Linear? output = null,
        OnnxOptions? options = null)
    {
        ProtobufMessage model = Model(parameters, recurrent, output, options ?? new OnnxOptions());
        AtomicFile.Write(path, model.WriteTo);
    }

    /// <summary>Writes the file's bytes, forwards only; the stream is not closed.</summary>
    /// <param name="stream">Written from its position on.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="recurrent">As for a file.</param>
    /// <param name="output">A linear layer on top, or null.</param>
    /// <param name="options">Input, names, metadata.</param>
    /// <exception cref="ArgumentException">As for a file.</exception>
    public static void Write(Stream stream, ParameterBuffer parameters, RecurrentLayer recurrent, Linear? output = null,
        OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Model(parameters, recurrent, output, options ?? new OnnxOptions()).WriteTo(stream);
    }

    private static ProtobufMessage Model(ParameterBuffer parameters, RecurrentLayer recurrent, Linear? output,
        OnnxOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(recurrent);
        options.Check();
        List<Lstm> cells = [];
        Collect(recurrent, cells);
        Check(parameters, cells, output);

        ProtobufMessage model = new();
        model.Add(1, IrVersion);
        model.Add(2, "Rnn");
        model.Add(3, typeof(OnnxExport).Assembly.GetName().Version!.ToString(3));
        model.Add(7, Graph(parameters, recurrent, cells, output, options).Build(options.GraphName));
        ProtobufMessage opset = new();
        opset.Add(2, Opset);   // of the default domain
        model.Add(8, opset);
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach ((string key, string value) in options.Metadata)
        {
            metadata.Add(key, value);
        }

        foreach ((string key, string value) in metadata)
        {
            ProtobufMessage entry = new();
            entry.Add(1, key);
            entry.Add(2, value);
            model.Add(14, entry);
        }

        if (model.Length > int.MaxValue)
        {
            Throw.OnnxTooLarge(model.Length);
        }

        return model;
    }

    private static void Collect(RecurrentLayer layer, List<Lstm> cells)
    {
        switch (layer)
        {
            case RecurrentStack stack:
                foreach (RecurrentLayer child in stack.Layers)
                {
                    Collect(child, cells);
                }

                break;
            case Lstm lstm:
                cells.Add(lstm);
                break;
            default:
                Throw.OnnxLayer(layer.Name, layer.GetType().Name);
                break;
        }
    }

    private static void Check(ParameterBuffer parameters, List<Lstm> cells, Linear? output)
    {
        foreach (Lstm cell in cells)
        {
            CheckSlot(parameters, cell.Name, cell.InputWeights);
            CheckSlot(parameters, cell.Name, cell.RecurrentWeights);
            if (cell.HiddenSize != cells[0].HiddenSize)
            {
                Throw.OnnxUnits(cell.Name, cells[0].HiddenSize, cell.HiddenSize);
            }
        }

        if (output is null)
        {
            return;
        }

        CheckSlot(parameters, output.Name, output.Weights);
        if (output.InputSize != cells[^1].OutputSize)
        {
            Throw.ShapeMismatch(output.Name, nameof(output), $"one of {cells[^1].OutputSize}",
                $"a layer of {output.InputSize} inputs");
        }
    }

    private static void CheckSlot(ParameterBuffer parameters, string layer, ParameterSlot slot)
    {
        IReadOnlyList<ParameterSlot> slots = parameters.Layout.Slots;
        if (slot.Index >= slots.Count || slots[slot.Index] != slot)
        {
            Throw.OtherLayersParameters(layer, slot.Name);
        }
    }

    private static OnnxGraph Graph(ParameterBuffer parameters, RecurrentLayer recurrent, List<Lstm> cells,
        Linear? output, OnnxOptions options)
    {
        OnnxGraph graph = new();
        int layers = cells.Count, units = cells[0].HiddenSize;
        string x = options.Input == OnnxInput.Indices
            ? OneHot(graph, graph.Input(options.InputName, OnnxType.Int64, Steps, Batch), recurrent.InputSize)
            : graph.Input(options.InputName, OnnxType.Float, Steps, Batch, recurrent.InputSize);
        graph.Input("h0", OnnxType.Float, layers, Batch, units);
        graph.Input("c0", OnnxType.Float, layers, Batch, units);
        string[] h0 = Split(graph, "h0", layers), c0 = Split(graph, "c0", layers);
        string[] hn = PartNames("hn", layers), cn = PartNames("cn", layers);

        string direction = graph.Integers("direction_axis", [1], 1);
        for (int i = 0; i < layers; i++)
        {
            bool last = i == layers - 1 && output is null;
            string y = last ? options.OutputName : $"layer{i}.y";
            OnnxCells.AddLstm(graph, parameters, cells[i], x, h0[i], c0[i], $"layer{i}.directions", hn[i], cn[i]);
            graph.Node("Squeeze", [$"layer{i}.directions", direction], [y]);   // [T, 1, B, H] -> [T, B, H]
            x = y;
        }

        if (output is not null)
        {
            AddLinear(graph, parameters, output, x, options.OutputName);
        }

        Concat(graph, hn, "hn");
        Concat(graph, cn, "cn");
        graph.Output(options.OutputName, OnnxType.Float, Steps, Batch, output?.OutputSize ?? units);
        graph.Output("hn", OnnxType.Float, layers, Batch, units);
        graph.Output("cn", OnnxType.Float, layers, Batch, units);
        return graph;
    }

    // Its product with the weights costs more than the gather that it stands for, but ONNX's LSTM has no other way to
    // its gates, and this costs no memory in the file.
    private static string OneHot(OnnxGraph graph, string indices, int symbols)
    {
        string depth = graph.Integers("one_hot.depth", [], symbols);
        string values = graph.Floats("one_hot.values", [2], stream => OnnxWeights.Write(stream, [0f, 1f]));
        graph.Node("OneHot", [indices, depth, values], ["one_hot"], ("axis", -1));
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

    // [layers, B, H] -> one [1, B, H] a layer; a single layer takes the whole.
    private static string[] Split(OnnxGraph graph, string state, int layers)
    {
        string[] parts = PartNames(state, layers);
        if (layers > 1)
        {
            long[] sizes = new long[layers];
            Array.Fill(sizes, 1);
            string split = graph.Integers($"{state}.sizes", [layers], sizes);
            graph.Node("Split", [state, split], parts, ("axis", 0));
        }

        return parts;
    }

    private static void Concat(OnnxGraph graph, string[] parts, string state)
    {
        if (parts.Length > 1)
        {
            graph.Node("Concat", parts, [state], ("axis", 0));
        }
    }

    private static string[] PartNames(string state, int layers)
    {
        string[] names = new string[layers];
        for (int i = 0; i < layers; i++)
        {
            names[i] = layers == 1 ? state : $"{state}.{i}";
        }

        return names;
    }
}
