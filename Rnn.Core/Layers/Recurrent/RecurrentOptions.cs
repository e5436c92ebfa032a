using System.Text.Json.Serialization;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Recurrent;

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

/// <summary>
/// What can be chosen about a recurrent cell (design decision D57). Options of networks are these and their own.
/// </summary>
/// <remarks>What JSON holds of them is saved with a model.</remarks>
public record RecurrentOptions
{
    /// <summary>
    /// Whose initial values; PyTorch's by default. Whatever the scheme, gains begin at 1, and peepholes, the bias of a
    /// normalised cell and a learnt initial state at 0.
    /// </summary>
    public RecurrentInitialization Initialization { get; init; }

    /// <summary>
    /// Train two biases, as PyTorch does, where one would serve (LSTM, simple RNN): under Adam their sum moves twice
    /// as fast. A GRU always has two. By default false.
    /// </summary>
    public bool TwoBiases { get; init; }

    /// <summary>
    /// Normalise x*Wx and h*Wh, each row by itself and each with a trained gain, and an LSTM's c on its way to h, with a
    /// gain and a shift. It needs about three times the memory of a tape, and time. By default false. Source: Ba, Kiros
    /// and Hinton 2016.
    /// </summary>
    public bool LayerNormalization { get; init; }

    /// <summary>
    /// The rate at which h is dropped out on its way to Wh, in training, with one mask for all steps of a window ("locked"
    /// dropout), in [0, 1); 0 by default. Source: Gal and Ghahramani 2016.
    /// </summary>
    public double RecurrentDropout { get; init; }

    /// <summary>
    /// The rate at which elements of Wh itself are dropped, in training, the same for all rows and steps of a window
    /// ("weight drop", DropConnect), in [0, 1); 0 by default. Not to be confused with <see cref="RecurrentDropout"/>, which
    /// drops h. Source: Wan et al. 2013; Merity, Keskar and Socher 2018.
    /// </summary>
    public double WeightDropout { get; init; }

    /// <summary>
    /// Train the state from which a sequence begins, one row for all, instead of zeros. Where a state is given to
    /// Forward, that is the initial one: <see cref="SequenceLayer.LoadInitialState"/> writes the trained one into it. By
    /// default false.
    /// </summary>
    public bool LearnInitialState { get; init; }

    /// <summary>LSTM: the gates see the cell, each unit its own: i and f the old c, o the new. By default false. Source:
    /// Gers, Schraudolph and Schmidhuber 2002.</summary>
    public bool Peepholes { get; init; }

    /// <summary>LSTM: the input gate is 1 - f, so that a cell takes in as much as it forgets: three quarters of the
    /// weights. By default false. Source: Greff et al. 2017.</summary>
    public bool CoupledGates { get; init; }

    /// <summary>
    /// Keep the gradient of h of every step on the tape, for pictures of gradient flow: of a stack that of its uppermost
    /// layer, where that reads in one direction. By default false.
    /// </summary>
    [JsonIgnore]
    public bool KeepStateGradients { get; init; }

    /// <summary>What parameter names end in: layer and direction, "_l0" (the default), "_l1_reverse".</summary>
    [JsonIgnore]
    public string Suffix { get; init; } = "_l0";

    internal CellVariant Check(string name, bool isLstm)
    {
        if (Initialization is not (RecurrentInitialization.PyTorch or RecurrentInitialization.Orthogonal))
            Throw.UnknownChoice(nameof(Initialization), Initialization);

        if (!isLstm && (Peepholes || CoupledGates))
            Throw.LstmOption(name, Peepholes ? nameof(Peepholes) : nameof(CoupledGates));

        return new CellVariant
        {
            IsNormalized = LayerNormalization,
            NormalizesCell = LayerNormalization && isLstm,
            HasPeepholes = Peepholes,
            IsCoupled = CoupledGates,
            HasMask = RecurrentDropout > 0,
        };
    }
}
