using Rnn.Core.Layers.Pooling;
using Rnn.Models.Diagnostics;
using Rnn.Models.Networks;
using Rnn.Models.Text.Labelled;

namespace Rnn.Models.Sentiment;

/// <summary>
/// The shape of a <see cref="SentimentModel"/>, and how it sees a text; saved with it. By default an embedding of 100, one
/// LSTM of 128 in each direction, the largest value of each of its outputs over the whole text, which is read in pieces of
/// 100 tokens or less (design decision D62). Source: Johnson and Zhang 2016 for the pieces and the pooling.
/// </summary>
public sealed record SentimentOptions : TokenEncoderOptions
{
    /// <summary>The defaults.</summary>
    public SentimentOptions() => (EmbeddingSize, HiddenSize, Bidirectional) = (100, 128, true);

    /// <summary>What makes one vector of a text's steps; <see cref="PoolingKind.Max"/> by default.</summary>
    public PoolingKind Pooling { get; init; } = PoolingKind.Max;

    /// <summary>A, of attention: elements of what a step is scored by; 0 (the default) is as many as the encoder
    /// has.</summary>
    public int AttentionSize { get; init; }

    /// <summary>The share of the pooled vector's values that dropout clears, 0 or more and below 1; 0.5 by
    /// default.</summary>
    public double OutputDropout { get; init; } = 0.5;

    /// <summary>The most tokens of a text that are read; 0 (the default) is all.</summary>
    public int MaxTokens { get; init; }

    /// <summary>What is kept of a text of more; <see cref="TextCut.Both"/> by default.</summary>
    public TextCut Cut { get; init; } = TextCut.Both;

    /// <summary>
    /// A text of more tokens is cut into pieces of nearly equal length that are read side by side, each from an empty
    /// state, and pooled together; 0: every text is read in one piece. 100 by default.
    /// </summary>
    public int PieceLength { get; init; } = 100;

    /// <summary>Words that the training texts have fewer times are unknown; at least 1, by default 2.</summary>
    public int MinCount { get; init; } = 2;

    /// <summary>The most words that are known, the most frequent ones; 0 is all; by default 30,000.</summary>
    public int MaxWords { get; init; } = 30_000;

    /// <summary>How a text becomes words.</summary>
    public TextTokenizerOptions Tokenizer { get; init; } = new();

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Throw.IfUndefined(nameof(Pooling), Pooling);
        Throw.IfBelow(nameof(AttentionSize), AttentionSize, 0);
        if (AttentionSize > 0 && Pooling != PoolingKind.Attention)
            Throw.Outside(nameof(AttentionSize), AttentionSize, "0 where Pooling is not Attention");

        Throw.IfNoRate(nameof(OutputDropout), OutputDropout);
        Throw.IfBelow(nameof(MaxTokens), MaxTokens, 0);
        Throw.IfUndefined(nameof(Cut), Cut);
        Throw.IfBelow(nameof(PieceLength), PieceLength, 0);
        Throw.IfBelow(nameof(MinCount), MinCount, 1);
        Throw.IfBelow(nameof(MaxWords), MaxWords, 0);
    }
}
