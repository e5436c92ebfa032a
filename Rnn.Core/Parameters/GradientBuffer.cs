using System;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Tensors;

namespace Rnn.Core.Parameters;

/// <summary>
/// The gradients of all parameters of a layout: a flat buffer for the dense slots and the touched rows of each by-row
/// slot (design decision D13). There may be several for the values of one <see cref="ParameterBuffer"/> (D8). Layers
/// accumulate into it; the owner clears it once a step (D9). Everything that looks at gradients as a whole (norm,
/// clipping, finiteness) is here, so sparse rows are always included.
/// </summary>
public sealed class GradientBuffer
{
    private readonly AlignedBuffer _dense;
    private readonly RowGradients?[] _rows;

    /// <summary>Zeros for every slot of the layout, which is closed by this.</summary>
    public GradientBuffer(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        layout.Close();
        Layout = layout;
        _dense = new AlignedBuffer(layout.DenseLength);
        _rows = new RowGradients?[layout.Slots.Count];
        foreach (ParameterSlot slot in layout.Slots)
        {
            if (slot.Storage == SlotStorage.ByRow)
                _rows[slot.Index] = new RowGradients(slot.Rows, slot.Cols);
        }
    }

    /// <summary>What the parameters are.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The flat buffer of the dense slots, gaps included. Gaps hold 0: leave them so.</summary>
    public Span<float> Dense => _dense.Span;

    /// <summary>The gradient of a dense slot [Rows, Cols].</summary>
    /// <exception cref="ArgumentException">The slot is by-row, or not in the layout.</exception>
    public MatrixView this[ParameterSlot slot]
    {
        get
        {
            Layout.Check(slot);
            if (slot.Storage != SlotStorage.Dense)
                Throw.SlotIsByRow(slot.Name);

            return new MatrixView(Dense.Slice(slot.Offset, slot.Count), slot.Rows, slot.Cols);
        }
    }

    /// <summary>The touched rows of a by-row slot.</summary>
    /// <exception cref="ArgumentException">The slot is dense, or not in the layout.</exception>
    public RowGradients Rows(ParameterSlot slot)
    {
        Layout.Check(slot);
        RowGradients? rows = _rows[slot.Index];
        if (rows is null)
            Throw.SlotIsDense(slot.Name);

        return rows;
    }

    /// <summary>All gradients 0, no row touched.</summary>
    public void Clear()
    {
        foreach (ParameterSlot slot in Layout.SlotSpan)
        {
            if (_rows[slot.Index] is { } rows)
                rows.Clear();
            else
                SharedPasses.Clear(Of(slot));
        }
    }

    /// <summary>The Euclidean norm over all trainable slots, summed in double in a fixed order.</summary>
    public double Norm()
    {
        double sum = 0;
        foreach (ParameterSlot slot in Layout.SlotSpan)
        {
            if (slot.Trainable)
                sum += SharedPasses.SumOfSquares(Of(slot));
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Multiplies all gradients by <paramref name="factor"/>.</summary>
    public void Scale(float factor)
    {
        foreach (ParameterSlot slot in Layout.SlotSpan)
            SharedPasses.Scale(Of(slot), factor);
    }

    /// <summary>Limits every element to [-limit, limit]. NaN stays NaN.</summary>
    public void Clip(float limit)
    {
        foreach (ParameterSlot slot in Layout.SlotSpan)
            SharedPasses.Clip(Of(slot), limit);
    }

    /// <summary>Adds another buffer's gradients of the same layout: those of another part of the batch.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void AddFrom(GradientBuffer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(other.Layout, Layout))
            Throw.OtherLayout();

        foreach (ParameterSlot slot in Layout.SlotSpan)
        {
            if (_rows[slot.Index] is { } rows)
                rows.AddFrom(other._rows[slot.Index]!);
            else
                SharedPasses.Add(other.Of(slot), Of(slot));
        }
    }

    /// <summary>Whether every element is finite.</summary>
    public bool IsFinite() => FirstNotFinite() is null;

    /// <summary>The first trainable slot that holds NaN or infinity, or null.</summary>
    public ParameterSlot? FirstNotFinite()
    {
        foreach (ParameterSlot slot in Layout.SlotSpan)
        {
            if (slot.Trainable && !Reductions.AllFinite(Of(slot)))
                return slot;
        }

        return null;
    }

    // What is done slot by slot gives each thread the same part of a slot every time (D113).
    private Span<float> Of(ParameterSlot slot) =>
        slot.Storage == SlotStorage.Dense ? Dense.Slice(slot.Offset, slot.Count) : _rows[slot.Index]!.Values.Span;
}
