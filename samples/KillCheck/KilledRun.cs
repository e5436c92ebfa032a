using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Serialization;

namespace Rnn.Samples.KillCheck;

/// <summary>Starts runs of one kind and kills them, one after the other in one folder, each going on where the last one
/// died.</summary>
/// <param name="kind">Of the runs.</param>
/// <param name="random">When they are killed.</param>
internal sealed class KilledRun(RunKind kind, Random random)
{
    private const string Begun = "begun", Done = "done ";
    private const double Share = 0.9;   // of the time of a whole run, of which compiling takes the first part

    private readonly List<string> _faults = [];

    /// <summary>What was counted.</summary>
    public KillCounts Counts { get; } = new(kind.Name);

    /// <summary>What should not have been, a sentence each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The process that trains: goes on from what is there, and prints what came out.</summary>
    public static void TrainHere(RunKind kind, string folder)
    {
        string path = PathIn(folder);
        Console.WriteLine(Done + kind.Train(Readable(kind, path), path, () => Console.WriteLine(Begun)));
    }

    /// <summary>Kills so many processes.</summary>
    public void Check(int kills)
    {
        string folder = Directory.CreateTempSubdirectory("rnn-kill-").FullName;
        try
        {
            Stopwatch watch = new();
            string expected = Run(folder, Timeout.InfiniteTimeSpan, watch) ?? throw new IOException(
                $"A run of the kind '{kind.Name}' that nobody kills doesn't end: {string.Join(' ', _faults)}");
            TimeSpan longest = watch.Elapsed * Share;
            bool hasBegun = false;
            Empty(folder);
            while (Counts.Kills < kills && _faults.Count == 0)
            {
                string? result = Run(folder, longest * random.NextDouble(), watch);
                if (result is null)
                {
                    hasBegun |= Look(folder, hasBegun);
                    continue;
                }

                Compare(expected, result);
                Empty(folder);
                hasBegun = false;
            }

            if (_faults.Count == 0 && Run(folder, Timeout.InfiniteTimeSpan, watch) is { } last)
                Compare(expected, last);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // One process: what it gave, or null if it was killed.
    private string? Run(string folder, TimeSpan patience, Stopwatch watch)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(KilledRun).Assembly.Location);

        foreach (string argument in (string[])[Program.Train, kind.Name, folder])
            start.ArgumentList.Add(argument);

        using Process process = Process.Start(start)!;
        bool hasBegun = process.StandardOutput.ReadLine() == Begun;
        watch.Restart();
        if (hasBegun && patience != Timeout.InfiniteTimeSpan && !process.WaitForExit(patience))
        {
            process.Kill();   // SIGKILL, which no process can answer
            process.WaitForExit();
            Counts.Kills++;
            return null;
        }

        string? line = process.StandardOutput.ReadLine();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        watch.Stop();
        if (line?.StartsWith(Done, StringComparison.Ordinal) == true)
            return line[Done.Length..];

        _faults.Add($"{kind.Name}: the process ended with {process.ExitCode}, and not as it should: {error.Trim()}");
        return null;
    }

    // After a kill: there is something to go on from, once there has been something.
    private bool Look(string folder, bool hasBegun)
    {
        string path = PathIn(folder);
        string? found = Readable(kind, path);
        if (found == path)
            Counts.Newest++;
        else if (found is not null)
            Counts.Previous++;
        else if (hasBegun || File.Exists(path))
            _faults.Add($"{kind.Name}: after kill {Counts.Kills} neither checkpoint can be read.");
        else
            Counts.None++;

        Counts.Torn += AtomicFile.DeleteStray(folder);
        string[] known = [path, AtomicFile.PreviousPath(path)];
        if (Directory.GetFiles(folder).Except(known).FirstOrDefault() is { } stray)
            _faults.Add($"{kind.Name}: after kill {Counts.Kills} there is a file '{Path.GetFileName(stray)}' that nothing deletes.");

        return found is not null;
    }

    private void Compare(string expected, string result)
    {
        Counts.Ended++;
        if (result == expected)
            Counts.Equal++;
        else
            _faults.Add($"{kind.Name}: after {Counts.Kills} kills a run ended with {result}, without any with {expected}.");
    }

    // The newest checkpoint, or else the one before it; null: there is none that can be read.
    private static string? Readable(RunKind kind, string path)
    {
        foreach (string file in (string[])[path, AtomicFile.PreviousPath(path)])
        {
            try
            {
                kind.Read(file);
                return file;
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
            }
        }

        return null;
    }

    private static string PathIn(string folder) => Path.Combine(folder, "checkpoint");

    private static void Empty(string folder)
    {
        foreach (string file in Directory.GetFiles(folder))
            File.Delete(file);
    }
}
