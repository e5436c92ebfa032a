using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Rnn.Samples.Common;

namespace Rnn.Samples.KillCheck;

/// <summary>
/// Kills training at random moments, again and again, and shows that nothing is lost: after each kill the newest checkpoint
/// or the one before it can be read, and a run that was killed many times ends with the very bits of one that never was.
/// </summary>
internal static class Program
{
    /// <summary>The first argument of the process that trains.</summary>
    public const string Train = "train-in-this-process";

    private static readonly Option<int?> s_kills =
        TypedOptions.Whole("--kills", "Kills in all, shared out among the kinds of runs [default: 100].", 1, 1_000_000);

    private static readonly Option<string?> s_kinds = TypedOptions.Words("--kinds",
        "Kinds of runs, with commas between [default: all].", [.. RunKinds.All.Select(kind => kind.Name)]);

    private static readonly Option<ulong?> s_seed = TypedOptions.Seed();

    public static int Main(string[] args)
    {
        if (args is not [Train, string name, string folder])
            return SampleApp.Run(args, _ => Create());

        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            KilledRun.TrainHere(RunKinds.Of(name), folder);
            return 0;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(ErrorMessage.Of(e));
            return 1;
        }
    }

    private static RootCommand Create()
    {
        RootCommand command = new("Kills training runs at random moments, and checks that each goes on without a trace.");
        command.AddAll(s_kills, s_kinds, s_seed);
        command.SetAction(parsed => Run(
            parsed.GetValue(s_kills) ?? 100,
            parsed.GetValue(s_kinds)?.Split(',').Select(name => RunKinds.Of(name.Trim())).ToArray() ?? [.. RunKinds.All],
            new Random((int)((parsed.GetValue(s_seed) ?? 1) % int.MaxValue))));
        return command;
    }

    private static int Run(int kills, RunKind[] kinds, Random random)
    {
        List<string[]> rows = [KillCounts.Heading];
        List<string> faults = [];
        KillCounts total = new("all");
        for (int i = 0; i < kinds.Length; i++)
        {
            // What doesn't divide goes to the first kinds.
            KilledRun run = new(kinds[i], random);
            run.Check((kills / kinds.Length) + (i < kills % kinds.Length ? 1 : 0));
            rows.Add(run.Counts.Cells);
            total.Add(run.Counts);
            faults.AddRange(run.Faults);
        }

        rows.Add(total.Cells);
        Screen.Show(TextTable.Format(rows));
        foreach (string fault in faults)
            Screen.Warn(fault);

        return faults.Count == 0 ? 0 : 1;
    }
}
