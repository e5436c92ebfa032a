using System;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Benchmarks.Models;
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
    private const int Samples = 1024;
    private const int Divisor = 4;

    private static readonly int[] s_cutoffs = [2000, 10_000];

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

    /// <summary>The products of the logits that the head computes; of a cluster, those of the rows whose target it has, on
    /// average.</summary>
    public static double ForwardFlops(object?[] parameters) => 2.0 * N * Array.Find(parameters, value => value is HeadKind) switch
    {
        HeadKind.Adaptive => AdaptiveProducts(),
        HeadKind.Sampled => E * (Samples + 1),
        _ => (double)E * V,
    };

    /// <summary>Those, and as many for each of the gradients of rows and weights.</summary>
    public static double TrainFlops(object?[] parameters) => 3 * ForwardFlops(parameters);

    /// <summary>Evaluation computes all of them, whatever training samples.</summary>
    public static double EvaluateFlops(object?[] parameters) => ForwardFlops(
        [Array.IndexOf(parameters, HeadKind.Adaptive) >= 0 ? HeadKind.Adaptive : HeadKind.Full]);

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        ParameterLayout layout = new();
        _head = Kind switch
        {
            HeadKind.Adaptive => new AdaptiveSoftmax(layout, "out", E, V, s_cutoffs, Divisor),
            HeadKind.Sampled => new SampledSoftmax(layout, "out", E, V, Samples),
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
    [Work(WorkAttribute.Gflops, nameof(TrainFlops))]
    public double Train() => _head.ForwardBackward(_parameters, _x.AsMatrix(), _targets, Mode.Training(1, _step++),
        1f / N, _tape, _gradients, _dX.AsMatrix()).Sum;

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(Tokens))]
    [Work(WorkAttribute.Gflops, nameof(EvaluateFlops))]
    public double Evaluate() => _head.Forward(_parameters, _x.AsMatrix(), _targets, _tape).Sum;

    // Multiply-adds of a row, by the targets' frequencies.
    private static double AdaptiveProducts()
    {
        double all = Sum(0, V);
        return WordModelSizes.AdaptiveProducts(1, E, V, s_cutoffs, Divisor, (first, end) => Sum(first, end) / all);

        static double Sum(int first, int end) => Enumerable.Range(first + 1, end - first).Sum(rank => 1.0 / rank);
    }
}
