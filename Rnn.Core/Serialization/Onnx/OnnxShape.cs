using System;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>Type and dimensions of a value.</summary>
/// <param name="Type">Of its elements.</param>
/// <param name="Dimensions">From the outermost to the innermost; none for a single number.</param>
internal sealed record OnnxShape(OnnxType Type, params OnnxDimension[] Dimensions)
{
    /// <summary>Elements of a row.</summary>
    public long Width => Dimensions[^1].Value;

    /// <summary>Whether it has this type and this number of dimensions.</summary>
    public bool Is(OnnxType type, int rank) => Type == type && Dimensions.Length == rank;

    /// <summary>The same with rows of another width.</summary>
    public OnnxShape OfWidth(int width) => new(Type, [.. Dimensions[..^1], width]);

    /// <summary>The same with another outermost dimension.</summary>
    public OnnxShape OfFirst(int count) => new(Type, [count, .. Dimensions[1..]]);

    /// <summary>For instance "float [steps, batch, 5]".</summary>
    public override string ToString() =>
        $"{Type.ToString().ToLowerInvariant()} [{string.Join(", ", Array.ConvertAll(Dimensions, d => d.ToString()))}]";
}
