using System;
using Rnn.Core.Buffers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Optimizers;

/// <summary>
/// One number that an optimiser keeps for every parameter, laid out like the parameters. Zeros at first; checkpoints
/// read it and overwrite it.
/// </summary>
public sealed class OptimizerBuffer
{
    private readonly ParameterLayout _layout;
    private readonly AlignedBuffer _dense;
    private readonly AlignedBuffer _byRow;

    internal OptimizerBuffer(string name, ParameterLayout layout)
    {
        Name = name;
        _layout = layout;
        _dense = new AlignedBuffer(layout.DenseLength);
        _byRow = new AlignedBuffer(layout.ByRowLength);
    }

    /// <summary>What it is, for instance "first_moment".</summary>
    public string Name { get; }

    /// <summary>For the dense slots, gaps included. Leave the gaps at 0.</summary>
    public Span<float> Dense => _dense.Span;

    /// <summary>For the by-row slots, gaps included. Leave the gaps at 0.</summary>
    public Span<float> ByRow => _byRow.Span;

    /// <summary>For one slot [Rows, Cols].</summary>
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

    internal void Clear()
    {
        _dense.Clear();
        _byRow.Clear();
    }
}
