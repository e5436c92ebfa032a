using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// A network as an ONNX file (IR version 7, opset 14), for inference elsewhere. One declares inputs, adds layers, each
/// of which gives the input of the next, declares outputs, and writes (design decisions D28, D60):
/// <code>
/// OnnxNetwork net = new(parameters);
/// OnnxState state = net.State(lstm);
/// OnnxValue hidden = net.Add(lstm, net.Add(embedding, net.Indices("x")), ref state);
/// net.Output("y", net.Add(output, hidden));
/// net.Output(state);
/// net.Write("model.onnx");
/// </code>
/// Each call of the file decides T and B. The state may go in and out, so that a sequence is read in parts, or step by
/// step with T = 1 (of both directions, the second always begins at the last step of the part). Rows of different
/// lengths take <see cref="Lengths"/>: then a recurrent layer's output past a row's length is undefined (ONNX Runtime
/// writes zeros, while Forward repeats the row's last step); the state, <see cref="Last"/>, <see cref="Mean"/> and
/// <see cref="Max"/> are of each row's own steps.
/// <para>
/// A weight bears the name of its parameter and is in the file once, however many layers read it. Those of cells are
/// arranged as their operator wants them: W [D, G*H, I] and R [D, G*H, H], both of the D directions under the name of
/// the first, with the gates of LSTM in the order i, o, f, c and those of GRU in the order z, r, h; "bias_l0" is both
/// biases of that layer one after the other, the second zeros where there is one. All others are as they lie in memory:
/// a linear weight is [I, O]. Source: the operators' definitions in ONNX's documentation.
/// </para>
/// </summary>
public sealed partial class OnnxNetwork
{
    private const int IrVersion = 7, Opset = 14;   // ONNX 1.9 of 2021: what all later readers take
    private const string Batch = "batch";

    private readonly OnnxGraph _graph = new();
    private readonly ParameterBuffer _parameters;
    private readonly OnnxOptions _options;

    /// <summary>A network without inputs, layers and outputs.</summary>
    /// <param name="parameters">Those of all its layers. Read when the file is written.</param>
    /// <param name="options">Graph's name, metadata; null for their defaults.</param>
    /// <exception cref="ArgumentException">A name is empty, or a text null.</exception>
    public OnnxNetwork(ParameterBuffer parameters, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _options = options ?? new OnnxOptions();
        _options.Check();
    }

    /// <summary>Declares an input float [steps, batch, F].</summary>
    /// <param name="name">Its name.</param>
    /// <param name="width">F, more than 0.</param>
    /// <param name="steps">The name of T, "steps" by default; another where there are sequences of two lengths.</param>
    /// <exception cref="ArgumentException">A name is empty or taken, or the width is not positive.</exception>
    public OnnxValue Numbers(string name, int width, string steps = "steps")
    {
        if (width <= 0)
            Throw.NotPositive(nameof(width), width);

        return Sequence(name, OnnxType.Float, steps, width);
    }

    /// <summary>Declares an input int64 [steps, batch]: for an embedding, or <see cref="OneHot"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="steps">The name of T, "steps" by default; another where there are sequences of two lengths.</param>
    /// <exception cref="ArgumentException">A name is empty or taken.</exception>
    public OnnxValue Indices(string name, string steps = "steps") => Sequence(name, OnnxType.Int64, steps);

    /// <summary>Declares an input int64 [batch]: one index a row, for an embedding.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public OnnxValue Tokens(string name) => _graph.Input(name, new OnnxShape(OnnxType.Int64, Batch));

    /// <summary>Declares an input float [batch, F].</summary>
    /// <param name="name">Its name.</param>
    /// <param name="width">F, more than 0.</param>
    /// <exception cref="ArgumentException">A name is empty or taken, or the width is not positive.</exception>
    public OnnxValue Row(string name, int width)
    {
        if (width <= 0)
            Throw.NotPositive(nameof(width), width);

        return _graph.Input(name, new OnnxShape(OnnxType.Float, Batch, width));
    }

    /// <summary>Declares an input int64 [batch]: how many steps each row has, 1 to T.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public OnnxValue Lengths(string name) => _graph.Input(name, new OnnxShape(OnnxType.Int64, Batch));

    /// <summary>Declares the state before as inputs h0 and, of the LSTM cells, c0, float [cells, batch, H]; zeros at
    /// the beginning of a sequence. Cells are in PyTorch's order: layer 0, with two directions layer 0 backwards, layer
    /// 1, and so on. Where layers differ in units each has its own: h0_l0, h0_l1, ...</summary>
    /// <param name="layer">Whose state.</param>
    /// <param name="prefix">What the names begin with; nothing by default.</param>
    /// <exception cref="ArgumentException">A name is taken, or the layer can't be written.</exception>
    public OnnxState State(SequenceLayer layer, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(layer);
        List<OnnxLevel> levels = OnnxLevel.Of(layer);
        OnnxValue?[] hidden = Split($"{prefix}h0", levels, _ => true);
        return new OnnxState(levels, [.. hidden!], Split($"{prefix}c0", levels, level => level.HasCell));
    }

    /// <summary>Declares an output.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">What a method of this network gave.</param>
    /// <exception cref="ArgumentException">The name is empty or taken, or the value is another network's.</exception>
    public void Output(string name, OnnxValue value)
    {
        ShapeOf(nameof(Output), value);
        _graph.Output(name, value);
    }

    /// <summary>Declares the state after as outputs hn and, of LSTM cells, cn, shaped as <see cref="State(SequenceLayer, string)"/>
    /// says.</summary>
    /// <param name="state">What Add left.</param>
    /// <param name="prefix">What the names begin with; nothing by default.</param>
    /// <exception cref="ArgumentException">A name is taken, or the state is another network's.</exception>
    public void Output(OnnxState state, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(state);
        Join($"{prefix}hn", state.Levels, state.Hidden);
        Join($"{prefix}cn", state.Levels, state.Cells);
    }

    /// <summary>Writes the file through <see cref="AtomicFile"/>: it is there whole or not at all.</summary>
    /// <param name="path">The target.</param>
    /// <returns>Names, types and shapes of what it takes and gives.</returns>
    /// <exception cref="InvalidOperationException">No output was declared, or the file would be larger than the format
    /// allows, 2 GB.</exception>
    /// <exception cref="IOException">It can't be written; the target is as it was.</exception>
    public OnnxSignature Write(string path)
    {
        AtomicFile.Write(path, Model().WriteTo);
        return _graph.Signature;
    }

    /// <summary>Writes the file's bytes, forwards only; the stream is not closed.</summary>
    /// <param name="stream">Written from its position on.</param>
    /// <returns>Names, types and shapes of what it takes and gives.</returns>
    /// <exception cref="InvalidOperationException">As for a file.</exception>
    public OnnxSignature Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Model().WriteTo(stream);
        return _graph.Signature;
    }

    private OnnxValue Sequence(string name, OnnxType type, string steps, params OnnxDimension[] row)
    {
        if (string.IsNullOrEmpty(steps))
            Throw.OnnxEmptyName(nameof(steps));

        return _graph.Input(name, new OnnxShape(type, [steps, Batch, .. row]));
    }

    /// <summary>An input of the whole state [cells, B, H], cut into [D, B, H] for each level that has this
    /// part.</summary>
    private OnnxValue?[] Split(string name, List<OnnxLevel> levels, Predicate<OnnxLevel> hasPart)
    {
        List<OnnxLevel> those = levels.FindAll(hasPart);
        OnnxValue?[] parts = new OnnxValue?[levels.Count];
        if (those.Count == 0)
            return parts;

        if (!AreAlike(those))
        {
            for (int i = 0; i < parts.Length; i++)
            {
                if (hasPart(levels[i]))
                    parts[i] = _graph.Input(LayerName(name, i), Whole([levels[i]]));
            }

            return parts;
        }

        OnnxValue whole = _graph.Input(name, Whole(those));
        OnnxValue[] split = those.Count == 1 ? [whole] : _graph.Node("Split",
            [whole, _graph.Integers([.. those.ConvertAll(level => (long)level.Directions)])],
            [.. those.ConvertAll(level => whole.Shape.OfFirst(level.Directions))], OnnxAttribute.Of("axis", 0));
        for (int i = 0; i < parts.Length; i++)
            parts[i] = those.IndexOf(levels[i]) is int at and >= 0 ? split[at] : null;

        return parts;
    }

    /// <summary>An output [cells, B, H] put together from the levels' parts; none where no level has this
    /// part.</summary>
    private void Join(string name, List<OnnxLevel> levels, OnnxValue?[] parts)
    {
        List<OnnxLevel> those = [];
        List<OnnxValue> values = [];
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i] is { } part)
            {
                those.Add(levels[i]);
                values.Add(part);
            }
        }

        if (!AreAlike(those))
        {
            for (int i = 0; i < parts.Length; i++)
            {
                if (parts[i] is { } part)
                    Output(LayerName(name, i), part);
            }
        }
        else if (values.Count > 0)
        {
            OnnxShape whole = Whole(those);
            Output(name, values.Count == 1 ? values[0]
                : _graph.Node("Concat", [.. values], whole, OnnxAttribute.Of("axis", 0)));
        }
    }

    private static bool AreAlike(List<OnnxLevel> levels) =>
        levels.TrueForAll(level => level.HiddenSize == levels[0].HiddenSize);

    private static string LayerName(string name, int layer) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}_l{layer}");

    private static OnnxShape Whole(List<OnnxLevel> levels)
    {
        int cells = 0;
        foreach (OnnxLevel level in levels)
            cells += level.Directions;

        return new OnnxShape(OnnxType.Float, cells, Batch, levels[0].HiddenSize);
    }

    private ProtobufMessage Model()
    {
        if (_graph.Signature.Outputs.Count == 0)
            Throw.OnnxNoOutput();

        ProtobufMessage model = new();
        model.Add(1, IrVersion);
        model.Add(2, "Rnn");
        model.Add(3, typeof(OnnxNetwork).Assembly.GetName().Version!.ToString(3));
        model.Add(7, _graph.Build(_options.GraphName));
        ProtobufMessage opset = new();
        opset.Add(2, Opset);   // of the default domain
        model.Add(8, opset);
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach ((string key, string value) in _options.Metadata)
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

    /// <summary>The shape of a value, once it is known to be this network's.</summary>
    private OnnxShape ShapeOf(string who, OnnxValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Graph != _graph)
            Throw.OnnxOtherNetwork(who, value.ToString());

        return value.Shape;
    }
}
