using System;
using System.Collections.Generic;
using System.Threading;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Sentiment;

/// <content>What it says of texts.</content>
public sealed partial class SentimentModel
{
    private const int EvaluationBatch = 64;

    private PassPool? _passes;

    private PassPool Passes => _passes ?? Interlocked.CompareExchange(ref _passes,
        new PassPool(this, TapeUse.Inference), null) ?? _passes;

    /// <summary>The probabilities of a text's classes.</summary>
    /// <param name="text">Any text; one without known words is allowed, and the prediction says so.</param>
    public SentimentPrediction Predict(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Predict([text])[0];
    }

    /// <summary>The same of many texts, in batches of similar length. A text's probabilities have the bits that it gets
    /// alone.</summary>
    /// <param name="texts">Any number of texts.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SentimentPrediction[] Predict(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            return [];

        int[][] tokens = new int[texts.Count][];
        for (int i = 0; i < tokens.Length; i++)
        {
            if (texts[i] is null)
                Throw.NullText(nameof(texts), i);

            tokens[i] = Vocabulary.Encode(texts[i]);
        }

        SentimentPrediction[] predictions = new SentimentPrediction[texts.Count];
        LabelledSequences batches = new(tokens, new int[tokens.Length], EvaluationBatch, null, Options.PieceLength);
        SentimentPass pass = Passes.Rent(batches.Most);
        for (int index = 0; index < batches.Count; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            MatrixView logits = pass.Forward(batches.Get(0, index), Mode.Inference);
            ReadOnlySpan<int> places = batches.SequencesOf(0, index);
            for (int n = 0; n < places.Length; n++)
            {
                int[] text = tokens[places[n]];
                predictions[places[n]] = new SentimentPrediction(Classes, Probabilities(logits.Row(n)),
                    text.Length, text.AsSpan().Count(TextVocabulary.Unknown));
            }
        }

        Passes.Return(pass);
        return predictions;
    }

    private float[] Probabilities(ReadOnlySpan<float> logits)
    {
        float[] probabilities = new float[Classes.Count];
        if (IsBinary)
        {
            Activations.Sigmoid(logits, probabilities.AsSpan(1));
            probabilities[0] = 1 - probabilities[1];
        }
        else
        {
            Softmax.Forward(logits, logits.Length, probabilities);
        }

        return probabilities;
    }
}
