using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers.Attention;

/// <summary>Attention and normalisation by themselves, as who builds a network of one's own uses them.</summary>
public class MultiHeadAttentionTests
{
    private const int E = 6, B = 3, T = 4, S = 5;

    private readonly ParameterLayout _layout = new();
    private readonly MultiHeadAttention _layer;
    private readonly LayerNorm _norm;
    private readonly FeedForward _feed;
    private readonly ParameterBuffer _p;
    private readonly float[] _x = TestNumbers.Uniform(T * B * E, 3, 2), _memory = TestNumbers.Uniform(S * B * E, 3, 5);

    public MultiHeadAttentionTests()
    {
        _layer = new MultiHeadAttention(_layout, "attention", E, 2, dropout: 0.4);
        _norm = new LayerNorm(_layout, "norm", E);
        _feed = new FeedForward(_layout, "feed", E, 7, TransformerActivation.Relu);
        _p = TestNumbers.Parameters(_layout, 3);
    }

    private ReadOnlySequenceView X => new(_x, T, B, E);

    private ReadOnlySequenceView Memory => new(_memory, S, B, E);

    /// <summary>The first row is padded too: what is looked at from the second on would miss it.</summary>
    [Fact]
    public void NaNPastTheLengthsCountsNowhere()
    {
        int[] lengths = [2, 4, 1], sources = [3, 5, 1];
        float[][] own = [.. ((float[])[0, float.NaN]).Select(padding => Self(padding, lengths))];
        Bits.Same(own[0], own[1], "over itself");
        Assert.All(own[1], value => Assert.True(float.IsFinite(value)));
        float[][] over = [.. ((float[])[0, float.NaN]).Select(padding => Cross(padding, sources))];
        Bits.Same(over[0], over[1], "over a memory");
        Assert.All(over[1], value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void AWayBackEndsOnce()
    {
        float[] y = new float[_x.Length], dX = new float[_x.Length];
        GradientBuffer g = new(_layout);
        MultiHeadAttentionTape self = _layer.CreateTape(T, B), cross = _layer.CreateTape(T, B, S);
        _layer.Forward(_p, X, [], true, Mode.Inference, new(y, T, B, E), self);
        _layer.Forward(_p, X, Memory, [], Mode.Inference, new(y, T, B, E), cross);
        LayerNormTape norm = _norm.CreateTape(T * B);
        _norm.Forward(_p, new(_x, T * B, E), new(y, T * B, E), norm);
        FeedForwardTape feed = _feed.CreateTape(T * B);
        _feed.Forward(_p, new(_x, T * B, E), Mode.Inference, new(y, T * B, E), feed);
        Once(() => _feed.Backward(_p, new(_x, T * B, E), new(_x, T * B, E), feed, g, new(dX, T * B, E)));
        Once(() => _layer.Backward(_p, X, X, self, g, new(dX, T, B, E)));
        Once(() => _layer.Backward(_p, X, Memory, X, cross, g, new(dX, T, B, E), default));
        Once(() => _norm.Backward(_p, new(_x, T * B, E), norm, g, new(dX, T * B, E)));

        static void Once(Action back)
        {
            back();
            Assert.Contains("this one is Consumed", Assert.Throws<InvalidOperationException>(back).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Dropped weights need room that a tape for inference hasn't got from the beginning.</summary>
    [Fact]
    public void ATapeForInferenceMayTrainForwards()
    {
        float[] expected = new float[_x.Length], y = new float[_x.Length], without = new float[_x.Length];
        Mode mode = Mode.Training(seed: 1, step: 2);
        _layer.Forward(_p, X, [], false, mode, new(expected, T, B, E), _layer.CreateTape(T, B));
        _layer.Forward(_p, X, [], false, mode, new(y, T, B, E), _layer.CreateTape(T, B, TapeUse.Inference));
        _layer.Forward(_p, X, [], false, Mode.Inference, new(without, T, B, E), _layer.CreateTape(T, B));
        Bits.Same(expected, y, "y");
        Assert.NotEqual(without, y);
    }

    /// <summary>Of what a step has not been read yet there are no weights, whatever stood there before.</summary>
    [Fact]
    public void WeightsAreThoseOfTheStepsThatWereRead()
    {
        GlobalAttention attention = new(new ParameterLayout(), "dot", AttentionScore.Dot, E, E);
        GlobalAttentionTape tape = attention.CreateTape(T, B, S);
        ParameterBuffer none = new(new ParameterLayout());
        for (int time = 0; time < 2; time++)
        {
            attention.Begin(none, Memory, [], T, tape);
            Assert.Equal(0, tape.Weights(0).Rows);
            attention.ForwardStep(none, 0, X[0], Memory, tape, new MatrixView(new float[B * E], B, E));
            Assert.Equal((B, S), (tape.Weights(0).Rows, tape.Weights(0).Cols));
        }
    }

    // y, dX and the gradients.
    private float[] Self(float padding, int[] lengths)
    {
        float[] x = Padded(_x, T, lengths, padding), dY = Padded(_x, T, lengths, padding);
        float[] y = new float[x.Length], dX = new float[x.Length];
        GradientBuffer g = new(_layout);
        MultiHeadAttentionTape tape = _layer.CreateTape(T, B);
        _layer.Forward(_p, new(x, T, B, E), lengths, false, Mode.Inference, new(y, T, B, E), tape);
        _layer.Backward(_p, new(x, T, B, E), new(dY, T, B, E), tape, g, new(dX, T, B, E));
        return [.. Padded(y, T, lengths, 0), .. Padded(dX, T, lengths, 0), .. g.Dense];
    }

    private float[] Cross(float padding, int[] lengths)
    {
        float[] memory = Padded(_memory, S, lengths, padding), y = new float[_x.Length], dX = new float[_x.Length];
        float[] dMemory = new float[memory.Length];
        GradientBuffer g = new(_layout);
        MultiHeadAttentionTape tape = _layer.CreateTape(T, B, S);
        _layer.Forward(_p, X, new(memory, S, B, E), lengths, Mode.Inference, new(y, T, B, E), tape);
        _layer.Backward(_p, X, new(memory, S, B, E), X, tape, g, new(dX, T, B, E), new(dMemory, S, B, E));
        return [.. y, .. dX, .. Padded(dMemory, S, lengths, 0), .. g.Dense];
    }

    private static float[] Padded(float[] values, int steps, int[] lengths, float padding)
    {
        float[] padded = [.. values];
        for (int row = 0; row < steps * B; row++)
        {
            if (row / B >= lengths[row % B])
                padded.AsSpan(row * E, E).Fill(padding);
        }

        return padded;
    }
}
