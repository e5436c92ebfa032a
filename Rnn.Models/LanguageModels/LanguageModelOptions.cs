using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;
using Rnn.Models.Networks;
using Rnn.Models.Text.Scripts;

namespace Rnn.Models.LanguageModels;

/// <summary>The shape of a <see cref="LanguageModel"/>: that of what reads, 200 LSTM units in two layers by default, and
/// how it predicts.</summary>
/// <remarks>Dropout, penalties and the sample are training's alone; they are saved with the model all the same, as all of
/// this record is.</remarks>
public sealed record LanguageModelOptions : TokenEncoderOptions
{
    /// <summary>The defaults.</summary>
    public LanguageModelOptions() => (EmbeddingSize, HiddenSize, Layers) = (200, 200, 2);

    /// <summary>How scripts become tokens; null (the default) for texts whose tokens stand between blanks.</summary>
    public ScriptTokenizerOptions? Script { get; init; }

    /// <summary>
    /// Whether the words' vectors are the weights of the output too; true by default. The uppermost layer then has E units,
    /// whatever HiddenSize is. Source: Press and Wolf 2017; Inan, Khosravi and Socher 2017.
    /// </summary>
    public bool TiedWeights { get; init; } = true;

    /// <summary>From a state to probabilities; a softmax over all words by default.</summary>
    public OutputHead Head { get; init; }

    /// <summary>
    /// Of an adaptive softmax: the words below the first number, the most frequent ones, have places of their own; those
    /// between two numbers, and those from the last on, make a cluster each. Rising, above 0 and below V; 2,000 and 10,000 by
    /// default (of a vocabulary that is smaller, those that it has).
    /// </summary>
    public IReadOnlyList<int> Cutoffs { get; init; } = [2000, 10_000];

    /// <summary>Of an adaptive softmax: by what the size of the vectors is divided from cluster to cluster, 1 or more; 4 by
    /// default.</summary>
    public double ClusterDivisor { get; init; } = 4;

    /// <summary>Of a sampled softmax: how many words a step's targets are told from, at least 1; 4,096 by default.</summary>
    public int Samples { get; init; } = 4096;

    /// <summary>The share of the uppermost layer's output that dropout clears, 0 (the default) or more and below 1.</summary>
    public double OutputDropout { get; init; }

    /// <summary>alpha of the penalty alpha * mean(h^2) on the uppermost layer's output after dropout, which keeps states small; 0
    /// (the default) for none, 2 is usual. Source: Merity, McCann and Socher 2017.</summary>
    public double ActivationPenalty { get; init; }

    /// <summary>beta of the penalty beta * mean((h_t - h_(t-1))^2) on the uppermost layer's output, which makes states change
    /// slowly; 0 (the default) for none, 1 is usual. Source: Merity, McCann and Socher 2017.</summary>
    public double TemporalActivationPenalty { get; init; }

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Throw.IfBelow(nameof(EmbeddingSize), EmbeddingSize, 1);
        if (Bidirectional || LearnInitialState)
            Throw.NoLanguageModelOption(Bidirectional ? nameof(Bidirectional) : nameof(LearnInitialState));

        Throw.IfUndefined(nameof(Head), Head);
        ArgumentNullException.ThrowIfNull(Cutoffs);
        if (TiedWeights && Head == OutputHead.Adaptive)
            Throw.AdaptiveIsNotTied(nameof(TiedWeights), nameof(Head));

        if (TiedWeights && FrozenEmbedding)
            Throw.TiedIsTrained(nameof(FrozenEmbedding), nameof(TiedWeights));

        if (TiedWeights && LastHiddenSize != 0 && LastHiddenSize != EmbeddingSize)
        {
            Throw.Outside(nameof(LastHiddenSize), LastHiddenSize,
                $"0 or {EmbeddingSize} (EmbeddingSize) with {nameof(TiedWeights)}");
        }

        Throw.IfBelow(nameof(ClusterDivisor), ClusterDivisor, 1);
        Throw.IfBelow(nameof(Samples), Samples, 1);
        Throw.IfNoRate(nameof(OutputDropout), OutputDropout);
        Throw.IfBelow(nameof(ActivationPenalty), ActivationPenalty, 0);
        Throw.IfBelow(nameof(TemporalActivationPenalty), TemporalActivationPenalty, 0);
    }

    /// <summary>Whether all of it is the same, the cutoffs number by number.</summary>
    public bool Equals(LanguageModelOptions? other) => base.Equals(other) && Script == other.Script
        && TiedWeights == other.TiedWeights && Head == other.Head && Cutoffs.SequenceEqual(other.Cutoffs)
        && ClusterDivisor == other.ClusterDivisor && Samples == other.Samples && OutputDropout == other.OutputDropout
        && ActivationPenalty == other.ActivationPenalty && TemporalActivationPenalty == other.TemporalActivationPenalty;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), TiedWeights, Head, Samples, OutputDropout);
}
