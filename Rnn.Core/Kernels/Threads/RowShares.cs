using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

namespace Rnn.Core.Kernels.Threads;

/// <summary>Some rows, and the step that they come to.</summary>
internal struct RowRange
{
    public int Row;
    public int Rows;
    public int Step;

    /// <summary>Whether it may still be divided.</summary>
    public bool IsOpen;
}

/// <summary>
/// Rows that go through the same steps, each by itself, shared among threads. The shares are even at first, but threads
/// are not: cores differ, or have other programs to run. So who has finished his rows waits for a part of another's,
/// as long as there is one to be divided, and who sees that somebody waits leaves him half of his rows from the next
/// step on (design decision D119). Which rows are done together has no effect on the bits (D10, D11).
/// </summary>
internal unsafe struct RowShares
{
    /// <summary>With more shares than this nobody waits: each is little, and whoever is free takes the next.</summary>
    public const int MostSlots = 256;

    private const int FewestRows = 8;   // that are worth a thread
    private const int FewestSteps = 2;

    private const int Working = 0, Waiting = 1, Receiving = 2, Given = 3;

    private readonly Slot* _slots;   // of the shares' threads
    private readonly int _shares, _rows, _steps;
    private readonly bool _areOpen;  // at first
    private int _begun;              // shares
    private int _open;               // ranges that may be divided, those of shares not yet begun among them
    private int _waiting;            // threads
    private int _hasFailed;

    /// <summary>Before any is begun.</summary>
    /// <param name="slots">One a share, up to MostSlots. Overwritten.</param>
    /// <param name="shares">How many there are.</param>
    /// <param name="rows">Of all shares.</param>
    /// <param name="steps">That every row goes through.</param>
    public RowShares(Slot* slots, int shares, int rows, int steps)
    {
        _slots = slots;
        _shares = shares;
        _rows = rows;
        _steps = steps;
        _areOpen = shares is > 1 and <= MostSlots && rows / shares >= 2 * FewestRows && steps >= FewestSteps;
        _open = _areOpen ? shares : 0;
        for (int i = 0; i < Math.Min(shares, MostSlots); i++)
            slots[i].State = Working;
    }

    /// <summary>A share's rows at the first step; to be called once for each.</summary>
    public RowRange Begin(int share)
    {
        Interlocked.Increment(ref _begun);
        int row = (int)((long)_rows * share / _shares);
        return new RowRange
        {
            Row = row,
            Rows = (int)((long)_rows * (share + 1) / _shares) - row,
            IsOpen = _areOpen,
        };
    }

    /// <summary>To be called before each step: leaves the second half of the rows to somebody who waits.</summary>
    public void Divide(ref RowRange range)
    {
        if (!range.IsOpen)
            return;

        int kept = (range.Rows + 1) / 2;
        if (range.Rows - kept < FewestRows || _steps - range.Step < FewestSteps)
        {
            Close(ref range);
            return;
        }

        if (Volatile.Read(ref _waiting) == 0)
            return;

        Debug.Assert(_shares <= MostSlots, "Nobody waits where there is no slot.");
        for (int i = 0; i < _shares; i++)
        {
            if (Interlocked.CompareExchange(ref _slots[i].State, Receiving, Waiting) != Waiting)
                continue;

            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _open);
            _slots[i].Range = range with { Row = range.Row + kept, Rows = range.Rows - kept };
            Volatile.Write(ref _slots[i].State, Given);
            range.Rows = kept;
            return;
        }
    }

    /// <summary>To be called when a range has gone through all steps: waits until somebody leaves some rows, or none can be
    /// divided any more, or some could not be done. Nobody is waited for who has not begun.</summary>
    /// <returns>Whether there are more.</returns>
    public bool Next(int share, ref RowRange range)
    {
        if (range.IsOpen)
            Close(ref range);

        if (Volatile.Read(ref _open) == 0 || Volatile.Read(ref _begun) < _shares)
            return false;

        ref int state = ref _slots[share].State;
        Volatile.Write(ref state, Waiting);
        Interlocked.Increment(ref _waiting);
        for (int spins = 0; ; spins++)
        {
            if (Volatile.Read(ref state) == Given)
            {
                range = _slots[share].Range;
                Volatile.Write(ref state, Working);
                return true;
            }

            bool isOver = Volatile.Read(ref _open) == 0 || Volatile.Read(ref _hasFailed) != 0;
            if (isOver && Interlocked.CompareExchange(ref state, Working, Waiting) == Waiting)
            {
                Interlocked.Decrement(ref _waiting);
                return false;
            }

            Workers.Pause(spins);
        }
    }

    /// <summary>Where rows could not be done: nobody waits any longer.</summary>
    public void Fail() => Volatile.Write(ref _hasFailed, 1);

    private void Close(ref RowRange range)
    {
        range.IsOpen = false;
        Interlocked.Decrement(ref _open);
    }

    /// <summary>Where a thread and one that waits meet, on a cache line of its own.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    internal struct Slot
    {
        public int State;
        public RowRange Range;
    }
}
