using System;
using System.Collections.Generic;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>The tests' interpreter as an engine.</summary>
internal sealed class InterpreterEngine : IOnnxEngine
{
    public Dictionary<string, OnnxArray> Run(byte[] file, params (string Name, OnnxArray Value)[] inputs) =>
        OnnxInterpreter.Run(new OnnxFile(file), [.. inputs.Select(input => (input.Name, input.Value.Integers.Length > 0
            ? new OnnxTensor(input.Value.Shape, [.. input.Value.Integers.Select(value => (double)value)], OnnxElement.Int64)
            : OnnxTensor.Of(input.Value.Shape, input.Value.Floats)))])
            .ToDictionary(output => output.Key, output => OnnxArray.Of(output.Value.Shape,
                Array.ConvertAll(output.Value.Data, value => (float)value)));
}
