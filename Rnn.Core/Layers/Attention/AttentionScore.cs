namespace Rnn.Core.Layers.Attention;

/// <summary>How well a query q fits a step k of the memory.</summary>
public enum AttentionScore
{
    /// <summary>q . k; both have the same size.</summary>
    Dot,

    /// <summary>q . k / sqrt(M); both have the same size.</summary>
    ScaledDot,

    /// <summary>q^T W k, Luong's general (multiplicative) score.</summary>
    General,

    /// <summary>v . tanh(Wq q + Wk k + b), Bahdanau's score.</summary>
    Additive,
}
