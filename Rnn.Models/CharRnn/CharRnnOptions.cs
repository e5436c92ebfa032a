using Rnn.Core.Layers;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.CharRnn;

/// <summary>The shape of a <see cref="CharRnnModel"/>. Saved with it.</summary>
public sealed record CharRnnOptions
{
    /// <summary>The recurrent cell.</summary>
    public RecurrentCell Cell { get; init; } = RecurrentCell.Lstm;

    /// <summary>H, units of each layer.</summary>
    public int HiddenSize { get; init; } = 512;

    /// <summary>Number of recurrent layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Dropout between layers and before the output, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Whether LSTM and RNN train two biases, as PyTorch does.</summary>
    public bool TwoBiases { get; init; }

    /// <summary>Whose initial values the recurrent layers get.</summary>
    public RecurrentInitialization Initialization { get; init; } = RecurrentInitialization.Orthogonal;

    internal void Check()
    {
        Throw.IfBelow(nameof(HiddenSize), HiddenSize, 1);
        Throw.IfBelow(nameof(Layers), Layers, 1);
        if (!(Dropout >= 0 && Dropout < 1))
        {
            Throw.Outside(nameof(Dropout), Dropout, "0 or more and below 1");
        }
    }
}
