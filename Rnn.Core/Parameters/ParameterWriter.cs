using System;
using Rnn.Core.Tensors;

namespace Rnn.Core.Parameters;

/// <summary>The writable values of a <see cref="ParameterBuffer"/>.</summary>
public readonly ref struct ParameterWriter
{
    private readonly ParameterLayout _layout;

    internal ParameterWriter(ParameterLayout layout, Span<float> dense, Span<float> byRow)
    {
        _layout = layout;
        Dense = dense;
        ByRow = byRow;
    }

    /// <summary>The flat buffer of the dense slots, gaps included. Leave the gaps at 0.</summary>
    public Span<float> Dense { get; }

    /// <summary>The flat buffer of the by-row slots, gaps included. Leave the gaps at 0.</summary>
    public Span<float> ByRow { get; }

    /// <summary>The values of one slot [Rows, Cols].</summary>
    /// <exception cref="ArgumentException">The slot is not in the layout.</exception>
    public MatrixView this[ParameterSlot slot]
    {
        get
        {
            _layout.Check(slot);
            return new MatrixView((slot.Storage == SlotStorage.Dense ? Dense : ByRow).Slice(slot.Offset, slot.Count),
                slot.Rows, slot.Cols);
        }
    }
}
