using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Rnn.Core.Kernels.Threads;

/// <summary>Some rows, from a step on.</summary>
internal readonly record struct RowRange(int Row, int Rows, int Step);

/// <summary>
/// Rows that go through the same steps, each by itself, shared among threads. The shares are even at first, but threads
/// are not: cores differ, or have other programs to run. So who has finished his rows waits for a part of another's,
/// and who sees that somebody waits leaves him half of his rows from the next step on (design decision D119). Which
/// rows are done together has no effect on the bits (D10, D11).
/// </summary>
internal unsafe struct RowShares
{
    private const int FewestRows = 8;   // that are worth a thread: fewer have products of half a tile
    private const int FewestSteps = 2;

    /// <summary>With more shares than this nobody waits: each is little, and whoever is free takes the next.</summary>
    public const int MostSlots = 256;

    private const int Working = 0, Waiting = 1, Receiving = 2, Given = 3;

    private readonly Slot* _slots;   // of the shares' threads
    private readonly int _shares, _steps;
    private int _begun;              // shares
    private int _unfinished;         // ranges, the shares not yet begun among them
    private int _waiting;            // threads
    private int _hasFailed;

    /// <summary>Before any is begun.</summary>
    /// <param name="slots">One a share, up to MostSlots. Overwritten.</param>
    /// <param name="shares">How many there are.</param>
    /// <param name="steps">That every row goes through.</param>
    public RowShares(Slot* slots, int shares, int steps)
    {
        _slots = slots;
        _shares = shares;
        _steps = steps;
        _unfinished = shares;
        for (int i = 0; i < Math.Min(shares, MostSlots); i++)
            slots[i].State = Working;
    }

    /// <summary>Where a thread and one that waits meet, on a cache line of its own.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    internal struct Slot
    {
        public int State;
        public RowRange Range;
    }

    /// <summary>To be called before a share's first step.</summary>
    public void Begin() => Interlocked.Increment(ref _begun);

    /// <summary>To be called before each step.</summary>
    /// <param name="range">The rows, and the step that they come to.</param>
    /// <returns>How many of them go on here: all, or the first half where others were waited for.</returns>
    public int Keep(RowRange range)
    {
        int kept = (range.Rows + 1) / 2;
        if (Volatile.Read(ref _waiting) == 0 || range.Rows - kept < FewestRows || _steps - range.Step < FewestSteps)
            return range.Rows;

        for (int i = 0; i < _shares; i++)
        {
            if (Interlocked.CompareExchange(ref _slots[i].State, Receiving, Waiting) != Waiting)
                continue;

            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _unfinished);
            _slots[i].Range = new RowRange(range.Row + kept, range.Rows - kept, range.Step);
            Volatile.Write(ref _slots[i].State, Given);
            return kept;
        }

        return range.Rows;
    }

    /// <summary>To be called when the rows have gone through all steps: waits until others leave some, or all are done,
    /// or one has failed. Nobody is waited for who has not begun.</summary>
    /// <returns>Whether there are more.</returns>
    public bool Next(int share, out RowRange range)
    {
        range = default;
        if (Interlocked.Decrement(ref _unfinished) == 0 || Volatile.Read(ref _begun) < _shares || _shares > MostSlots)
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

            bool isOver = Volatile.Read(ref _unfinished) == 0 || Volatile.Read(ref _hasFailed) != 0;
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
}
