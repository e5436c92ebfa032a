using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Serialization;
using ScottPlot;
using ScottPlot.Plottables;

namespace Rnn.Samples.Common;

/// <summary>loss.png: training and validation loss by step.</summary>
public static class LossPlot
{
    /// <summary>Draws a picture; a machine that can't draw is no reason to fail.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">What loss.csv holds.</param>
    /// <param name="title">Of the picture.</param>
    /// <param name="best">The best possible loss, or NaN if unknown.</param>
    /// <returns>Null, or why there is no picture.</returns>
    public static string? TrySave(string path, IReadOnlyList<LossRow> rows, string title, double best = double.NaN)
    {
        try
        {
            byte[] picture = Draw(rows, title, best).GetImageBytes(1000, 600, ImageFormat.Png);
            AtomicFile.Write(path, stream => stream.Write(picture));
            return null;
        }
        catch (Exception e)   // of any kind: a missing native library or font says so in many ways
        {
            return (e.InnerException ?? e).Message;
        }
    }

    private static Plot Draw(IReadOnlyList<LossRow> rows, string title, double best)
    {
        Plot plot = new();
        plot.Title(title);
        plot.XLabel("step");
        plot.YLabel("loss, nats per character");

        SignalXY training = plot.Add.SignalXY(
            rows.Select(row => (double)row.Step).ToArray(), rows.Select(row => row.Loss).ToArray());
        training.LegendText = "training";

        LossRow[] measured = rows.Where(row => row.ValidationLoss is not null).ToArray();
        if (measured.Length > 0)
        {
            Scatter validation = plot.Add.Scatter(
                measured.Select(row => (double)row.Step).ToArray(),
                measured.Select(row => row.ValidationLoss!.Value).ToArray());
            validation.LegendText = "validation";
            validation.LineWidth = 2;
        }

        if (double.IsFinite(best))
        {
            HorizontalLine line = plot.Add.HorizontalLine(best);
            line.LegendText = "best possible";
            line.LinePattern = LinePattern.Dashed;
        }

        plot.ShowLegend();
        return plot;
    }
}
