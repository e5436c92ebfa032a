using System.Collections.Generic;
using System.Linq;
using Microsoft.ML.OnnxRuntime;
using Rnn.Tests.Infrastructure.Onnx;

namespace Rnn.Benchmarks.Peers.Checking;

/// <summary>ONNX Runtime as what runs exported models; it also checks each file as it loads it.</summary>
internal sealed class OrtEngine : IOnnxEngine
{
    public Dictionary<string, OnnxArray> Run(byte[] file, params (string Name, OnnxArray Value)[] inputs)
    {
        using InferenceSession session = new(file);
        using RunOptions options = new();
        OrtValue[] values = [.. inputs.Select(input => input.Value.Integers.Length > 0
            ? OrtValue.CreateTensorValueFromMemory(input.Value.Integers, input.Value.Shape)
            : OrtValue.CreateTensorValueFromMemory(input.Value.Floats, input.Value.Shape))];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs =
                session.Run(options, [.. inputs.Select(input => input.Name)], values, session.OutputNames);
            return session.OutputNames.Zip(outputs).ToDictionary(output => output.First, output =>
                OnnxArray.Of(output.Second.GetTensorTypeAndShape().Shape,
                    output.Second.GetTensorDataAsSpan<float>().ToArray()));
        }
        finally
        {
            foreach (OrtValue value in values)
                value.Dispose();
        }
    }
}
