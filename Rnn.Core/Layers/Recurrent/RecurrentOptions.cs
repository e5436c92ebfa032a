namespace Rnn.Core.Layers.Recurrent;

/// <summary>Whose initial values.</summary>
public enum RecurrentInitialization
{
    /// <summary>PyTorch's default: everything uniform in +-1/sqrt(H), biases too; the forget bias is not
    /// special.</summary>
    PyTorch,

    /// <summary>
    /// Input weights Glorot-uniform, the recurrent weights of each gate orthogonal, biases 0 but the LSTM's forget
    /// bias 1. Like Keras's default, which draws one orthogonal matrix for all gates together.
    /// </summary>
    Orthogonal,
}

/// <summary>What can be chosen about a recurrent cell.</summary>
public sealed record RecurrentOptions
{
    /// <summary>
    /// Train two biases, as PyTorch does, where one would serve (LSTM, simple RNN): under Adam their sum moves twice
    /// as fast. A GRU always has two. By default false.
    /// </summary>
    public bool TwoBiases { get; init; }

    /// <summary>Keep the gradient of h of every step on the tape, for pictures of gradient flow. By default
    /// false.</summary>
    public bool KeepStateGradients { get; init; }

    /// <summary>What parameter names end in: layer and direction, "_l0" (the default), "_l1_reverse".</summary>
    public string Suffix { get; init; } = "_l0";
}
