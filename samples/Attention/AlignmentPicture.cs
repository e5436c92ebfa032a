using System;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Models.Translation;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace Rnn.Samples.Attention;

/// <summary>An alignment as a picture: the source from left to right, the target downwards, one for each
/// head.</summary>
internal static class AlignmentPicture
{
    /// <summary>Its name in the folder of a run.</summary>
    public const string FileName = "alignment.png";

    private const int LargestCell = 26, Margin = 130, LeastSize = 320, MostPixels = 8000;

    /// <summary>Draws the picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="alignment">With one head or several.</param>
    public static void Save(string path, TranslationAlignment alignment)
    {
        int columns = Math.Max(1, alignment.Heads), rows = Math.Max(1, alignment.Layers);
        int width = Size(columns, alignment.Source.Count), height = Size(rows, alignment.Target.Count);
        Multiplot all = new();
        all.RemovePlot(all.GetPlot(0));
        for (int layer = 0; layer < rows; layer++)
        {
            for (int head = 0; head < columns; head++)
                all.AddPlot(One(alignment, layer, head));
        }

        all.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, columns);
        byte[] picture = all.Render(width * columns, height * rows).GetImageBytes();
        AtomicFile.Write(path, stream => stream.Write(picture));
    }

    // Of one of several pictures beside one another, of so many tokens.
    private static int Size(int pictures, int tokens)
    {
        int cell = Math.Clamp(((MostPixels / pictures) - Margin) / tokens, 1, LargestCell);
        return Math.Max(LeastSize, Margin + (cell * tokens));
    }

    private static Plot One(TranslationAlignment alignment, int layer, int head)
    {
        int steps = alignment.Target.Count, size = alignment.Source.Count;
        double[,] shares = new double[steps, size];
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<float> row = alignment.Shares(t, layer, head);
            for (int s = 0; s < size; s++)
                shares[t, s] = row[s];
        }

        Plot plot = new();
        Heatmap map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.Grayscale();
        map.ManualRange = new ScottPlot.Range(0, 1);
        if (alignment.Layers * alignment.Heads > 1)
            plot.Title($"layer {layer + 1}, head {head + 1}", size: 14);

        plot.Axes.Bottom.TickGenerator = Ticks([.. alignment.Source], isReversed: false);
        plot.Axes.Left.TickGenerator = Ticks([.. alignment.Target], isReversed: true);
        plot.Axes.Bottom.TickLabelStyle.Rotation = -60;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        plot.Axes.SetLimits(-0.5, size - 0.5, -0.5, steps - 0.5);
        plot.HideGrid();
        return plot;
    }

    private static NumericManual Ticks(string[] tokens, bool isReversed) => new(
        [.. Enumerable.Range(0, tokens.Length).Select(i => (double)(isReversed ? tokens.Length - 1 - i : i))],
        [.. tokens.Select(AlignmentText.Visible)]);
}
