using System;
using System.IO;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>A disk that is full or read-only, and a write that stops at any byte: what was saved before stays whole.</summary>
public class FullDiskTests
{
    private const int DiskBytes = 64 * 1024;

    /// <summary>Whichever byte of a file is the last that fits, by which of the calls it is found out.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void AShortWriteAtEveryByteLeavesWhatWasThere(bool keepPrevious, bool failsLate)
    {
        using TemporaryFolder folder = new();
        CharRnnModel model = new(Vocabulary.FromText("ab"), new() { HiddenSize = 1, Layers = 1 });
        using MemoryStream whole = new();
        model.Save(whole);
        string path = folder["model"];
        File.WriteAllText(path, "old");
        File.WriteAllText(path + ".previous", "older");
        int length = (int)whole.Length;
        for (int fits = 0; fits < length; fits++)
        {
            IOException e = Assert.Throws<IOException>(() => Save(fits));
            Assert.Equal($"Cannot write '{path}': No space left on device. The previous file is untouched.", e.Message);
            Assert.Equal("old", File.ReadAllText(path));
            Assert.Equal("older", File.ReadAllText(path + ".previous"));
            Assert.Equal(["model", "model.previous"], folder.Names());
        }

        Save(length);
        Assert.Equal(whole.ToArray(), File.ReadAllBytes(path));
        Assert.Equal(keepPrevious ? "old" : "older", File.ReadAllText(path + ".previous"));

        void Save(int room) => AtomicFile.Write(path, stream =>
        {
            ShortStream small = new(stream, room, failsLate);
            model.Save(small);
            small.Flush();
        }, keepPrevious);
    }

    [Fact]
    public void AFullDiskLeavesBothCheckpoints()
    {
        using SmallDisk disk = new(DiskBytes);
        Trainer<TokenWindow> trainer = Trainer();
        string path = Path.Combine(disk.Path, "checkpoint");
        trainer.Save(path);
        long length = new FileInfo(path).Length;
        Assert.InRange(length, DiskBytes / 3 + 1, DiskBytes / 2);   // two fit, and no third
        foreach (TrainingReport report in trainer.Steps())
        {
            if (report.Step == 1)
                break;
        }

        trainer.Save(path);
        byte[] newest = File.ReadAllBytes(path), previous = File.ReadAllBytes(path + ".previous");
        Assert.NotEqual(newest, previous);
        for (int i = 0; i < 3; i++)
        {
            IOException e = Assert.Throws<IOException>(() => trainer.Save(path));
            Assert.Equal($"Cannot write '{path}': No space left on device. The previous file is untouched.", e.Message);
            Assert.Equal(newest, File.ReadAllBytes(path));
            Assert.Equal(previous, File.ReadAllBytes(path + ".previous"));
            Assert.Equal(2, Directory.GetFileSystemEntries(disk.Path).Length);
        }

        // Where there is room again it goes on, from what was kept.
        Trainer<TokenWindow> resumed = Trainer();
        resumed.Resume(path);
        Assert.Equal(1, resumed.Step);
        File.Delete(path + ".previous");
        resumed.Save(path);
        Assert.Equal(newest, File.ReadAllBytes(path));
    }

    /// <summary>As far as a disk with ever less room takes it: a file is whole, or not there.</summary>
    [Fact]
    public void AFileIsWholeOrNotThereWhereverTheDiskEnds()
    {
        using SmallDisk disk = new(DiskBytes);
        string path = Path.Combine(disk.Path, "vectors"), filler = Path.Combine(disk.Path, "filler");
        SafetensorsWriter writer = new() { AddChecksum = true };
        writer.Add("a", [5000], [.. Enumerable.Range(0, 5000).Select(i => (float)i)]);
        int written = 0, refused = 0;
        for (int free = 0; free <= DiskBytes; free += 4096)
        {
            File.WriteAllBytes(filler, new byte[DiskBytes - free]);
            try
            {
                writer.Save(path);
                Assert.True(SafetensorsReader.Open(path).VerifyChecksum());
                File.Delete(path);
                written++;
            }
            catch (IOException e)
            {
                Assert.Equal($"Cannot write '{path}': No space left on device.", e.Message);
                refused++;
            }

            Assert.Equal([filler], Directory.GetFileSystemEntries(disk.Path));
            File.Delete(filler);
        }

        Assert.InRange(written, 10, 12);   // from 20 KB of data on
        Assert.InRange(refused, 5, 7);
    }

    [Fact]
    public void AReadOnlyDiskIsNamed()
    {
        using SmallDisk disk = new(DiskBytes);
        Trainer<TokenWindow> trainer = Trainer();
        string path = Path.Combine(disk.Path, "checkpoint"), other = Path.Combine(disk.Path, "other");
        trainer.Save(path);
        byte[] newest = File.ReadAllBytes(path);
        disk.SetReadOnly(true);
        Assert.Equal($"Cannot write '{path}': Read-only file system. The previous file is untouched.",
            Assert.Throws<IOException>(() => trainer.Save(path)).Message);
        Assert.Equal($"Cannot write '{other}': Read-only file system.", Assert.Throws<IOException>(() => trainer.Save(other)).Message);
        Assert.Equal(newest, File.ReadAllBytes(path));
        Trainer().Resume(path);   // reading needs no more
        Assert.Equal(0, AtomicFile.DeleteStray(disk.Path));
        disk.SetReadOnly(false);
        trainer.Save(path);
        Assert.Equal([path, path + ".previous"], Directory.GetFileSystemEntries(disk.Path).Order());
    }

    [Fact]
    public void AFolderWithoutPermissionIsNamed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Permissions are others there.");
            return;   // for the compiler, which doesn't know that this is never reached
        }

        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Root may write anywhere.");
        using TemporaryFolder folder = new();
        string path = folder["model"];
        File.WriteAllText(path, "old");
        UnixFileMode before = File.GetUnixFileMode(folder[""]);
        File.SetUnixFileMode(folder[""], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            IOException e = Assert.Throws<IOException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1)));
            Assert.Equal($"Cannot write '{path}': access is denied. The previous file is untouched.", e.Message);
        }
        finally
        {
            File.SetUnixFileMode(folder[""], before);
        }

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["model"], folder.Names());
    }

    private static Trainer<TokenWindow> Trainer()
    {
        string text = string.Concat(Enumerable.Repeat("to be, or not to be: that is the question. ", 20));
        return new CharRnnModel(Vocabulary.FromText(text), new() { HiddenSize = 13, Layers = 1 }).CreateTrainer(text, new()
        {
            BatchSize = 4,
            SequenceLength = 20,
            ValidationFraction = 0,
        });
    }

    /// <summary>A file on a disk with room for so many bytes: what doesn't fit is refused, or the flush that follows.</summary>
    private sealed class ShortStream(Stream file, int fits, bool failsLate) : Stream
    {
        private int _left = fits;
        private bool _isFull;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int taken = Math.Min(buffer.Length, _left);
            file.Write(buffer[..taken]);
            _left -= taken;
            _isFull |= taken < buffer.Length;
            if (_isFull && !failsLate)
                throw Full();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            if (_isFull)
                throw Full();

            file.Flush();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private static IOException Full() => new("No space left on device : 'file'");
    }
}
