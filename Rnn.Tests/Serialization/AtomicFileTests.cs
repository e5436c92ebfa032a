using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

public class AtomicFileTests
{
    [Fact]
    public void WritesANewFile()
    {
        using TemporaryFolder folder = new();
        AtomicFile.Write(folder["model"], stream => stream.Write("abc"u8));
        Assert.Equal("abc", File.ReadAllText(folder["model"]));
        Assert.Equal(["model"], folder.Names());
    }

    [Fact]
    public void ReplacesAnOlderFile()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["model"], "a longer old content");
        AtomicFile.Write(folder["model"], stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(folder["model"]));
        Assert.Equal(["model"], folder.Names());
    }

    [Fact]
    public void TargetKeepsItsContentUntilTheEnd()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["model"], "old");
        AtomicFile.Write(folder["model"], stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder["model"]));
            string temporary = Assert.Single(folder.Names(), name => name != "model");
            Assert.StartsWith(".model.", temporary);
            Assert.EndsWith(".tmp", temporary);
        });
        Assert.Equal("new", File.ReadAllText(folder["model"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FailureOfTheWriterLeavesEverythingAsItWas(bool keepPrevious)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["model"], "old");
        File.WriteAllText(folder["model.previous"], "older");
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() =>
            AtomicFile.Write(folder["model"], stream =>
            {
                stream.Write(new byte[200_000]);
                throw new InvalidOperationException("mine");
            }, keepPrevious));
        Assert.Equal("mine", e.Message);
        Assert.Equal(["model", "model.previous"], folder.Names());
        Assert.Equal("old", File.ReadAllText(folder["model"]));
        Assert.Equal("older", File.ReadAllText(folder["model.previous"]));
    }

    [Fact]
    public void IoFailureIsOneClearSentence()
    {
        using TemporaryFolder folder = new();
        string path = folder["model"];
        void Fail() => AtomicFile.Write(path, _ => throw new IOException("No space left on device : '/x/.tmp'"));
        Assert.Equal($"Cannot write '{path}': No space left on device.", Assert.Throws<IOException>(Fail).Message);
        Assert.Empty(folder.Names());

        File.WriteAllText(path, "old");
        Assert.Equal($"Cannot write '{path}': No space left on device. The previous file is untouched.",
            Assert.Throws<IOException>(Fail).Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["model"], folder.Names());
    }

    [Fact]
    public void KeepsThePreviousFile()
    {
        using TemporaryFolder folder = new();
        string path = folder["model"];
        Assert.Equal(path + ".previous", AtomicFile.PreviousPath(path));
        for (int i = 1; i <= 3; i++)
        {
            AtomicFile.Write(path, stream => stream.WriteByte((byte)i), keepPrevious: true);
            Assert.Equal([(byte)i], File.ReadAllBytes(path));
            Assert.Equal(i > 1, File.Exists(path + ".previous"));
        }

        Assert.Equal([2], File.ReadAllBytes(path + ".previous"));
        Assert.Equal(["model", "model.previous"], folder.Names());

        // Without the wish, the one kept earlier stays.
        AtomicFile.Write(path, stream => stream.WriteByte(4));
        Assert.Equal([2], File.ReadAllBytes(path + ".previous"));
    }

    [Fact]
    public void PreviousThatCannotBeWrittenLeavesTheTarget()
    {
        using TemporaryFolder folder = new();
        string path = folder["model"];
        File.WriteAllText(path, "old");
        Directory.CreateDirectory(path + ".previous");
        IOException e = Assert.Throws<IOException>(
            () => AtomicFile.Write(path, stream => stream.WriteByte(1), keepPrevious: true));
        Assert.StartsWith($"Cannot write '{path}': ", e.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["model", "model.previous"], folder.Names());
    }

    [Fact]
    public void StrayTemporaryFilesDoNoHarm()
    {
        using TemporaryFolder folder = new();
        string stray = $".model.{Environment.ProcessId}-0123456789ab.tmp";
        File.WriteAllText(folder[stray], "half");
        File.WriteAllText(folder[".model.1-0.tmp"], "half");
        for (int i = 0; i < 20; i++)
            AtomicFile.Write(folder["model"], stream => stream.WriteByte((byte)i), keepPrevious: true);

        Assert.Equal([19], File.ReadAllBytes(folder["model"]));
        Assert.Equal("half", File.ReadAllText(folder[stray]));
        Assert.Equal(4, folder.Names().Length);
    }

    [Fact]
    public void WriterMayCloseTheStream()
    {
        using TemporaryFolder folder = new();
        AtomicFile.Write(folder["text"], stream =>
        {
            using StreamWriter writer = new(stream);
            writer.Write("closed");
        });
        Assert.Equal("closed", File.ReadAllText(folder["text"]));
    }

    [Fact]
    public void LongNamesFit()
    {
        using TemporaryFolder folder = new();
        string name = string.Concat(Enumerable.Repeat("\u4e2d", 85));
        AtomicFile.Write(folder[name], stream => stream.WriteByte(1));
        Assert.Equal([name], folder.Names());
    }

    [Fact]
    public void PlacesThatCannotBeWrittenAreNamed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["file"], "old");
        Directory.CreateDirectory(folder["sub"]);

        string Message(string path) => Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => { })).Message;
        string below = Path.Combine(folder["file"], "model");
        Assert.Equal($"Cannot write '{below}': '{folder["file"]}' is a file, expected a folder.", Message(below));
        string missing = Path.Combine(folder["none"], "model");
        Assert.Equal($"Cannot write '{missing}': the folder '{folder["none"]}' does not exist; create it first.",
            Message(missing));
        Assert.Equal($"Cannot write '{folder["sub"]}': it is a folder, expected a file.", Message(folder["sub"]));
        Assert.EndsWith("it is a folder, expected a file.", Message(folder["new"] + Path.DirectorySeparatorChar));
        Assert.Equal(["file", "sub"], folder.Names());
        Assert.Throws<ArgumentException>(() => AtomicFile.Write("", _ => { }));
        Assert.Throws<ArgumentNullException>(() => AtomicFile.Write(folder["x"], null!));
    }

    [Fact]
    public void DevicesAreWrittenDirectly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /dev/full.");
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder["link"], "/dev/full");
        foreach (string path in new[] { "/dev/full", folder["link"] })
        {
            // More than the buffer, and less: the failure then comes with the last flush.
            foreach (int size in new[] { 100_000, 10 })
            {
                IOException e = Assert.Throws<IOException>(
                    () => AtomicFile.Write(path, stream => stream.Write(new byte[size]), keepPrevious: true));
                Assert.Equal($"Cannot write '{path}': No space left on device.", e.Message);
            }
        }

        AtomicFile.Write("/dev/null", stream => stream.Write("gone"u8));
        Assert.Empty(File.ReadAllBytes("/dev/null"));
        Assert.Equal(["link"], folder.Names());
        Assert.DoesNotContain(Directory.GetFiles("/dev"), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void PipesAreWrittenDirectly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs mkfifo.");
        using TemporaryFolder folder = new();
        using (Process mkfifo = Process.Start("mkfifo", folder["pipe"]))
        {
            mkfifo.WaitForExit();
        }

        using FileStream reader = new(folder["pipe"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        AtomicFile.Write(folder["pipe"], stream => stream.Write("abc"u8), keepPrevious: true);
        byte[] bytes = new byte[3];
        reader.ReadExactly(bytes);
        Assert.Equal("abc"u8, bytes);
        Assert.Equal(["pipe"], folder.Names());
    }

    [Fact]
    public void LinksAreFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege.");
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["real"]);
        string real = Path.Combine(folder["real"], "model-1");
        File.CreateSymbolicLink(folder["model"], real);
        for (int i = 1; i <= 2; i++)
            AtomicFile.Write(folder["model"], stream => stream.WriteByte((byte)i), keepPrevious: true);

        Assert.Equal(real, new FileInfo(folder["model"]).LinkTarget);
        Assert.Equal([2], File.ReadAllBytes(real));
        Assert.Equal([1], File.ReadAllBytes(AtomicFile.PreviousPath(folder["model"])));
        Assert.Equal(["model", "real"], folder.Names());
    }

    [Fact]
    public void AnEmptyFileIsAFile()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["model"], []);
        AtomicFile.Write(folder["model"], stream => stream.WriteByte(1), keepPrevious: true);
        Assert.Equal([1], File.ReadAllBytes(folder["model"]));
        Assert.Empty(File.ReadAllBytes(folder["model.previous"]));
    }
}
