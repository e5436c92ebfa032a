using System;
using System.Numerics;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Tensors;

namespace Rnn.Core.Parameters;

/// <summary>
/// The gradient of a by-row slot: the rows that were touched, in the order in which they were first touched, and
/// nothing else. All room is taken at construction; the operating system gives memory only to rows that are used.
/// </summary>
public sealed class RowGradients
{
    private readonly AlignedBuffer _values;
    private readonly int[] _rowOf;      // position -> row of the table
    private readonly int[] _position;   // row of the table -> position + 1, 0 when untouched
    private int[] _scratch = [];        // positions of the rows being added

    /// <summary>No touched rows of a table [rows, cols].</summary>
    public RowGradients(int rows, int cols)
    {
        Rows = rows;
        Cols = cols;
        _values = new AlignedBuffer((long)rows * cols);
        _rowOf = new int[rows];
        _position = new int[rows];
    }

    /// <summary>Rows of the table.</summary>
    public int Rows { get; }

    /// <summary>Columns of the table.</summary>
    public int Cols { get; }

    /// <summary>How many rows are touched.</summary>
    public int Count { get; private set; }

    /// <summary>The touched rows' numbers; entry p belongs to row p of <see cref="Values"/>.</summary>
    public ReadOnlySpan<int> Touched => _rowOf.AsSpan(0, Count);

    /// <summary>[Rows], 1 + a row's position in <see cref="Values"/>, or 0: not touched.</summary>
    internal ReadOnlySpan<int> Positions => _position;

    /// <summary>The gradients of the touched rows [Count, Cols].</summary>
    public MatrixView Values => new(_values.Span[..(Count * Cols)], Count, Cols);

    /// <summary>The gradient of a row, begun at 0 when first touched. Accumulate into it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row is not in the table.</exception>
    public Span<float> Touch(int row) => _values.Span.Slice(TouchPosition(row) * Cols, Cols);

    /// <summary>Like <see cref="Touch"/>, giving the row's position in <see cref="Values"/>.</summary>
    public int TouchPosition(int row)
    {
        if ((uint)row >= (uint)Rows)
            Throw.IndexOutside(nameof(RowGradients), nameof(row), row, Rows);

        int position = _position[row] - 1;
        if (position < 0)
        {
            position = Count++;
            _position[row] = position + 1;
            _rowOf[position] = row;
            _values.Span.Slice(position * Cols, Cols).Clear();
        }

        return position;
    }

    /// <summary>gradient[rows[i]] += values[i], in ascending order of i.</summary>
    /// <param name="rows">[N], each 0 .. Rows-1. Read.</param>
    /// <param name="values">[N, Cols]. Read.</param>
    /// <exception cref="ArgumentException">A row is not in the table, or values is too short.</exception>
    public void AddRows(ReadOnlySpan<int> rows, ReadOnlySpan<float> values)
    {
        if (_scratch.Length < rows.Length)
            _scratch = new int[(int)BitOperations.RoundUpToPowerOf2((uint)rows.Length)];   // batches differ a little

        for (int i = 0; i < rows.Length; i++)
            _scratch[i] = TouchPosition(rows[i]);

        Gather.AddRows(_scratch.AsSpan(0, rows.Length), values, Cols, Cols, Values.Span);
    }

    /// <summary>Forgets all touched rows.</summary>
    public void Clear()
    {
        foreach (int row in Touched)
            _position[row] = 0;

        Count = 0;
    }

    /// <summary>Adds the rows of another gradient of the same table, in its order.</summary>
    public void AddFrom(RowGradients other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ReadOnlyMatrixView values = other.Values;
        for (int p = 0; p < other.Count; p++)
        {
            Span<float> to = Touch(other._rowOf[p]);
            Elementwise.Add(to, values.Row(p), to);
        }
    }
}
