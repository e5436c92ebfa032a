using System;
using System.Linq;
using Rnn.Core.Tensors;
using Xunit;

namespace Rnn.Tests.Tensors;

public class MatrixViewTests
{
    // [[0, 1, 2, 3, 4], [10, 11, ...], ...]: element (row, col) is 10*row + col.
    private static float[] Values(int rows, int cols) =>
        [.. Enumerable.Range(0, rows * cols).Select(i => (10f * (i / cols)) + (i % cols))];

    [Fact]
    public void BlocksOfColumnsAndRowsSeeTheSameElements()
    {
        float[] values = Values(4, 5);
        MatrixView whole = new(values, 4, 5);
        Assert.True(whole.IsContiguous);
        Assert.Equal(5, whole.Stride);
        MatrixView block = whole.Columns(1, 3).Slice(1, 2);
        Assert.Equal((2, 3, 5), (block.Rows, block.Cols, block.Stride));
        Assert.False(block.IsContiguous);
        Assert.Equal([11f, 12f, 13f], block.Row(0).ToArray());
        Assert.Equal([21f, 22f, 23f], block.Row(1).ToArray());
        Assert.Equal(22f, block[1, 1]);
        Assert.Equal([22f, 23f], block.Columns(1, 2).AsReadOnly().Row(1).ToArray());
        block[1, 1] = -1;
        Assert.Equal(-1, values[12]);

        ReadOnlyMatrixView read = block;
        Assert.Equal((2, 3, 5), (read.Rows, read.Cols, read.Stride));
        Assert.Equal([21f, -1f, 23f], read.Slice(1, 1).Row(0).ToArray());
        Assert.Equal(-1f, read.Columns(1, 1)[1, 0]);
        Assert.Equal("[2, 3]", read.ToString());
    }

    [Fact]
    public void ASpanIsThereWhereNoGapIs()
    {
        float[] values = Values(4, 5);
        MatrixView whole = new(values, 4, 5);
        Assert.Equal(values, whole.Span.ToArray());
        Assert.Equal(values, whole.Columns(0, 5).Span.ToArray());
        Assert.Equal([31f, 32f], whole.Slice(3, 1).Columns(1, 2).Span.ToArray());   // one row has no gap
        Assert.Equal(values, new MatrixView(values, 4, 5, 5).Span.ToArray());
        Assert.True(whole.Columns(5, 0).Span.IsEmpty);
        Assert.True(whole.Slice(4, 0).Columns(1, 2).Span.IsEmpty);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(
            () => _ = new MatrixView(values, 4, 5).Columns(1, 2).Span.Length);
        Assert.Contains("[4, 2] with rows 5 apart", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidOperationException>(
            () => _ = new ReadOnlyMatrixView(values, 4, 5).Columns(0, 4).Span.Length);
        Assert.Contains("CopyTo", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ViewsWithoutElementsCanBeAskedAndCut()
    {
        MatrixView nothing = default;
        Assert.True(nothing.IsEmpty && nothing.IsContiguous && nothing.Slice(0, 0).IsEmpty);
        float[] values = Values(4, 5);
        MatrixView noColumns = new MatrixView(values, 4, 5).Columns(2, 0);
        Assert.Equal((4, 0), (noColumns.Rows, noColumns.Cols));
        Assert.True(noColumns.IsEmpty && noColumns.IsContiguous);
        Assert.True(noColumns.Row(3).IsEmpty);
        Assert.Equal(2, noColumns.Slice(2, 2).Rows);
        MatrixView noRows = new MatrixView(values, 4, 5, 5).Slice(4, 0);
        Assert.Equal(3, noRows.Columns(2, 3).Cols);
        Assert.True(new ReadOnlyMatrixView([], 0, 5, 7).Columns(1, 2).IsEmpty);
        noColumns.Clear();
        noColumns.CopyTo(new MatrixView([], 4, 0));
        Assert.Equal(Values(4, 5), values);
    }

    [Fact]
    public void CopyFillAndClearKeepOffWhatLiesBetween()
    {
        float[] from = Values(3, 7), to = new float[40];
        Array.Fill(to, -5f);
        new ReadOnlyMatrixView(from, 3, 7).Columns(2, 4).CopyTo(new MatrixView(to.AsSpan(1), 3, 4, 9));
        for (int i = 0; i < to.Length; i++)
        {
            int row = (i - 1) / 9, col = (i - 1) % 9;
            Assert.Equal(i > 0 && row < 3 && col < 4 ? (10 * row) + col + 2 : -5f, to[i]);
        }

        float[] packed = new float[12];
        new MatrixView(to.AsSpan(1), 3, 4, 9).CopyTo(new MatrixView(packed, 3, 4));
        Assert.Equal([2, 3, 4, 5, 12, 13, 14, 15, 22, 23, 24, 25], packed);

        new MatrixView(to.AsSpan(1), 3, 4, 9).Fill(7);
        Assert.Equal(12, to.Count(value => value == 7));
        Assert.Equal(28, to.Count(value => value == -5));
        new MatrixView(to.AsSpan(1), 3, 4, 9).Columns(1, 2).Clear();
        Assert.Equal(6, to.Count(value => value == 0));
        Assert.Equal(28, to.Count(value => value == -5));
        new MatrixView(packed, 3, 4).Clear();
        Assert.All(packed, value => Assert.Equal(0, value));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        float[] values = new float[20];
        Says<ArgumentOutOfRangeException>(() => _ = new MatrixView(values, 4, 5, 4), "stride is 4", "at least 5");
        Says<ArgumentOutOfRangeException>(() => _ = new ReadOnlyMatrixView(values, 4, -5, 4), "cols is -5");
        Says<ArgumentException>(() => _ = new MatrixView(values, 3, 5, 8), "[3, 5] with rows 8 apart (21 elements)",
            "20 elements");
        Says<ArgumentException>(() => _ = new ReadOnlyMatrixView(values, 3, 5, 8), "21 elements");
        Says<ArgumentException>(() => _ = new ReadOnlyMatrixView(values, int.MaxValue, 5, int.MaxValue), "20 elements");
        Says<ArgumentOutOfRangeException>(() => _ = new MatrixView(values, 4, 5).Columns(3, 3),
            "3 columns from number 3");
        Says<ArgumentOutOfRangeException>(() => _ = new ReadOnlyMatrixView(values, 4, 5).Columns(-1, 3), "columns");
        Says<ArgumentOutOfRangeException>(() => _ = new MatrixView(values, 4, 5).Columns(0, 2)[0, 2], "(0, 2)");
        Says<ArgumentException>(
            () => new ReadOnlyMatrixView(values, 4, 5).CopyTo(new MatrixView(new float[20], 5, 4)), "[5, 4]", "[4, 5]");
    }

    internal static void Says<TException>(Action action, params string[] parts)
        where TException : Exception
    {
        TException e = Assert.Throws<TException>(action);
        foreach (string part in parts)
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }
}
