using System.Linq;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Layers;

/// <summary>
/// Additive attention over a memory of both directions of an encoder: the attention of all steps by itself, and a GRU
/// decoder that attends before each step.
/// </summary>
[Config(typeof(RnnConfig))]
public class AttentionBenchmarks
{
    private GlobalAttention _attention = null!;
    private AttentionDecoder _decoder = null!;
    private ParameterBuffer _parameters = null!;
    private GradientBuffer _gradients = null!;
    private GlobalAttentionTape _attentionTape = null!;
    private AttentionDecoderTape _tape = null!;
    private RecurrentState _state = null!;
    private RecurrentState _dState = null!;
    private Tensor _memory = null!;
    private Tensor _dMemory = null!;
    private Tensor _queries = null!;
    private Tensor _dQueries = null!;
    private Tensor _contexts = null!;
    private Tensor _x = null!;
    private Tensor _dX = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>H, A and E; the memory has twice as many features.</summary>
    [Params(128, 512)]
    public int Size { get; set; }

    private int Rows => RowsOf(Size);

    private int Steps => StepsOf(Size);

    /// <summary>Keys of the memory; of each step its query, scores and context.</summary>
    public static double AttentionForwardFlops(object?[] parameters)
    {
        int size = SizeOf(parameters), steps = StepsOf(size);
        return 2.0 * steps * RowsOf(size) * ((2 * size * size) + (size * size) + (steps * size) + (steps * 2 * size));
    }

    /// <summary>Forwards, and twice as much backwards.</summary>
    public static double AttentionFlops(object?[] parameters) => 3 * AttentionForwardFlops(parameters);

    /// <summary>The attention's and the cell's.</summary>
    public static double DecoderForwardFlops(object?[] parameters)
    {
        int size = SizeOf(parameters);
        int inputs = AttentionDecoder.RecurrentInputSize(size, size, 2 * size, new AttentionDecoderOptions());
        return AttentionForwardFlops(parameters) + (2.0 * StepsOf(size) * RowsOf(size) * 3 * size * (inputs + size));
    }

    /// <summary>Forwards, and twice as much backwards.</summary>
    public static double DecoderFlops(object?[] parameters) => 3 * DecoderForwardFlops(parameters);

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        ParameterLayout layout = new();
        AttentionDecoderOptions options = new();
        int memory = 2 * Size;
        Gru cell = new(layout, "cell", AttentionDecoder.RecurrentInputSize(Size, Size, memory, options), Size);
        _attention = new GlobalAttention(layout, "attention", AttentionScore.Additive, Size, memory);
        _decoder = new AttentionDecoder(layout, "decoder", cell, _attention, options);
        _parameters = new ParameterBuffer(layout);
        _parameters.Initialize(seed: 1);
        _gradients = new GradientBuffer(layout);
        _attentionTape = _attention.CreateTape(Steps, Rows, Steps);
        _tape = _decoder.CreateTape(Steps, Rows, Steps);
        _state = cell.CreateState(Rows);
        _dState = cell.CreateState(Rows);
        _memory = new Tensor(Steps, Rows, memory);
        _dMemory = new Tensor(Steps, Rows, memory);
        _contexts = new Tensor(Steps, Rows, memory);
        _queries = new Tensor(Steps, Rows, Size);
        _dQueries = new Tensor(Steps, Rows, Size);
        _x = new Tensor(Steps, Rows, Size);
        _dX = new Tensor(Steps, Rows, Size);
        Philox random = new(1);
        Initializer.Normal(_memory.Span, 0, 1, ref random);
        Initializer.Normal(_queries.Span, 0, 1, ref random);
        Initializer.Normal(_x.Span, 0, 1, ref random);
    }

    [Benchmark]
    [Work(WorkAttribute.Gflops, nameof(AttentionForwardFlops))]
    public void AttentionForward()
    {
        _attention.Begin(_parameters, _memory.AsSequence(), default, Steps, _attentionTape);
        for (int t = 0; t < Steps; t++)
        {
            _attention.ForwardStep(_parameters, t, _queries.AsSequence()[t], _memory.AsSequence(), _attentionTape,
                _contexts.AsSequence()[t]);
        }
    }

    [Benchmark]
    [Work(WorkAttribute.Gflops, nameof(AttentionFlops))]
    public void AttentionForwardBackward()
    {
        AttentionForward();
        _attention.BeginBackward(_attentionTape);
        for (int t = Steps - 1; t >= 0; t--)
        {
            _attention.BackwardStep(_parameters, t, _memory.AsSequence(), _contexts.AsSequence()[t], _attentionTape,
                _dQueries.AsSequence()[t]);
        }

        _attention.EndBackward(_parameters, _queries.AsSequence(), _memory.AsSequence(), _attentionTape, _gradients,
            _dMemory.AsSequence());
    }

    [Benchmark]
    [Work(WorkAttribute.Gflops, nameof(DecoderForwardFlops))]
    public void DecoderForward() => _decoder.Forward(_parameters, _x.AsSequence(), _memory.AsSequence(), default, _state,
        Mode.Inference, _tape);

    [Benchmark]
    [Work(WorkAttribute.Gflops, nameof(DecoderFlops))]
    public void DecoderForwardBackward()
    {
        DecoderForward();
        _dState.Clear();
        SequenceView dY = _tape.OutputGradient;
        _tape.Output.Span.CopyTo(dY.Span);
        _decoder.Backward(_parameters, _x.AsSequence(), _memory.AsSequence(), dY, _dState, _tape, _gradients,
            _dX.AsSequence(), _dMemory.AsSequence());
    }

    private static int SizeOf(object?[] parameters) => parameters.OfType<int>().Max();   // the threads are fewer

    private static int RowsOf(int size) => size == 128 ? 32 : 128;

    private static int StepsOf(int size) => size == 128 ? 10 : 20;
}
