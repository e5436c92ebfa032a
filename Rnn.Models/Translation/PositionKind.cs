namespace Rnn.Models.Translation;

/// <summary>How a Transformer knows where a word stands.</summary>
public enum PositionKind
{
    /// <summary>Sines and cosines of its place: nothing to learn.</summary>
    Sinusoidal,

    /// <summary>A vector learnt for each place.</summary>
    Learnt,
}
