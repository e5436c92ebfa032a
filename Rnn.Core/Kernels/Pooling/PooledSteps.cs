using System;
using System.Diagnostics;
using Rnn.Core.Buffers;

namespace Rnn.Core.Kernels.Pooling;

/// <summary>
/// Which steps belong to which item: those of its rows up to their lengths, row after row and step after step within a
/// row. All sums over an item run in this order, so that its bits depend on nothing else: not on the batch, and not on
/// where its rows were cut.
/// </summary>
/// <param name="maxSteps">The most steps of a row.</param>
/// <param name="maxRows">The most rows, and items.</param>
internal sealed unsafe class PooledSteps(int maxSteps, int maxRows)
{
    private readonly PinnedArray<int> _rows = new(checked(maxSteps * maxRows));
    private readonly PinnedArray<int> _itemOf = new(checked(maxSteps * maxRows));
    private readonly PinnedArray<int> _starts = new(maxRows + 1);
    private readonly PinnedArray<int> _lengths = new(maxRows);
    private readonly PinnedArray<int> _firstRows = new(maxRows + 1);

    /// <summary>T.</summary>
    public int Steps { get; private set; }

    /// <summary>B.</summary>
    public int Batch { get; private set; }

    /// <summary>N.</summary>
    public int Items { get; private set; }

    /// <summary>The steps of all items.</summary>
    public int Count { get; private set; }

    /// <summary>[B], steps of each row.</summary>
    public ReadOnlySpan<int> Lengths => new(_lengths.Pointer, Batch);

    /// <summary>[N + 1], the first row of each item, and B.</summary>
    public ReadOnlySpan<int> FirstRows => new(_firstRows.Pointer, Items + 1);

    /// <summary>[N + 1], the place of each item's first step in <see cref="Rows"/>, and Count.</summary>
    public ReadOnlySpan<int> Starts => new(_starts.Pointer, Items + 1);

    /// <summary>[Count], for each step its row in the matrix [T*B, F]: t*B + b.</summary>
    public ReadOnlySpan<int> Rows => new(_rows.Pointer, Count);

    /// <summary>[Count].</summary>
    internal int* RowsPointer => _rows.Pointer;

    /// <summary>[Count], the item of each step.</summary>
    internal int* ItemOfPointer => _itemOf.Pointer;

    internal int* StartsPointer => _starts.Pointer;

    internal int* LengthsPointer => _lengths.Pointer;

    /// <summary>Lists the steps.</summary>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">[B], each 1 .. T; empty when all are T. Read.</param>
    /// <param name="firstRows">[N + 1], ascending from 0 to B; empty when each row is an item. Read.</param>
    public void Set(int steps, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<int> firstRows)
    {
        Debug.Assert(lengths.IsEmpty || lengths.Length == batch);
        Steps = steps;
        Batch = batch;
        Items = firstRows.IsEmpty ? batch : firstRows.Length - 1;
        int count = 0;
        for (int item = 0; item < Items; item++)
        {
            int first = firstRows.IsEmpty ? item : firstRows[item];
            int end = firstRows.IsEmpty ? item + 1 : firstRows[item + 1];
            _firstRows[item] = first;
            _starts[item] = count;
            for (int b = first; b < end; b++)
            {
                int length = lengths.IsEmpty ? steps : lengths[b];
                _lengths[b] = length;
                for (int t = 0; t < length; t++)
                {
                    _rows[count] = (t * batch) + b;
                    _itemOf[count++] = item;
                }
            }
        }

        _firstRows[Items] = batch;
        _starts[Items] = count;
        Count = count;
    }

    /// <summary>Whether these lengths are those that Set was given, an empty one standing for all T.</summary>
    public bool HasLengths(ReadOnlySpan<int> lengths) =>
        lengths.IsEmpty ? !Lengths.ContainsAnyExcept(Steps) : lengths.SequenceEqual(Lengths);

    /// <summary>Whether these are the items that Set was given, an empty list standing for rows.</summary>
    public bool HasItems(ReadOnlySpan<int> firstRows) =>
        firstRows.IsEmpty ? Items == Batch : firstRows.SequenceEqual(FirstRows);
}
