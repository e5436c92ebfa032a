using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;

namespace Rnn.Core.Tensors;

/// <summary>
/// Count matrices [Rows, Cols] at regular distances in memory that somebody else owns, read-only: what
/// <see cref="MatrixProduct"/> multiplies in one call.
/// </summary>
public readonly ref struct ReadOnlyMatrixBatchView
{
    private readonly ReadOnlySpan<float> _span;
    private readonly BatchLayout _layout;

    /// <summary>Matrices that follow one another without a gap.</summary>
    /// <param name="span">Count*Rows*Cols elements.</param>
    /// <param name="count">Number of matrices.</param>
    /// <param name="rows">Rows of each.</param>
    /// <param name="cols">Columns of each.</param>
    /// <exception cref="ArgumentException">The span is not of that length.</exception>
    public ReadOnlyMatrixBatchView(ReadOnlySpan<float> span, int count, int rows, int cols)
        : this(span, new BatchLayout(count, rows, cols))
    {
        if (span.Length != (long)count * rows * cols)
        {
            Throw.ShapeMismatch(nameof(ReadOnlyMatrixBatchView), nameof(span), _layout.ToString(),
                $"{span.Length} elements");
        }
    }

    /// <summary>Matrices that lie as <paramref name="layout"/> says, the first at the span's beginning.</summary>
    /// <param name="span">At least the elements that the layout reaches.</param>
    /// <param name="layout">Number, shape, distances.</param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public ReadOnlyMatrixBatchView(ReadOnlySpan<float> span, BatchLayout layout)
    {
        layout.Check(nameof(ReadOnlyMatrixBatchView), nameof(span), span.Length);
        _span = span[..(int)layout.Length];
        _layout = layout;
    }

    /// <summary>Number of matrices.</summary>
    public int Count => _layout.Count;

    /// <summary>Rows of each.</summary>
    public int Rows => _layout.Rows;

    /// <summary>Columns of each.</summary>
    public int Cols => _layout.Cols;

    /// <summary>Where they lie.</summary>
    public BatchLayout Layout => _layout;

    /// <summary>From the first element of all to the last, with what lies between them.</summary>
    internal ReadOnlySpan<float> Extent => _span;

    /// <summary>Matrix number <paramref name="i"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such matrix.</exception>
    public ReadOnlyMatrixView this[int i]
    {
        get
        {
            if ((uint)i >= (uint)Count)
                Throw.IndexOutside(nameof(ReadOnlyMatrixBatchView), nameof(i), i, Count);

            return new ReadOnlyMatrixView(_span.IsEmpty ? default : _span[(int)_layout.Start(i)..], Rows, Cols,
                _layout.RowStride);
        }
    }

    /// <summary>"6 x [2, 3]".</summary>
    public override string ToString() => _layout.ToString();
}
