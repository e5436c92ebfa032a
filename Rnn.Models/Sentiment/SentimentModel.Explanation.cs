using System;
using System.Collections.Generic;
using System.Threading;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text.Labelled;

namespace Rnn.Models.Sentiment;

/// <content>Why it says it.</content>
public sealed partial class SentimentModel
{
    private const int MostGradientSteps = 10_000;

    private PassPool? _explainers;

    /// <summary>
    /// What each word adds to the score of a text. With one step, its gradient times its input: dS/dx . x for the word's
    /// vector x, where the text stands; the sum over the words is dS(a*x)/da at a = 1. With n steps, integrated
    /// gradients: x . the mean of dS/dx at the vectors a*x, a = 1/2n, 3/2n .. 1 - 1/2n; the sum over the words approaches
    /// the score minus that of a text whose vectors are all 0, as n grows.
    /// Source: Sundararajan, Taly and Yan 2017.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="label">The class to explain; -1 (the default): with two classes the second, whose score the logit is,
    /// and with more the most probable.</param>
    /// <param name="steps">n, at least 1; 32 by default. Each costs as much as a step of training.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or n is out of range.</exception>
    /// <exception cref="InvalidOperationException">Words are one-hot (EmbeddingSize 0): they have no vectors.</exception>
    public SentimentExplanation Explain(string text, int label = -1, int steps = 32)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (label < -1 || label >= Classes.Count)
            Throw.Outside(nameof(label), label, $"0 to {Classes.Count - 1}, or -1");

        if (steps is < 1 or > MostGradientSteps)
            Throw.Outside(nameof(steps), steps, $"1 to {MostGradientSteps}");

        if (Encoder.Embedding is null)
            Throw.NoVectorsToExplain(nameof(Options.EmbeddingSize));

        IReadOnlyList<TokenSpan> spans = Vocabulary.Spans(text);
        int[] tokens = Vocabulary.Encode(text);
        LabelledSequences batches = new([tokens], [0], 1, null, Options.PieceLength);
        LabelledBatch batch = batches.Get(0, 0);
        PassPool pool = _explainers ?? Interlocked.CompareExchange(ref _explainers,
            new PassPool(this, TapeUse.Training), null) ?? _explainers;
        SentimentPass pass = pool.Rent(batches.Most);
        Scratch scratch = new(pass.Forward(batch, Mode.Inference).Span.ToArray(), pass.Vectors.Span.ToArray(),
            new GradientBuffer(Parameters.Layout));
        float[] weights = new float[batch.Tokens.Length];
        pass.PoolingWeights(weights);
        SentimentPrediction prediction =
            new(Classes, Probabilities(scratch.Logits), tokens.Length, tokens.AsSpan().Count(TextVocabulary.Unknown));
        int explained = label >= 0 ? label : IsBinary ? 1 : prediction.Label;
        double score = Score(scratch.Logits, explained);

        // The mean gradient along the way from vectors of 0 to those of the text.
        float[] gradient = new float[scratch.Vectors.Length];
        for (int k = 0; k < steps; k++)
        {
            float at = steps == 1 ? 1 : (float)((k + 0.5) / steps);
            Elementwise.MultiplyAdd(Gradient(pass, batch, scratch, at, explained), 1f / steps, gradient);
        }

        pass.Vectors.Span.Clear();
        double nothing = Score(pass.ForwardVectors(batch, Mode.Inference).Span, explained);
        ExplainedWord[] words = new ExplainedWord[spans.Count];
        int size = Options.EmbeddingSize, row = 0, step = 0;
        for (int i = 0; i < words.Length; i++)
        {
            int at = (step * batch.Rows) + row;
            ReadOnlySpan<float> x = scratch.Vectors.AsSpan(at * size, size), dX = gradient.AsSpan(at * size, size);
            double contribution = 0;
            for (int j = 0; j < size; j++)
                contribution += (double)x[j] * dX[j];

            words[i] = new ExplainedWord(Vocabulary[batch.Tokens.Span[at]], spans[i].Start, spans[i].Length, contribution,
                weights[at]);
            step++;
            if (step == batch.Lengths.Span[row])
                (row, step) = (row + 1, 0);
        }

        pool.Return(pass);
        return new SentimentExplanation(text, prediction, explained, score, nothing, words);
    }

    // dS/dx where all vectors are multiplied by a number.
    private ReadOnlySpan<float> Gradient(SentimentPass pass, in LabelledBatch batch, Scratch scratch, float factor,
        int label)
    {
        Elementwise.Scale(scratch.Vectors, factor, pass.Vectors.Span);
        MatrixView logits = pass.ForwardVectors(batch, Mode.Inference), dLogits = logits;
        dLogits.Span.Clear();
        dLogits.Span[IsBinary ? 0 : label] = IsBinary && label == 0 ? -1 : 1;
        pass.Backward(batch, Mode.Inference, dLogits, scratch.Gradients);
        return pass.Vectors.Span;
    }

    private double Score(ReadOnlySpan<float> logits, int label) =>
        IsBinary ? label == 1 ? logits[0] : -logits[0] : logits[label];

    private sealed record Scratch(float[] Logits, float[] Vectors, GradientBuffer Gradients);
}
