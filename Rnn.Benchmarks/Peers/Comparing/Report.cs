using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Benchmarks.Models;

namespace Rnn.Benchmarks.Peers.Comparing;

/// <summary>The table of a comparison in Markdown, and every single figure as CSV.</summary>
/// <param name="work">What was compared.</param>
/// <param name="turns">All that was measured.</param>
/// <param name="path">Without extension.</param>
/// <param name="command">What was typed.</param>
internal sealed class Report(string work, IReadOnlyList<Turn> turns, string path, string command)
{
    private readonly Work _work = Work.Get(work);

    /// <summary>Writes both files and returns the table.</summary>
    public string Write()
    {
        string markdown = Markdown();
        File.WriteAllText($"{path}.md", markdown);
        File.WriteAllText($"{path}.csv", Csv());
        return markdown;
    }

    private string Markdown()
    {
        StringBuilder text = new();
        text.Append(Invariant($"# {work}\n\n{char.ToUpperInvariant(_work.Description[0])}{_work.Description[1..]}.\n"));
        foreach (int threads in turns.Select(turn => turn.Child.Threads).Distinct())
            Table(text, threads, [.. turns.Where(turn => turn.Child.Threads == threads)]);

        int last = turns.Max(turn => turn.Round);
        string rounds = last == 1 ? "1 round" : $"{last} rounds";
        text.Append(Invariant($"""

            Medians of {rounds} in which the programs took turns, each in a process of its own. "Times ours" is
            the time of a program divided by that of the first one in the same round: the median of the rounds'
            ratios, and the smallest and largest. GFLOP/s count the operations that the work needs
            ({_work.Flops / 1e9:G4} GFLOP a step), whatever a program does besides.
            {Others()}
            - Machine: {Machine.Description()}
            - {string.Join("\n- ", turns.Select(turn => turn.Child.Version).Distinct())}
            - {turns[0].Child.Runtime}
            - {DateTime.UtcNow:yyyy-MM-dd}
            - `{command}`

            """));
        return text.ToString().ReplaceLineEndings("\n");
    }

    // Programs of another work, such as another loss of the same words.
    private string Others() => string.Concat(
        from label in Plan.Of(work).Select(setting => setting.Label)
        let flops = Of(turns, label).First().Flops
        where flops != _work.Flops
        select Invariant($"\"{label}\" needs other operations, and its own are counted: {flops / 1e9:G4} GFLOP a step.\n"));

    private void Table(StringBuilder text, int threads, IReadOnlyList<Turn> all)
    {
        double peak = Timing.Median([.. Of(all, Plan.Peak.Label).Select(child => child.Flops / child.Seconds)]);
        double bandwidth =
            Timing.Median([.. Of(all, Plan.CacheBandwidth.Label).Select(child => child.Bytes / child.Seconds)]);
        text.Append(Invariant($"\n## {threads} {(threads == 1 ? "thread" : "threads")}\n\n"));
        text.Append("| Program | ms a step | lowest - highest | GFLOP/s | of peak |");
        text.Append(_work.Tokens > 0 ? $" {_work.Unit}/s |" : "");
        text.Append(_work.Bytes > 0 ? " GB/s of weights | of cache bandwidth |" : "");
        text.Append(" loss | resident memory, MB | times ours, median [min .. max] |\n");
        int columns = 8 + (_work.Tokens > 0 ? 1 : 0) + (_work.Bytes > 0 ? 2 : 0);
        text.Append($"|{string.Concat(Enumerable.Repeat("---|", columns))}\n");
        string[] labels = [.. Plan.Of(work).Select(setting => setting.Label)];
        foreach (string label in labels)
        {
            Child[] children = [.. Of(all, label)];
            double[] times = [.. children.Select(child => child.Seconds)];
            double median = Timing.Median(times), flops = children[0].Flops / median, bytes = children[0].Bytes / median;
            text.Append(Invariant($"| {label} | {Milliseconds(median)} | {Milliseconds(times.Min())} - "));
            text.Append(Invariant($"{Milliseconds(times.Max())} | {flops / 1e9:F1} | {100 * flops / peak:F0}% |"));
            text.Append(_work.Tokens > 0 ? Invariant($" {_work.Tokens / median:N0} |") : "");
            text.Append(_work.Bytes > 0
                ? Invariant($" {bytes / 1e9:F1} | {100 * bytes / bandwidth:F0}% |") : "");
            text.Append(Invariant($" {children[^1].Loss:F4} |"));
            text.Append(Invariant($" {children.Max(child => child.PeakBytes) / 1e6:F0} |"));
            text.Append(label == labels[0] ? " |\n" : $" {Ratio(Of(all, labels[0]), children)} |\n");
        }

        text.Append(Invariant($"\nPeak in these rounds: {peak / 1e9:F0} GFLOP/s"));
        text.Append(_work.Bytes > 0 ? Invariant($"; cache bandwidth {bandwidth / 1e9:F0} GB/s.\n") : ".\n");
    }

    private static string Ratio(IEnumerable<Child> ours, IReadOnlyList<Child> theirs)
    {
        double[] ratios = [.. ours.Zip(theirs, (our, their) => their.Seconds / our.Seconds)];
        return Invariant($"{Timing.Median(ratios):F2} [{ratios.Min():F2} .. {ratios.Max():F2}]");
    }

    private static IEnumerable<Child> Of(IReadOnlyList<Turn> all, string label) =>
        all.Where(turn => turn.Label == label).OrderBy(turn => turn.Round).Select(turn => turn.Child);

    private string Csv()
    {
        StringBuilder text = new("round,threads,program,engine,work,seconds_per_step,steps,loss,flops,tokens,bytes," +
            "peak_resident_bytes,version\n");
        foreach ((int round, string label, Child child) in turns)
        {
            text.Append(Invariant($"{round},{child.Threads},\"{label}\",{child.Engine},{child.Work},"));
            text.Append(Invariant($"{child.Seconds:R},{child.Steps},{child.Loss:R},{child.Flops:R},{child.Tokens:R},"));
            text.Append(Invariant($"{child.Bytes:R},{child.PeakBytes},\"{child.Version}\"\n"));
        }

        return text.ToString();
    }

    private static string Milliseconds(double seconds) =>
        (seconds * 1e3).ToString(seconds < 1e-3 ? "F4" : seconds < 1e-1 ? "F2" : "F0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
