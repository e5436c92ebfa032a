using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Core.Serialization;
using Rnn.Samples.Common;

namespace Rnn.Samples.MutationCheck;

/// <summary>
/// Makes small mistakes in the layers, heads, losses and optimisers, one at a time, and counts how many of them the gradient
/// checks and the tests find: a sign, a dropped term, an index, a condition, a number. It is a check of the checks.
/// </summary>
internal static class Program
{
    private const double CoverSeconds = 600;

    private static readonly Option<string?> s_files =
        TypedOptions.Text("--files", "PATTERN", "Files below Rnn.Core, with * for anything: 'Layers/*Lstm*' [default: all].");

    private static readonly Option<int?> s_sample =
        TypedOptions.Whole("--sample", "As many mutants, drawn from all [default: all].", 1, 1_000_000);

    private static readonly Option<ulong?> s_seed = TypedOptions.Seed();

    private static readonly Option<string?> s_classes = TypedOptions.Text("--classes", "PATTERN",
        "Classes of tests, with * for anything: 'Rnn.Tests.Layers.*' [default: all but those of samples, texts and fuzzing].");

    private static readonly Option<double?> s_seconds = TypedOptions.Positive("--seconds",
        "Of the tests that try one mutant, the quickest first [default: all that reach it].", 1e6);

    private static readonly Option<int?> s_workers =
        TypedOptions.Whole("--workers", "Processes that run tests side by side [default: one for each processor].", 1, 1000);

    private static readonly Option<string?> s_tests =
        TypedOptions.Text("--tests", "FOLDER", "Where Rnn.Tests.dll is [default: as it was built, beside this program].");

    private static readonly Option<string?> s_out = TypedOptions.Text("--out", "FILE", "Writes the report as Markdown.");

    private static readonly Option<string?> s_record = TypedOptions.Text("--record", "FILE",
        "Writes what became of each mutant as CSV; those that it has already are not tried again.");

    private static readonly Option<bool> s_list =
        TypedOptions.Flag("--list", "Lists the mutants and which of them must be compiled alone, and runs none.");

    public static int Main(string[] args) => args is [TestHost.Argument, string classes]
        ? TestHost.Run(classes).GetAwaiter().GetResult()
        : SampleApp.Run(args, app => Create(app));

    private static RootCommand Create(SampleApp app)
    {
        RootCommand command = new("Makes mistakes in backward code, and counts how many the checks find.");
        command.AddAll(s_files, s_sample, s_seed, s_classes, s_seconds, s_workers, s_tests, s_out, s_record, s_list);
        command.SetAction(parsed => Run(app, parsed));
        return command;
    }

    private static int Run(SampleApp app, ParseResult parsed)
    {
        string root = Root();
        CoreSources sources = new(root);
        Mutant[] all = [.. sources.Mutants(parsed.GetValue(s_files) ?? "*")];
        if (all.Length == 0)
            throw new ArgumentException($"No file below Rnn.Core fits '{parsed.GetValue(s_files)}' (--files).");

        Mutant[] drawn = Draw(all, parsed.GetValue(s_sample) ?? all.Length, parsed.GetValue(s_seed) ?? 1);
        if (parsed.GetValue(s_list))
        {
            HashSet<int> numbers = sources.CompileAll(drawn).Numbers;
            for (int n = 0; n < drawn.Length; n++)
                Screen.Show(drawn[n] + (numbers.Contains(n + 1) ? "" : " (compiled alone)"));

            return 0;
        }

        string built = parsed.GetValue(s_tests) ?? Built();
        if (!File.Exists(Path.Combine(built, "Rnn.Tests.dll")))
            throw new FileNotFoundException($"There is no Rnn.Tests.dll in '{built}': build it, or name its folder with --tests.");

        using Record record = new(parsed.GetValue(s_record));
        Equivalents equivalents = new(root);
        (byte[] Assembly, HashSet<int> Numbers) compiled = sources.CompileAll(drawn);
        Screen.Show($"{drawn.Length} of {all.Length} mutants, {compiled.Numbers.Count} of them in one assembly.");
        CancellationToken interrupted = app.Interruption.Token;
        List<Judge> judges = [];
        using IDisposable guard = app.Interruption.Guard("the mutants under way are finished; with --record a later run goes on");
        try
        {
            for (int n = parsed.GetValue(s_workers) ?? Environment.ProcessorCount; n > 0; n--)
                judges.Add(new Judge(sources, drawn, compiled, built, parsed.GetValue(s_classes) ?? "*"));

            if (Cover(judges, parsed.GetValue(s_seconds) ?? double.PositiveInfinity, interrupted) is not { } coverage)
                return app.Interruption.ExitCode;

            if (coverage.Count == 0)
            {
                throw new InvalidDataException(
                    $"No test passes without a mutant: --classes fits none, or those in '{built}' are of another version.");
            }

            MutantResult?[] found = FindAll(drawn, judges, coverage, record, interrupted);
            if (interrupted.IsCancellationRequested)
                return app.Interruption.ExitCode;

            MutantResult[] results = [.. found.Select(result => equivalents.Apply(result!))];
            if (drawn.Length == all.Length)
                equivalents.WarnOfOthers(all.Select(mutant => mutant.File).ToHashSet());

            string report = MutationReport.Format(results, app.Command, all.Length, coverage.Count);
            if (parsed.GetValue(s_out) is { } path)
                AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(report)));

            Screen.Show("\n" + report);
            return 0;
        }
        finally
        {
            foreach (Judge judge in judges)
                judge.Dispose();
        }
    }

    // Null: it was interrupted.
    private static Coverage? Cover(List<Judge> judges, double seconds, CancellationToken interrupted)
    {
        long start = Stopwatch.GetTimestamp();
        using CancellationTokenRegistration ending = interrupted.Register(() =>
        {
            foreach (Judge judge in judges)
                judge.Worker.Interrupt();
        });
        try
        {
            Coverage coverage = Coverage.Measure([.. judges.Select(judge => judge.Worker)], TimeSpan.FromSeconds(CoverSeconds), seconds);
            Screen.Show(FormattableString.Invariant(
                $"{coverage.Count} tests pass without a mutant, in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s."));
            return coverage;
        }
        catch (Exception e) when (interrupted.IsCancellationRequested && e is InvalidDataException or AggregateException)
        {
            return null;
        }
    }

    // Those after an interruption are missing.
    private static MutantResult?[] FindAll(Mutant[] mutants, List<Judge> judges, Coverage coverage, Record record,
        CancellationToken interrupted)
    {
        MutantResult?[] results = [.. mutants.Select(record.Find)];
        int next = -1, done = results.Count(result => result is not null);
        Parallel.ForEach(judges, new ParallelOptions { MaxDegreeOfParallelism = judges.Count }, judge =>
        {
            for (int place; !interrupted.IsCancellationRequested && (place = Interlocked.Increment(ref next)) < mutants.Length;)
            {
                if (results[place] is not null)
                    continue;

                long start = Stopwatch.GetTimestamp();
                MutantResult result = judge.Find(place + 1, coverage);
                results[place] = result;
                lock (record)
                {
                    record.Add(result);
                    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                    Screen.Show(FormattableString.Invariant(
                        $"{++done}/{mutants.Length} {result.Fate} {result.Mutant} [{result.By}] {seconds:F1} s"));
                }
            }
        });
        return results;
    }

    // Without repetition, in the order of the files.
    private static Mutant[] Draw(Mutant[] all, int count, ulong seed)
    {
        Random random = new((int)(seed % int.MaxValue));
        int[] places = [.. Enumerable.Range(0, all.Length)];
        random.Shuffle(places);
        return [.. places.Take(count).Order().Select(place => all[place])];
    }

    private static string Root()
    {
        foreach (string start in (string[])[AppContext.BaseDirectory, Environment.CurrentDirectory])
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Rnn.sln")))
                    return folder.FullName;
            }
        }

        throw new FileNotFoundException("There is no Rnn.sln above this program or this folder: run it in a checkout.");
    }

    // artifacts/bin/MutationCheck/release/ -> artifacts/bin/Rnn.Tests/release/
    private static string Built()
    {
        DirectoryInfo here = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, "Rnn.Tests", here.Name);
    }
}
