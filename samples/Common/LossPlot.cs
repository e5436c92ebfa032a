using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Serialization;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace Rnn.Samples.Common;

/// <summary>A line of a picture of losses.</summary>
/// <param name="Name">Of what.</param>
/// <param name="X">Steps, or how much of the run is done; ascending.</param>
/// <param name="Y">Losses.</param>
/// <param name="IsNoisy">Drawn pale, with its running mean over it.</param>
public sealed record LossCurve(string Name, double[] X, double[] Y, bool IsNoisy = false);

/// <summary>loss.png: how losses fall.</summary>
public static class LossPlot
{
    private const int Width = 1000, Height = 600;
    private const double Shown = 0.98;          // of the noisy values; what is higher is in the first steps
    private const double SmoothedPart = 0.02;   // of a curve, the window of its running mean

    /// <summary>Draws the picture of a table of steps.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">What loss.csv holds.</param>
    /// <param name="title">Of the picture.</param>
    /// <param name="yLabel">What the losses are, with their unit.</param>
    /// <param name="best">The best possible loss, or NaN if unknown.</param>
    public static void Save(string path, IReadOnlyList<LossRow> rows, string title, string yLabel, double best)
    {
        LossRow[] measured = rows.Where(row => row.Measured[0] is not null).ToArray();
        Save(path, title, "step", yLabel, best,
            new LossCurve("training", [.. rows.Select(row => (double)row.Step)], [.. rows.Select(row => row.Loss)],
                IsNoisy: true),
            new LossCurve("validation", [.. measured.Select(row => (double)row.Step)],
                [.. measured.Select(row => row.Measured[0]!.Value)]));
    }

    /// <summary>Draws a picture of any curves.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">Of the picture.</param>
    /// <param name="xLabel">What lies along the horizontal axis.</param>
    /// <param name="yLabel">What the losses are, with their unit.</param>
    /// <param name="best">The best possible loss, or NaN if unknown.</param>
    /// <param name="curves">Those without a point are left out; if no point is left, no picture is drawn.</param>
    public static void Save(string path, string title, string xLabel, string yLabel, double best,
        params IReadOnlyList<LossCurve> curves)
    {
        LossCurve[] drawn = [.. curves.Where(curve => curve.X.Length > 0)];
        if (drawn.Length > 0)
        {
            byte[] picture = Draw(title, xLabel, yLabel, best, drawn).GetImageBytes(Width, Height, ImageFormat.Png);
            AtomicFile.Write(path, stream => stream.Write(picture));
        }
    }

    private static Plot Draw(string title, string xLabel, string yLabel, double best, LossCurve[] curves)
    {
        Plot plot = new();
        plot.Title(Fitting(title), size: 18);
        plot.XLabel(xLabel);
        plot.YLabel(yLabel);
        for (int i = 0; i < curves.Length; i++)
            Add(plot, curves[i], Colors.Category10[i]);

        if (double.IsFinite(best))
        {
            HorizontalLine line = plot.Add.HorizontalLine(best);
            line.LegendText = "best possible";
            line.LinePattern = LinePattern.Dashed;
            line.LineColor = Colors.Gray;
        }

        // The curves end in the lower right corner; the upper one is empty, as losses fall.
        plot.ShowLegend(Alignment.UpperRight);
        SetLimits(plot, best, curves);
        plot.Layout.Fixed(new PixelPadding(left: 80, right: 40, bottom: 65, top: 50));   // labels and all
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { LabelFormatter = Label };
        plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = Label };
        return plot;
    }

    private static void Add(Plot plot, LossCurve curve, Color color)
    {
        bool isSmoothed = curve.IsNoisy && curve.Y.Length > 1 / SmoothedPart;
        Scatter raw = plot.Add.Scatter(curve.X, curve.Y);
        raw.MarkerSize = curve.IsNoisy || curve.X.Length > 200 ? 0 : 5;
        raw.LineWidth = curve.IsNoisy ? 1 : 2;
        raw.Color = isSmoothed ? color.WithAlpha(0.25) : color;
        raw.LegendText = isSmoothed ? "" : curve.Name;
        if (isSmoothed)
        {
            Scatter smooth = plot.Add.Scatter(curve.X, RunningMean(curve.Y));
            smooth.MarkerSize = 0;
            smooth.LineWidth = 2;
            smooth.Color = color;
            smooth.LegendText = curve.Name;
        }
    }

    // The first steps, from the loss of a guess downwards, would squeeze all that follows.
    private static void SetLimits(Plot plot, double best, LossCurve[] curves)
    {
        double least = curves.Min(curve => curve.Y.Min()), most = curves.Max(curve => Quantile(curve.Y));
        if (double.IsFinite(best))
            least = Math.Min(least, best);

        double last = curves.Max(curve => curve.X[^1]), margin = Math.Max(0.05 * (most - least), 1e-6);
        plot.Axes.SetLimits(0, last > 0 ? last : 1, Math.Max(0, least - margin), most + margin);
    }

    private static double Quantile(double[] values) =>
        values.Order().ElementAt((int)(Shown * (values.Length - 1)));

    // Of the values up to each, in a window that grows to its full width.
    private static double[] RunningMean(double[] values)
    {
        int window = Math.Max(2, (int)(SmoothedPart * values.Length));
        double[] means = new double[values.Length];
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i] - (i >= window ? values[i - window] : 0);
            means[i] = sum / Math.Min(i + 1, window);
        }

        return means;
    }

    private static string Fitting(string title) => title.Length <= 80 ? title : "..." + title[^77..];

    private static string Label(double value) =>
        value.ToString("#,0.####", System.Globalization.CultureInfo.InvariantCulture);
}
