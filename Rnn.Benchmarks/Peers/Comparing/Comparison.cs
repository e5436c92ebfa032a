using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Rnn.Benchmarks.Models;
using Rnn.Benchmarks.Peers.Engines;

namespace Rnn.Benchmarks.Peers.Comparing;

/// <summary>
/// Rounds of processes that take turns: a machine's speed drifts, so only what was measured within one round is
/// compared.
/// </summary>
internal sealed class Comparison(int rounds, double seconds, IReadOnlyList<int> threads)
{
    private readonly string _seconds = seconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>Prints what <see cref="Run"/> would start.</summary>
    public bool Show(string work)
    {
        foreach (Setting setting in Turns(work))
        {
            foreach (int count in threads)
                Console.WriteLine(setting.CommandLine(count, _seconds));
        }

        return true;
    }

    /// <summary>Checks, measures, writes the report; false if the check fails, and then nothing is measured.</summary>
    public bool Run(string work)
    {
        Console.Error.WriteLine($"{work}: check");
        (int code, string output) = Start(["check", "--work", work], new Dictionary<string, string>());
        if (code != 0)
        {
            Console.Error.WriteLine($"{output}{work}: the check failed, so nothing is measured.");
            return false;
        }

        List<Turn> turns = [];
        string path = Path.Combine(ResultFolder.Find(), $"compare-{work}");
        Report report = new(work, turns, path, CommandLine(work));
        string table = "";
        for (int round = 1; round <= rounds; round++)
        {
            foreach (int count in threads)
            {
                foreach (Setting setting in Turns(work))
                {
                    Child child = Measure(setting, count);
                    turns.Add(new Turn(round, setting.Label, child));
                    Console.Error.WriteLine(
                        $"{work}: round {round} of {rounds}, threads {count}, {setting.Label}: {child.Seconds:G4} s");
                }
            }

            table = report.Write();   // what is measured stays, whatever happens in the next round
        }

        Console.WriteLine(table);
        Console.Error.WriteLine($"Written: {path}.md and .csv");
        return true;
    }

    /// <summary>Measures every point of <see cref="GrowthPoint"/>, writes the table and the picture; false if what the
    /// axes share is not the same in both, and then nothing is measured.</summary>
    public bool Grow()
    {
        foreach (GrowthPoint point in GrowthPoint.Smallest)
        {
            (int code, string output) = Start(["check", "--work", point.Work], new Dictionary<string, string>());
            if (code != 0)
            {
                Console.Error.WriteLine($"{output}{point.Work}: the check failed, so nothing is measured.");
                return false;
            }
        }

        List<Turn> turns = [];
        string path = Path.Combine(ResultFolder.Find(), "growth");
        string command = $"dotnet run -c Release --project Rnn.Benchmarks/Peers -- growth --rounds {rounds} --seconds {_seconds} "
            + $"--threads {threads[0]}";
        for (int round = 1; round <= rounds; round++)
        {
            foreach (GrowthPoint point in GrowthPoint.All)
            {
                foreach (Setting setting in Plan.OfGrowth(point.Work))
                    turns.Add(new Turn(round, setting.Label, Measure(setting, threads[0])));

                Console.Error.WriteLine($"growth: round {round} of {rounds}, {point.Work}");
            }

            GrowthReport.Write(path, turns, command);   // what is measured stays, whatever happens in the next round
        }

        Console.Error.WriteLine($"Written: {path}.md, .csv and .png");
        return true;
    }

    private static IEnumerable<Setting> Turns(string work) =>
    [
        .. Plan.Of(work),
        Plan.Peak,
        .. Work.Get(work).Bytes > 0 ? [Plan.CacheBandwidth] : Enumerable.Empty<Setting>(),
    ];

    private Child Measure(Setting setting, int count)
    {
        string[] words = setting.Words(count, _seconds);
        string model = "";
        if (setting.Engine == Engine.OnnxRuntime)
        {
            // Made here, so that making it doesn't count as its memory.
            model = Path.GetTempFileName();
            OnnxFile.Write(model, setting.Arguments.Contains("indices"));
            words = [.. words, "--model", model];
        }

        (int code, string output) = Start(words, setting.Environment);
        if (model.Length > 0)
            File.Delete(model);

        return code == 0
            ? Child.FromJson(output.Trim().Split('\n')[^1])
            : throw new InvalidOperationException(
                $"{setting.CommandLine(count, _seconds)} ended with exit code {code}.");
    }

    private string CommandLine(string work) => "dotnet run -c Release --project Rnn.Benchmarks/Peers -- compare " +
        $"--work {work} --rounds {rounds} --seconds {_seconds} --threads {string.Join(',', threads)}";

    // This program again, in a process of its own.
    private static (int Code, string Output) Start(IReadOnlyList<string> words,
        IReadOnlyDictionary<string, string> environment)
    {
        string program = Environment.ProcessPath!;
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(Comparison).Assembly.Location);

        foreach (string word in words)
            start.ArgumentList.Add(word);

        foreach ((string name, string value) in environment)
            start.Environment[name] = value;

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
