using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

public class SafetensorsRowsTests
{
    [Theory]
    [InlineData(3, 5)]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(1, 1)]
    [InlineData(3, (1 << 18) + 7)]   // a row of more than one piece
    public void TheSameFileAsOfACopy(int rows, int columns)
    {
        float[] data = TestNumbers.Uniform(rows * columns, 1, 1);
        if (data.Length > 0)
            data[^1] = float.NaN;

        foreach (bool checksum in new[] { false, true })
        {
            SafetensorsWriter copied = new() { AddChecksum = checksum }, asked = new() { AddChecksum = checksum };
            copied.Metadata["key"] = asked.Metadata["key"] = "value";
            copied.Add("table", [rows, columns], data);
            asked.AddRows("table", rows, columns, (row, to) =>
                data.AsSpan((int)row * columns, columns).CopyTo(to));
            foreach (SafetensorsWriter writer in new[] { copied, asked })
            {
                writer.Add("before", [2], [1.5, -2]);
                writer.Add("behind", [1], [3f]);
                writer.Add("z", [1], [3f]);
            }

            Assert.Equal(Bytes(copied), Bytes(asked));
            float[] read = new float[data.Length];
            long next = 0;
            SafetensorsReader.Read(new MemoryStream(Bytes(asked))).ReadRows("table", (row, from) =>
            {
                Assert.Equal(next++, row);
                from.CopyTo(read.AsSpan((int)row * columns));
            });
            Assert.Equal(data, read);
            Assert.Equal(columns == 0 ? 0 : rows, next);
        }
    }

    [Fact]
    public void OnlyTablesOfFloatsHaveRows()
    {
        SafetensorsWriter writer = new();
        writer.Add("line", [2], [1.5f, -2f]);
        writer.Add("numbers", [1, 2], [1L, 2L]);
        SafetensorsReader reader = SafetensorsReader.Read(new MemoryStream(Bytes(writer)));
        Assert.Throws<InvalidDataException>(() => reader.ReadRows("line", (_, _) => { }));
        Assert.Throws<InvalidDataException>(() => reader.ReadRows("numbers", (_, _) => { }));
        Assert.Throws<InvalidDataException>(() => reader.ReadRows("none", (_, _) => { }));
    }

    [Fact]
    public void RowsAreAskedForInOrderAndAsTheyAreThen()
    {
        List<long> rows = [];
        float value = 1;
        SafetensorsWriter writer = new() { AddChecksum = true };
        writer.AddRows("table", 3, 2, (row, to) =>
        {
            rows.Add(row);
            to.Fill(value);
        });
        Assert.Empty(rows);
        value = 2;
        byte[] bytes = Bytes(writer);
        Assert.Equal([0, 1, 2, 0, 1, 2], rows);
        Assert.Equal([0, 0, 0, 0x40], bytes[^4..]);
        Assert.True(SafetensorsReader.Read(new MemoryStream(bytes)).VerifyChecksum());
    }

    [Fact]
    public void WhatCannotBeAddedIsRefused()
    {
        SafetensorsWriter writer = new();
        writer.Add("taken", [1], [1f]);
        Action<long, Span<float>> none = (_, _) => { };
        Assert.Throws<ArgumentNullException>(() => writer.AddRows(null!, 1, 1, none));
        Assert.Throws<ArgumentNullException>(() => writer.AddRows("a", 1, 1, null!));
        foreach ((string name, long rows, int columns) in new[]
        {
            ("taken", 1L, 1), ("__metadata__", 1, 1), ("a", -1, 1), ("a", 1, -1), ("\uD800", 1, 1),
            ("a", long.MaxValue / 8, 16),
        })
        {
            Assert.Throws<ArgumentException>(() => writer.AddRows(name, rows, columns, none));
        }

    }

    [Fact]
    public void WhatARowThrowsLeavesTheFileAsItWas()
    {
        using TemporaryFolder folder = new();
        string path = folder["table.safetensors"];
        File.WriteAllText(path, "before");
        SafetensorsWriter writer = new();
        writer.AddRows("table", 3, 2, (row, _) => throw new InvalidOperationException($"row {row}"));
        Assert.ThrowsAny<Exception>(() => writer.Save(path));
        Assert.Equal("before", File.ReadAllText(path));
    }

    private static byte[] Bytes(SafetensorsWriter writer)
    {
        using MemoryStream stream = new();
        writer.Save(stream);
        return stream.ToArray();
    }
}
