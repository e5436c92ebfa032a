using System;
using Rnn.Core.Tensors;

namespace Rnn.Core.Parameters;

/// <summary>The writable values of a <see cref="ParameterBuffer"/>.</summary>
public readonly ref struct ParameterWriter
{
    internal ParameterWriter(Span<float> dense, Span<float> byRow)
    {
        Dense = dense;
        ByRow = byRow;
    }

    /// <summary>The flat buffer of the dense slots, gaps included. Leave the gaps at 0.</summary>
    public Span<float> Dense { get; }

    /// <summary>The flat buffer of the by-row slots, gaps included. Leave the gaps at 0.</summary>
    public Span<float> ByRow { get; }

    /// <summary>The values of one slot [Rows, Cols].</summary>
    public MatrixView this[ParameterSlot slot] => new(
        (slot.Storage == SlotStorage.Dense ? Dense : ByRow).Slice(slot.Offset, slot.Count), slot.Rows, slot.Cols);
}
