using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;

namespace Rnn.Samples.MutationCheck;

/// <summary>A process of <see cref="TestHost"/> in a folder, begun again when a mutant has ended or spoilt it.</summary>
/// <param name="folder">Of this program, the tests, and the assembly with mutants.</param>
/// <param name="classes">The pattern of the classes of tests.</param>
internal sealed class TestWorker(string folder, string classes) : IDisposable
{
    private const string HeapLimit = "180000000";   // 6 GiB, in hexadecimal digits: a mutant may ask for any size

    private static readonly TimeSpan s_discovery = TimeSpan.FromMinutes(3), s_grace = TimeSpan.FromMinutes(1);

    private Process? _process;
    private volatile bool _isOverdue;

    /// <summary>Whether the next question begins a process.</summary>
    public bool IsFresh => _process is null;

    /// <summary>Runs some of the tests without mutants.</summary>
    /// <returns>The parts of every answer.</returns>
    /// <exception cref="InvalidDataException">The process ended before.</exception>
    public IReadOnlyList<string[]> Cover(int first, int step, TimeSpan limit)
    {
        string command = string.Join(TestHost.Separator, TestHost.Cover, first, step, (int)limit.TotalMilliseconds);
        List<string[]> answers = Ask(0, command, Timeout.InfiniteTimeSpan);
        return _process is null
            ? throw new InvalidDataException($"The tests ended without a mutant, after {answers.Count} of them: "
                + $"leave out with --classes what doesn't end within {limit.TotalSeconds:F0} seconds, or ends the process.")
            : answers;
    }

    /// <summary>Tries a mutant.</summary>
    /// <param name="number">Its number; 0 where the assembly has no other.</param>
    /// <param name="tests">In order, each with its limit.</param>
    /// <param name="isActiveFirst">Active already when the process begins: it must be a fresh one.</param>
    public Verdict Try(int number, IEnumerable<(string Id, TimeSpan Limit)> tests, bool isActiveFirst = false)
    {
        (string Id, TimeSpan Limit)[] all = [.. tests];
        string[] said = [.. all.Select(test =>
            string.Create(CultureInfo.InvariantCulture, $"{test.Id}:{(int)test.Limit.TotalMilliseconds}"))];
        string command = string.Join(TestHost.Separator, [TestHost.Try, $"{number}", .. said]);
        TimeSpan most = s_grace + TimeSpan.FromSeconds(all.Sum(test => test.Limit.TotalSeconds));
        bool isStuck = false;
        foreach (string[] answer in Ask(isActiveFirst ? number : 0, command, most))
        {
            switch (answer[0])
            {
                case TestHost.Survived:
                    return new Verdict(Outcome.Survived, "", "");

                case TestHost.Killed:
                    return new Verdict(answer[2] == "1" ? Outcome.Killed : Outcome.KilledAndSpoilt, answer[1], answer[3]);

                case TestHost.Stuck:
                    isStuck = true;
                    break;
            }
        }

        return new Verdict(Outcome.Ended, "", isStuck || _isOverdue ? "no end" : "crash");
    }

    /// <summary>Ends the process from another thread; who waits for its answers gets no more.</summary>
    public void Interrupt() => Kill(_process);

    /// <summary>Ends the process.</summary>
    public void End()
    {
        if (_process is null)
            return;

        Kill(_process);
        _process.WaitForExit((int)s_grace.TotalMilliseconds);   // without a limit it would wait for who has inherited its pipes
        _process.Dispose();
        _process = null;
    }

    public void Dispose() => End();

    // Up to "done", which isn't among them. Where the process ends before, so do the answers.
    private List<string[]> Ask(int activeFirst, string command, TimeSpan most)
    {
        _isOverdue = false;
        if (_process is null)
            Begin(activeFirst);

        List<string[]> answers = [];
        using Timer watch = Watch(most);
        try
        {
            _process!.StandardInput.WriteLine(command);
            _process.StandardInput.Flush();
            while (_process.StandardOutput.ReadLine() is { } line)
            {
                string[] parts = line.Split(TestHost.Separator);
                if (parts[0] == TestHost.Done)
                    return answers;

                answers.Add(parts);
            }
        }
        catch (IOException)
        {
            // The pipe of a process that has ended.
        }

        End();
        return answers;
    }

    private void Begin(int activeFirst)
    {
        string temporary = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(folder, "MutationCheck.dll"), TestHost.Argument, classes },
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        start.Environment["TMPDIR"] = temporary;   // what a test leaves that is ended goes with the folder
        start.Environment[TestHost.Active] = activeFirst.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        using Timer watch = Watch(s_discovery);
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(TestHost.Ready, StringComparison.Ordinal))
                return;
        }
    }

    // A process may be too broken to watch itself.
    private Timer Watch(TimeSpan most)
    {
        Process? process = _process;
        return new Timer(_ =>
        {
            _isOverdue = true;
            Kill(process);
        }, null, most, Timeout.InfiniteTimeSpan);
    }

    private static void Kill(Process? process)
    {
        try
        {
            process?.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended, and nothing is left of it.
        }
    }

    /// <summary>What came of a mutant in a process.</summary>
    /// <param name="Outcome">Which.</param>
    /// <param name="Test">That failed.</param>
    /// <param name="Message">What it said.</param>
    public readonly record struct Verdict(Outcome Outcome, string Test, string Message);

    /// <summary>What may come of a mutant in a process.</summary>
    public enum Outcome
    {
        /// <summary>No test failed.</summary>
        Survived,

        /// <summary>A test failed, and passes without the mutant.</summary>
        Killed,

        /// <summary>A test failed, and goes on failing without the mutant: the process is of no more use.</summary>
        KilledAndSpoilt,

        /// <summary>The process ended, by itself or because a test did not.</summary>
        Ended,
    }
}
