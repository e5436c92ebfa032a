namespace Rnn.Core.Parameters;

/// <summary>How the gradient of a slot is kept.</summary>
public enum SlotStorage
{
    /// <summary>Every element has a gradient; part of the flat dense buffer.</summary>
    Dense,

    /// <summary>Indexed by a vocabulary: only the rows that a batch touched have gradients.</summary>
    ByRow,
}

/// <summary>How a slot is written to files, where the convention is PyTorch's (design decision D18), and not ours
/// (D3).</summary>
public enum SlotOrientation
{
    /// <summary>[Rows, Cols], as it lies in memory.</summary>
    AsStored,

    /// <summary>[Cols, Rows]: a weight kept [in, out] here and [out, in] there.</summary>
    Transposed,

    /// <summary>[Cols]: a bias, kept as one row.</summary>
    Vector,
}

/// <summary>One named matrix of parameters: what it is and where it lies.</summary>
/// <param name="Name">Its name in files, for instance "lstm.weight_ih_l0".</param>
/// <param name="Index">Its number in the layout.</param>
/// <param name="Rows">Rows in memory; 1 for a bias.</param>
/// <param name="Cols">Columns in memory.</param>
/// <param name="Offset">Where it starts in the flat buffer of its storage.</param>
/// <param name="Storage">Dense or by row.</param>
/// <param name="Orientation">How files hold it.</param>
/// <param name="Trainable">Whether norms count it and optimisers move it.</param>
/// <param name="Decay">Whether weight decay applies; by default to matrices, not to biases.</param>
/// <param name="ZeroTwin">
/// The name of a second vector that files hold as zeros beside this one and that is added on reading (the other of
/// PyTorch's two biases), or null.
/// </param>
public readonly record struct ParameterSlot(
    string Name,
    int Index,
    int Rows,
    int Cols,
    int Offset,
    SlotStorage Storage,
    SlotOrientation Orientation,
    bool Trainable,
    bool Decay,
    string? ZeroTwin)
{
    /// <summary>Number of elements.</summary>
    public int Count => Rows * Cols;
}
