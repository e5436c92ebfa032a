using System;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>Types of elements, by their numbers in TensorProto.DataType.</summary>
internal enum OnnxElement
{
    Float = 1,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
}

/// <summary>A value of a graph; whole numbers and truth values too are kept as double.</summary>
internal sealed record OnnxTensor(long[] Shape, double[] Data, OnnxElement Element = OnnxElement.Float)
{
    public int Rank => Shape.Length;

    public static OnnxTensor Of(long[] shape, ReadOnlySpan<float> data) => new(shape, TestNumbers.ToDouble(data));

    public static OnnxTensor Of(long[] shape, int[] data) =>
        new(shape, [.. data.Select(value => (double)value)], OnnxElement.Int64);

    public static long Count(params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long dimension in shape)
            count *= dimension;

        return count;
    }
}
