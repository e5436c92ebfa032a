using System;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.LanguageModels;
using Rnn.Models.Text;
using Rnn.Models.Text.Scripts;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Losses;
using Xunit;

namespace Rnn.Tests.Networks;

/// <summary>What inference does with rounded weights (D108), and what it leaves as it is.</summary>
[Collection("Alone")]   // it counts what is allocated
public class WeightPrecisionTests
{
    private const string Text = "the quick brown fox jumps over the lazy dog; the dog sleeps. the fox doesn't. ";

    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void ACharacterModelIsTheOneWhoseWeightsAreRounded(RecurrentCell cell)
    {
        CharRnnModel model = Characters(cell), rounded = Characters(cell);
        ParameterWriter writer = rounded.Parameters.BeginWrite();
        string[] multiplied = [.. rounded.Parameters.Layout.Slots.Select(slot => slot.Name).Where(name =>
            name.Contains("weight", StringComparison.Ordinal) && !name.EndsWith("weight_ih_l0", StringComparison.Ordinal))];
        Assert.Equal(4, multiplied.Length);   // what a character chooses a row of is not multiplied
        foreach (ParameterSlot slot in rounded.Parameters.Layout.Slots.Where(slot => multiplied.Contains(slot.Name)))
            Round(writer[slot].Span);

        double exact = model.Evaluate(Text).Sum;
        model.Parameters.InferencePrecision = WeightPrecision.BFloat16;
        Assert.Equal(rounded.Evaluate(Text), model.Evaluate(Text));
        Assert.NotEqual(exact, model.Evaluate(Text).Sum);
        Assert.Equal(rounded.Generate("the", 200), model.Generate("the", 200));

        model.Parameters.InferencePrecision = WeightPrecision.Full;
        Assert.Equal(exact, model.Evaluate(Text).Sum);
    }

    [Theory]
    [InlineData(OutputHead.Softmax, true)]
    [InlineData(OutputHead.Softmax, false)]
    [InlineData(OutputHead.Adaptive, false)]
    [InlineData(OutputHead.Sampled, true)]
    public void ALanguageModelIsNearItself(OutputHead head, bool tied)
    {
        LanguageModel model = Words(head, tied);
        int[] tokens = [.. Enumerable.Range(0, 300).Select(i => i * i % model.Vocabulary.Count)];
        double exact = model.Evaluate(tokens).NatsPerToken, steps = ByStep(model, tokens);
        Assert.Equal(exact, steps, 1e-5);

        model.Parameters.InferencePrecision = WeightPrecision.BFloat16;
        double rounded = model.Evaluate(tokens).NatsPerToken;
        Assert.Equal(rounded, ByStep(model, tokens), 1e-5);
        Assert.NotEqual(exact, rounded);
        Assert.Equal(exact, rounded, 2e-3);
    }

    /// <summary>Inference with rounded weights multiplies with just those.</summary>
    [Fact]
    public void LogitsAreThoseOfTheRoundedWeights()
    {
        const int rows = 3, v = 37, e = 20;
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "head", e, v);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3), rounded = TestNumbers.Parameters(layout, 3);
        Round(rounded.BeginWrite()[head.Weights].Span);
        float[] x = TestNumbers.Uniform(rows * e, 3, 2), expected = new float[rows * v], logits = new float[rows * v];
        head.Logits(rounded, new(x, rows, e), new MatrixView(expected, rows, v));
        p.InferencePrecision = WeightPrecision.BFloat16;
        head.Logits(p, new(x, rows, e), new MatrixView(logits, rows, v));
        Compare.Near(TestNumbers.ToDouble(expected), logits);
        p.InferencePrecision = WeightPrecision.Full;
        head.Logits(p, new(x, rows, e), new MatrixView(logits, rows, v));
        Assert.Contains(expected.Zip(logits), pair => Math.Abs(pair.First - pair.Second) > 1e-3);
    }

    /// <summary>The word of one row is that of the rounded weights, in every cluster.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OneRowIsThatOfTheRoundedWeights(bool isAdaptive)
    {
        const int rows = 40, v = 37, e = 20;
        ParameterLayout layout = new();
        VocabularyHead head = isAdaptive
            ? new AdaptiveSoftmax(layout, "out", e, v, [8, 20], divisor: 2, bias: true)
            : new SoftmaxHead(layout, "out", e, v);
        ParameterBuffer p = TestNumbers.Parameters(layout, 3, limit: 2), rounded = TestNumbers.Parameters(layout, 3, limit: 2);
        foreach (ParameterSlot slot in layout.Slots.Where(slot => slot.Name.EndsWith("weight", StringComparison.Ordinal)))
            Round(rounded.BeginWrite()[slot].Span);

        p.InferencePrecision = WeightPrecision.BFloat16;
        VocabularyHeadTape tape = head.CreateTape(1, TapeUse.Inference);
        float[] x = TestNumbers.Uniform(rows * e, 3, 2);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> own = x.AsSpan(row * e, e);
            Assert.Equal(head.ArgMax(rounded, own, tape), head.ArgMax(p, own, tape));
            Assert.Equal(head.Sample(rounded, own, (row + 0.5) / rows, tape), head.Sample(p, own, (row + 0.5) / rows, tape));
        }
    }

    [Fact]
    public void ATokenAllocatesNothing()
    {
        LanguageModel model = Words(OutputHead.Softmax, tied: true);
        model.Parameters.InferencePrecision = WeightPrecision.BFloat16;
        TokenGenerator<LanguageModelSteps> generator = new(new LanguageModelSteps(model));
        foreach (SamplingOptions sampling in (SamplingOptions[])[new(), SamplingOptions.Greedy, new() { TopK = 5 }, new() { TopP = 0.9 }])
        {
            generator.Reset(1, sampling);
            generator.Read(1);
            Assert.Equal(0, Allocations.Of100(() => generator.Next()));
        }
    }

    [Fact]
    public void TrainingStepsAreNotRounded()
    {
        CharRnnModel one = Characters(RecurrentCell.Lstm), other = Characters(RecurrentCell.Lstm);
        other.Parameters.InferencePrecision = WeightPrecision.BFloat16;
        CharRnnTrainingOptions training = new() { BatchSize = 2, SequenceLength = 5, Epochs = 2 };
        one.Train(Text, training);
        other.Train(Text, training);
        Assert.Equal(one.Parameters.Dense, other.Parameters.Dense);
        Assert.Equal(WeightPrecision.BFloat16, other.Parameters.InferencePrecision);
    }

    [Fact]
    public void OtherPrecisionsAreRefused()
    {
        ParameterBuffer parameters = Characters(RecurrentCell.Gru).Parameters;
        Exception error = Assert.ThrowsAny<ArgumentException>(() => parameters.InferencePrecision = (WeightPrecision)7);
        Assert.Contains("Full or BFloat16", error.Message, StringComparison.Ordinal);
        Assert.Equal(WeightPrecision.Full, parameters.InferencePrecision);
        Assert.Throws<ArgumentOutOfRangeException>("precision", () => new PackedMatrix(1, 1, (WeightPrecision)7));
    }

    /// <summary>More rows than fit in a head's scratch, of which some don't count.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheLossOfAHeadIsThatOfItsLogits(bool bias)
    {
        const int rows = 1000, size = 20, words = 70;
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "out", size, words, bias);
        ParameterBuffer parameters = TestNumbers.Parameters(layout, seed: 4);
        parameters.InferencePrecision = WeightPrecision.BFloat16;
        ReadOnlyMatrixView x = new(TestNumbers.Uniform(rows * size, 4, 1), rows, size);
        int[] targets = [.. TestNumbers.Indices(rows, words, 4, 2).Select((word, n) =>
            n % 3 == 0 ? SoftmaxCrossEntropy.IgnoredTarget : word)];
        Tensor logits = new(rows, words);
        head.Logits(parameters, x, logits.AsMatrix());
        LossSum expected = SoftmaxCrossEntropy.Forward(logits.AsMatrix(), targets);
        LossSum loss = head.Forward(parameters, x, targets, head.CreateTape(rows, TapeUse.Inference));
        Assert.Equal(expected.Count, loss.Count);
        Assert.Equal(expected.Sum, loss.Sum, 1e-4);
        Assert.NotEqual(loss.Sum, head.Forward(parameters, x, targets, head.CreateTape(rows)).Sum);
    }

    private static double ByStep(LanguageModel model, int[] tokens)
    {
        LanguageModelSteps steps = new(model);
        float[] logits = new float[model.Vocabulary.Count];
        double sum = 0;
        for (int i = 0; i < tokens.Length - 1; i++)
        {
            steps.Read(tokens.AsSpan(i, 1));
            steps.Logits(new(logits, 1, logits.Length));
            sum += Math.Log(logits.Sum(x => Math.Exp(x))) - logits[tokens[i + 1]];
        }

        return sum / (tokens.Length - 1);
    }

    private static CharRnnModel Characters(RecurrentCell cell) => new(Vocabulary.FromText(Text),
        new CharRnnOptions { Cell = cell, HiddenSize = 37, Layers = 2, Dropout = 0.1 }, seed: 3);

    private static LanguageModel Words(OutputHead head, bool tied) => new(
        TokenVocabulary.FromSymbols("[\"<unk>\"," + string.Join(',', Enumerable.Range(1, 299).Select(i => $"\"w{i}\"")) + "]"),
        new LanguageModelOptions
        {
            EmbeddingSize = 41,
            HiddenSize = 41,
            Head = head,
            TiedWeights = tied,
            Cutoffs = [50, 150],
            Samples = 32,
        }, seed: 2);

    private static void Round(Span<float> values)
    {
        foreach (ref float value in values)
        {
            uint bits = BitConverter.SingleToUInt32Bits(value);
            value = BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
        }
    }
}
