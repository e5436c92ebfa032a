using System;
using System.IO;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// Recurrent cells as operators of ONNX, with their weights. ONNX keeps the gates in an order of its own, both biases
/// of a cell in one tensor, and both directions of a layer in one operator.
/// </summary>
internal static class OnnxCells
{
    private static readonly int[] s_lstmGates = [0, 3, 1, 2];   // i, o, f, c out of our i, f, g, o
    private static readonly int[] s_gruGates = [1, 0, 2];       // z, r, h out of our r, z, n
    private static readonly int[] s_rnnGates = [0];

    /// <summary>Adds a layer: y [T, B, D*H], hn and cn [D, B, H] of x [T, B, I], h0 and c0 [D, B, H].</summary>
    /// <param name="graph">Receives the operator, its weights, and what joins the directions of y.</param>
    /// <param name="parameters">Read; the layer's own.</param>
    /// <param name="level">One or two cells.</param>
    /// <param name="x">The input.</param>
    /// <param name="lengths">int32 [B], or null where all rows have T steps.</param>
    /// <param name="h">The state before; null for zeros.</param>
    /// <param name="c">Of a level that has it, the other part; null for zeros.</param>
    /// <returns>The output and the state after it.</returns>
    public static (OnnxValue Y, OnnxValue H, OnnxValue? C) Add(OnnxGraph graph, ParameterBuffer parameters,
        OnnxLevel level, OnnxValue x, OnnxValue? lengths, OnnxValue? h, OnnxValue? c)
    {
        (string operation, int[] gates) = Operator(level.Cells);
        OnnxDimension steps = x.Shape.Dimensions[0], batch = x.Shape.Dimensions[1];
        OnnxShape each = new(OnnxType.Float, steps, level.Directions, batch, level.HiddenSize);
        OnnxShape last = new(OnnxType.Float, level.Directions, batch, level.HiddenSize);
        OnnxValue?[] inputs = [x, .. Weights(graph, parameters, level, gates), lengths, h];
        OnnxValue[] outputs = level.HasCell
            ? graph.Node(operation, [.. inputs, c], [each, last, last], Attributes(level))
            : graph.Node(operation, inputs, [each, last], Attributes(level));
        return (JoinDirections(graph, outputs[0]), outputs[1], level.HasCell ? outputs[2] : null);
    }

    /// <summary>[..., B, D*H] of [..., D, B, H]: both directions of a row side by side.</summary>
    public static OnnxValue JoinDirections(OnnxGraph graph, OnnxValue value)
    {
        OnnxDimension[] outer = value.Shape.Dimensions[..^3];
        (OnnxDimension directions, OnnxDimension batch, OnnxDimension units) = (value.Shape.Dimensions[^3],
            value.Shape.Dimensions[^2], value.Shape.Dimensions[^1]);
        OnnxShape joined = new(OnnxType.Float, [.. outer, batch, (int)(directions.Value * units.Value)]);
        if (directions.Value == 1)
            return graph.Node("Squeeze", [value, graph.Integers(outer.Length)], joined);

        long[] axes = outer.Length == 0 ? [1, 0, 2] : [0, 2, 1, 3];
        OnnxValue rows = graph.Node("Transpose", [value], new OnnxShape(OnnxType.Float,
            [.. outer, batch, directions, units]), OnnxAttribute.Of("perm", axes));
        long[] shape = [.. new long[outer.Length + 1], joined.Width];   // 0: as it is
        return graph.Node("Reshape", [rows, graph.Integers(shape)], joined);
    }

    private static (string Operation, int[] Gates) Operator(RecurrentCellLayer[] cells)
    {
        foreach (RecurrentCellLayer cell in cells)
        {
            if (cell.OptionBeyondPlain is { } option)
                Throw.OnnxNoOperator(cell.Name, $"it has {option}");
        }

        return cells[0] switch
        {
            Lstm => ("LSTM", s_lstmGates),
            Gru => ("GRU", s_gruGates),
            _ => ("RNN", s_rnnGates),
        };
    }

    private static ProtobufMessage[] Attributes(OnnxLevel level)
    {
        ProtobufMessage size = OnnxAttribute.Of("hidden_size", level.HiddenSize);
        ProtobufMessage[] direction = level.Directions == 1 ? [] : [OnnxAttribute.Of("direction", "bidirectional")];
        ProtobufMessage[] own = level.Cells[0] switch
        {
            Gru => [OnnxAttribute.Of("linear_before_reset", 1)],   // r * (h*W_hn + b_hn), design decision D12
            SimpleRnn => [OnnxAttribute.Of("activations", Array.ConvertAll(level.Cells, Activation))],
            _ => [],
        };
        return [size, .. direction, .. own];
    }

    private static string Activation(RecurrentCellLayer cell) => ((SimpleRnn)cell).Activation.ToString();

    /// <summary>W [D, G*H, I], R [D, G*H, H] and B [D, 2*G*H] = [Wb, Rb] of each direction.</summary>
    private static OnnxValue[] Weights(OnnxGraph graph, ParameterBuffer parameters, OnnxLevel level, int[] gates)
    {
        RecurrentCellLayer first = level.Cells[0];
        int units = level.HiddenSize, wide = gates.Length * units, directions = level.Directions;
        string suffix = first.InputWeights.Name[$"{first.Name}.weight_ih".Length..];
        return
        [
            Floats(first.InputWeights.Name, [directions, wide, first.InputSize], (stream, cell) =>
                OnnxWeights.WriteTransposed(stream, parameters, cell.InputWeights, gates)),
            Floats(first.RecurrentWeights.Name, [directions, wide, units], (stream, cell) =>
                OnnxWeights.WriteTransposed(stream, parameters, cell.RecurrentWeights, gates)),
            Floats($"{first.Name}.bias{suffix}", [directions, 2 * wide], (stream, cell) =>
            {
                OnnxWeights.WriteBias(stream, parameters, cell.InputBias, units, gates);
                OnnxWeights.WriteBias(stream, parameters, cell.RecurrentBias, units, gates);
            }),
        ];

        OnnxValue Floats(string name, int[] dimensions, Action<Stream, RecurrentCellLayer> write) =>
            graph.Floats($"{name} and {(directions == 1 ? "" : level.Cells[1].InputWeights.Name)}", name, dimensions,
                stream => Array.ForEach(level.Cells, cell => write(stream, cell)));
    }
}
