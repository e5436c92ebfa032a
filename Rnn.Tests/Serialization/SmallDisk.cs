using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>
/// A file system in memory of so many bytes, for one test. A process of its own mounts it in a name space of its own, where
/// this user is root, so that it needs no privilege and is gone with that process, however the test ends.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Mounting = "mkdir \"$0\" && mount -t tmpfs -o size=\"$1\" none \"$0\" && echo mounted && "
        + "while read -r line; do mount -o \"remount,$line\" \"$0\" && echo done; done";

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    /// <summary>Mounts it; the test is skipped where the system doesn't allow that.</summary>
    /// <param name="bytes">Its size; whole pages.</param>
    public SmallDisk(int bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs name spaces of Linux.");
        string place = _folder["disk"];
        ProcessStartInfo start = new("unshare")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string size = bytes.ToString(CultureInfo.InvariantCulture);
        foreach (string argument in (string[])["--map-root-user", "--mount", "sh", "-c", Mounting, place, size])
            start.ArgumentList.Add(argument);

        _process = Start(start);
        if (_process.StandardOutput.ReadLine() != "mounted")
        {
            string reason = _process.StandardError.ReadToEnd().Trim();
            Dispose();
            Assert.Skip($"No file system can be mounted here: {reason}");
        }

        // The name space of that process, seen from here.
        Path = string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/root{place}");
        if (!Directory.Exists(Path))
        {
            Dispose();
            Assert.Skip("The name space of another process can't be looked into here.");
        }
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>From now on nothing can be written, or it can again.</summary>
    public void SetReadOnly(bool isReadOnly)
    {
        _process.StandardInput.WriteLine(isReadOnly ? "ro" : "rw");
        Assert.Equal("done", _process.StandardOutput.ReadLine());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();

        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            _folder.Dispose();
            Assert.Skip($"There is no unshare here: {e.Message}");
            throw;
        }
    }
}
