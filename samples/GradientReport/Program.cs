using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using GradientReport;
using Rnn.Tests.Infrastructure;
using Spectre.Console;

Option<bool> markdown = new("--markdown") { Description = "Print the table as Markdown, for the README." };
Option<bool> all = new("--all") { Description = "A line for each arrangement, not only for each shape." };
RootCommand command = new("Checks every hand-written gradient against a second implementation in double.")
{
    markdown,
    all,
};
command.SetAction(arguments => Run(arguments.GetValue(markdown), arguments.GetValue(all)));
return command.Parse(args).Invoke();

static int Run(bool markdown, bool all)
{
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    List<ReportLine> lines = [];
    List<GradientReportRow> failed = [];
    foreach (GradientCase check in GradientCases.All)
    {
        GradientReportRow row = check.Run();
        ReportLine line = new(row.Layer, all ? row.Options : check.Shape, 1, row.Derivatives, row.WorstError);
        int same = lines.FindIndex(other => other.Layer == line.Layer && other.Options == line.Options);
        if (same >= 0)
            lines[same] = lines[same].Add(line);
        else
            lines.Add(line);

        if (row.Failures.Count > 0)
            failed.Add(row);
    }

    lines.Add(lines.Aggregate(new ReportLine("Total", "", 0, 0, 0), (sum, line) => sum.Add(line)));
    if (markdown)
    {
        Console.WriteLine("| Layer | Options | Arrangements | Derivatives | Worst error |");
        Console.WriteLine("|---|---|--:|--:|--:|");
        foreach (ReportLine line in lines)
            Console.WriteLine($"| {string.Join(" | ", line.Cells)} |");
    }
    else
    {
        Table table = new() { Title = new TableTitle("Gradients against a double-precision oracle") };
        table.AddColumns("Layer", "Options", "Arrangements", "Derivatives", "Worst error");
        foreach (int right in (int[])[2, 3, 4])
            table.Columns[right].RightAligned();

        foreach (ReportLine line in lines)
            table.AddRow([.. line.Cells.Select(Markup.Escape)]);

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            $"Worst error: the largest |a-n|/(1+|n|), a by Backward in float, n by central differences of the " +
            $"oracle. Allowed: {GradientCheck.Tolerance:0e-0}.");
    }

    foreach (GradientReportRow row in failed)
        Console.Error.WriteLine(GradientCheck.Describe(row));

    return failed.Count > 0 ? 1 : 0;
}
