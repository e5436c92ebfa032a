using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Translation;

/// <summary>Where a decoder looked: for each token of a target, and its end, the share of each token of the source.
/// With several heads each has its own.</summary>
public sealed class TranslationAlignment
{
    private readonly float[] _weights;   // [attentions, T, S]

    internal TranslationAlignment(IReadOnlyList<string> source, IReadOnlyList<string> target, int layers, int heads,
        float[] weights)
    {
        Source = source;
        Target = target;
        Layers = layers;
        Heads = heads;
        _weights = weights;
    }

    /// <summary>S tokens.</summary>
    public IReadOnlyList<string> Source { get; }

    /// <summary>T tokens, the last of which is the end.</summary>
    public IReadOnlyList<string> Target { get; }

    /// <summary>Layers with attention to the source; 1 in a recurrent decoder, 0 without attention.</summary>
    public int Layers { get; }

    /// <summary>Heads of each.</summary>
    public int Heads { get; }

    /// <summary>The share [S] of each source token in a step; they sum to 1.</summary>
    /// <param name="step">0 to T - 1.</param>
    /// <param name="layer">0 to Layers - 1.</param>
    /// <param name="head">0 to Heads - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step, layer or head.</exception>
    public ReadOnlySpan<float> Shares(int step, int layer = 0, int head = 0)
    {
        Check(nameof(step), step, Target.Count);
        Check(nameof(layer), layer, Layers);
        Check(nameof(head), head, Heads);
        return _weights.AsSpan(((((layer * Heads) + head) * Target.Count) + step) * Source.Count, Source.Count);
    }

    /// <summary>The mean of the uppermost layer's heads: what is closest to a translator's alignment.</summary>
    /// <param name="step">0 to T - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step, or no attention.</exception>
    public float[] MeanShares(int step)
    {
        Check(nameof(step), step, Target.Count);
        Check("layer", Layers - 1, Layers);   // without attention there is none
        float[] mean = new float[Source.Count];
        for (int head = 0; head < Heads; head++)
        {
            ReadOnlySpan<float> shares = Shares(step, Layers - 1, head);
            for (int s = 0; s < mean.Length; s++)
                mean[s] += shares[s] / Heads;
        }

        return mean;
    }

    private static void Check(string name, int value, int count)
    {
        if ((uint)value >= (uint)count)
            Throw.Outside(name, value, $"0 to {count - 1}");
    }
}
