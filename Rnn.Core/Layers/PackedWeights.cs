using Rnn.Core.Kernels;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers;

/// <summary>
/// The weights of one layer in the order in which products of few rows read them, packed again when the parameters'
/// version has moved (design decision D16). Kept by who uses a layer step by step; one for each layer and thread.
/// </summary>
public sealed class PackedWeights
{
    private ParameterBuffer? _of;
    private long _version;
    private int _slot;
    private bool _isTransposed;
    private PackedMatrix? _packed;

    /// <summary>The slot's values, or their transpose.</summary>
    internal PackedMatrix Get(ParameterBuffer p, ParameterSlot slot, bool transposed)
    {
        if (_packed is null || !ReferenceEquals(_of, p) || _version != p.Version || _slot != slot.Index
            || _isTransposed != transposed)
        {
            (_of, _version, _slot, _isTransposed) = (p, p.Version, slot.Index, transposed);
            (int rows, int cols) = transposed ? (slot.Cols, slot.Rows) : (slot.Rows, slot.Cols);
            if (_packed is null || _packed.Rows != rows || _packed.Cols != cols)
            {
                _packed = new PackedMatrix(rows, cols);
            }

            if (transposed)
            {
                _packed.PackTransposed(p[slot].Span, slot.Cols);
            }
            else
            {
                _packed.Pack(p[slot].Span, slot.Cols);
            }
        }

        return _packed;
    }
}
