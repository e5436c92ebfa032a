using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Tensors;

/// <summary>A matrix [Rows, Cols], row-major and contiguous, in memory that somebody else owns.</summary>
public readonly ref struct MatrixView
{
    /// <summary>A view of <paramref name="span"/>, which has Rows*Cols elements.</summary>
    /// <exception cref="ArgumentException">The span is not of that length.</exception>
    public MatrixView(Span<float> span, int rows, int cols)
    {
        if (rows < 0 || cols < 0)
            Throw.NegativeSize(rows < 0 ? nameof(rows) : nameof(cols), Math.Min(rows, cols));

        if (span.Length != (long)rows * cols)
            Throw.ShapeMismatch(nameof(MatrixView), nameof(span), $"[{rows}, {cols}]", $"{span.Length} elements");

        Span = span;
        Rows = rows;
        Cols = cols;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Cols { get; }

    /// <summary>All elements, row after row.</summary>
    public Span<float> Span { get; }

    /// <summary>Whether there is nothing to see: the default view, or one without elements.</summary>
    public bool IsEmpty => Span.IsEmpty;

    /// <summary>Element (row, col).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public ref float this[int row, int col]
    {
        get
        {
            if ((uint)row >= (uint)Rows || (uint)col >= (uint)Cols)
                Throw.ElementOutside(nameof(MatrixView), row, col, Rows, Cols);

            return ref Span[(row * Cols) + col];
        }
    }

    /// <summary>Row number <paramref name="row"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<float> Row(int row)
    {
        if ((uint)row >= (uint)Rows)
            Throw.IndexOutside(nameof(MatrixView), nameof(row), row, Rows);

        return Span.Slice(row * Cols, Cols);
    }

    /// <summary>Rows first .. first+count-1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows.</exception>
    public MatrixView Slice(int first, int count)
    {
        if (first < 0 || count < 0 || count > Rows - first)
            Throw.RangeOutside(nameof(MatrixView), "rows", first, count, Rows);

        return new MatrixView(Span.Slice(first * Cols, count * Cols), count, Cols);
    }

    /// <summary>The same elements, read-only.</summary>
    public static implicit operator ReadOnlyMatrixView(MatrixView view) => new(view.Span, view.Rows, view.Cols);

    /// <summary>The same elements, read-only.</summary>
    public ReadOnlyMatrixView AsReadOnly() => this;

    /// <summary>"[2, 3]".</summary>
    public override string ToString() => $"[{Rows}, {Cols}]";
}
