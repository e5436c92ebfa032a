using System.Text.Json.Serialization;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.Networks;

namespace Rnn.Models.CharRnn;

/// <summary>The shape of a <see cref="CharRnnModel"/>. Saved with it.</summary>
public sealed record CharRnnOptions
{
    /// <summary>The recurrent cell; LSTM by default.</summary>
    public RecurrentCell Cell { get; init; } = RecurrentCell.Lstm;

    /// <summary>H, units of each layer, at least 1; 512 by default.</summary>
    public int HiddenSize { get; init; } = 512;

    /// <summary>Number of recurrent layers, at least 1; 2 by default.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>The share of values that dropout clears between layers and before the output, 0 or more and below 1;
    /// 0.5 by default.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Whether LSTM and RNN train two biases, as PyTorch does; false by default.</summary>
    public bool TwoBiases { get; init; }

    /// <summary>Whose initial values the recurrent layers get; orthogonal ones by default.</summary>
    public RecurrentInitialization Initialization { get; init; } = RecurrentInitialization.Orthogonal;

    /// <summary>All but the output layer.</summary>
    [JsonIgnore]
    internal TokenEncoderOptions Encoder => new()
    {
        Cell = Cell,
        HiddenSize = HiddenSize,
        Layers = Layers,
        Dropout = Dropout,
        TwoBiases = TwoBiases,
        Initialization = Initialization,
    };
}
