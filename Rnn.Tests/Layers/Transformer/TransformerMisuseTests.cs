using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Transformer;

/// <summary>What the layers of a Transformer refuse, and say.</summary>
public class TransformerMisuseTests
{
    private const int T = 3, S = 4, B = 2, E = 4;

    private static readonly TransformerOptions s_options = new() { Size = E, Heads = 2, Layers = 1, FeedForwardSize = 3 };
    private readonly ParameterLayout _layout = new();
    private readonly TransformerEncoder _encoder;
    private readonly TransformerDecoder _decoder;
    private readonly MultiHeadAttention _attention;
    private readonly PositionalEncoding _positions = PositionalEncoding.Sinusoidal(E, maxLength: 5);
    private readonly ParameterBuffer _p;
    private readonly float[] _x = new float[T * B * E];
    private readonly float[] _memory = new float[S * B * E];

    public TransformerMisuseTests()
    {
        _encoder = new TransformerEncoder(_layout, "encoder", s_options);
        _decoder = new TransformerDecoder(_layout, "decoder", s_options);
        _attention = new MultiHeadAttention(_layout, "attn", E, 2);
        _p = TestNumbers.Parameters(_layout, 1);
    }

    [Fact]
    public void LayersThatCantBe()
    {
        ParameterLayout layout = new();
        Says<ArgumentException>("'attn': size is 7, which 2 heads can't share equally. Choose a multiple of 2.",
            () => _ = new MultiHeadAttention(layout, "attn", 7, 2));
        Says<ArgumentException>("size is 5, which 2 heads can't share equally", (s_options with { Size = 5 }).Check);
        Says<ArgumentOutOfRangeException>("Layers is 0; expected more than 0.", (s_options with { Layers = 0 }).Check);
        Says<ArgumentOutOfRangeException>("Dropout is 1; expected 0 or more and below 1.",
            (s_options with { Dropout = 1 }).Check);
        Says<ArgumentOutOfRangeException>("AttentionDropout is NaN; expected",
            (s_options with { AttentionDropout = double.NaN }).Check);
        Says<ArgumentOutOfRangeException>("Activation is 9; expected one of Relu, Gelu.",
            (s_options with { Activation = (TransformerActivation)9 }).Check);
        Says<ArgumentOutOfRangeException>("Size is 0; expected more than 0.", (s_options with { Size = 0 }).Check);
        Says<ArgumentOutOfRangeException>("Heads is 0; expected more than 0.", (s_options with { Heads = 0 }).Check);
        Says<ArgumentOutOfRangeException>("FeedForwardSize is 0; expected more than 0.", (s_options with { FeedForwardSize = 0 }).Check);
        Says<ArgumentOutOfRangeException>("maxSource is 0; expected more than 0.", () => _decoder.CreateTape(T, B, 0));
        Says<ArgumentOutOfRangeException>("maxRows is 0; expected more than 0.", () => _decoder.CreateCache(0, 2, B, S));
        Says<ArgumentOutOfRangeException>("maxSteps is 0; expected more than 0.", () => _decoder.CreateCache(3, 0, B, S));
        Says<ArgumentOutOfRangeException>("maxSources is 0; expected more than 0.", () => _decoder.CreateCache(3, 2, 0, S));
        Says<ArgumentOutOfRangeException>("maxSource is 0; expected more than 0.", () => _decoder.CreateCache(3, 2, B, 0));
        Assert.Empty(layout.Slots);
    }

    /// <summary>What a Transformer is when nobody says: that of the tutorials.</summary>
    [Fact]
    public void Defaults()
    {
        TransformerOptions options = new();
        Assert.Equal((256, 3, 8, 512), (options.Size, options.Layers, options.Heads, options.FeedForwardSize));
        Assert.Equal((0.1, 0.1), (options.Dropout, options.AttentionDropout));
    }

    [Fact]
    public void LengthsAndSizes()
    {
        TransformerTape tape = _encoder.CreateTape(T, B), other = _decoder.CreateTape(T, B, 2);
        Says<ArgumentOutOfRangeException>("'encoder': row 1 has length 0; expected 1 to 3, the steps that attention reads. " +
            "An empty source has nothing to attend to", () => Encode(tape, 3, 0));
        Says<ArgumentOutOfRangeException>("row 0 has length 4; expected 1 to 3", () => Encode(tape, 4, 3));
        Says<ArgumentException>("lengths has 1 elements, expected 2", () => Encode(tape, 3));
        Says<ArgumentException>("'encoder': the tape was made by 'decoder'.", () => Encode(other));
        Says<ArgumentException>("'decoder': the memory has 4 steps, but the tape holds 1 to 2.", () => Decode(other));
        Says<ArgumentException>("'positions': steps 3 to 5 came, but there are positions for 0 to 4",
            () => _positions.Forward(_p, new SequenceView(_x, T, B, E), 3));
    }

    [Fact]
    public void TapesInTheWrongStage()
    {
        TransformerTape tape = _encoder.CreateTape(T, B);
        Says<InvalidOperationException>("nothing was read yet, so there are no weights", () => tape.Weights(0));
        Says<InvalidOperationException>("this one is Empty. Call Forward first", () => EncodeBack(tape));
        Encode(tape);
        EncodeBack(tape);
        Says<InvalidOperationException>("this one is Consumed.", () => EncodeBack(tape));
        Encode(tape);
        _p.BeginWrite();
        Says<InvalidOperationException>("the parameters are not those that Forward read.", () => EncodeBack(tape));
        TransformerTape inference = _encoder.CreateTape(T, B, TapeUse.Inference);
        Encode(inference);
        Says<InvalidOperationException>("the tape was made for inference", () => EncodeBack(inference));
        Says<InvalidOperationException>("the tape was made for inference", () => _ = inference.OutputGradient.Steps);
    }

    [Fact]
    public void TapesOfTheOtherAttention()
    {
        MultiHeadAttentionTape self = _attention.CreateTape(T, B), cross = _attention.CreateTape(T, B, S);
        float[] y = new float[_x.Length];
        Says<ArgumentException>("'attn': the tape is for attention over a sequence itself, and a memory came.",
            () => _attention.Forward(_p, new(_x, T, B, E), new(_memory, S, B, E), [], Mode.Inference, new(y, T, B, E), self));
        Says<ArgumentException>("'attn': the tape is for attention over a memory, and none came.",
            () => _attention.Forward(_p, new(_x, T, B, E), [], false, Mode.Inference, new(y, T, B, E), cross));
        Says<ArgumentException>("'attn': the memory has 1 rows, and x has 2; expected as many.",
            () => _attention.Forward(_p, new(_x, T, B, E), new(_memory, S * B, 1, E), [], Mode.Inference, new(y, T, B, E),
                cross));
    }

    [Fact]
    public void Generation()
    {
        TransformerCache cache = _decoder.CreateCache(maxRows: 3, maxSteps: 2, maxSources: B, maxSource: S);
        TransformerDecoder other = new(new ParameterLayout(), "other", s_options);
        Says<InvalidOperationException>("'decoder': the cache holds no memory. Call Begin first.", () => Step(cache, 2));
        Says<ArgumentException>("'other': the cache was made by 'decoder'.",
            () => other.Begin(_p, new(_memory, S, B, E), [], cache));
        Says<ArgumentException>("the memory has 4 rows, but the cache holds 1 to 2.",
            () => _decoder.Begin(_p, new(_memory, B, S, E), [], cache));
        _decoder.Begin(_p, new(_memory, S, B, E), [], cache);
        Says<InvalidOperationException>("nothing was read yet", () => cache.Weights(0, 0));
        Says<ArgumentException>("x has 4 rows, expected 1 to 3.", () => Step(cache, 4, 0, 0, 0, 0));
        Says<ArgumentException>("sources has 2 elements, expected 3", () => Step(cache, 3));
        Says<ArgumentOutOfRangeException>("sources holds 2, expected 0 to 1", () => Step(cache, 2, 0, 2));
        Step(cache, 3, 0, 0, 1);
        Says<ArgumentException>("x has 2 rows, expected 3 as at the step before.", () => Step(cache, 2));
        Says<ArgumentOutOfRangeException>("parents holds 3, expected 0 to 2", () => cache.Reorder([3, 0]));
        Says<ArgumentOutOfRangeException>("parents holds 3, expected 0 to 2", () => cache.Reorder([0, 3]));
        Says<ArgumentOutOfRangeException>("head holds 2, expected 0 to 1", () => cache.Weights(0, 2));
        cache.Reorder([2, 0]);
        Step(cache, 2, 1, 0);
        Says<InvalidOperationException>("the cache holds 2 steps and is full.", () => Step(cache, 2, 1, 0));
        cache.Reorder([1, 0]);   // of all the steps it has room for
        _decoder.Begin(_p, new(_memory, S, B, E), [], cache);
        _p.BeginWrite();
        Says<InvalidOperationException>("the parameters are not those that Begin read.", () => Step(cache, 2));
    }

    private void Encode(TransformerTape tape, params int[] lengths) =>
        _encoder.Forward(_p, new(_x, T, B, E), lengths, Mode.Inference, tape);

    private void EncodeBack(TransformerTape tape) =>
        _encoder.Backward(_p, new(_x, T, B, E), new(_x, T, B, E), tape, new GradientBuffer(_layout), default);

    private void Decode(TransformerTape tape) =>
        _decoder.Forward(_p, new(_x, T, B, E), new(_memory, S, B, E), [], Mode.Inference, tape);

    private void Step(TransformerCache cache, int rows, params int[] sources) =>
        _decoder.Step(_p, new(new float[rows * E], rows, E), sources, cache, new(new float[rows * E], rows, E));

    private static void Says<T>(string words, Action action)
        where T : Exception => Assert.Contains(words, Assert.Throws<T>(action).Message, StringComparison.Ordinal);
}
