using Rnn.Benchmarks.Models;
using Rnn.Core.Serialization.Onnx;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>The network of <see cref="CharForward"/> as an ONNX file.</summary>
internal static class OnnxFile
{
    public static void Write(string path, bool indices)
    {
        CharForward ours = new();
        OnnxNetwork net = new(ours.Parameters);
        OnnxValue x = indices ? net.OneHot(net.Indices("x"), CharTrain.V) : net.Numbers("x", CharTrain.V);
        OnnxState state = net.State(ours.Recurrent);
        net.Output("y", net.Add(ours.Output, net.Add(ours.Recurrent, x, ref state)));
        net.Output(state);
        net.Write(path);
    }
}
