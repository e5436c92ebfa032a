using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>The types of elements in use, by their numbers in the format.</summary>
internal enum OnnxType
{
    /// <summary>32-bit floating point.</summary>
    Float = 1,

    /// <summary>64-bit integers.</summary>
    Int64 = 7,
}

/// <summary>
/// A graph under construction: values, each with a name of its own, and the nodes that make them, in the order in which
/// they are computed. Numbers of fields are those of onnx.proto (IR version 7).
/// </summary>
internal sealed class OnnxGraph
{
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shared = new(StringComparer.Ordinal);
    private readonly ProtobufMessage _nodes = new();
    private readonly List<ProtobufMessage> _initializers = [];
    private readonly List<ProtobufMessage> _inputs = [];
    private readonly List<ProtobufMessage> _outputs = [];
    private readonly List<string> _inputTexts = [];
    private readonly List<string> _outputTexts = [];

    /// <summary>Inputs and outputs, in the order in which they were added.</summary>
    public OnnxSignature Signature => new(_inputTexts, _outputTexts);

    /// <summary>Adds an input of the graph.</summary>
    /// <returns>Its name.</returns>
    public string Input(string name, OnnxType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        Declare(name);
        _inputs.Add(ValueInfo(name, type, shape));
        _inputTexts.Add(Text(name, type, shape));
        return name;
    }

    /// <summary>Makes a value that a node gives an output of the graph.</summary>
    public void Output(string name, OnnxType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        _outputs.Add(ValueInfo(name, type, shape));
        _outputTexts.Add(Text(name, type, shape));
    }

    /// <summary>Adds a constant of floats that is written when the file is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="write">Writes as many floats as the shape has, row-major, least significant byte first.</param>
    /// <returns>Its name.</returns>
    public string Floats(string name, ReadOnlySpan<long> shape, Action<Stream> write)
    {
        long length = sizeof(float);
        foreach (long dimension in shape)
            length = checked(length * dimension);

        Tensor(name, OnnxType.Float, shape).Add(9, length, write);
        return name;
    }

    /// <summary>Adds a constant of whole numbers.</summary>
    /// <returns>Its name.</returns>
    public string Integers(string name, ReadOnlySpan<long> shape, params ReadOnlySpan<long> values)
    {
        ProtobufMessage tensor = Tensor(name, OnnxType.Int64, shape);
        foreach (long value in values)
            tensor.Add(7, value);   // int64_data

        return name;
    }

    /// <summary>A row of whole numbers that several nodes read; added when the first of them asks for it.</summary>
    /// <returns>Its name.</returns>
    public string SharedIntegers(string name, params ReadOnlySpan<long> values) =>
        _shared.Add(name) ? Integers(name, [values.Length], values) : name;

    /// <summary>Adds a node.</summary>
    /// <param name="operation">The operator's name.</param>
    /// <param name="inputs">Names of values; empty for an optional one that is left out.</param>
    /// <param name="outputs">Names for its results; empty for an optional one that is left out.</param>
    /// <param name="attributes">From <see cref="OnnxAttribute"/>.</param>
    public void Node(string operation, string[] inputs, string[] outputs,
        params ReadOnlySpan<ProtobufMessage> attributes)
    {
        ProtobufMessage node = new();
        foreach (string input in inputs)
            node.Add(1, input);

        foreach (string output in outputs)
        {
            if (output.Length > 0)
                Declare(output);

            node.Add(2, output);
        }

        node.Add(3, $"{operation}:{Array.Find(outputs, output => output.Length > 0)}");
        node.Add(4, operation);
        foreach (ProtobufMessage attribute in attributes)
            node.Add(5, attribute);

        _nodes.Add(1, node);
    }

    /// <summary>The whole graph as a message.</summary>
    /// <param name="name">The graph's name.</param>
    public ProtobufMessage Build(string name)
    {
        ProtobufMessage graph = _nodes;   // nodes are the first field
        graph.Add(2, name);
        AddAll(graph, 5, _initializers);
        AddAll(graph, 11, _inputs);
        AddAll(graph, 12, _outputs);
        return graph;
    }

    private static void AddAll(ProtobufMessage graph, int field, List<ProtobufMessage> values)
    {
        foreach (ProtobufMessage value in values)
            graph.Add(field, value);
    }

    private ProtobufMessage Tensor(string name, OnnxType type, ReadOnlySpan<long> shape)
    {
        Declare(name);
        ProtobufMessage tensor = new();
        foreach (long dimension in shape)
            tensor.Add(1, dimension);

        tensor.Add(2, (long)type);
        tensor.Add(8, name);
        _initializers.Add(tensor);
        return tensor;
    }

    private static string Text(string name, OnnxType type, ReadOnlySpan<OnnxDimension> shape) =>
        $"{name} {(type == OnnxType.Float ? "float" : "int64")} [{string.Join(", ", shape.ToArray())}]";

    private static ProtobufMessage ValueInfo(string name, OnnxType type, ReadOnlySpan<OnnxDimension> dimensions)
    {
        ProtobufMessage shape = new();
        foreach (OnnxDimension dimension in dimensions)
        {
            ProtobufMessage one = new();
            if (dimension.Name is { } symbol)
                one.Add(2, symbol);
            else
                one.Add(1, dimension.Value);

            shape.Add(1, one);
        }

        ProtobufMessage tensor = new();
        tensor.Add(1, (long)type);
        tensor.Add(2, shape);
        ProtobufMessage typed = new();
        typed.Add(1, tensor);
        ProtobufMessage value = new();
        value.Add(1, name);
        value.Add(2, typed);
        return value;
    }

    // A value is made once: two of one name would be another graph than the one meant.
    private void Declare(string name)
    {
        if (!_values.Add(name))
            Throw.OnnxDuplicateName(name);
    }
}
