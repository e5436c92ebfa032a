using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>What killed processes left, and which paths are one file.</summary>
public sealed class AtomicFilePathTests : IDisposable
{
    private const string Guid = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FilesOfProcessesThatAreGoneAreDeleted()
    {
        int gone = GoneProcess();
        string[] strays = [$".model.{gone}-{Guid}.tmp", $".a.b.c.{gone}-{Guid}.tmp", $".model.{int.MaxValue}-{Guid}.tmp"];
        Array.ForEach(strays, name => File.WriteAllText(_folder[name], "half"));
        Assert.Equal(3, AtomicFile.DeleteStray(_folder[""]));
        Assert.Empty(_folder.Names());
        Assert.Equal(0, AtomicFile.DeleteStray(_folder[""]));
    }

    [Fact]
    public void AnothersFilesAreNot()
    {
        int gone = GoneProcess();
        string[] others =
        [
            "model", ".model.tmp", $"model.{gone}-{Guid}.tmp", $".{gone}-{Guid}.tmp", $".model.{gone}-{Guid}.tmp.bak",
            $".model.{gone}-{Guid[1..]}.tmp", $".model.{gone}-{Guid[1..]}G.tmp", $".model.{gone}{Guid}0.tmp",
            $".model.-{Guid}.tmp", $".model.-1-{Guid}.tmp", $".model.x{gone}-{Guid}.tmp", $".model.99999999999-{Guid}.tmp",
            $".model.{gone}-{Guid}.TMP", $"..{gone}-{Guid}", ".tmp", ".",
        ];
        foreach (string name in others.Where(name => name != "."))
            File.WriteAllText(_folder[name], "theirs");

        Directory.CreateDirectory(_folder[$".folder.{gone}-{Guid}.tmp"]);
        Directory.CreateDirectory(_folder["below"]);
        File.WriteAllText(Path.Combine(_folder["below"], $".model.{gone}-{Guid}.tmp"), "in a folder of its own");
        string[] before = _folder.Names();
        Assert.Equal(0, AtomicFile.DeleteStray(_folder[""]));
        Assert.Equal(before, _folder.Names());
        Assert.Single(Directory.GetFiles(_folder["below"], "*", new EnumerationOptions { AttributesToSkip = 0 }));
    }

    [Fact]
    public void AFileUnderWayIsNot()
    {
        AtomicFile.Write(_folder["model"], stream =>
        {
            stream.Write("half"u8);
            Assert.Equal(0, AtomicFile.DeleteStray(_folder[""]));
            string temporary = Assert.Single(_folder.Names());

            // Nor under the number of a process that is gone here: it may be of another container.
            string foreign = _folder[$".model.{GoneProcess()}-{Guid}.tmp"];
            using FileStream open = new(foreign, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            Assert.Equal(0, AtomicFile.DeleteStray(_folder[""]));
            Assert.True(File.Exists(foreign) && File.Exists(_folder[temporary]));
        });
        Assert.Equal(1, AtomicFile.DeleteStray(_folder[""]));
        Assert.Equal(["model"], _folder.Names());
    }

    [Fact]
    public void ANumberThatCameAgainIsAnotherProcess()
    {
        string path = _folder[$".model.{Environment.ProcessId}-{Guid}.tmp"];
        File.WriteAllText(path, "half");
        Assert.Equal(0, AtomicFile.DeleteStray(_folder[""]));
        using Process self = Process.GetCurrentProcess();
        File.SetLastWriteTimeUtc(path, self.StartTime.ToUniversalTime().AddSeconds(-10));
        Assert.Equal(1, AtomicFile.DeleteStray(_folder[""]));
    }

    [Fact]
    public void AFolderThatIsNotThereHasNone()
    {
        Assert.Equal(0, AtomicFile.DeleteStray(_folder["none"]));
        File.WriteAllText(_folder["file"], "");
        Assert.Equal(0, AtomicFile.DeleteStray(_folder["file"]));
    }

    [Fact]
    public void PathsOfOneFileAreTheSame()
    {
        Directory.CreateDirectory(_folder["a"]);
        string model = _folder["a/model"];
        Assert.True(AtomicFile.IsSame(model, model));                    // none is there yet
        File.WriteAllText(model, "");
        Assert.True(AtomicFile.IsSame(model, _folder["a/../a/./model"]));
        Assert.True(AtomicFile.IsSame(model, Path.GetRelativePath(Environment.CurrentDirectory, model)));
        Assert.False(AtomicFile.IsSame(model, _folder["model"]));
        Assert.False(AtomicFile.IsSame(model, model + "2"));
        bool caseMatters = OperatingSystem.IsLinux();
        Assert.Equal(!caseMatters, AtomicFile.IsSame(model, _folder["A/MODEL"]));
    }

    [Fact]
    public void LinksAreFollowedWhereverTheyStand()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right that not everybody has.");
        Directory.CreateDirectory(_folder["a"]);
        string model = _folder["a/model"];
        File.WriteAllText(model, "");
        File.CreateSymbolicLink(_folder["link"], model);
        File.CreateSymbolicLink(_folder["again"], "link");
        Directory.CreateSymbolicLink(_folder["b"], "a");
        Directory.CreateSymbolicLink(_folder["a/up"], "..");
        File.CreateSymbolicLink(_folder["broken"], "a/new");
        foreach (string path in new[] { "link", "again", "b/model", "a/up/a/model", "b/up/b/up/again" })
        {
            Assert.True(AtomicFile.IsSame(model, _folder[path]), path);
            Assert.True(AtomicFile.IsSame(_folder[path], model), path);
        }

        Assert.True(AtomicFile.IsSame(_folder["broken"], _folder["b/new"]));
        Assert.False(AtomicFile.IsSame(_folder["broken"], model));
        File.CreateSymbolicLink(_folder["circle"], "circle");
        Assert.False(AtomicFile.IsSame(_folder["circle"], model));
    }

    private static int GoneProcess()
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.Id;
    }
}
