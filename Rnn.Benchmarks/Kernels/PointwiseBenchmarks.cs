using System;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Benchmarks.Kernels;

/// <summary>Elementwise kernels on 4096 numbers in cache: divide the time by 4096 for an element's.</summary>
[Config(typeof(RnnConfig))]
public class PointwiseBenchmarks
{
    private const int Length = 4096;

    private readonly float[] _x = new float[Length];
    private readonly float[] _y = new float[Length];

    /// <summary>Bytes read and written.</summary>
    public static double MapBytes(object?[] parameters) => 2.0 * sizeof(float) * Length;

    /// <summary>Bytes read.</summary>
    public static double ReadBytes(object?[] parameters) => (double)sizeof(float) * Length;

    [GlobalSetup]
    public void Setup()
    {
        Philox random = new(1);
        foreach (ref float value in _x.AsSpan())
            value = (random.NextSingle() * 8) - 4;
    }

    [Benchmark]
    [Work(WorkAttribute.Bytes, nameof(MapBytes))]
    public void Exp() => Activations.Exp(_x, _y);

    [Benchmark]
    [Work(WorkAttribute.Bytes, nameof(MapBytes))]
    public void Sigmoid() => Activations.Sigmoid(_x, _y);

    [Benchmark]
    [Work(WorkAttribute.Bytes, nameof(MapBytes))]
    public void Tanh() => Activations.Tanh(_x, _y);

    [Benchmark]
    [Work(WorkAttribute.Bytes, nameof(MapBytes))]
    public void SoftmaxRows() => Softmax.Forward(_x, 64, _y);

    [Benchmark]
    [Work(WorkAttribute.Bytes, nameof(MapBytes))]
    public void Dropout() => DropoutMask.Apply(_x, _y, 1, 2, 0, 1u << 31, 2f);

    [Benchmark]
    [Work(WorkAttribute.Bytes, nameof(ReadBytes))]
    public double SumOfSquares() => Reductions.SumOfSquares(_x);
}
