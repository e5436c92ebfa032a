using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels.Products;

/// <summary>
/// Where the matrices of a batch lie in a buffer. There are Outer*Inner of them, each [Rows, Cols] with rows RowStride
/// apart; matrix i begins at (i / Inner)*OuterStride + (i % Inner)*InnerStride. The heads of a sequence [T, B, H*D]:
/// Rows = T, Cols = D, RowStride = B*H*D, Inner = H, InnerStride = D, Outer = B, OuterStride = H*D.
/// </summary>
public readonly struct BatchLayout
{
    /// <summary>Matrices that follow one another without a gap.</summary>
    /// <param name="count">Number of matrices.</param>
    /// <param name="rows">Rows of each.</param>
    /// <param name="cols">Columns of each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or a matrix larger than a buffer.</exception>
    public BatchLayout(int count, int rows, int cols)
        : this(rows, cols, cols, 1, 0, count, Size(rows, cols))
    {
    }

    /// <summary>Matrices at regular distances in two directions.</summary>
    /// <param name="rows">Rows of each.</param>
    /// <param name="cols">Columns of each.</param>
    /// <param name="rowStride">Elements from row to row, at least cols.</param>
    /// <param name="inner">How many matrices the inner direction has, 1 or more.</param>
    /// <param name="innerStride">Elements from one to the next in it; 0: the same matrix again.</param>
    /// <param name="outer">How many the outer direction has.</param>
    /// <param name="outerStride">Elements from one to the next in it; 0: the same matrices again.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or stride is out of range.</exception>
    public BatchLayout(int rows, int cols, int rowStride, int inner, int innerStride, int outer, int outerStride)
    {
        if (rows < 0 || cols < 0 || outer < 0)
        {
            Throw.NegativeSize(rows < 0 ? nameof(rows) : cols < 0 ? nameof(cols) : nameof(outer),
                Math.Min(rows, Math.Min(cols, outer)));
        }

        if (innerStride < 0 || outerStride < 0)
        {
            Throw.NegativeSize(innerStride < 0 ? nameof(innerStride) : nameof(outerStride),
                Math.Min(innerStride, outerStride));
        }

        if (rowStride < cols)
            Throw.OutOfRange(nameof(rowStride), rowStride, $"at least {cols}, the number of columns");

        if (inner < 1)
            Throw.OutOfRange(nameof(inner), inner, "1 or more");

        if ((long)outer * inner > int.MaxValue)
            Throw.OutOfRange(nameof(outer), outer, $"at most {int.MaxValue / inner}, as inner is {inner}");

        Rows = rows;
        Cols = cols;
        RowStride = rowStride;
        Inner = inner;
        InnerStride = innerStride;
        Outer = outer;
        OuterStride = outerStride;
    }

    /// <summary>Number of matrices: Outer*Inner.</summary>
    public int Count => Outer * Inner;

    /// <summary>Rows of each matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of each matrix.</summary>
    public int Cols { get; }

    /// <summary>Elements from row to row.</summary>
    public int RowStride { get; }

    /// <summary>Matrices of the inner direction.</summary>
    public int Inner { get; }

    /// <summary>Elements from matrix to matrix in the inner direction.</summary>
    public int InnerStride { get; }

    /// <summary>Matrices of the outer direction.</summary>
    public int Outer { get; }

    /// <summary>Elements from matrix to matrix in the outer direction.</summary>
    public int OuterStride { get; }

    /// <summary>Elements from the first of all to the last, with what lies between: what a buffer must have.</summary>
    public long Length => IsEmpty ? 0
        : ((Outer - 1L) * OuterStride) + ((Inner - 1L) * InnerStride) + ((Rows - 1L) * RowStride) + Cols;

    /// <summary>Whether no element belongs to two matrices; seen from the strides, each of which must reach beyond all
    /// that the shorter ones span. True of every layout that cuts a tensor along its axes.</summary>
    internal bool IsDisjoint
    {
        get
        {
            if (IsEmpty)
                return true;

            Span<(long Stride, int Size)> axes = [(RowStride, Rows), (InnerStride, Inner), (OuterStride, Outer)];
            if (axes[0].Stride > axes[1].Stride)
                (axes[0], axes[1]) = (axes[1], axes[0]);

            if (axes[1].Stride > axes[2].Stride)
                (axes[1], axes[2]) = (axes[2], axes[1]);

            if (axes[0].Stride > axes[1].Stride)
                (axes[0], axes[1]) = (axes[1], axes[0]);

            long last = Cols - 1;
            foreach ((long stride, int size) in axes)
            {
                if (size > 1 && stride <= last)
                    return false;

                last += (size - 1) * stride;
            }

            return true;
        }
    }

    private bool IsEmpty => Rows == 0 || Cols == 0 || Outer == 0;

    /// <summary>Where matrix <paramref name="i"/> begins.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such matrix.</exception>
    public long Start(int i)
    {
        if ((uint)i >= (uint)Count)
            Throw.IndexOutside(nameof(BatchLayout), nameof(i), i, Count);

        return ((long)(i / Inner) * OuterStride) + ((long)(i % Inner) * InnerStride);
    }

    /// <summary>"6 x [2, 3]".</summary>
    public override string ToString() => $"{Count} x [{Rows}, {Cols}]";

    /// <summary>Checks that a buffer of that length holds all matrices.</summary>
    internal void Check(string who, string what, int length)
    {
        if (length < Length)
            Throw.ShapeMismatch(who, what, $"{this} as laid out ({Length} elements)", $"a span of {length} elements");
    }

    private static int Size(int rows, int cols)
    {
        if ((long)rows * cols > int.MaxValue)
            Throw.TooLarge(nameof(rows), (long)rows * cols);

        return Math.Max(0, rows * cols);   // a negative size is refused with its own name
    }
}
