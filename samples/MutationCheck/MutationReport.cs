using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Rnn.Samples.MutationCheck;

/// <summary>Counts by file, and every survivor with its line.</summary>
internal static class MutationReport
{
    /// <summary>As Markdown.</summary>
    /// <param name="results">All of them.</param>
    /// <param name="command">That made them.</param>
    /// <param name="all">How many mutants there are, of which these are a sample.</param>
    /// <param name="tests">That pass without a mutant.</param>
    public static string Format(IReadOnlyCollection<MutantResult> results, string command, int all, int tests)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Mutation check

            `{command}`:
            {results.Count} of {all} mutants, {tests} tests. A mutant is killed by a gradient check against the double oracle, by another
            test, or because it crashes or doesn't end; one that the compiler refuses counts as none. Equivalent are those that make no
            difference to any result, for the reason that `{Equivalents.File}` gives.


            """);
        text.Append("| File | Mutants | By gradients | By tests | Stopped | Not compiling | Equivalent | Survived |\n");
        text.Append("|---|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (IGrouping<string, MutantResult> file in results.GroupBy(result => result.Mutant.File))
            text.Append(Row(file.Key, [.. file]));

        text.Append(Row("All", results)).Append('\n');
        int compiled = results.Count(result => result.Fate != Fate.NotCompiling);
        int survived = results.Count(result => result.Fate == Fate.Survived);
        int equivalent = results.Count(result => result.Fate == Fate.Equivalent);
        text.Append(CultureInfo.InvariantCulture, $"""
            Killed: {compiled - survived - equivalent} of {compiled - equivalent} that compile and make a difference.

            ## Survivors


            """);
        foreach (MutantResult result in results.Where(result => result.Fate == Fate.Survived))
            text.Append(CultureInfo.InvariantCulture, $"- {result.Mutant} ({result.By})\n  `{result.Mutant.LineText}`\n");

        return survived == 0 ? text.Append("None.\n").ToString() : text.ToString();
    }

    private static string Row(string name, IReadOnlyCollection<MutantResult> results)
    {
        int Count(Fate fate) => results.Count(result => result.Fate == fate);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {results.Count} | {Count(Fate.KilledByGradient)} | {Count(Fate.KilledByTest)} | {Count(Fate.Stopped)} | "
            + $"{Count(Fate.NotCompiling)} | {Count(Fate.Equivalent)} | {Count(Fate.Survived)} |\n");
    }
}
