using System;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Benchmarks.Kernels;

/// <summary>The products of an LSTM of 512 units with batch 128 and 100 steps, and the gradient by the input of a softmax
/// over 37,000 items.</summary>
[Config(typeof(RnnConfig))]
public class GemmBenchmarks
{
    private float[] _a = [];
    private float[] _b = [];
    private float[] _c = [];
    private PackedMatrix _packed = new(0, 0);
    private GemmForm? _form;   // null: B is packed
    private int _m, _n, _k;

    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Form, M, N, K.</summary>
    [Params("NN 12800 2048 512", "TN 512 2048 12800", "NT 12800 512 2048", "Packed 128 2048 512", "Packed 32 2048 512",
        "Packed 1 2048 512", "TN 50 100 37000")]
    public string Shape { get; set; } = "";

    /// <summary>2*M*N*K floating-point operations.</summary>
    public static double Work(object?[] parameters)
    {
        (_, int m, int n, int k) = Parse(Array.Find(parameters, value => value is string) as string ?? "");
        return 2.0 * m * n * k;
    }

    /// <summary>Bytes of the three matrices: with one row, mostly of B.</summary>
    public static double Bytes(object?[] parameters)
    {
        (_, int m, int n, int k) = Parse(Array.Find(parameters, value => value is string) as string ?? "");
        return (double)sizeof(float) * ((m * k) + (k * n) + (m * n));
    }

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        (string form, int m, int n, int k) = Parse(Shape);
        _form = form == "Packed" ? null : Enum.Parse<GemmForm>(form);
        (_m, _n, _k) = (m, n, k);
        _a = Values(m * k);
        _b = Values(k * n);
        _c = new float[m * n];
        _packed = new PackedMatrix(k, n);
        _packed.Pack(_b, n);
    }

    [Benchmark]
    [Work(WorkAttribute.Gflops, nameof(Work))]
    [Work(WorkAttribute.Bytes, nameof(Bytes))]
    public void Multiply()
    {
        if (_form is { } form)
            Gemm.Multiply(form, _m, _n, _k, _a, form == GemmForm.TN ? _m : _k, _b, form == GemmForm.NT ? _k : _n, _c, _n);
        else
            Gemm.Multiply(_m, _a, _k, _packed, _c, _n);
    }

    private static (string Form, int M, int N, int K) Parse(string shape)
    {
        string[] parts = shape.Split(' ');
        return (parts[0], int.Parse(parts[1]), int.Parse(parts[2]), int.Parse(parts[3]));
    }

    private static float[] Values(int count)
    {
        Philox random = new(1);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() - 0.5f;

        return values;
    }
}
