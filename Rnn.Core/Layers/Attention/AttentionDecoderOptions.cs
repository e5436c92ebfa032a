namespace Rnn.Core.Layers.Attention;

/// <summary>When a decoder attends.</summary>
public enum AttentionOrder
{
    /// <summary>Bahdanau's: with the state before the step; the context goes into the cell beside x. Output [h_t; c_t].
    /// </summary>
    Before,

    /// <summary>Luong's: with the state after the step, which the context then joins. Output
    /// a_t = tanh(Wc [c_t; h_t]).</summary>
    After,
}

/// <summary>How an <see cref="AttentionDecoder"/> attends.</summary>
public sealed record AttentionDecoderOptions
{
    /// <summary>Before or after the cell's step; Before by default.</summary>
    public AttentionOrder Order { get; init; } = AttentionOrder.Before;

    /// <summary>Of the order After: whether the last step's output goes into the cell beside x; false by default. The
    /// first step is fed zeros.</summary>
    public bool InputFeeding { get; init; }
}
