using System;
using System.Collections.Generic;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>What goes into an engine, or comes out: an array of floats or of 64-bit integers.</summary>
internal sealed record OnnxArray(long[] Shape, float[] Floats, long[] Integers)
{
    public static OnnxArray Of(long[] shape, float[] floats) => new(shape, floats, []);

    public static OnnxArray Of(long[] shape, params int[] integers) =>
        new(shape, [], Array.ConvertAll(integers, value => (long)value));

    public static OnnxArray Zeros(params long[] shape) => Of(shape, new float[shape.Aggregate(1L, (a, b) => a * b)]);
}

/// <summary>Runs exported files: the tests' interpreter, and elsewhere ONNX Runtime.</summary>
internal interface IOnnxEngine
{
    /// <summary>All outputs of a file, by name.</summary>
    Dictionary<string, OnnxArray> Run(byte[] file, params (string Name, OnnxArray Value)[] inputs);
}
