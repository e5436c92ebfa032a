using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Serialization.TensorBoard;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>What is written is read back by another reader, with another checksum.</summary>
public class EventFileTests
{
    [Fact]
    public void TheChecksumsTestValue() => Assert.Equal(0xE3069283, EventFileReader.Crc32C("123456789"u8));

    [Fact]
    public void ScalarsHistogramsAndTextsComeBack()
    {
        using TemporaryFolder folder = new();
        string path;
        float[] values = [-1, 0, 0.25f, 3, float.NaN, float.PositiveInfinity];
        using (EventFileWriter events = new(folder["new/run"]))
        {
            path = events.Path;
            events.AddScalar("training/loss", 1, 2.5);
            events.AddScalar("training/loss", 300, double.NaN);
            events.AddHistogram("weights/w", 5, values);
            events.AddHistogram("weights/constant", 6, [2, 2]);
            events.AddHistogram("weights/none", 7, []);
            events.AddText("text", long.MaxValue, "größer 🙂\n*x*" + '\ud83d');
        }

        Assert.StartsWith("events.out.tfevents.", Path.GetFileName(path), StringComparison.Ordinal);
        IReadOnlyList<EventEntry> read = EventFileReader.Read(path);
        Assert.Equal(6, read.Count);
        Assert.Equal((1L, "training/loss", 2.5f), (read[0].Step, read[0].Tag, read[0].Scalar));
        Assert.True(float.IsNaN(read[1].Scalar!.Value));
        Assert.Equal([-1, 3, 4, 2.25, 1 + 0.0625 + 9], read[2].Totals!);
        Assert.Equal(64, read[2].Limits!.Length);
        Assert.Equal(3, read[2].Limits![^1]);
        Assert.Equal(4, read[2].Counts!.Sum());
        for (int k = 0; k < 64; k++)
        {
            double below = k == 0 ? double.MinValue : read[2].Limits![k - 1], limit = read[2].Limits![k];
            Assert.Equal(values.Count(value => float.IsFinite(value) && value >= below && (value < limit || k == 63)),
                read[2].Counts![k]);
        }

        Assert.Equal([2.0], read[3].Limits!);
        Assert.Equal([2.0], read[3].Counts!);
        Assert.Equal([0, 0, 0, 0, 0], read[4].Totals!);
        Assert.Equal((long.MaxValue, "größer 🙂\n*x*\ufffd"), (read[5].Step, read[5].Text));
    }

    [Fact]
    public void WritersOfOneSecondHaveFilesOfTheirOwn()
    {
        using TemporaryFolder folder = new();
        using EventFileWriter a = new(folder["events"]), b = new(folder["events"]);
        Assert.NotEqual(a.Path, b.Path);
    }

    [Fact]
    public void AFileInPlaceOfTheFolderIsNamed()
    {
        using TemporaryFolder folder = new();
        string file = folder["file"];
        File.WriteAllText(file, "x");
        Assert.StartsWith($"Cannot write events to '{file}': ",
            Assert.Throws<IOException>(() => new EventFileWriter(file)).Message, StringComparison.Ordinal);
    }
}
