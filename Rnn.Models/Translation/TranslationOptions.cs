using System.Text.Json.Serialization;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Layers.Transformer;
using Rnn.Models.Diagnostics;
using Rnn.Models.Networks;
using Rnn.Models.Text.Parallel;

namespace Rnn.Models.Translation;

/// <summary>
/// The shape of a <see cref="TranslationModel"/>, and how it sees texts; saved with it. By default a bidirectional GRU
/// reads, and a GRU with additive attention writes (design decision D62). Encoder and decoder have the same sizes. What
/// means nothing to the architecture is ignored, but for dropout that would do nothing, which is refused.
/// </summary>
public sealed record TranslationOptions : TokenEncoderOptions
{
    /// <summary>The defaults.</summary>
    public TranslationOptions() =>
        (Cell, EmbeddingSize, HiddenSize, Bidirectional) = (RecurrentCell.Gru, 256, 256, true);

    /// <summary>What it is made of; <see cref="TranslationArchitecture.Attention"/> by default.</summary>
    public TranslationArchitecture Architecture { get; init; } = TranslationArchitecture.Attention;

    /// <summary>How the source becomes tokens.</summary>
    public SentenceTokenizerOptions Source { get; init; } = new();

    /// <summary>How the target does.</summary>
    public SentenceTokenizerOptions Target { get; init; } = new();

    /// <summary>Tokens that the training pairs have fewer times are unknown; at least 1, by default 2.</summary>
    public int MinCount { get; init; } = 2;

    /// <summary>The most tokens of each side that are known; 0 (the default) is all.</summary>
    public int MaxVocabulary { get; init; }

    /// <summary>Merges of byte-pair encoding, where a side's units are subwords; at least 1, by default
    /// 8,000.</summary>
    public int Merges { get; init; } = 8000;

    /// <summary>The most tokens of a text on either side, the end not counted; at least 1, by default 100. Longer ones
    /// are refused.</summary>
    public int MaxTokens { get; init; } = 100;

    /// <summary>How attention scores a state of the encoder; <see cref="AttentionScore.Additive"/> by
    /// default.</summary>
    public AttentionScore Score { get; init; } = AttentionScore.Additive;

    /// <summary>A, of additive scores; 0 (the default): <see cref="TokenEncoderOptions.HiddenSize"/>.</summary>
    public int AttentionSize { get; init; }

    /// <summary>Whether the decoder looks before its cell or after it; <see cref="AttentionOrder.Before"/> by
    /// default.</summary>
    public AttentionOrder Order { get; init; } = AttentionOrder.Before;

    /// <summary>Whether what came of the last look goes into the cell, where the decoder looks after it; true by
    /// default.</summary>
    public bool InputFeeding { get; init; } = true;

    /// <summary>R: tanh(linear) of this size stands before the output; 0 (the default): none, but where weights are
    /// tied one of the embedding's size, if what is read has another.</summary>
    public int ReadoutSize { get; init; }

    /// <summary>Whether the output also reads the vector of the last word, as Bahdanau et al. do; true by default. A
    /// Transformer has no use for it.</summary>
    public bool OutputReadsEmbedding { get; init; } = true;

    /// <summary>The share of what the output reads that dropout clears, 0 (the default) or more and below 1.</summary>
    public double OutputDropout { get; init; }

    /// <summary>Whether the table of the target's embedding is that of the output; false by default.</summary>
    public bool TiedWeights { get; init; }

    /// <summary>The part of each target that training spreads over all words, 0 (the default) or more and below 1.
    /// Source: Szegedy et al. 2016.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// The share of a target's tokens that training shows as the model itself would have written them, at the end; 0
    /// (the default): all are the true ones (teacher forcing). 0 or more and below 1. The share grows from 0 in
    /// <see cref="SamplingSteps"/> batches; what the model would write is found by reading the true ones first.
    /// Sources: Bengio et al. 2015; with two passes Mihaylova and Martins 2019.
    /// </summary>
    public double ScheduledSampling { get; init; }

    /// <summary>Batches until <see cref="ScheduledSampling"/> is reached; at least 1, by default 5,000.</summary>
    public int SamplingSteps { get; init; } = 5000;

    /// <summary>Heads of a Transformer's attention, which divide <see cref="TokenEncoderOptions.EmbeddingSize"/>; 8 by
    /// default.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Units between the two products of a Transformer's feed-forward blocks; 512 by default.</summary>
    public int FeedForwardSize { get; init; } = 512;

    /// <summary>Their activation; ReLU by default.</summary>
    public TransformerActivation Activation { get; init; }

    /// <summary>The share of a Transformer's attention weights that dropout clears, 0 (the default) or more and below
    /// 1.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>Whether a Transformer normalises before each block instead of after its sum; false by
    /// default.</summary>
    public bool NormFirst { get; init; }

    /// <summary>How a Transformer knows places; <see cref="PositionKind.Sinusoidal"/> by default.</summary>
    public PositionKind Positions { get; init; }

    /// <summary>Whether it is a Transformer.</summary>
    [JsonIgnore]
    public bool IsTransformer => Architecture == TranslationArchitecture.Transformer;

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="System.ArgumentException">Says which option, and what was expected.</exception>
    public override void Check()
    {
        base.Check();
        Throw.IfUndefined(nameof(Architecture), Architecture);
        Throw.IfBelow(nameof(EmbeddingSize), EmbeddingSize, 1);
        Throw.IfBelow(nameof(MinCount), MinCount, 1);
        Throw.IfBelow(nameof(MaxVocabulary), MaxVocabulary, 0);
        Throw.IfBelow(nameof(Merges), Merges, 1);
        Throw.IfBelow(nameof(MaxTokens), MaxTokens, 1);
        Throw.IfUndefined(nameof(Score), Score);
        Throw.IfBelow(nameof(AttentionSize), AttentionSize, 0);
        Throw.IfUndefined(nameof(Order), Order);
        Throw.IfBelow(nameof(ReadoutSize), ReadoutSize, 0);
        Throw.IfNoRate(nameof(OutputDropout), OutputDropout);
        if (!(LabelSmoothing >= 0 && LabelSmoothing < 1))
            Throw.Outside(nameof(LabelSmoothing), LabelSmoothing, "0 or more and below 1");

        Throw.IfNoRate(nameof(ScheduledSampling), ScheduledSampling);
        Throw.IfBelow(nameof(SamplingSteps), SamplingSteps, 1);
        Throw.IfUndefined(nameof(Positions), Positions);
        if (FrozenEmbedding)
            Throw.NothingFrozen(nameof(FrozenEmbedding));

        if (LastHiddenSize != 0)
            Throw.Outside(nameof(LastHiddenSize), LastHiddenSize, "0: all layers of a translation model have one size");

        if (Architecture == TranslationArchitecture.Attention && Bidirectional
            && Score is AttentionScore.Dot or AttentionScore.ScaledDot)
        {
            Throw.ScoreOfOtherSizes(nameof(Score), Score);
        }

        if (TiedWeights && ReadoutSize != 0 && ReadoutSize != EmbeddingSize)
            Throw.Outside(nameof(ReadoutSize), ReadoutSize, $"0 or {EmbeddingSize} (EmbeddingSize) where weights are tied");

        if (IsTransformer)
            CheckTransformer();
    }

    /// <summary>The blocks of a Transformer.</summary>
    internal TransformerOptions ToTransformer() => new()
    {
        Size = EmbeddingSize,
        Layers = Layers,
        Heads = Heads,
        FeedForwardSize = FeedForwardSize,
        Activation = Activation,
        Dropout = Dropout,
        AttentionDropout = AttentionDropout,
        NormFirst = NormFirst,
        FinalNorm = NormFirst,
    };

    private void CheckTransformer()
    {
        ToTransformer().Check();
        if (TokenDropout > 0 || EmbeddingDropout > 0)
        {
            Throw.Outside(TokenDropout > 0 ? nameof(TokenDropout) : nameof(EmbeddingDropout),
                System.Math.Max(TokenDropout, EmbeddingDropout), "0 for a Transformer (Dropout is that of its vectors, too)");
        }

        if (RecurrentDropout > 0 || WeightDropout > 0)
        {
            Throw.Outside(RecurrentDropout > 0 ? nameof(RecurrentDropout) : nameof(WeightDropout),
                System.Math.Max(RecurrentDropout, WeightDropout), "0 for a Transformer");
        }
    }
}
