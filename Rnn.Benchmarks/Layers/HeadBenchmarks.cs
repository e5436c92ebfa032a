using System;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Core.Heads;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Layers;

/// <summary>
/// The heads of a word language model: 1,400 rows of 256 numbers, 33,278 words whose frequencies are Zipf's. A training
/// step of the head alone, and its exact loss.
/// </summary>
[Config(typeof(RnnConfig))]
public class HeadBenchmarks
{
    private const int N = 1400;
    private const int E = 256;
    private const int V = 33_278;

    private readonly int[] _targets = new int[N];
    private VocabularyHead _head = null!;
    private ParameterBuffer _parameters = null!;
    private GradientBuffer _gradients = null!;
    private VocabularyHeadTape _tape = null!;
    private Tensor _x = null!;
    private Tensor _dX = null!;
    private ulong _step;

    public enum HeadKind
    {
        Full,
        Adaptive,
        Sampled,
    }

    [Params(1, 2)]
    public int Threads { get; set; }

    [Params(HeadKind.Full, HeadKind.Adaptive, HeadKind.Sampled)]
    public HeadKind Kind { get; set; }

    /// <summary>Rows of a step.</summary>
    public static double Tokens(object?[] parameters) => N;

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        ParameterLayout layout = new();
        _head = Kind switch
        {
            HeadKind.Adaptive => new AdaptiveSoftmax(layout, "out", E, V, [2000, 10_000]),
            HeadKind.Sampled => new SampledSoftmax(layout, "out", E, V, samples: 1024),
            _ => new SoftmaxHead(layout, "out", E, V),
        };
        _parameters = new ParameterBuffer(layout);
        _parameters.Initialize(seed: 1);
        _gradients = new GradientBuffer(layout);
        _tape = _head.CreateTape(N);
        _x = new Tensor(N, E);
        _dX = new Tensor(N, E);
        Philox random = new(1);
        Initializer.Normal(_x.Span, 0, 1, ref random);
        double[] frequencies = new double[V];
        for (int v = 0; v < V; v++)
            frequencies[v] = 1.0 / (v + 1);

        AliasTable words = new(frequencies);
        foreach (ref int target in _targets.AsSpan())
            target = words.Sample(ref random);
    }

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(Tokens))]
    public double Train() => _head.ForwardBackward(_parameters, _x.AsMatrix(), _targets, Mode.Training(1, _step++),
        1f / N, _tape, _gradients, _dX.AsMatrix()).Sum;

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(Tokens))]
    public double Evaluate() => _head.Forward(_parameters, _x.AsMatrix(), _targets, _tape).Sum;
}
