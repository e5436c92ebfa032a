using System.Globalization;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>One dimension of a value in an ONNX graph: a number, or a name for what each call decides.</summary>
/// <param name="Value">The number, if there is no name.</param>
/// <param name="Name">The name, or null.</param>
internal readonly record struct OnnxDimension(long Value, string? Name)
{
    public static implicit operator OnnxDimension(int value) => new(value, null);

    public static implicit operator OnnxDimension(string name) => new(0, name);

    public override string ToString() => Name ?? Value.ToString(CultureInfo.InvariantCulture);
}
