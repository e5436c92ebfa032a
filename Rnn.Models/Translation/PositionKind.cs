namespace Rnn.Models.Translation;

/// <summary>How a Transformer knows where a word stands.</summary>
public enum PositionKind
{
    /// <summary>Sines and cosines of its place: nothing to learn, and no limit.</summary>
    Sinusoidal,

    /// <summary>A vector learnt for each place: a text has at most <see cref="TranslationOptions.MaxTokens"/> tokens.</summary>
    Learnt,
}
