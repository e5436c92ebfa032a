using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>What a run has written is safe: from the next run, from another at the same time, from itself.</summary>
public class RunFolderTests
{
    private static readonly string s_text = string.Concat(Enumerable.Repeat("the fox sees a dog; ", 100));

    private static readonly string[] s_endless =
        ["--text", "text.txt", "--hidden", "8", "--threads", "1", "--steps", "100000000", "--out", "out"];

    public static TheoryData<string, string[]> Runs => new()
    {
        { "CharRnn", ["--text", "text.txt", "--hidden", "8", "--threads", "1", "--out", "out"] },
        { "Word2Vec", ["--corpus", "text.txt", "--dimensions", "4", "--min-count", "1", "--threads", "1", "--out", "out"] },
    };

    /// <summary>The same line once more, in whatever state, changes nothing unless that is asked for.</summary>
    [Theory]
    [MemberData(nameof(Runs))]
    public void AnEarlierRunIsNotOverwritten(string sample, string[] arguments)
    {
        using TemporaryFolder folder = Folder();
        using SampleProcess first = SampleProcess.Run(sample, folder.Path, arguments);
        Assert.Equal("", first.Error);
        string model = Path.Combine(folder.Path, "out/model.safetensors");
        byte[] before = File.ReadAllBytes(model);
        string table = File.ReadAllText(Path.Combine(folder.Path, "out/loss.csv"));
        File.WriteAllText(Path.Combine(folder.Path, "out/notes.txt"), "mine");

        using SampleProcess again = SampleProcess.Run(sample, folder.Path, [.. arguments, "--seed", "2"]);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("The folder 'out' holds an earlier run (model.safetensors", again.Error, StringComparison.Ordinal);
        Assert.Contains("--resume", again.Error, StringComparison.Ordinal);
        Assert.Contains("--overwrite", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(model));
        Assert.Equal(table, File.ReadAllText(Path.Combine(folder.Path, "out/loss.csv")));

        // Asked for: the earlier run is moved, what is not of a run stays, and the new one stands alone.
        using SampleProcess over = SampleProcess.Run(sample, folder.Path, [.. arguments, "--seed", "2", "--overwrite"]);
        Assert.Equal(0, over.ExitCode);
        Assert.NotEqual(before, File.ReadAllBytes(model));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder.Path, "out/previous/model.safetensors")));
        Assert.Equal(table, File.ReadAllText(Path.Combine(folder.Path, "out/previous/loss.csv")));
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/notes.txt")));
        Assert.DoesNotContain(folder.Files(), file => Path.GetFileName(file).StartsWith('.'));
    }

    [Fact]
    public void ARunWithoutAFolderGetsOneOfItsOwnAndTheNewestIsUsed()
    {
        using TemporaryFolder folder = Folder();
        foreach (string seed in new[] { "1", "2", "3" })
        {
            using SampleProcess run = SampleProcess.Run("CharRnn", folder.Path, "--text", "text.txt", "--hidden", "8",
                "--threads", "1", "--epochs", "1", "--seed", seed);
            Assert.Equal(0, run.ExitCode);
        }

        string[] runs = ["out/char-rnn", "out/char-rnn-2", "out/char-rnn-3"];
        byte[][] models = [.. runs.Select(run => File.ReadAllBytes(Path.Combine(folder.Path, run, "model.safetensors")))];
        Assert.Equal(3, models.Select(Convert.ToHexString).Distinct().Count());
        string[] generate = ["generate", "--prime", "the", "--length", "30"];
        using SampleProcess newest = SampleProcess.Run("CharRnn", folder.Path, generate);
        using SampleProcess named = SampleProcess.Run("CharRnn", folder.Path,
            [.. generate, "--model", "out/char-rnn-3/model.safetensors"]);
        Assert.Equal(0, newest.ExitCode);
        Assert.Equal(named.Output, newest.Output);
    }

    [Fact]
    public void TwoRunsDontShareAFolder()
    {
        using TemporaryFolder folder = Folder();
        using SampleProcess first = SampleProcess.Start("CharRnn", folder.Path, s_endless);
        string log = Path.Combine(folder.Path, "out/loss.csv");
        first.WaitUntil(() => File.Exists(log) && new FileInfo(log).Length > 1000);
        using SampleProcess second = SampleProcess.Run("CharRnn", folder.Path, s_endless);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("'out' is in use by another run", second.Error, StringComparison.Ordinal);
        using SampleProcess resumed = SampleProcess.Run("CharRnn", folder.Path, [.. s_endless, "--resume"]);
        Assert.Contains("'out' is in use by another run", resumed.Error, StringComparison.Ordinal);

        // A killed run holds nothing.
        first.Kill();
        first.WaitForExit();
        using SampleProcess third = SampleProcess.Run("CharRnn", folder.Path,
            [.. s_endless.Select(argument => argument == "100000000" ? "5" : argument), "--overwrite"]);
        Assert.Equal("", third.Error);
        Assert.Equal(0, third.ExitCode);
    }

    /// <summary>Stray temporary files of a killed run are swept; others' files are not.</summary>
    [Fact]
    public void WhatAKilledRunLeftIsSwept()
    {
        using TemporaryFolder folder = Folder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "out"));
        string stray = Path.Combine(folder.Path, $"out/.model.safetensors.{int.MaxValue}-{Guid.NewGuid():N}.tmp");
        string other = Path.Combine(folder.Path, "out/.hidden.tmp");
        File.WriteAllText(stray, "half");
        File.WriteAllText(other, "mine");
        using SampleProcess run = SampleProcess.Run("CharRnn", folder.Path,
            [.. s_endless.Select(argument => argument == "100000000" ? "5" : argument)]);
        Assert.Equal(0, run.ExitCode);
        Assert.False(File.Exists(stray));
        Assert.True(File.Exists(other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("step,epoch,loss\nx,\"y")]
    [InlineData("no table at all")]
    public void ADamagedTableDoesNotKeepARunFromGoingOn(string content)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        using TemporaryFolder folder = Folder();
        string[] train = [.. s_endless, "--preset", "lesson", "--checkpoint-every", "5"];
        string log = Path.Combine(folder.Path, "out/loss.csv");
        long step;
        using (SampleProcess first = SampleProcess.Start("CharRnn", folder.Path, train))
        {
            first.WaitUntil(() => File.Exists(log) && new FileInfo(log).Length > 2000);
            first.Signal("TERM");
            first.WaitForExit();
            step = Steps(log)[^1];
        }

        File.WriteAllText(log, content);
        string[] some = [.. train.Select(argument => argument == "100000000" ? $"{step + 10}" : argument)];
        using SampleProcess second = SampleProcess.Run("CharRnn", folder.Path, [.. some, "--resume"]);
        Assert.Equal(0, second.ExitCode);
        Assert.Equal("Warning: loss.csv is damaged and begins anew; the damaged one is kept as "
            + "loss.csv.damaged.\n", second.Error);
        Assert.Equal(Enumerable.Range((int)step + 1, 10).Select(one => (long)one), Steps(log));
    }

    /// <summary>Killed between the rewriting of the table and its first new row, a run loses no row.</summary>
    [Fact]
    public void TheTableIsWholeAtEveryInstantOfAResumption()
    {
        using TemporaryFolder folder = Folder();
        string[] train = [.. s_endless, "--preset", "lesson", "--checkpoint-every", "5"];
        string log = Path.Combine(folder.Path, "out/loss.csv");
        for (int round = 0; round < 6; round++)
        {
            string[] arguments = round == 0 ? train : [.. train, "--resume"];
            DateTime before = round == 0 ? default : File.GetLastWriteTimeUtc(log);
            using SampleProcess process = SampleProcess.Start("CharRnn", folder.Path, arguments);
            process.WaitUntil(() => File.Exists(log) && File.GetLastWriteTimeUtc(log) != before
                && (round > 0 || File.Exists(Path.Combine(folder.Path, "out/checkpoint.safetensors"))));
            process.Kill();
            process.WaitForExit();
            long[] steps = Steps(log);
            Assert.Equal(Enumerable.Range(1, steps.Length).Select(one => (long)one), steps);
        }
    }

    [Theory]
    [InlineData("generate", "--prime", "the", "--length", "5")]
    public void AModelIsNotExportedOverItself(params string[] generate)
    {
        using TemporaryFolder folder = Folder();
        using SampleProcess train = SampleProcess.Run("CharRnn", folder.Path, "--text", "text.txt", "--hidden", "8",
            "--epochs", "1", "--threads", "1");
        Assert.Equal(0, train.ExitCode);
        string model = Path.Combine(folder.Path, "out/char-rnn/model.safetensors");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "link"), model);
        foreach (string target in new[] { "out/char-rnn/model.safetensors", "out/../out/char-rnn/model.safetensors", "link" })
        {
            using SampleProcess export = SampleProcess.Run("CharRnn", folder.Path, "export", "--onnx", target);
            Assert.Equal(1, export.ExitCode);
            Assert.Contains("is the model itself: name another file.", export.Error, StringComparison.Ordinal);
        }

        using SampleProcess after = SampleProcess.Run("CharRnn", folder.Path, generate);
        Assert.Equal(0, after.ExitCode);
    }

    [Fact]
    public void ASourceIsNotMovedAway()
    {
        using TemporaryFolder folder = Folder();
        string[] train = ["--text", "text.txt", "--hidden", "8", "--epochs", "1", "--threads", "1", "--out", "out"];
        using SampleProcess first = SampleProcess.Run("CharRnn", folder.Path, train);
        Assert.Equal(0, first.ExitCode);
        using SampleProcess from = SampleProcess.Run("CharRnn", folder.Path,
            "--text", "text.txt", "--from", "out/model.safetensors", "--out", "out", "--overwrite");
        Assert.Equal(1, from.ExitCode);
        Assert.Contains("is read by this run and lies where it writes", from.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/model.safetensors")));
    }

    /// <summary>One signal ends a program that waits for a pipe or makes a network, and says so.</summary>
    [Theory]
    [InlineData("CharRnn", "TERM", 143, "--text", "pipe")]
    [InlineData("CharRnn", "HUP", 129, "--text", "pipe")]
    [InlineData("Word2Vec", "TERM", 143, "--corpus", "pipe")]
    [InlineData("Word2Vec", "HUP", 129, "train", "--corpus", "pipe")]
    public void ASignalIsAnsweredWhileATextIsRead(string sample, string signal, int exitCode, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        Assert.SkipWhen(SampleProcess.Ignores(signal), $"{signal} is ignored here.");
        using TemporaryFolder folder = Folder();
        string pipe = Path.Combine(folder.Path, "pipe");
        using (Process make = Process.Start("mkfifo", [pipe]))
        {
            make.WaitForExit();
        }

        using SampleProcess process = SampleProcess.Start(sample, folder.Path, [.. arguments, "--out", "out"]);
        using FileStream writer = new(pipe, FileMode.Open, FileAccess.Write);   // once the reader is there
        writer.Write(Encoding.UTF8.GetBytes(s_text));
        writer.Flush();
        Thread.Sleep(100);   // into the read that waits for more
        process.Signal(signal);
        process.WaitForExit();
        Assert.Equal("Interrupted. Nothing was saved.\n", process.Error);
        Assert.Equal(exitCode, process.ExitCode);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "out")));
    }

    private static long[] Steps(string log) =>
    [
        .. File.ReadLines(log).Skip(1).Select(row => row.Split(',')).Where(cells => cells.Length == 8)
            .Select(cells => long.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture)),
    ];

    private static TemporaryFolder Folder()
    {
        TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(s_text));
        return folder;
    }
}
