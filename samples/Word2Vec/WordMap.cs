using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Core.Tensors;
using Rnn.Models.Embeddings.Projection;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;
using static System.FormattableString;

namespace Rnn.Samples.Word2Vec;

/// <summary>A picture of words in the plane, as large as their labels need, up to a limit.</summary>
internal sealed class WordMap
{
    private const int Width = 1400, Height = 1050;
    private const float FontSize = 14, Margin = 40, LegendWidth = 180, Top = 50;
    private const float Gap = 6;        // pixels between two labels in a line
    private const float LineFrom = 8;   // pixels between point and label, from which on a line joins them

    private static readonly double[] s_scales = [1, 1.4, 2];

    private readonly string _title;
    private readonly IReadOnlyList<string> _words;
    private readonly double[] _points;
    private readonly Func<string, string>? _groupOf;

    /// <summary>A picture.</summary>
    /// <param name="title">Of the picture.</param>
    /// <param name="words">N words; the first are the first to get a label.</param>
    /// <param name="points">[N, 2], row-major.</param>
    /// <param name="groupOf">Words of a group have a colour; null: all have the same.</param>
    public WordMap(string title, IReadOnlyList<string> words, double[] points, Func<string, string>? groupOf = null)
    {
        _title = title;
        _words = words;
        _points = points;
        _groupOf = groupOf;
    }

    /// <summary>How many words have a label, once the picture is saved.</summary>
    public int Labels { get; private set; }

    /// <summary>The picture of the two directions of largest variance.</summary>
    /// <param name="title">Of the picture.</param>
    /// <param name="words">N words.</param>
    /// <param name="rows">[N, D], their vectors.</param>
    /// <param name="groupOf">Words of a group have a colour.</param>
    public static WordMap Pca(string title, IReadOnlyList<string> words, float[] rows,
        Func<string, string>? groupOf = null)
    {
        int dimensions = rows.Length / words.Count;
        ReadOnlyMatrixView view = new(rows, words.Count, dimensions);
        PrincipalComponents components = PrincipalComponents.Fit(view, Math.Min(2, dimensions));
        double[] points = components.Project(view);
        if (dimensions == 1)
            points = [.. points.SelectMany(x => new[] { x, 0 })];

        double share = components.ExplainedRatio(components.Count);
        return new WordMap(Invariant($"{title}; PCA, {100 * share:F0}% of the variance"), words, points, groupOf);
    }

    /// <summary>Draws it.</summary>
    /// <exception cref="System.IO.IOException">It can't be written.</exception>
    public void Save(string path)
    {
        float right = _groupOf is null ? Margin : LegendWidth;
        foreach (double scale in s_scales)
        {
            int width = (int)(Width * scale), height = (int)(Height * scale);
            Box area = new(Margin, Top, width - Margin - right, height - Margin - Top);
            Axes axes = Axes.Around(_points, area);
            (float, float)[] pixels = [.. _words.Select((_, i) => axes.Pixel(_points[2 * i], _points[(2 * i) + 1]))];
            Box?[] labels = LabelPlacement.Place(pixels, Sizes(), area);
            Labels = labels.Count(label => label is not null);
            if (Labels == _words.Count || scale == s_scales[^1])
            {
                Plot plot = Draw(labels, axes, new PixelPadding(Margin, right, Margin, Top));
                byte[] picture = plot.GetImageBytes(width, height, ImageFormat.Png);
                AtomicFile.Write(path, stream => stream.Write(picture));
                return;
            }
        }
    }

    private (float Width, float Height)[] Sizes()
    {
        using Paint paint = Paint.NewDisposablePaint();
        LabelStyle style = new() { FontSize = FontSize };
        (float, float)[] sizes = new (float, float)[_words.Count];
        for (int i = 0; i < sizes.Length; i++)
        {
            style.Text = _words[i];
            MeasuredText measured = style.Measure(paint);
            sizes[i] = (measured.Width + Gap, measured.Height);
        }

        return sizes;
    }

    private Plot Draw(Box?[] labels, Axes axes, PixelPadding padding)
    {
        Plot plot = new();
        plot.Title(_title);
        plot.HideGrid();
        plot.Axes.Bottom.TickGenerator = new EmptyTickGenerator();   // places have no unit
        plot.Axes.Left.TickGenerator = new EmptyTickGenerator();
        plot.Layout.Fixed(padding);
        plot.Axes.SetLimits(axes.LeastX, axes.LeastX + axes.SpanX, axes.LeastY, axes.LeastY + axes.SpanY);
        string[] groups = _groupOf is null ? [""] : [.. _words.Select(_groupOf).Distinct().Order()];
        foreach ((int number, string group) in groups.Index())
        {
            int[] members = [.. Enumerable.Range(0, _words.Count)
                .Where(i => _groupOf is null || _groupOf(_words[i]) == group)];
            Color color = ColorOf(number, groups.Length);
            Markers markers = plot.Add.Markers(members.Select(i => _points[2 * i]).ToArray(),
                members.Select(i => _points[(2 * i) + 1]).ToArray(), MarkerShape.FilledCircle, 5, color);
            markers.LegendText = group;
            foreach (int i in members)
            {
                if (labels[i] is { } box)
                    AddLabel(plot, i, box, axes, color);
            }
        }

        if (_groupOf is not null)
            plot.ShowLegend(Edge.Right);

        return plot;
    }

    private void AddLabel(Plot plot, int word, Box box, Axes axes, Color color)
    {
        (float x, float y) = axes.Pixel(_points[2 * word], _points[(2 * word) + 1]);
        (float nearX, float nearY) = box.Nearest(x, y);
        if (MathF.Abs(nearX - x) + MathF.Abs(nearY - y) > LineFrom)
        {
            LinePlot line = plot.Add.Line(axes.Place(x, y), axes.Place(nearX, nearY));
            line.LineWidth = 0.5f;
            line.LineColor = color;
        }

        Text text = plot.Add.Text(_words[word], axes.Place(box.Left + (Gap / 2), box.Top));
        text.LabelAlignment = Alignment.UpperLeft;
        text.LabelFontSize = FontSize;
        text.LabelFontColor = _groupOf is null ? Colors.Black : color.Darken(0.3);
    }

    // Neighbouring numbers have hues far apart, and every other is darker.
    private Color ColorOf(int number, int count) => _groupOf is null
        ? Colors.C0
        : Color.FromHSL((float)(number * 8 % count) / count, 0.75f, number % 2 == 0 ? 0.35f : 0.5f);

    /// <summary>From coordinates to pixels and back.</summary>
    private sealed record Axes(Box Area, double LeastX, double SpanX, double LeastY, double SpanY)
    {
        private const double Margin = 0.04;

        public static Axes Around(double[] points, Box area)
        {
            (double leastX, double spanX) = Range(points, 0);
            (double leastY, double spanY) = Range(points, 1);
            return new Axes(area, leastX, spanX, leastY, spanY);
        }

        public (float X, float Y) Pixel(double x, double y) => (
            Area.Left + (float)((x - LeastX) / SpanX * Area.Width),
            Area.Bottom - (float)((y - LeastY) / SpanY * Area.Height));

        public Coordinates Place(float x, float y) => new(
            LeastX + ((x - Area.Left) / Area.Width * SpanX),
            LeastY + ((Area.Bottom - y) / Area.Height * SpanY));

        private static (double Least, double Span) Range(double[] points, int axis)
        {
            double least = double.PositiveInfinity, most = double.NegativeInfinity;
            for (int i = axis; i < points.Length; i += 2)
            {
                least = Math.Min(least, points[i]);
                most = Math.Max(most, points[i]);
            }

            double span = Math.Max(most - least, 1e-12);
            return (least - (Margin * span), span * (1 + (2 * Margin)));
        }
    }
}
