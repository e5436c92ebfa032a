using System;
using System.IO;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Tests.Infrastructure;
using Xunit;
using static Rnn.Tests.Serialization.SafetensorsTests;

namespace Rnn.Tests.Serialization;

/// <summary>What stands on the disk, whatever happens while a file is written or read.</summary>
public class SafetensorsFileTests
{
    [Fact]
    public void SavesAtomicallyAndKeepsThePrevious()
    {
        using TemporaryFolder folder = new();
        string path = folder["model.safetensors"];
        for (int i = 1; i <= 2; i++)
        {
            SafetensorsWriter writer = new();
            writer.Add("w", [1], [(float)i]);
            writer.Save(path, keepPrevious: true);
        }

        Assert.Equal([2f], Singles(SafetensorsReader.Open(path), "w"));
        Assert.Equal([1f], Singles(SafetensorsReader.Open(AtomicFile.PreviousPath(path)), "w"));
        Assert.Equal(["model.safetensors", "model.safetensors.previous"], folder.Names());

        SafetensorsWriter bad = new();
        bad.Metadata["x"] = "\ud800";
        Assert.Throws<ArgumentException>(() => bad.Save(path));
        Assert.Equal([2f], Singles(SafetensorsReader.Open(path), "w"));
        Assert.Equal(2, folder.Names().Length);
    }

    // Stands for a full disk, or a process that dies, after any number of bytes.
    [Fact]
    public void InterruptionAtAnyByteLosesNothing()
    {
        using TemporaryFolder folder = new();
        string path = folder["model"];
        SafetensorsWriter old = Sample();
        old.Save(path);
        byte[] expected = File.ReadAllBytes(path);
        byte[] next = Bytes(Sample(2));
        for (int limit = 0; limit < next.Length; limit += 7)
        {
            int left = limit;
            Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
            {
                stream.Write(next.AsSpan(0, left));
                stream.Flush();
                string temporary = folder.Names().Last(n => n.EndsWith(".tmp", StringComparison.Ordinal));
                File.Copy(folder[temporary], folder[".model.stray"], overwrite: true);
                throw new IOException("interrupted");
            }, keepPrevious: true));
            Assert.Equal(expected, File.ReadAllBytes(path));
        }

        Assert.Equal([".model.stray", "model"], folder.Names());
        Sample(2).Save(path, keepPrevious: true);
        Assert.Equal(next, File.ReadAllBytes(path));
        Assert.Equal(expected, File.ReadAllBytes(AtomicFile.PreviousPath(path)));
    }

    [Fact]
    public void AFullDeviceIsReported()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /dev/full.");
        Assert.Equal("Cannot write '/dev/full': No space left on device.",
            Assert.Throws<IOException>(() => Sample().Save("/dev/full")).Message);
    }

    [Fact]
    public void AFileReplacedMeanwhileIsNotMixed()
    {
        using TemporaryFolder folder = new();
        string path = folder["model"];
        Sample(1).Save(path);
        SafetensorsReader reader = SafetensorsReader.Open(path);
        Sample(2).Save(path);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.EndsWith("has changed since it was opened. Open it again.",
            Assert.Throws<InvalidDataException>(() => Singles(reader, "bias")).Message);
        Assert.Throws<InvalidDataException>(() => reader.VerifyChecksum());

        // No file stays open: it can be deleted, everywhere.
        File.Delete(path);
        Assert.Throws<FileNotFoundException>(() => Singles(reader, "bias"));
        Assert.Throws<FileNotFoundException>(() => SafetensorsReader.Open(path));
    }
}
