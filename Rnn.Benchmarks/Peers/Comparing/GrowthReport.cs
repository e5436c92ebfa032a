using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Benchmarks.Models;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace Rnn.Benchmarks.Peers.Comparing;

/// <summary>How the time of a token grows: every figure as CSV, medians as a table, and a picture with both axes
/// logarithmic.</summary>
internal static class GrowthReport
{
    private const int PanelWidth = 460, PanelHeight = 400, PanelsPerRow = 3;

    private const double XMargin = 0.2, YMargin = 0.15;   // powers of ten

    // 0.1, 0.2, 0.5, 1, .. 5000.
    private static readonly double[] s_ticks =
        [.. Enumerable.Range(-1, 5).SelectMany(power => new[] { 1, 2, 5 }.Select(digit => digit * Math.Pow(10, power)))];

    /// <summary>Writes path.csv, path.md and path.png.</summary>
    public static void Write(string path, IReadOnlyList<Turn> turns, string command)
    {
        File.WriteAllText($"{path}.csv", Csv(turns));
        File.WriteAllText($"{path}.md", Markdown(turns, command));
        Draw($"{path}.png", turns);
    }

    /// <summary>Draws path.png again, from path.csv.</summary>
    public static void DrawAgain(string path)
    {
        List<Turn> turns = [];
        foreach (string line in File.ReadLines($"{path}.csv").Skip(1))
        {
            string[] cells = line.Split(',');
            double[] numbers = Array.ConvertAll(cells[5..], cell => double.Parse(cell, CultureInfo.InvariantCulture));
            Child child = new($"growth-{cells[0]}-{cells[1]}", "", int.Parse(cells[3], CultureInfo.InvariantCulture), numbers[0], 0,
                null, Flops: numbers[2], Tokens: numbers[1], 0, 0, "", "");
            turns.Add(new Turn(int.Parse(cells[2], CultureInfo.InvariantCulture), cells[4].Trim('"'), child));
        }

        Draw($"{path}.png", turns);
    }

    private static double Nanoseconds(IReadOnlyList<Turn> turns, GrowthPoint point, string label) =>
        Timing.Median([.. turns.Where(turn => turn.Child.Work == point.Work && turn.Label == label)
            .Select(turn => 1e9 * turn.Child.Seconds / turn.Child.Tokens)]);

    private static string Markdown(IReadOnlyList<Turn> turns, string command)
    {
        string[] labels = [.. turns.Select(turn => turn.Label).Distinct()];
        StringBuilder text = new();
        text.Append("# How the time of a token grows\n\n");
        WordModelSizes middle = GrowthPoint.Middle;
        text.Append(Invariant($"A training step of a word model: embedding {middle.V:N0} x {middle.E}, LSTM {middle.H}, "));
        text.Append(Invariant($"softmax over all words at every step;\n{middle.T} steps, {middle.B} rows, Adam, clip {middle.Clip}, "));
        text.Append("on a made-up text. Along each axis one size differs (units: those of the\n");
        text.Append("embedding too). Of a text, windows are read from all over it.\n\n");
        text.Append("![Growth](growth.png)\n\n");
        string times = string.Join(" | ", labels.Select(label => $"{label}, us a token"));
        text.Append(Invariant($"| What grows | To | MFLOP a token | {times} | Times ours |\n"));
        text.Append(Invariant($"|---|--:|--:|{string.Concat(labels.Select(_ => "--:|"))}--:|\n"));
        foreach (GrowthPoint point in GrowthPoint.All)
        {
            double[] medians = [.. labels.Select(label => Nanoseconds(turns, point, label) / 1000)];
            text.Append(Invariant($"| {point.Axis} | {point.Value:N0} | {point.Sizes.Flops / point.Sizes.Tokens / 1e6:F2} "));
            text.Append(string.Concat(medians.Select(time => Invariant($"| {time:F2} "))));
            text.Append(Invariant($"| {medians[^1] / medians[0]:F2} |\n"));
        }

        Child first = turns[0].Child;
        int last = turns.Max(turn => turn.Round);
        text.Append(Invariant($"\nMedians of {last} rounds in which the two took turns, {first.Threads} threads. "));
        text.Append("Losses and gradients of the first\npoint of each axis are equal to 1e-5 in both.\n\n");
        text.Append(Invariant($"- Machine: {Machine.Description()}\n"));
        foreach (string version in turns.Select(turn => turn.Child.Version).Distinct())
            text.Append(Invariant($"- {version}\n"));

        text.Append(Invariant($"- {first.Runtime}\n- {DateTime.UtcNow:yyyy-MM-dd}\n- `{command}`\n"));
        return text.ToString();
    }

    private static string Csv(IReadOnlyList<Turn> turns)
    {
        StringBuilder text = new("axis,value,round,threads,program,seconds_per_step,tokens,flops\n");
        foreach ((int round, string label, Child child) in turns)
        {
            GrowthPoint point = GrowthPoint.Find(child.Work)!;
            text.Append(Invariant($"{point.Axis},{point.Value},{round},{child.Threads},\"{label}\",{child.Seconds:R},"));
            text.Append(Invariant($"{child.Tokens:R},{child.Flops:R}\n"));
        }

        return text.ToString();
    }

    private static void Draw(string path, IReadOnlyList<Turn> turns)
    {
        string[] axes = [.. GrowthPoint.All.Select(point => point.Axis).Distinct()];
        string[] labels = [.. turns.Select(turn => turn.Label).Distinct()];
        int rows = (axes.Length + PanelsPerRow - 1) / PanelsPerRow;
        double[] all = [.. turns.Select(turn => Math.Log10(1e6 * turn.Child.Seconds / turn.Child.Tokens))];
        Multiplot picture = new();
        picture.AddPlots(axes.Length);
        picture.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, PanelsPerRow);
        for (int i = 0; i < axes.Length; i++)
        {
            Plot plot = picture.GetPlot(i);
            GrowthPoint[] points = [.. GrowthPoint.All.Where(point => point.Axis == axes[i])];
            double[] x = [.. points.Select(point => Math.Log10(point.Value))];
            for (int k = 0; k < labels.Length; k++)
            {
                double[] y = [.. points.Select(point => Math.Log10(Nanoseconds(turns, point, labels[k]) / 1000))];
                Scatter line = plot.Add.Scatter(x, y, Colors.Category10[k]);
                line.LegendText = labels[k];
                line.LineWidth = 2;
            }

            plot.XLabel(axes[i]);
            plot.YLabel("us a token");
            plot.ShowLegend(Alignment.UpperLeft);
            plot.Axes.Bottom.TickGenerator = new NumericManual(x, [.. points.Select(point => Invariant($"{point.Value:N0}"))]);
            plot.Axes.Left.TickGenerator =
                new NumericManual([.. s_ticks.Select(Math.Log10)], [.. s_ticks.Select(tick => Invariant($"{tick:0.##}"))]);
            plot.Axes.SetLimits(x[0] - XMargin, x[^1] + XMargin, all.Min() - YMargin, all.Max() + (4 * YMargin));   // for the legend
        }

        picture.SavePng(path, PanelWidth * PanelsPerRow, PanelHeight * rows);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
