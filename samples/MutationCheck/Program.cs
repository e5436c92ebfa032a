using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Core.Serialization;
using Rnn.Samples.Common;

namespace Rnn.Samples.MutationCheck;

/// <summary>
/// Makes small mistakes in the layers, heads, losses and optimisers, one at a time, and counts how many of them the gradient
/// checks and the tests find: a sign, a dropped term, an index, a condition, a number. It is a check of the checks.
/// </summary>
internal static class Program
{
    /// <summary>The first argument of the process that runs gradient checks.</summary>
    public const string Gradients = "run-gradients-in-this-process";

    private const int Found = 1;

    private static readonly Option<string?> s_files =
        TypedOptions.Text("--files", "PATTERN", "Files below Rnn.Core, with * for anything: 'Layers/*Lstm*' [default: all].");

    private static readonly Option<int?> s_sample =
        TypedOptions.Whole("--sample", "As many mutants, drawn from all [default: all].", 1, 1_000_000);

    private static readonly Option<ulong?> s_seed = TypedOptions.Seed();

    private static readonly Option<int?> s_patience =
        TypedOptions.Whole("--timeout", "Seconds after which a mutant is stopped, twice [default: 300].", 1, 100_000);

    private static readonly Option<string?> s_tests =
        TypedOptions.Text("--tests", "FOLDER", "Where Rnn.Tests.dll is [default: as it was built, beside this program].");

    private static readonly Option<string?> s_out = TypedOptions.Text("--out", "FILE", "Writes the report as Markdown.");

    private static readonly Option<bool> s_list = TypedOptions.Flag("--list", "Lists the mutants and their checks, and runs none.");

    public static int Main(string[] args) => args is [Gradients, string numbers]
        ? RunGradients(numbers)
        : SampleApp.Run(args, app => Create(app));

    private static int RunGradients(string numbers)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        string? failing = Checks.Failing(numbers);
        Console.WriteLine(failing ?? "");
        return failing is null ? 0 : Found;
    }

    private static RootCommand Create(SampleApp app)
    {
        RootCommand command = new("Makes mistakes in backward code, and counts how many the checks find.");
        command.AddAll(s_files, s_sample, s_seed, s_patience, s_tests, s_out, s_list);
        command.SetAction(parsed => Run(app, parsed));
        return command;
    }

    private static int Run(SampleApp app, ParseResult parsed)
    {
        string root = Root();
        CoreSources sources = new(root);
        Checks checks = new(sources, root);
        Mutant[] all = [.. sources.Mutants(parsed.GetValue(s_files) ?? "*")];
        if (all.Length == 0)
            throw new ArgumentException($"No file below Rnn.Core fits '{parsed.GetValue(s_files)}' (--files).");

        Mutant[] drawn = Draw(all, parsed.GetValue(s_sample) ?? all.Length, parsed.GetValue(s_seed) ?? 1);
        if (parsed.GetValue(s_list))
        {
            foreach (Mutant mutant in drawn)
            {
                string tests = string.Join(", ", checks.Tests(mutant.File));
                Screen.Show($"{mutant} [{checks.Gradients(mutant.File).Length} gradient checks; {tests}]");
            }

            return 0;
        }

        string built = parsed.GetValue(s_tests) ?? Built();
        if (!File.Exists(Path.Combine(built, "Rnn.Tests.dll")))
            throw new FileNotFoundException($"There is no Rnn.Tests.dll in '{built}': build it, or name its folder with --tests.");

        using Sandbox sandbox = new(built, TimeSpan.FromSeconds(parsed.GetValue(s_patience) ?? 300));
        sandbox.Use(sources.Compile(null) ?? throw new InvalidDataException("Rnn.Core doesn't compile as it is."));
        if (sandbox.RunGradients([0]) is { } failing)
            throw new InvalidDataException($"Without any mutant '{failing}' fails.");

        List<MutantResult> results = [];
        foreach (Mutant mutant in drawn)
        {
            app.Interruption.Token.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            MutantResult result = Judge(mutant, sources, checks, sandbox);
            results.Add(result);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Screen.Show(FormattableString.Invariant(
                $"{results.Count}/{drawn.Length} {result.Fate} {mutant} [{result.By}] {seconds:F1} s"));
            if (parsed.GetValue(s_out) is { } path)
                AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Report())));
        }

        Screen.Show("\n" + Report());
        return 0;

        string Report() => MutationReport.Format(results, app.Command, all.Length);
    }

    private static MutantResult Judge(Mutant mutant, CoreSources sources, Checks checks, Sandbox sandbox)
    {
        if (sources.Compile(mutant) is not { } core)
            return new MutantResult(mutant, Fate.NotCompiling, "");

        sandbox.Use(core);
        MutantResult? ByGradients()
        {
            int[] gradients = checks.Gradients(mutant.File);
            return Killed(gradients.Length > 0 ? sandbox.RunGradients(gradients) : null, Fate.KilledByGradient);
        }

        MutantResult? ByTests()
        {
            string[] tests = checks.Tests(mutant.File);
            return Killed(tests.Length > 0 ? sandbox.RunTests(tests) : null, Fate.KilledByTest);
        }

        MutantResult? Killed(string? failed, Fate fate) =>
            failed is null ? null : new MutantResult(mutant, IsStopped(failed) ? Fate.Stopped : fate, failed);

        // What is likelier to find it comes first.
        MutantResult? killed = checks.HasGradients(mutant.File) ? ByGradients() ?? ByTests() : ByTests() ?? ByGradients();
        return killed ?? new MutantResult(mutant, Fate.Survived, "");
    }

    private static bool IsStopped(string failed) => failed == "time" || failed.StartsWith("crash", StringComparison.Ordinal);

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
