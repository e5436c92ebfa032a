using System;
using System.Collections.Generic;

namespace Rnn.Models.Sentiment;

/// <summary>What a model thinks of a text.</summary>
public sealed class SentimentPrediction
{
    private readonly float[] _probabilities;

    internal SentimentPrediction(IReadOnlyList<string> classes, float[] probabilities, int words, int unknownWords)
    {
        _probabilities = probabilities;
        for (int k = 1; k < probabilities.Length; k++)
        {
            if (probabilities[k] > probabilities[Label])
                Label = k;
        }

        Class = classes[Label];
        Words = words;
        UnknownWords = unknownWords;
    }

    /// <summary>The place of the most probable class; the first of equal ones.</summary>
    public int Label { get; }

    /// <summary>Its name.</summary>
    public string Class { get; }

    /// <summary>Its probability.</summary>
    public float Probability => _probabilities[Label];

    /// <summary>Of every class [K]; they sum to 1.</summary>
    public ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>Words of the text that were read.</summary>
    public int Words { get; }

    /// <summary>How many of them the model doesn't know: where all are, the probability says nothing of the text.</summary>
    public int UnknownWords { get; }
}
