using System;
using System.Linq;
using System.Threading;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Xunit;

namespace Rnn.Tests.CharRnn;

public class CharRnnReadingTests
{
    private const string Text = "the quick brown fox jumps over the lazy dog; the dog \U0001F98A sleeps. ";
    private static readonly string Long = string.Concat(Enumerable.Repeat(Text, 10));   // more than two windows

    [Theory]
    [InlineData(RecurrentCell.Lstm, 2)]
    [InlineData(RecurrentCell.Gru, 1)]
    [InlineData(RecurrentCell.RnnRelu, 3)]
    public void ScoresAreThoseOfReadingStepByStep(RecurrentCell cell, int layers)
    {
        CharRnnModel model = Create(cell, layers);
        int[] symbols = model.Vocabulary.Encode(Long);
        CharRnnScore score = model.Score(Long);
        Assert.Equal(model.Vocabulary.Decode(symbols.AsSpan(1)), string.Concat(score.Characters));
        Assert.Equal(symbols.Length - 1, score.LogProbabilities.Count);
        double sum = 0;
        Step(model, symbols, (t, logits, _) =>
        {
            if (t + 1 < symbols.Length)
            {
                double expected = logits[symbols[t + 1]] - Softmax.LogSumExp(logits);
                Assert.Equal(expected, score.LogProbabilities[t]);
                sum += expected;
            }
        });
        Assert.Equal(sum, score.Sum, 1e-9);
        Assert.Equal(-sum / (symbols.Length - 1), score.NatsPerCharacter, 1e-12);
        Assert.Equal(Math.Exp(score.NatsPerCharacter), score.Perplexity, 1e-9);
        Assert.Equal(score.NatsPerCharacter / Math.Log(2), score.BitsPerCharacter, 1e-12);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(43, 6)]
    [InlineData(601, 100)]
    public void TheSumIsThatOfEvaluateInOnePiece(int length, int window)
    {
        CharRnnModel model = Create(RecurrentCell.Lstm, 2);
        string text = Long.Replace("\U0001F98A", "fox", StringComparison.Ordinal)[..length];
        CharRnnEvaluation evaluation = model.Evaluate(text, batchSize: 1, sequenceLength: window);
        CharRnnScore score = model.Score(text);
        Assert.Equal(length - 1, evaluation.Characters);
        Assert.Equal(evaluation.Sum, -score.Sum, 1e-6 * evaluation.Sum);
        Assert.Equal(evaluation.Perplexity, score.Perplexity, 1e-6 * evaluation.Perplexity);
    }

    [Fact]
    public void AContextIsReadAndNotScored()
    {
        CharRnnModel model = Create(RecurrentCell.Gru, 2);
        CharRnnScore whole = model.Score(Long);
        for (int at = 1; at < 300; at += 50)
        {
            CharRnnScore rest = model.Score(Long[at..], context: Long[..at]);
            int before = Long[..at].EnumerateRunes().Count();
            Assert.Equal(whole.LogProbabilities.Skip(before - 1), rest.LogProbabilities);
        }
    }

    [Fact]
    public void TheProbabilitiesOfAllThatCanFollowSumToOne()
    {
        CharRnnModel model = Create(RecurrentCell.Lstm, 1);
        double sum = model.Vocabulary.Symbols.EnumerateRunes()
            .Sum(rune => Math.Exp(model.Score(rune.ToString(), context: "the ").Sum));
        Assert.Equal(1, sum, 1e-5);
    }

    [Fact]
    public void ShortTextsHaveScoresToo()
    {
        CharRnnModel model = Create(RecurrentCell.Lstm, 1);
        foreach (CharRnnScore nothing in new[] { model.Score(""), model.Score("t"), model.Score("", context: "the") })
        {
            Assert.Empty(nothing.Characters);
            Assert.Empty(nothing.LogProbabilities);
            Assert.Equal(0, nothing.Sum);
            Assert.Equal(double.NaN, nothing.Perplexity);
        }

        Assert.Single(model.Score("he").Characters);
        Assert.Single(model.Score("h", context: "t").Characters);
    }

    [Fact]
    public void UnknownCharactersAreRefusedOrSkipped()
    {
        CharRnnModel model = Create(RecurrentCell.Lstm, 1);
        Assert.Contains("'Z' (U+005A)", Assert.Throws<ArgumentException>(() => model.Score("thZe")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Score("the", context: "Z"));
        Assert.Equal(model.Score("the", "a").Sum, model.Score("tZhe", "aZ", skipUnknown: true).Sum);
        Assert.Throws<ArgumentException>(() => model.HiddenStates("Zthe"));
        Assert.Equal(model.HiddenStates("the").Span.ToArray(),
            model.HiddenStates("tZhe", skipUnknown: true).Span.ToArray());
        Assert.Equal("text has no character that the model knows; give at least one. (Parameter 'text')",
            Assert.Throws<ArgumentException>(() => model.HiddenStates("")).Message);
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, 2)]
    [InlineData(RecurrentCell.Gru, 3)]
    [InlineData(RecurrentCell.RnnTanh, 1)]
    public void HiddenStatesAreThoseOfReadingStepByStep(RecurrentCell cell, int layers)
    {
        CharRnnModel model = Create(cell, layers);
        int[] symbols = model.Vocabulary.Encode(Long);
        Tensor[] states = [.. Enumerable.Range(0, layers).Select(layer => model.HiddenStates(Long, layer))];
        Assert.Equal(states[^1].Span.ToArray(), model.HiddenStates(Long).Span.ToArray());
        int parts = cell == RecurrentCell.Lstm ? 2 : 1;
        Step(model, symbols, (t, _, state) =>
        {
            for (int layer = 0; layer < layers; layer++)
                Assert.Equal(state[layer * parts].Row(0), states[layer].AsMatrix().Row(t));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(256)]
    [InlineData(10_000)]
    public void TheyDoNotDependOnTheWindow(int windowLength)
    {
        CharRnnModel model = Create(RecurrentCell.Lstm, 2);
        Tensor bottom = model.HiddenStates(Long, 0), top = model.HiddenStates(Long, 1);
        int next = 0;
        model.ReadHiddenStates(Long, window =>
        {
            Assert.Equal(next, window.First);
            Assert.InRange(window.Count, 1, windowLength);
            Assert.Equal(2, window.Layers);
            next += window.Count;
            Assert.Equal(bottom.AsMatrix().Slice(window.First, window.Count).Span, window.Hidden(0).Span);
            Assert.Equal(top.AsMatrix().Slice(window.First, window.Count).Span, window.Hidden(1).Span);
        }, windowLength);
        Assert.Equal(top.Shape[0], next);
    }

    [Fact]
    public void MistakesAreTold()
    {
        CharRnnModel model = Create(RecurrentCell.Lstm, 2);
        Assert.Contains("layer is 2; expected 0 to 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => model.HiddenStates("the", 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.ReadHiddenStates("the", _ => { }, windowLength: 0));
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => model.Score(Long, cancellation: cancelled.Token));
        Assert.Throws<OperationCanceledException>(
            () => model.ReadHiddenStates(Long, _ => { }, cancellation: cancelled.Token));
    }

    private delegate void StepHandler(int t, ReadOnlySpan<float> logits, RecurrentState state);

    private static void Step(CharRnnModel model, int[] symbols, StepHandler receive)
    {
        int v = model.Vocabulary.Count;
        RecurrentTape tape = model.Encoder.Recurrent.CreateTape(1, 1);
        RecurrentState state = model.Encoder.Recurrent.CreateState(1);
        Tensor logits = new(1, v);
        for (int t = 0; t < symbols.Length; t++)
        {
            model.Encoder.Recurrent.Begin(state, 1, Mode.Inference, tape);
            model.Encoder.Recurrent.ForwardStep(model.Parameters, RecurrentInput.OneHot([symbols[t]], 1, 1, v), 0, tape);
            model.Encoder.Recurrent.End(state, tape);
            model.Output.Forward(model.Parameters, tape.Output[0], logits.AsMatrix());
            receive(t, logits.Span, state);
        }
    }

    private static CharRnnModel Create(RecurrentCell cell, int layers) => new(Vocabulary.FromText(Text),
        new() { Cell = cell, HiddenSize = 12, Layers = layers, Dropout = 0.2 }, seed: 5);
}
