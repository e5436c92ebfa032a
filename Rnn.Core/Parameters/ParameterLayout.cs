using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Parameters;

/// <summary>
/// What parameters exist: names, shapes, offsets. Owns no memory. Layers declare their slots here in their
/// constructors; the first buffer made from it closes it.
/// </summary>
public sealed class ParameterLayout
{
    private const int SlotAlignment = 16;   // floats: every slot starts on a cache line

    private readonly List<ParameterSlot> _slots = [];
    private readonly List<InitialValues> _initial = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly int _maxTensors;
    private bool _closed;

    /// <summary>A layout without slots.</summary>
    /// <param name="maxTensors">
    /// The most tensors that it will have in a file: for a network that is built from what a file says, as many as the
    /// file has (design decision D54). As many as memory allows by default.
    /// </param>
    public ParameterLayout(int maxTensors = int.MaxValue) => _maxTensors = maxTensors;

    /// <summary>All slots, in the order in which they were declared.</summary>
    public IReadOnlyList<ParameterSlot> Slots => _slots;

    /// <summary>The same, for loops that allocate nothing.</summary>
    internal ReadOnlySpan<ParameterSlot> SlotSpan => CollectionsMarshal.AsSpan(_slots);

    /// <summary>Floats of the dense flat buffer, the gaps between slots included.</summary>
    public int DenseLength { get; private set; }

    /// <summary>Floats of the by-row buffer, the gaps between slots included.</summary>
    public int ByRowLength { get; private set; }

    /// <summary>Number of parameters: the elements of all slots.</summary>
    public long ParameterCount { get; private set; }

    /// <summary>Declares a slot.</summary>
    /// <param name="name">Unique, not empty.</param>
    /// <param name="rows">Rows in memory, more than 0.</param>
    /// <param name="cols">Columns in memory, more than 0.</param>
    /// <param name="orientation">How files hold it.</param>
    /// <param name="storage">Dense, the default, or by row for what a vocabulary indexes.</param>
    /// <param name="trainable">Whether optimisers move it, as by default.</param>
    /// <param name="decay">Whether weight decay applies; by default to all but vectors.</param>
    /// <param name="zeroTwin">The name of the twin vector of zeros in files, or null, the default.</param>
    /// <param name="initial">Its values before training; null (the default) for zeros.</param>
    /// <exception cref="ArgumentException">
    /// The name is taken or empty, a size is not positive, or there are too many tensors.
    /// </exception>
    /// <exception cref="InvalidOperationException">A buffer was already made from this layout.</exception>
    public ParameterSlot Add(string name, int rows, int cols, SlotOrientation orientation,
        SlotStorage storage = SlotStorage.Dense, bool trainable = true, bool? decay = null, string? zeroTwin = null,
        InitialValues? initial = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (rows <= 0 || cols <= 0)
            Throw.NotPositive(rows <= 0 ? nameof(rows) : nameof(cols), Math.Min(rows, cols));

        if (_closed)
            Throw.LayoutClosed(name);

        if (!_names.Add(name) || (zeroTwin is not null && !_names.Add(zeroTwin)))
            Throw.DuplicateSlot(name);

        if (_names.Count > _maxTensors)
            Throw.TooManyTensors("maxTensors", name, _maxTensors);

        int offset = storage == SlotStorage.Dense ? DenseLength : ByRowLength;
        long end = offset + (((long)rows * cols + SlotAlignment - 1) / SlotAlignment * SlotAlignment);
        if (end > Array.MaxLength - SlotAlignment)
            Throw.TooLarge(name, end);

        ParameterSlot slot = new(name, _slots.Count, rows, cols, offset, storage, orientation, trainable,
            decay ?? orientation != SlotOrientation.Vector, zeroTwin);
        _slots.Add(slot);
        _initial.Add(initial ?? InitialValues.Zeros);
        ParameterCount += slot.Count;
        if (storage == SlotStorage.Dense)
            DenseLength = (int)end;
        else
            ByRowLength = (int)end;

        return slot;
    }

    /// <summary>The slot of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public ParameterSlot this[string name]
    {
        get
        {
            foreach (ParameterSlot slot in _slots)
            {
                if (slot.Name == name)
                    return slot;
            }

            Throw.NoSuchSlot(name);
            return default;
        }
    }

    /// <summary>A slot's values before training.</summary>
    /// <exception cref="ArgumentException">The slot is another layout's.</exception>
    public InitialValues InitialOf(ParameterSlot slot)
    {
        Check(slot);
        return _initial[slot.Index];
    }

    /// <summary>Gives a slot other values before training than its layer did.</summary>
    /// <param name="slot">One of this layout.</param>
    /// <param name="initial">The rule.</param>
    /// <exception cref="ArgumentException">The slot is another layout's.</exception>
    public void SetInitial(ParameterSlot slot, InitialValues initial)
    {
        ArgumentNullException.ThrowIfNull(initial);
        Check(slot);
        _initial[slot.Index] = initial;
    }

    internal void Close() => _closed = true;

    /// <summary>Refuses a slot that another layout declared and this one has not.</summary>
    internal void Check(in ParameterSlot slot)
    {
        if ((uint)slot.Index >= (uint)_slots.Count || SlotSpan[slot.Index] != slot)
            Throw.SlotOfOtherLayout(slot.Name);
    }
}
