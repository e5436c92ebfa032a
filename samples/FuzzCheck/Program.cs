using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Text;
using Rnn.Core.Serialization;
using Rnn.Samples.Common;
using Rnn.Tests.Fuzzing;

namespace Rnn.Samples.FuzzCheck;

/// <summary>
/// Fuzzes the readers of files, guided by the branches that inputs reach: AFL++ draws inputs from small files that a reader
/// reads, and keeps those that reach something new. What the tests do with damage drawn blindly is done here with damage
/// that finds its way.
/// </summary>
internal static class Program
{
    private static readonly Option<int?> s_seconds =
        TypedOptions.Whole("--seconds", "For each reader [default: 30].", 5, 1_000_000);

    private static readonly Option<string?> s_targets =
        TypedOptions.Text("--readers", "NAMES", "Readers, with commas between; --list shows them [default: all].");

    private static readonly Option<bool> s_list = TypedOptions.Flag("--list", "Lists the readers, and runs nothing.");

    private static readonly Option<string?> s_out = TypedOptions.Text("--out", "FILE", "Writes the report as Markdown.");

    private static readonly Option<string?> s_afl =
        TypedOptions.Text("--afl", "PROGRAM", "The fuzzer of AFL++ [default: afl-fuzz].");

    private static readonly Option<string?> s_keep = TypedOptions.Text("--keep", "FOLDER",
        "Keeps what AFL++ found there, inputs that reach something new among it, and goes on from there.");

    public static int Main(string[] args) => args is [AflRun.Read, string name]
        ? ReadInThisProcess(name)
        : SampleApp.Run(args, Create);

    /// <summary>A target's name without spaces and commas: that of a folder.</summary>
    public static string NameOf(FuzzTarget target) => target.Name.Replace(", ", "-", StringComparison.Ordinal)
        .Replace(' ', '-').Replace("'", "", StringComparison.Ordinal);

    private static int ReadInThisProcess(string name)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        InputReader.Run(name);
        return 0;
    }

    private static RootCommand Create(SampleApp app)
    {
        RootCommand command = new("Fuzzes the readers of files, guided by coverage. It needs AFL++ (Debian: apt-get install afl++).");
        command.AddAll(s_seconds, s_targets, s_list, s_out, s_keep, s_afl);
        command.AddCheck(parsed => Names(parsed)?.Except(FuzzTargets.All().Select(NameOf)).FirstOrDefault() is { } name
            ? $"--readers is '{name}', and no reader has that name; --list shows them."
            : null);
        command.SetAction(parsed =>
        {
            string[]? names = Names(parsed);
            FuzzTarget[] targets = [.. FuzzTargets.All().Where(target => names is null || names.Contains(NameOf(target)))];
            if (parsed.GetValue(s_list))
            {
                foreach (FuzzTarget target in targets)
                    Screen.Show(NameOf(target));

                return 0;
            }

            using AflRun afl = new(parsed.GetValue(s_afl) ?? "afl-fuzz", parsed.GetValue(s_keep));
            return Run(app, afl, targets, parsed.GetValue(s_seconds) ?? 30, parsed.GetValue(s_out));
        });
        return command;
    }

    private static string[]? Names(ParseResult parsed) => parsed.GetValue(s_targets)?.Split(',', StringSplitOptions.TrimEntries);

    private static int Run(SampleApp app, AflRun afl, FuzzTarget[] targets, int seconds, string? report)
    {
        List<AflCounts> rows = [];
        foreach (FuzzTarget target in targets)
        {
            app.Interruption.Token.ThrowIfCancellationRequested();
            AflCounts counts = afl.Run(target, seconds);
            Screen.Show(counts.ToString());
            rows.Add(counts);
        }

        long inputs = rows.Sum(row => row.Inputs);
        int faults = rows.Sum(row => row.Faults);
        Screen.Show(string.Create(CultureInfo.InvariantCulture, $"{inputs} inputs, {faults} faults."));
        foreach (string fault in rows.SelectMany(row => row.Found))
            Screen.Warn(fault);

        if (report is not null)
            AtomicFile.Write(report, stream => stream.Write(Encoding.UTF8.GetBytes(Report(rows, app.Command))));

        return faults == 0 ? 0 : SampleApp.Failed;
    }

    private static string Report(List<AflCounts> rows, string command)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"`{command}`\n\n");
        text.Append("| Reader | Inputs | Kept, as they reach something new | Branches reached | Faults |\n|---|--:|--:|--:|--:|\n");
        foreach (AflCounts row in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Inputs:N0} | {row.Kept} | {row.Branches} | {row.Faults} |\n");

        text.Append(CultureInfo.InvariantCulture,
            $"| all | {rows.Sum(row => row.Inputs):N0} | {rows.Sum(row => row.Kept)} | | {rows.Sum(row => row.Faults)} |\n");
        return text.ToString();
    }
}
