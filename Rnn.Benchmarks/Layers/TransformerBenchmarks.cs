using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Layers;

/// <summary>Encoder and decoder of a small translator without its vocabularies: 256 wide, 3 and 3 layers, 8 heads,
/// feed-forward 512, dropout 0.1; 15 steps of 128 rows on either side.</summary>
[Config(typeof(RnnConfig))]
public class TransformerBenchmarks
{
    private const int T = 15;
    private const int B = 128;
    private const int Beams = 5;

    private static readonly TransformerOptions s_sizes = new();

    private readonly int[] _sources = new int[B * Beams];
    private readonly int[] _parents = new int[B * Beams];
    private TransformerEncoder _encoder = null!;
    private TransformerDecoder _decoder = null!;
    private ParameterBuffer _parameters = null!;
    private GradientBuffer _gradients = null!;
    private TransformerTape _source = null!;
    private TransformerTape _target = null!;
    private TransformerCache _cache = null!;
    private Tensor _x = null!;
    private Tensor _y = null!;
    private Tensor _beams = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Target steps times rows.</summary>
    public static double Tokens(object?[] parameters) => T * B;

    /// <summary>Projections, scores and sums, feed-forward; of the decoder also the attention over the encoder's output.</summary>
    public static double ForwardFlops(object?[] parameters) => 2 * T * B * (SourceProducts + TargetProducts);

    /// <summary>Forwards, and twice as much backwards.</summary>
    public static double Flops(object?[] parameters) => 3 * ForwardFlops(parameters);

    /// <summary>The decoder's, for all beams, and keys and values of the source once.</summary>
    public static double BeamFlops(object?[] parameters) =>
        2 * T * B * ((Beams * TargetProducts) + (s_sizes.Layers * 2.0 * s_sizes.Size * s_sizes.Size));

    private static double SourceProducts =>
        s_sizes.Layers * TranslationSizes.SourceProducts(s_sizes.Size, s_sizes.FeedForwardSize, T);

    private static double TargetProducts =>
        s_sizes.Layers * TranslationSizes.TargetProducts(s_sizes.Size, s_sizes.FeedForwardSize, T);

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        ParameterLayout layout = new();
        _encoder = new TransformerEncoder(layout, "encoder", s_sizes);
        _decoder = new TransformerDecoder(layout, "decoder", s_sizes);
        _parameters = new ParameterBuffer(layout);
        _parameters.Initialize(seed: 1);
        _gradients = new GradientBuffer(layout);
        _source = _encoder.CreateTape(T, B);
        _target = _decoder.CreateTape(T, B, T);
        _cache = _decoder.CreateCache(B * Beams, T, B, T);
        _x = new Tensor(T, B, s_sizes.Size);
        _y = new Tensor(T, B, s_sizes.Size);
        _beams = new Tensor(1, B * Beams, s_sizes.Size);
        Philox random = new(1);
        Initializer.Normal(_x.Span, 0, 1, ref random);
        Initializer.Normal(_y.Span, 0, 1, ref random);
        Initializer.Normal(_beams.Span, 0, 1, ref random);
        for (int i = 0; i < _sources.Length; i++)
            (_sources[i], _parents[i]) = (i / Beams, (i / Beams * Beams) + (i % 2));
    }

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(Tokens))]
    [Work(WorkAttribute.Gflops, nameof(ForwardFlops))]
    public void Forward() => Forward(Mode.Training(1, 2));

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(Tokens))]
    [Work(WorkAttribute.Gflops, nameof(Flops))]
    public void ForwardBackward()
    {
        Forward(Mode.Training(1, 2));
        _y.Span.CopyTo(_target.OutputGradient.Span);
        _decoder.Backward(_parameters, _y.AsSequence(), _source.Output, _target.OutputGradient, _target, _gradients, default,
            _source.OutputGradient);
        _encoder.Backward(_parameters, _x.AsSequence(), _source.OutputGradient, _source, _gradients, default);
    }

    /// <summary>All steps with the cache, five beams a sentence.</summary>
    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(Tokens))]
    [Work(WorkAttribute.Gflops, nameof(BeamFlops))]
    public void BeamSteps()
    {
        _decoder.Begin(_parameters, _x.AsSequence(), [], _cache);
        for (int t = 0; t < T; t++)
        {
            _decoder.Step(_parameters, _beams.AsSequence()[0], _sources, _cache, _beams.AsSequence()[0]);
            _cache.Reorder(_parents);
        }
    }

    private void Forward(Mode mode)
    {
        _encoder.Forward(_parameters, _x.AsSequence(), [], mode, _source);
        _decoder.Forward(_parameters, _y.AsSequence(), _source.Output, [], mode, _target);
    }
}
