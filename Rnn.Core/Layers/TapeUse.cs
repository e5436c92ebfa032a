
namespace Rnn.Core.Layers;

/// <summary>What a tape is made for.</summary>
public enum TapeUse
{
    /// <summary>Forward, then Backward: it keeps all that Backward reads.</summary>
    Training,

    /// <summary>
    /// Forward alone: it holds the output and the state, to the bit those of a training tape, but the gates of a few
    /// steps only (design decision D33). Backward refuses it.
    /// </summary>
    Inference,
}
