using System;
using System.IO;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

/// <summary>Vectors written row by row, without a table, make the same files.</summary>
public class WordVectorsRowWriterTests
{
    private static readonly string[] s_words = ["fox", "dog", "new york"];

    private static readonly float[] s_table = [0.1f, -2, 3e-30f, 4, 5, 6];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheFileIsTheSameAsFromATable(bool asText)
    {
        using TemporaryFolder folder = new();
        string table = Path.Combine(folder.Path, "table"), rows = Path.Combine(folder.Path, "rows");
        WordVectors vectors = new(s_words, [.. s_table], 2);
        if (asText)
        {
            WordVectorsFile.WriteText(table, vectors, "_");
            WordVectorsFile.WriteText(rows, s_words, 2, CopyRow, "_");
        }
        else
        {
            WordVectorsFile.WriteBinary(table, vectors, "_");
            WordVectorsFile.WriteBinary(rows, s_words, 2, CopyRow, "_");
        }

        Assert.Equal(File.ReadAllBytes(table), File.ReadAllBytes(rows));
        WordVectors read = WordVectorsFile.Load(rows);
        Assert.Equal(["fox", "dog", "new_york"], read.Words);
        Assert.Equal(s_table, read.Table.Span.ToArray());
    }

    [Fact]
    public void WhatCannotBeWrittenIsRefusedBeforeTheFileIsBegun()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "rows");
        Assert.Contains("new york", Assert.Throws<ArgumentException>(
            () => WordVectorsFile.WriteText(path, s_words, 2, CopyRow)).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => WordVectorsFile.WriteText(path, ["a", ""], 2, CopyRow));
        Assert.ThrowsAny<ArgumentException>(() => WordVectorsFile.WriteText(path, [], 2, CopyRow));
        Assert.ThrowsAny<ArgumentException>(() => WordVectorsFile.WriteBinary(path, ["a"], 0, CopyRow));
        Assert.ThrowsAny<ArgumentException>(() => WordVectorsFile.WriteBinary(path, s_words, 2, CopyRow, " "));
        Assert.ThrowsAny<ArgumentException>(() => WordVectorsFile.WriteBinary(path, s_words, 2, null!));
        Assert.False(File.Exists(path));
    }

    private static void CopyRow(int row, Span<float> vector) => s_table.AsSpan(2 * row, 2).CopyTo(vector);
}
