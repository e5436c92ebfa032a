using Rnn.Models.Diagnostics;

namespace Rnn.Models.Word2Vec;

/// <summary>What is predicted from what.</summary>
public enum Word2VecArchitecture
{
    /// <summary>Each word near the centre word from the centre word: a pair a loss.</summary>
    SkipGram,

    /// <summary>The centre word from the mean of the vectors near it.</summary>
    Cbow,
}

/// <summary>How a prediction is scored.</summary>
public enum Word2VecLoss
{
    /// <summary>The word told from a few drawn at random.</summary>
    NegativeSampling,

    /// <summary>The word's probability among all words. Costs V*E operations a prediction.</summary>
    FullSoftmax,
}

/// <summary>The shape of a <see cref="BatchedWord2Vec"/>.</summary>
public sealed record BatchedWord2VecOptions
{
    /// <summary>What is predicted from what.</summary>
    public Word2VecArchitecture Architecture { get; init; } = Word2VecArchitecture.SkipGram;

    /// <summary>How a prediction is scored.</summary>
    public Word2VecLoss Loss { get; init; } = Word2VecLoss.NegativeSampling;

    /// <summary>E, elements of a vector, at least 1.</summary>
    public int Dimensions { get; init; } = 300;

    internal void Check()
    {
        Throw.IfBelow(nameof(Dimensions), Dimensions, 1);
        Throw.IfUndefined(nameof(Architecture), Architecture);
        Throw.IfUndefined(nameof(Loss), Loss);
    }
}
