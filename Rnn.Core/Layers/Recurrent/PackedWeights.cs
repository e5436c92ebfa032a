using Rnn.Core.Kernels.Products;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// The packed copy of a part of the weights that a training tape keeps for itself: packed again in the same memory when
/// the parameters' version has moved (design decision D16), as it does at every step. Tapes for inference share the
/// copy that the parameters keep. Always asked for the same part.
/// </summary>
internal sealed class PackedWeights
{
    private ParameterBuffer? _of;
    private long _version;
    private PackedMatrix? _packed;

    /// <summary>The part's values.</summary>
    public PackedMatrix Get(ParameterBuffer p, in WeightPart part)
    {
        if (_packed is null || !ReferenceEquals(_of, p) || _version != p.Version)
        {
            _packed ??= part.CreateRoom();
            part.Pack(p, _packed);
            (_of, _version) = (p, p.Version);
        }

        return _packed;
    }
}

/// <summary>The packed weights of a training tape.</summary>
internal sealed class CellWeights
{
    /// <summary>Wh.</summary>
    public PackedWeights Recurrent { get; } = new();

    /// <summary>The columns of Wh whose product the cell keeps apart (GRU).</summary>
    public PackedWeights Apart { get; } = new();

    /// <summary>Wh^T, for the way back.</summary>
    public PackedWeights RecurrentBack { get; } = new();

    /// <summary>Its rows of those columns.</summary>
    public PackedWeights ApartBack { get; } = new();

    /// <summary>Wx, where the time loop multiplies with it.</summary>
    public PackedWeights Input { get; } = new();

    /// <summary>Wx^T, for the way back.</summary>
    public PackedWeights InputBack { get; } = new();
}
