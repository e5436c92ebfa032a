using System;
using System.IO;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// Recurrent cells as operators of ONNX, with their weights. ONNX keeps the gates in an order of its own, both biases
/// of a cell in one tensor, and both directions of a layer in one operator.
/// </summary>
internal static class OnnxCells
{
    private const string OneDirection = "direction_axis", TwoDirections = "both_directions";

    private static readonly int[] s_lstmGates = [0, 3, 1, 2];   // i, o, f, c out of our i, f, g, o
    private static readonly int[] s_gruGates = [1, 0, 2];       // z, r, h out of our r, z, n
    private static readonly int[] s_rnnGates = [0];

    /// <summary>Adds a layer: y [T, B, D*H], hn and cn [D, B, H] of x [T, B, I], h0 and c0 [D, B, H].</summary>
    /// <param name="graph">Receives the operator, its weights, and what joins the directions of y.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="level">One or two cells.</param>
    /// <param name="x">The input's name.</param>
    /// <param name="h">h of all levels.</param>
    /// <param name="c">c of the levels that have it.</param>
    /// <param name="y">A name for the output.</param>
    public static void Add(OnnxGraph graph, ParameterBuffer parameters, OnnxLevel level, string x, OnnxState h,
        OnnxState c, string y)
    {
        string directions = $"{y}.directions";   // [T, D, B, H]
        string[] weights = Weights(graph, parameters, level);
        string[] inputs = [x, .. weights, "", h.Before(level)];   // the empty one would hold lengths
        string[] outputs = [directions, h.After(level)];
        if (level.HasCell)
        {
            inputs = [.. inputs, c.Before(level)];
            outputs = [.. outputs, c.After(level)];
        }

        graph.Node(Operation(level.Cells[0]), inputs, outputs, Attributes(level));
        if (level.Directions == 1)
        {
            graph.Node("Squeeze", [directions, graph.SharedIntegers(OneDirection, 1)], [y]);
            return;
        }

        string rows = $"{y}.rows";   // [T, B, D, H]
        graph.Node("Transpose", [directions], [rows], OnnxAttribute.Of("perm", [0, 2, 1, 3]));
        string shape = graph.SharedIntegers(TwoDirections, 0, 0, level.OutputSize);   // 0: as it is
        graph.Node("Reshape", [rows, shape], [y]);
    }

    private static string Operation(RecurrentCellLayer cell) => cell switch
    {
        Lstm => "LSTM",
        Gru => "GRU",
        _ => "RNN",
    };

    private static int[] Gates(RecurrentCellLayer cell) => cell switch
    {
        Lstm => s_lstmGates,
        Gru => s_gruGates,
        _ => s_rnnGates,
    };

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
    private static string[] Weights(OnnxGraph graph, ParameterBuffer parameters, OnnxLevel level)
    {
        RecurrentCellLayer first = level.Cells[0];
        int[] gates = Gates(first);
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

        string Floats(string name, long[] shape, Action<Stream, RecurrentCellLayer> write) =>
            graph.Floats(name, shape, stream => Array.ForEach(level.Cells, cell => write(stream, cell)));
    }
}
