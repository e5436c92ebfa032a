using System;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Layers;

/// <summary>Pooling of 512 features over 100 steps of 128 rows, two rows an item.</summary>
[Config(typeof(RnnConfig))]
public class PoolingBenchmarks
{
    private const int T = 100;
    private const int B = 128;
    private const int F = 512;

    private readonly int[] _firstRows = new int[(B / 2) + 1];
    private SequencePooling _layer = null!;
    private ParameterBuffer _parameters = null!;
    private GradientBuffer _gradients = null!;
    private PoolingTape _tape = null!;
    private Tensor _x = null!;
    private Tensor _dX = null!;
    private Tensor _y = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [Params(PoolingKind.Last, PoolingKind.Mean, PoolingKind.Max, PoolingKind.Attention)]
    public PoolingKind Kind { get; set; }

    /// <summary>Time steps times rows of a window.</summary>
    public static double WindowTokens(object?[] parameters) => T * B;

    /// <summary>Bytes that must be read: all steps, or the last one.</summary>
    public static double ForwardBytes(object?[] parameters) =>
        (double)sizeof(float) * B * F * (Array.IndexOf(parameters, PoolingKind.Last) >= 0 ? 1 : T);

    /// <summary>At least those, and the gradient of all steps, which is written.</summary>
    public static double BothBytes(object?[] parameters) => ForwardBytes(parameters) + ((double)sizeof(float) * B * F * T);

    /// <summary>What attention multiplies the steps by; the others multiply nothing.</summary>
    public static double ForwardFlops(object?[] parameters) =>
        Array.IndexOf(parameters, PoolingKind.Attention) >= 0 ? 2.0 * T * B * F * F : 0;

    /// <summary>Forwards, and twice as much backwards.</summary>
    public static double BothFlops(object?[] parameters) => 3 * ForwardFlops(parameters);

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        ParameterLayout layout = new();
        _layer = SequencePooling.Create(layout, "pool", Kind, F);
        _parameters = new ParameterBuffer(layout);
        _parameters.Initialize(seed: 1);
        _gradients = new GradientBuffer(layout);
        _tape = _layer.CreateTape(T, B);
        _x = new Tensor(T, B, F);
        _dX = new Tensor(T, B, F);
        _y = new Tensor(B / 2, F);
        Philox random = new(1);
        Initializer.Normal(_x.Span, 0, 1, ref random);
        for (int n = 0; n < _firstRows.Length; n++)
            _firstRows[n] = 2 * n;
    }

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(WindowTokens))]
    [Work(WorkAttribute.Bytes, nameof(ForwardBytes))]
    [Work(WorkAttribute.Gflops, nameof(ForwardFlops))]
    public void Forward() => _layer.Forward(_parameters, _x.AsSequence(), default, _firstRows, _y.AsMatrix(), _tape);

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(WindowTokens))]
    [Work(WorkAttribute.Bytes, nameof(BothBytes))]
    [Work(WorkAttribute.Gflops, nameof(BothFlops))]
    public void ForwardBackward()
    {
        Forward();
        _layer.Backward(_parameters, _x.AsSequence(), default, _firstRows, _y.AsMatrix(), _tape, _gradients,
            _dX.AsSequence());
    }
}
