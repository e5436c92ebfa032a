using System;
using Rnn.Core.Kernels.Products;

namespace Rnn.Core.Parameters;

/// <summary>Some columns of a slot, or their transpose, as the right factor of products.</summary>
/// <param name="slot">[Rows, Cols].</param>
/// <param name="first">The first column.</param>
/// <param name="count">How many.</param>
/// <param name="isTransposed">Whether the factor is [count, Rows] instead of [Rows, count].</param>
internal readonly struct WeightPart(ParameterSlot slot, int first, int count, bool isTransposed)
{
    private readonly ParameterSlot _slot = slot;

    /// <summary>All columns of a slot.</summary>
    public WeightPart(ParameterSlot slot, bool isTransposed)
        : this(slot, 0, slot.Cols, isTransposed)
    {
    }

    /// <summary>The slot's number in its layout.</summary>
    public int SlotIndex => _slot.Index;

    /// <summary>The first column.</summary>
    public int First { get; } = first;

    /// <summary>How many columns.</summary>
    public int Count { get; } = count;

    /// <summary>Whether it is packed transposed.</summary>
    public bool IsTransposed { get; } = isTransposed;

    /// <summary>Room for it.</summary>
    public PackedMatrix CreateRoom(WeightPrecision precision = WeightPrecision.Full) => IsTransposed
        ? new PackedMatrix(Count, _slot.Rows, precision)
        : new PackedMatrix(_slot.Rows, Count, precision);

    /// <summary>Packs the values that it has now.</summary>
    public void Pack(ParameterBuffer p, PackedMatrix into) => Pack(p[_slot].Span, into);

    /// <summary>The same of values that stand in for the slot's.</summary>
    /// <param name="values">[Rows, Cols], all of them. Read.</param>
    /// <param name="into">As <see cref="CreateRoom"/> made it. Overwritten.</param>
    public void Pack(ReadOnlySpan<float> values, PackedMatrix into)
    {
        if (IsTransposed)
            into.PackTransposed(values[First..], _slot.Cols);
        else
            into.Pack(values[First..], _slot.Cols);
    }
}
