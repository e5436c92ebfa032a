using System;
using System.Diagnostics;
using System.Threading;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// The order in which several threads do a product block of k by block: of each block the packing of B, then the parts
/// of C. Whoever is free takes the next task in this order, and begins it when what it needs is done: packing needs its
/// buffer, which the block before the last must have left; a part of C needs all of its block's packing, and the same
/// part with the block before, so that its sums are added in order. All that a task needs comes before it, so somebody
/// is at it already: nobody waits for a thread that never came, and while one is late with its part the others
/// go on, with two threads by up to a block (design decision D118).
/// </summary>
internal readonly unsafe struct BlockOrder
{
    private const int Line = 32;   // ints of two cache lines

    // What the threads share: on lines of their own the tasks taken, whether one has failed, and of even and of odd
    // blocks the packing and the parts that are done; then for each part the blocks that it has.
    private const int Taken = 0, Failed = Line, Packed = 2 * Line, Multiplied = 4 * Line, Blocks = 6 * Line;

    private readonly int* _state;
    private readonly int _packings, _parts, _tasks;

    /// <summary>Before any is taken.</summary>
    /// <param name="state">Where the threads keep account: StateLength(parts) ints. Overwritten.</param>
    /// <param name="blocks">Of k.</param>
    /// <param name="packings">Tasks of packing in a block, at least 1.</param>
    /// <param name="parts">Of C, at least 1.</param>
    public BlockOrder(int* state, int blocks, int packings, int parts)
    {
        Debug.Assert(packings > 0 && parts > 0, "Without them nothing is waited for.");
        _state = state;
        _packings = packings;
        _parts = parts;
        _tasks = blocks * (packings + parts);
        new Span<int>(state, StateLength(parts)).Clear();
    }

    /// <summary>Ints of the account.</summary>
    public static int StateLength(int parts) => Blocks + parts;

    /// <summary>The next task, when it can begin; false where there is none, or where it needs what another thread has
    /// failed to do.</summary>
    public bool Take(out BlockTask task)
    {
        task = default;
        int number = Interlocked.Increment(ref _state[Taken]) - 1;
        if (number >= _tasks)
            return false;

        int block = number / (_packings + _parts), rest = number - (block * (_packings + _parts));
        bool isPacking = rest < _packings;
        task = new BlockTask(block, isPacking, isPacking ? rest : rest - _packings);
        int before = block / 2;   // blocks of the same buffer
        if (isPacking)
            return Await(Multiplied + (block % 2 * Line), before * _parts);

        return Await(Packed + (block % 2 * Line), (before + 1) * _packings) && Await(Blocks + task.Number, block);
    }

    /// <summary>To be called after each task.</summary>
    public void Finish(BlockTask task)
    {
        int parity = task.Block % 2 * Line;
        if (task.IsPacking)
        {
            Interlocked.Increment(ref _state[Packed + parity]);
        }
        else
        {
            Volatile.Write(ref _state[Blocks + task.Number], task.Block + 1);
            Interlocked.Increment(ref _state[Multiplied + parity]);
        }
    }

    /// <summary>Where a task could not be done: nobody waits for it any longer.</summary>
    public void Fail() => Volatile.Write(ref _state[Failed], 1);

    private bool Await(int place, int least)
    {
        for (int spins = 0; Volatile.Read(ref _state[place]) < least; spins++)
        {
            if (Volatile.Read(ref _state[Failed]) != 0)
                return Volatile.Read(ref _state[place]) >= least;

            Workers.Pause(spins);
        }

        return true;
    }
}

/// <summary>A task of a block: of its packing, or a part of C.</summary>
internal readonly record struct BlockTask(int Block, bool IsPacking, int Number);
