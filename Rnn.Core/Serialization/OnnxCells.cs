using Rnn.Core.Layers;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization;

/// <summary>
/// One recurrent cell as one operator of ONNX, with its weights. ONNX keeps the gates in an order of its own, and both
/// biases of a cell in one tensor.
/// </summary>
internal static class OnnxCells
{
    private static readonly int[] s_lstmGates = [0, 3, 1, 2];   // i, o, f, c out of our i, f, g, o

    /// <summary>Adds the operator LSTM: y [T, 1, B, H], hn and cn [1, B, H] of x [T, B, I], h0 and c0.</summary>
    public static void AddLstm(OnnxGraph graph, ParameterBuffer parameters, Lstm lstm, string x, string h0, string c0,
        string y, string hn, string cn)
    {
        string[] weights = Weights(graph, parameters, lstm, s_lstmGates);
        graph.Node("LSTM", [x, .. weights, "", h0, c0], [y, hn, cn], ("hidden_size", lstm.HiddenSize));
    }

    /// <summary>W [1, G*H, I], R [1, G*H, H] and B [1, 2*G*H] = [Wb, Rb] of a cell.</summary>
    private static string[] Weights(OnnxGraph graph, ParameterBuffer parameters, RecurrentCellLayer cell, int[] gates)
    {
        int units = cell.HiddenSize, wide = gates.Length * units;
        string suffix = cell.InputWeights.Name[$"{cell.Name}.weight_ih".Length..];
        return
        [
            graph.Floats(cell.InputWeights.Name, [1, wide, cell.InputSize],
                stream => OnnxWeights.WriteTransposed(stream, parameters, cell.InputWeights, gates)),
            graph.Floats(cell.RecurrentWeights.Name, [1, wide, units],
                stream => OnnxWeights.WriteTransposed(stream, parameters, cell.RecurrentWeights, gates)),
            graph.Floats($"{cell.Name}.bias{suffix}", [1, 2 * wide], stream =>
            {
                OnnxWeights.WriteBias(stream, parameters, cell.InputBias, units, gates);
                OnnxWeights.WriteBias(stream, parameters, cell.RecurrentBias, units, gates);
            }),
        ];
    }
}
