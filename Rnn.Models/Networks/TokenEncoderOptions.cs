using Rnn.Core.Layers.Recurrent;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Networks;

/// <summary>The shape of a <see cref="TokenEncoder"/>.</summary>
public sealed record TokenEncoderOptions
{
    /// <summary>E, elements of a token's vector; 0 (the default): tokens are one-hot.</summary>
    public int EmbeddingSize { get; init; }

    /// <summary>The share of the embedding's values that dropout clears, 0 (the default) or more and below 1.</summary>
    public double EmbeddingDropout { get; init; }

    /// <summary>The recurrent cell; LSTM by default.</summary>
    public RecurrentCell Cell { get; init; } = RecurrentCell.Lstm;

    /// <summary>H, units of each layer and direction, at least 1; 256 by default.</summary>
    public int HiddenSize { get; init; } = 256;

    /// <summary>Number of recurrent layers, at least 1 (the default).</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether each layer reads in both directions; false by default.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>The share of values that dropout clears between layers, 0 (the default) or more and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether dropout of the embedding and between layers has one mask for all steps of a window; false by
    /// default.</summary>
    public bool LockedDropout { get; init; }

    /// <summary>The share of h that dropout clears on its way to the next step, with one mask for all steps of a window, 0
    /// (the default) or more and below 1.</summary>
    public double RecurrentDropout { get; init; }

    /// <summary>Whether the cells are layer-normalised; false by default.</summary>
    public bool LayerNormalization { get; init; }

    /// <summary>Whether an LSTM's gates see the cell; false by default.</summary>
    public bool Peepholes { get; init; }

    /// <summary>Whether an LSTM's input gate is 1 - f; false by default.</summary>
    public bool CoupledGates { get; init; }

    /// <summary>Whether the state from which sequences begin is trained, where Forward is given none; false by
    /// default.</summary>
    public bool LearnInitialState { get; init; }

    /// <summary>Whether LSTM and RNN train two biases, as PyTorch does; false by default.</summary>
    public bool TwoBiases { get; init; }

    /// <summary>Whose initial values the recurrent layers get; orthogonal ones by default.</summary>
    public RecurrentInitialization Initialization { get; init; } = RecurrentInitialization.Orthogonal;

    internal RecurrentOptions Cells => new()
    {
        TwoBiases = TwoBiases,
        Initialization = Initialization,
        RecurrentDropout = RecurrentDropout,
        LayerNormalization = LayerNormalization,
        Peepholes = Peepholes,
        CoupledGates = CoupledGates,
        LearnInitialState = LearnInitialState,
    };

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="System.ArgumentOutOfRangeException">Says which option, and what was expected.</exception>
    public void Check()
    {
        Throw.IfBelow(nameof(EmbeddingSize), EmbeddingSize, 0);
        Throw.IfNoRate(nameof(EmbeddingDropout), EmbeddingDropout);
        Throw.IfUndefined(nameof(Cell), Cell);
        Throw.IfBelow(nameof(HiddenSize), HiddenSize, 1);
        Throw.IfBelow(nameof(Layers), Layers, 1);
        Throw.IfNoRate(nameof(Dropout), Dropout);
        Throw.IfNoRate(nameof(RecurrentDropout), RecurrentDropout);
        Throw.IfUndefined(nameof(Initialization), Initialization);
    }
}
