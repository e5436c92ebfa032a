using Rnn.Core.Layers.Recurrent;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Networks;

/// <summary>The shape of a <see cref="TokenEncoder"/>: that of its cells, with orthogonal initial values by default, and
/// the following. The options of a model that begins with one are these and its own.</summary>
public record TokenEncoderOptions : RecurrentOptions
{
    /// <summary>The defaults.</summary>
    public TokenEncoderOptions() => Initialization = RecurrentInitialization.Orthogonal;

    /// <summary>E, elements of a token's vector; 0 (the default): tokens are one-hot.</summary>
    public int EmbeddingSize { get; init; }

    /// <summary>The share of the embedding's values that dropout clears, 0 (the default) or more and below 1.</summary>
    public double EmbeddingDropout { get; init; }

    /// <summary>The share of tokens of the vocabulary that a training step doesn't see: the vectors of all their occurrences
    /// are 0 (those of the others grow by 1/(1-share)). 0 (the default) or more and below 1. Source: Gal and Ghahramani
    /// 2016; "embedding dropout" in AWD-LSTM.</summary>
    public double TokenDropout { get; init; }

    /// <summary>Whether training leaves the embedding as it is; false by default. For word vectors that were learnt from
    /// more text.</summary>
    public bool FrozenEmbedding { get; init; }

    /// <summary>The recurrent cell; LSTM by default.</summary>
    public RecurrentCell Cell { get; init; } = RecurrentCell.Lstm;

    /// <summary>H, units of each layer and direction, at least 1; 256 by default.</summary>
    public int HiddenSize { get; init; } = 256;

    /// <summary>H of the uppermost layer, 1 or more; 0 (the default): <see cref="HiddenSize"/>. The size of the embedding
    /// where that is the table of the output, too.</summary>
    public int LastHiddenSize { get; init; }

    /// <summary>Number of recurrent layers, at least 1 (the default).</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether each layer reads in both directions; false by default.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>The share of values that dropout clears between layers, 0 (the default) or more and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether dropout of the embedding and between layers has one mask for all steps of a window; false by
    /// default.</summary>
    public bool LockedDropout { get; init; }

    /// <summary>Units of the uppermost layer and direction.</summary>
    internal int UppermostSize => LastHiddenSize > 0 ? LastHiddenSize : HiddenSize;

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="System.ArgumentOutOfRangeException">Says which option, and what was expected.</exception>
    public virtual void Check()
    {
        Throw.IfBelow(nameof(EmbeddingSize), EmbeddingSize, 0);
        Throw.IfNoRate(nameof(EmbeddingDropout), EmbeddingDropout);
        Throw.IfNoRate(nameof(TokenDropout), TokenDropout);
        if (EmbeddingSize == 0 && EmbeddingDropout > 0)
            Throw.Outside(nameof(EmbeddingDropout), EmbeddingDropout, "0 for one-hot tokens (EmbeddingSize 0)");

        if (EmbeddingSize == 0 && TokenDropout > 0)
            Throw.Outside(nameof(TokenDropout), TokenDropout, "0 for one-hot tokens (EmbeddingSize 0)");

        if (EmbeddingSize == 0 && FrozenEmbedding)
            Throw.NothingFrozen(nameof(FrozenEmbedding), nameof(EmbeddingSize));

        Throw.IfUndefined(nameof(Cell), Cell);
        Throw.IfBelow(nameof(HiddenSize), HiddenSize, 1);
        Throw.IfBelow(nameof(LastHiddenSize), LastHiddenSize, 0);
        Throw.IfBelow(nameof(Layers), Layers, 1);
        Throw.IfNoRate(nameof(Dropout), Dropout);
        Throw.IfNoRate(nameof(RecurrentDropout), RecurrentDropout);
        Throw.IfNoRate(nameof(WeightDropout), WeightDropout);
        Throw.IfUndefined(nameof(Initialization), Initialization);
    }
}
