using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Tensors;

/// <summary>
/// A matrix [Rows, Cols], row-major, in memory that somebody else owns. Rows are <see cref="Stride"/> elements apart:
/// a block of columns, or every B-th row, is a view too (design decision D50).
/// </summary>
public readonly ref struct MatrixView
{
    // From the first element to the last: what lies between the rows is in it, what lies behind the last row is not.
    private readonly Span<float> _span;

    /// <summary>A contiguous view of <paramref name="span"/>, which has Rows*Cols elements.</summary>
    /// <exception cref="ArgumentException">The span is not of that length.</exception>
    public MatrixView(Span<float> span, int rows, int cols)
    {
        if (rows < 0 || cols < 0)
            Throw.NegativeSize(rows < 0 ? nameof(rows) : nameof(cols), Math.Min(rows, cols));

        if (span.Length != (long)rows * cols)
        {
            Throw.ShapeMismatch(nameof(MatrixView), nameof(span), $"[{rows}, {cols}]",
                $"{span.Length} elements");
        }

        _span = span;
        Rows = rows;
        Cols = cols;
        Stride = cols;
    }

    /// <summary>A view whose row r begins at r*stride.</summary>
    /// <param name="span">At least (Rows-1)*Stride + Cols elements; what follows them is no part of the view.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="cols">Number of columns.</param>
    /// <param name="stride">Elements from row to row, at least Cols.</param>
    /// <exception cref="ArgumentException">The span is too short, or the stride too small.</exception>
    public MatrixView(Span<float> span, int rows, int cols, int stride)
    {
        if (rows < 0 || cols < 0)
            Throw.NegativeSize(rows < 0 ? nameof(rows) : nameof(cols), Math.Min(rows, cols));

        if (stride < cols)
            Throw.OutOfRange(nameof(stride), stride, $"at least {cols}, the number of columns");

        long length = rows == 0 || cols == 0 ? 0 : ((rows - 1L) * stride) + cols;
        if (span.Length < length)
        {
            Throw.ShapeMismatch(nameof(MatrixView), nameof(span),
                $"[{rows}, {cols}] with rows {stride} apart ({length} elements)", $"{span.Length} elements");
        }

        _span = span[..(int)length];
        Rows = rows;
        Cols = cols;
        Stride = stride;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Cols { get; }

    /// <summary>Elements from row to row; Cols where the rows follow one another.</summary>
    public int Stride { get; }

    /// <summary>Whether the elements follow one another without a gap, so that there is a <see cref="Span"/>: always
    /// with one row or none.</summary>
    public bool IsContiguous => _span.Length == (long)Rows * Cols;

    /// <summary>All elements, row after row.</summary>
    /// <exception cref="InvalidOperationException">The view is not contiguous.</exception>
    public Span<float> Span
    {
        get
        {
            if (!IsContiguous)
                Throw.NotContiguous(nameof(MatrixView), Rows, Cols, Stride);

            return _span;
        }
    }

    /// <summary>Whether there is nothing to see: the default view, or one without elements.</summary>
    public bool IsEmpty => _span.IsEmpty;

    /// <summary>From the first element to the last, with what lies between the rows.</summary>
    internal Span<float> Extent => _span;

    /// <summary>Element (row, col).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public ref float this[int row, int col]
    {
        get
        {
            if ((uint)row >= (uint)Rows || (uint)col >= (uint)Cols)
                Throw.ElementOutside(nameof(MatrixView), row, col, Rows, Cols);

            return ref _span[(row * Stride) + col];
        }
    }

    /// <summary>Row number <paramref name="row"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<float> Row(int row)
    {
        if ((uint)row >= (uint)Rows)
            Throw.IndexOutside(nameof(MatrixView), nameof(row), row, Rows);

        return Cols == 0 ? default : _span.Slice(row * Stride, Cols);
    }

    /// <summary>Rows first .. first+count-1, with the same stride.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows.</exception>
    public MatrixView Slice(int first, int count)
    {
        if (first < 0 || count < 0 || count > Rows - first)
            Throw.RangeOutside(nameof(MatrixView), "rows", first, count, Rows);

        bool empty = count == 0 || Cols == 0;
        return new MatrixView(empty ? default : _span[(first * Stride)..], count, Cols, Stride);
    }

    /// <summary>Columns first .. first+count-1 of every row, with the same stride: one gate, one head.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such columns.</exception>
    public MatrixView Columns(int first, int count)
    {
        if (first < 0 || count < 0 || count > Cols - first)
            Throw.RangeOutside(nameof(MatrixView), "columns", first, count, Cols);

        bool empty = count == 0 || Rows == 0;
        return new MatrixView(empty ? default : _span[first..], Rows, count, Stride);
    }

    /// <summary>Copies every element.</summary>
    /// <param name="destination">[Rows, Cols], of any stride. Overwritten; may only overlap this view where both are
    /// contiguous.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyTo(MatrixView destination)
    {
        if (destination.Rows != Rows || destination.Cols != Cols)
            Throw.ShapeMismatch(nameof(MatrixView), nameof(destination), ToString(), destination.ToString());

        if (IsContiguous && destination.IsContiguous)
        {
            _span.CopyTo(destination.Span);
        }
        else
        {
            for (int row = 0; row < Rows; row++)
                Row(row).CopyTo(destination.Row(row));
        }
    }

    /// <summary>Sets every element to 0; nothing between the rows is touched.</summary>
    public void Clear() => Fill(0);

    /// <summary>Sets every element to <paramref name="value"/>; nothing between the rows is touched.</summary>
    public void Fill(float value)
    {
        if (IsContiguous)
        {
            _span.Fill(value);
        }
        else
        {
            for (int row = 0; row < Rows; row++)
                Row(row).Fill(value);
        }
    }

    /// <summary>The same elements, read-only.</summary>
    public static implicit operator ReadOnlyMatrixView(MatrixView view) =>
        new(view._span, view.Rows, view.Cols, view.Stride);

    /// <summary>The same elements, read-only.</summary>
    public ReadOnlyMatrixView AsReadOnly() => this;

    /// <summary>"[2, 3]".</summary>
    public override string ToString() => $"[{Rows}, {Cols}]";
}
