using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Tensors;

/// <summary>A matrix [Rows, Cols], row-major and contiguous, in memory that somebody else owns. Read-only.</summary>
public readonly ref struct ReadOnlyMatrixView
{
    /// <summary>A view of <paramref name="span"/>, which has Rows*Cols elements.</summary>
    /// <exception cref="ArgumentException">The span is not of that length.</exception>
    public ReadOnlyMatrixView(ReadOnlySpan<float> span, int rows, int cols)
    {
        if (rows < 0 || cols < 0)
            Throw.NegativeSize(rows < 0 ? nameof(rows) : nameof(cols), Math.Min(rows, cols));

        if (span.Length != (long)rows * cols)
        {
            Throw.ShapeMismatch(nameof(ReadOnlyMatrixView), nameof(span), $"[{rows}, {cols}]",
                $"{span.Length} elements");
        }

        Span = span;
        Rows = rows;
        Cols = cols;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Cols { get; }

    /// <summary>All elements, row after row.</summary>
    public ReadOnlySpan<float> Span { get; }

    /// <summary>Whether there is nothing to see: the default view, or one without elements.</summary>
    public bool IsEmpty => Span.IsEmpty;

    /// <summary>Element (row, col).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public ref readonly float this[int row, int col]
    {
        get
        {
            if ((uint)row >= (uint)Rows || (uint)col >= (uint)Cols)
                Throw.ElementOutside(nameof(ReadOnlyMatrixView), row, col, Rows, Cols);

            return ref Span[(row * Cols) + col];
        }
    }

    /// <summary>Row number <paramref name="row"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> Row(int row)
    {
        if ((uint)row >= (uint)Rows)
            Throw.IndexOutside(nameof(ReadOnlyMatrixView), nameof(row), row, Rows);

        return Span.Slice(row * Cols, Cols);
    }

    /// <summary>Rows first .. first+count-1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows.</exception>
    public ReadOnlyMatrixView Slice(int first, int count)
    {
        if (first < 0 || count < 0 || count > Rows - first)
            Throw.RangeOutside(nameof(ReadOnlyMatrixView), "rows", first, count, Rows);

        return new ReadOnlyMatrixView(Span.Slice(first * Cols, count * Cols), count, Cols);
    }

    /// <summary>"[2, 3]".</summary>
    public override string ToString() => $"[{Rows}, {Cols}]";
}
