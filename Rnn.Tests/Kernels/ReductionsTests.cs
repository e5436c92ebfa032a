using System;
using Rnn.Core.Kernels.Vectors;
using Xunit;

namespace Rnn.Tests.Kernels;

public class ReductionsTests
{
    [Fact]
    public void SumsAtEveryLength()
    {
        for (int length = 0; length <= 130; length++)
            Check(length);

        foreach (int length in new[] { 4095, 4096, 4097, 8192, 12345 })
            Check(length);

        static void Check(int length)
        {
            Guarded x = new(length, length % 7, i => MathF.Sin(i) + 0.1f);
            double sum = 0, squares = 0;
            foreach (float value in x.Span)
                (sum, squares) = (sum + value, squares + ((double)value * value));

            Assert.Equal(sum, Reductions.Sum(x.Span), 1e-9);
            Assert.Equal(squares, Reductions.SumOfSquares(x.Span), 1e-9);
        }
    }

    [Fact]
    public void ChunksAddUpToTheSameBits()
    {
        float[] x = new float[(3 * Reductions.ChunkLength) + 77];
        for (int i = 0; i < x.Length; i++)
            x[i] = MathF.Sin(i * i);

        double sum = 0;
        for (int i = 0; i < x.Length; i += Reductions.ChunkLength)
            sum += Reductions.SumOfSquares(x.AsSpan(i, Math.Min(Reductions.ChunkLength, x.Length - i)));

        Assert.Equal(Reductions.SumOfSquares(x), sum);
        Guarded moved = new(x.Length, 5, i => x[i]);
        Assert.Equal(Reductions.Sum(x), Reductions.Sum(moved.Span));
    }

    [Fact]
    public void SquaresDoNotOverflow() =>
        Assert.Equal(2.0 * float.MaxValue * float.MaxValue,
            Reductions.SumOfSquares([float.MaxValue, float.MinValue]), 1e60);

    [Fact]
    public void AllFiniteFindsOneBadElementAnywhere()
    {
        for (int length = 0; length <= 130; length++)
        {
            Guarded x = new(length, length % 5,
                i => (i % 3) switch { 0 => float.MaxValue, 1 => -1e-42f, _ => float.MinValue });
            Assert.True(Reductions.AllFinite(x.Span));
            for (int i = 0; i < length; i++)
            {
                float old = x.Span[i];
                x.Span[i] = (i % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity };
                Assert.False(Reductions.AllFinite(x.Span));
                x.Span[i] = old;
            }
        }
    }

    [Fact]
    public void MaxTakesTheFirstOfEquals()
    {
        for (int length = 1; length <= 130; length++)
        {
            for (int at = 0; at < length; at += 3)
            {
                Guarded x = new(length, length % 4, i => i < at ? -1 - (i * 0.01f) : 2f);
                Assert.Equal(at, Reductions.IndexOfMax(x.Span));
                Assert.Equal(2f, Reductions.Max(x.Span));
            }
        }

        Assert.Equal(float.NegativeInfinity, Reductions.Max([float.NegativeInfinity]));
        Assert.Equal(0, Reductions.IndexOfMax([float.NegativeInfinity, float.NegativeInfinity]));
        Assert.True(float.IsNaN(Reductions.Max([1f, float.NaN, 2f])));
        Assert.Equal(1, Reductions.IndexOfMax([1f, float.NaN, 2f]));
        Assert.Throws<ArgumentException>(() => Reductions.Max([]));
        Assert.Throws<ArgumentException>(() => Reductions.IndexOfMax([]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void SumRowsAtEveryWidth(int rows)
    {
        for (int columns = 0; columns <= 130; columns += rows > 1 ? 7 : 1)
        {
            Guarded m = new(rows * columns, 3, i => MathF.Sin(i * 0.37f));
            Guarded db = new(columns, 1, j => j), split = new(columns, 2, j => j);
            Reductions.SumRows(m.Span, rows, db.Span);
            for (int j = 0; j < columns; j++)
            {
                double expected = j;
                for (int i = 0; i < rows; i++)
                    expected += m.Span[(i * columns) + j];

                Assert.Equal(expected, db.Span[j], 1e-4);
            }

            // Column ranges of any size: the same bits.
            for (int j = 0, n = 1; j < columns; j += n, n = Math.Min(n + 3, columns - j))
                Reductions.SumRows(m.Span, rows, columns, j, split.Span.Slice(j, n));

            Bits.AssertEqual(db.Span, split.Span);
            db.AssertUntouched();
        }
    }

    [Fact]
    public void SumRowsChecksItsShapes()
    {
        Assert.Throws<ArgumentException>(() => Reductions.SumRows(new float[5], 2, new float[3]));
        Assert.Throws<ArgumentException>(() => Reductions.SumRows(new float[6], 2, 3, 1, new float[3]));
        Assert.Throws<ArgumentException>(() => Reductions.SumRows(new float[5], 2, 3, 0, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Reductions.SumRows(new float[5], -1, 3, 0, new float[3]));
        Reductions.SumRows(new float[5], 2, 3, 0, new float[2]);
    }
}
