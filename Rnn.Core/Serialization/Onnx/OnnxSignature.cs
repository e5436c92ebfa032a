using System;
using System.Collections.Generic;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// What an exported network takes and gives, in the order of the file: each value by its name, its type and its shape,
/// as in <c>h0 float [2, batch, 512]</c>. A dimension with a name is settled by each call.
/// </summary>
public sealed class OnnxSignature
{
    internal OnnxSignature(IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
    {
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>The inputs, in the order in which they were declared.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The outputs, in the order in which they were declared.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>A line of inputs and one of outputs, which begin with these words.</summary>
    public override string ToString() =>
        $"inputs  {string.Join("; ", Inputs)}{Environment.NewLine}outputs {string.Join("; ", Outputs)}";
}
