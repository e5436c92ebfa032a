namespace Rnn.Models.LanguageModels;

/// <summary>How a <see cref="LanguageModel"/> goes from a state to probabilities of all words.</summary>
public enum OutputHead
{
    /// <summary><see cref="Rnn.Core.Heads.SoftmaxHead"/>: a softmax over all words.</summary>
    Softmax,

    /// <summary><see cref="Rnn.Core.Heads.AdaptiveSoftmax"/>: rare words in clusters of their own, seen through smaller
    /// vectors. Trained and used at a fraction of the cost.</summary>
    Adaptive,

    /// <summary><see cref="Rnn.Core.Heads.SampledSoftmax"/>: trained on a sample of the words, used as a softmax over all
    /// of them.</summary>
    Sampled,
}
