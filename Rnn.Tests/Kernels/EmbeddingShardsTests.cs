using System;
using Rnn.Core.Kernels.WordVectors;
using Xunit;

namespace Rnn.Tests.Kernels;

public unsafe class EmbeddingShardsTests
{
    [Fact]
    public void RowsComeBackForEveryWidthAndNumberOfShards()
    {
        for (int d = 1; d <= 130; d++)
        {
            for (int shards = 1; shards <= EmbeddingShards.MostShards(d); shards++)
                RowsComeBack(3, d, shards);
        }

        RowsComeBack(2, 481, 30);   // 31 cache lines, the last of one column
        RowsComeBack(2, 1024, 64);
    }

    [Fact]
    public void TablesBeginAsZeros()
    {
        EmbeddingShards tables = new(5, 33, 2);
        float[] row = new float[33];
        for (int i = 0; i < 5; i++)
        {
            Array.Fill(row, 1f);
            tables.ReadInput(i, row);
            Assert.Equal(-1, row.AsSpan().IndexOfAnyExcept(0f));
            Array.Fill(row, 1f);
            tables.ReadOutput(i, row);
            Assert.Equal(-1, row.AsSpan().IndexOfAnyExcept(0f));
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(16, 1, 1)]
    [InlineData(17, 2, 2)]
    [InlineData(100, 2, 7)]
    [InlineData(511, 2, 32)]
    [InlineData(512, 4, 32)]
    [InlineData(5000, 4, 64)]
    [InlineData(int.MaxValue, 4, 64)]
    public void NumbersOfShards(int dimensions, int suitable, int most)
    {
        Assert.Equal(suitable, EmbeddingShards.DefaultShards(dimensions));
        Assert.Equal(most, EmbeddingShards.MostShards(dimensions));
    }

    [Theory]
    [InlineData(0, 8, 1, "rows is 0; expected more than 0.")]
    [InlineData(8, 0, 1, "dimensions is 0; expected more than 0.")]
    [InlineData(8, 8, 0, "shards is 0; expected 1 to 1 shards of 8 dimensions.")]
    [InlineData(8, 33, 4, "shards is 4; expected 1 to 3 shards of 33 dimensions.")]
    [InlineData(8, 5000, 65, "shards is 65; expected 1 to 64 shards of 5000 dimensions.")]
    [InlineData(20_000_000, 300, 2, "rows is 20000000; expected at most 13421771 with 300 dimensions in 2 shards; " +
        "more shards hold more rows.")]
    [InlineData(1, int.MaxValue, 1, "rows is 1; expected at most -1 with 2147483647 dimensions in 1 shards; " +
        "more shards hold more rows.")]
    public void WhatCannotBeIsRefused(int rows, int dimensions, int shards, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<ArgumentOutOfRangeException>(
            () => new EmbeddingShards(rows, dimensions, shards)).Message, StringComparison.Ordinal);

    [Fact]
    public void RowsThatAreNotThereAreRefused()
    {
        EmbeddingShards tables = new(3, 20, 2);
        float[] row = new float[20], other = new float[19];
        Assert.StartsWith("EmbeddingShards: row holds 3, expected 0 to 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => tables.ReadInput(3, row)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.ReadOutput(-1, row));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.WriteInput(-1, row));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.WriteOutput(3, row));
        Assert.StartsWith("EmbeddingShards: destination has 19 elements, expected 20.",
            Assert.Throws<ArgumentException>(() => tables.ReadOutput(0, other)).Message, StringComparison.Ordinal);
        Assert.StartsWith("EmbeddingShards: values has 19 elements, expected 20.",
            Assert.Throws<ArgumentException>(() => tables.WriteInput(0, other)).Message, StringComparison.Ordinal);
    }

    private static void RowsComeBack(int rows, int d, int shards)
    {
        EmbeddingShards tables = new(rows, d, shards);
        float[] row = new float[d];
        for (int i = 0; i < rows; i++)
        {
            tables.WriteInput(i, Row(i, d, row));
            tables.WriteOutput(i, Row(-i - 1, d, row));
        }

        float[] back = new float[d];
        for (int i = 0; i < rows; i++)
        {
            tables.ReadInput(i, back);
            Bits.AssertEqual(Row(i, d, row), back);
            tables.ReadOutput(i, back);
            Bits.AssertEqual(Row(-i - 1, d, row), back);
        }

        // Columns of no dimension, and the output row after the last, stay 0: kernels multiply with them.
        int numbers = 0;
        for (int s = 0; s < shards; s++)
        {
            int length = rows * tables.Width(s);
            numbers += NotZero(tables.Input(s), length) + NotZero(tables.Output(s), length);
            Assert.Equal(0, NotZero(tables.Output(s) + length, tables.Width(s)));
        }

        Assert.Equal(2 * rows * d, numbers);
    }

    private static float[] Row(int number, int d, float[] row)
    {
        for (int i = 0; i < d; i++)
            row[i] = (number * 1000) + i + 0.5f;

        return row;
    }

    private static int NotZero(float* p, int count)
    {
        int n = 0;
        for (int i = 0; i < count; i++)
            n += p[i] == 0 ? 0 : 1;

        return n;
    }
}
