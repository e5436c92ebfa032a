using Rnn.Benchmarks.Models;
using Rnn.Core.Serialization;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Serialization.Safetensors;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>The network of <see cref="CharForward"/> as an ONNX file.</summary>
internal static class OnnxFile
{
    public static void Write(string path, bool indices)
    {
        CharForward ours = new();
        OnnxOptions options = new() { Input = indices ? OnnxInput.Indices : OnnxInput.Numbers };
        OnnxExport.Write(path, ours.Parameters, ours.Recurrent, ours.Output, options);
    }
}
