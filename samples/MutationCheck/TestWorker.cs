using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Rnn.Samples.MutationCheck;

/// <summary>A process of <see cref="TestHost"/> in a folder, begun again when a mutant has ended or spoilt it.</summary>
/// <param name="folder">Of this program, the tests, and the assembly with mutants.</param>
/// <param name="classes">The pattern of the classes of tests.</param>
internal sealed class TestWorker(string folder, string classes) : IDisposable
{
    private const string HeapLimit = "180000000";   // 6 GiB, in hexadecimal digits: a mutant may ask for any size

    private Process? _process;

    /// <summary>Whether no mutant was tried in the process yet.</summary>
    public bool IsFresh => _process is null;

    /// <summary>Runs some of the tests without mutants.</summary>
    /// <returns>The parts of every answer.</returns>
    /// <exception cref="InvalidDataException">The process ended before.</exception>
    public IReadOnlyList<string[]> Cover(int first, int step, TimeSpan limit)
    {
        List<string[]> answers = Ask(0, string.Join(TestHost.Separator, TestHost.Cover, first, step, (int)limit.TotalMilliseconds));
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
        string[] said = [.. tests.Select(test =>
            string.Create(CultureInfo.InvariantCulture, $"{test.Id}:{(int)test.Limit.TotalMilliseconds}"))];
        bool isStuck = false;
        foreach (string[] answer in Ask(isActiveFirst ? number : 0, string.Join(TestHost.Separator, [TestHost.Try, $"{number}", .. said])))
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

        return new Verdict(Outcome.Ended, "", isStuck ? "no end" : "crash");
    }

    /// <summary>Ends the process.</summary>
    public void End()
    {
        if (_process is null)
            return;

        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);

        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose() => End();

    // Up to "done", which isn't among them. Where the process ends before, so do the answers.
    private List<string[]> Ask(int activeFirst, string command)
    {
        if (_process is null)
            Begin(activeFirst);

        List<string[]> answers = [];
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
        ProcessStartInfo start = new("dotnet")
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
        start.Environment[TestHost.Active] = activeFirst.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(TestHost.Ready, StringComparison.Ordinal))
                return;
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
