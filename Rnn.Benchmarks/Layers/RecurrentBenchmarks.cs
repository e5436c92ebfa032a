using System;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Layers;

/// <summary>One recurrent layer of 512 units on 512 inputs, batch 128, 100 steps; and one step of it with batch
/// 1.</summary>
[Config(typeof(RnnConfig))]
public class RecurrentBenchmarks
{
    private const int T = 100;
    private const int B = 128;
    private const int H = 512;

    private RecurrentCellLayer _layer = null!;
    private ParameterBuffer _parameters = null!;
    private GradientBuffer _gradients = null!;
    private RecurrentTape _tape = null!;
    private RecurrentTape _stepTape = null!;
    private RecurrentState _state = null!;
    private RecurrentState _stepState = null!;
    private Tensor _x = null!;
    private Tensor _dX = null!;
    private Tensor _dY = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [Params(RecurrentCell.Lstm, RecurrentCell.Gru, RecurrentCell.RnnTanh)]
    public RecurrentCell Cell { get; set; }

    /// <summary>Time steps times rows of a window.</summary>
    public static double WindowTokens(object?[] parameters) => T * B;

    /// <summary>The products of the forward pass.</summary>
    public static double ForwardFlops(object?[] parameters) => 2.0 * T * B * 2 * H * Gates(parameters) * H;

    /// <summary>Those of the forward pass, and twice as many on the way back.</summary>
    public static double WindowFlops(object?[] parameters) => 3 * ForwardFlops(parameters);

    /// <summary>A single token.</summary>
    public static double StepTokens(object?[] parameters) => 1;

    /// <summary>Bytes of the weights, which a single token reads.</summary>
    public static double StepBytes(object?[] parameters) => (double)sizeof(float) * 2 * H * Gates(parameters) * H;

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        ParameterLayout layout = new();
        _layer = RecurrentStack.CreateCell(layout, "layer", Cell, H, H);
        _parameters = new ParameterBuffer(layout);
        _gradients = new GradientBuffer(layout);
        Philox random = new(1);
        _parameters.Initialize(seed: 1);
        _tape = _layer.CreateTape(T, B);
        _stepTape = _layer.CreateTape(1, 1);
        _state = _layer.CreateState(B);
        _stepState = _layer.CreateState(1);
        _x = new Tensor(T, B, H);
        _dX = new Tensor(T, B, H);
        _dY = new Tensor(T, B, H);
        Initializer.Normal(_x.Span, 0, 1, ref random);
        Initializer.Normal(_dY.Span, 0, 1e-3f, ref random);
    }

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(WindowTokens))]
    [Work(WorkAttribute.Gflops, nameof(ForwardFlops))]
    public void Forward() => _layer.Forward(_parameters, _x.AsSequence(), default, _state, Mode.Inference, _tape);

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(WindowTokens))]
    [Work(WorkAttribute.Gflops, nameof(WindowFlops))]
    public void ForwardBackward()
    {
        Forward();
        _state.Clear();
        _layer.Backward(_parameters, _x.AsSequence(), _dY.AsSequence(), _state, _tape, _gradients, _dX.AsSequence());
    }

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(StepTokens))]
    [Work(WorkAttribute.Bytes, nameof(StepBytes))]
    public void Step()
    {
        _layer.Begin(_stepState, 1, Mode.Inference, _stepTape);
        _layer.ForwardStep(_parameters, _x.AsSequence()[0].AsReadOnly().Slice(0, 1), 0, _stepTape);
        _layer.End(_stepState, _stepTape);
    }

    private static int Gates(object?[] parameters) => Array.Find(parameters, value => value is RecurrentCell) switch
    {
        RecurrentCell.Lstm => 4,
        RecurrentCell.Gru => 3,
        _ => 1,
    };
}
