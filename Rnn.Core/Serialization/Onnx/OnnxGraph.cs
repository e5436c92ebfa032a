using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// A graph under construction: values, each with a name of its own, and the nodes that make them, in the order in which
/// they are computed. Nothing is written before Build, so that an output's name is the node's own (D60). Numbers of
/// fields are those of onnx.proto (IR version 7).
/// </summary>
internal sealed class OnnxGraph
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> _constants = new(StringComparer.Ordinal);   // by key
    private readonly List<ProtobufMessage> _initializers = [];
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly List<(string Operation, OnnxValue?[] Inputs, OnnxValue[] Outputs, ProtobufMessage[] Attributes)>
        _nodes = [];

    /// <summary>Inputs and outputs, in the order in which they were added.</summary>
    public OnnxSignature Signature =>
        new(_inputs.ConvertAll(value => value.ToString()), _outputs.ConvertAll(value => value.ToString()));

    /// <summary>Adds an input of the graph.</summary>
    public OnnxValue Input(string name, OnnxShape shape)
    {
        OnnxValue input = new(this, Declare(name), shape, isNamed: true);
        _inputs.Add(input);
        return input;
    }

    /// <summary>Makes a value an output of the graph; one that has its name already goes out as a copy.</summary>
    public void Output(string name, OnnxValue value)
    {
        Declare(name);
        OnnxValue output = value.IsNamed ? Node("Identity", [value], value.Shape) : value;
        output.Rename(name);
        _outputs.Add(output);
    }

    /// <summary>A constant of floats that is written when the file is; the same for the same key.</summary>
    /// <param name="key">Tells it from others, and so says all that it is made of.</param>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">Its dimensions; none for a single number.</param>
    /// <param name="write">Writes as many floats as it has, row-major, least significant byte first.</param>
    public OnnxValue Floats(string key, string name, int[] dimensions, Action<Stream> write)
    {
        if (!_constants.TryGetValue(key, out OnnxValue? constant))
        {
            long length = sizeof(float);
            foreach (int dimension in dimensions)
                length = checked(length * dimension);

            constant = Constant(key, name, OnnxType.Float, dimensions, out ProtobufMessage tensor);
            tensor.Add(9, length, write);   // raw_data
        }

        return constant;
    }

    /// <summary>A single float.</summary>
    public OnnxValue Float(float value)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"float_{value}");
        return Floats(name, name, [], stream => OnnxWeights.Write(stream, [value]));
    }

    /// <summary>A row of whole numbers, such as axes.</summary>
    public OnnxValue Integers(params ReadOnlySpan<long> values) =>
        Integers($"integers_{string.Join('_', values.ToArray())}", [values.Length], values);

    /// <summary>A single whole number.</summary>
    public OnnxValue Integer(long value) =>
        Integers(string.Create(CultureInfo.InvariantCulture, $"integer_{value}"), [], [value]);

    /// <summary>Adds a node of one result.</summary>
    /// <param name="operation">The operator's name.</param>
    /// <param name="inputs">Null for an optional one that is left out.</param>
    /// <param name="shape">Of its result.</param>
    /// <param name="attributes">From <see cref="OnnxAttribute"/>.</param>
    /// <returns>Its result.</returns>
    public OnnxValue Node(string operation, OnnxValue?[] inputs, OnnxShape shape,
        params ReadOnlySpan<ProtobufMessage> attributes) =>
        Node(operation, inputs, [shape], attributes)[0];

    /// <summary>Adds a node.</summary>
    /// <param name="operation">The operator's name.</param>
    /// <param name="inputs">Null for an optional one that is left out.</param>
    /// <param name="shapes">Of its results.</param>
    /// <param name="attributes">From <see cref="OnnxAttribute"/>.</param>
    /// <returns>Its results.</returns>
    public OnnxValue[] Node(string operation, OnnxValue?[] inputs, OnnxShape[] shapes,
        params ReadOnlySpan<ProtobufMessage> attributes)
    {
        string name = $"{operation}_{_nodes.Count}";
        OnnxValue[] outputs = new OnnxValue[shapes.Length];
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = new OnnxValue(this, Declare(i == 0 ? name : $"{name}.{i}"), shapes[i], isNamed: false);

        _nodes.Add((operation, inputs, outputs, attributes.ToArray()));
        return outputs;
    }

    /// <summary>The whole graph as a message.</summary>
    /// <param name="name">The graph's name.</param>
    public ProtobufMessage Build(string name)
    {
        ProtobufMessage graph = new();
        for (int i = 0; i < _nodes.Count; i++)
        {
            ProtobufMessage node = new();
            foreach (OnnxValue? input in _nodes[i].Inputs)
                node.Add(1, input?.Name ?? "");

            foreach (OnnxValue output in _nodes[i].Outputs)
                node.Add(2, output.Name);

            node.Add(3, $"{_nodes[i].Operation}_{i}");
            node.Add(4, _nodes[i].Operation);
            foreach (ProtobufMessage attribute in _nodes[i].Attributes)
                node.Add(5, attribute);

            graph.Add(1, node);
        }

        graph.Add(2, name);
        _initializers.ForEach(tensor => graph.Add(5, tensor));
        _inputs.ForEach(input => graph.Add(11, ValueInfo(input)));
        _outputs.ForEach(output => graph.Add(12, ValueInfo(output)));
        return graph;
    }

    private OnnxValue Integers(string name, int[] dimensions, ReadOnlySpan<long> values)
    {
        if (!_constants.TryGetValue(name, out OnnxValue? constant))
        {
            constant = Constant(name, name, OnnxType.Int64, dimensions, out ProtobufMessage tensor);
            foreach (long value in values)
                tensor.Add(7, value);   // int64_data
        }

        return constant;
    }

    private OnnxValue Constant(string key, string name, OnnxType type, int[] dimensions, out ProtobufMessage tensor)
    {
        OnnxShape shape = new(type, Array.ConvertAll(dimensions, dimension => (OnnxDimension)dimension));
        OnnxValue constant = new(this, Declare(name), shape, isNamed: true);
        _constants.Add(key, constant);
        tensor = new();
        foreach (int dimension in dimensions)
            tensor.Add(1, dimension);

        tensor.Add(2, (long)type);
        tensor.Add(8, name);
        _initializers.Add(tensor);
        return constant;
    }

    private static ProtobufMessage ValueInfo(OnnxValue value)
    {
        ProtobufMessage shape = new();
        foreach (OnnxDimension dimension in value.Shape.Dimensions)
        {
            ProtobufMessage one = new();
            if (dimension.Name is { } symbol)
                one.Add(2, symbol);
            else
                one.Add(1, dimension.Value);

            shape.Add(1, one);
        }

        ProtobufMessage tensor = new();
        tensor.Add(1, (long)value.Shape.Type);
        tensor.Add(2, shape);
        ProtobufMessage typed = new();
        typed.Add(1, tensor);
        ProtobufMessage info = new();
        info.Add(1, value.Name);
        info.Add(2, typed);
        return info;
    }

    // A value is made once: two of one name would be another graph than the one meant.
    private string Declare(string name)
    {
        if (string.IsNullOrEmpty(name))
            Throw.OnnxEmptyName(nameof(name));

        if (!_names.Add(name))
            Throw.OnnxDuplicateName(name);

        return name;
    }
}
