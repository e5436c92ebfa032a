using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Core.Tensors;
using Rnn.Models.Embeddings;
using ScottPlot;
using ScottPlot.Plottables;
using static System.FormattableString;

namespace Rnn.Samples.Word2Vec;

/// <summary>A picture of words in the plane, as large as their labels need, up to a limit.</summary>
internal sealed class WordMap
{
    private const int Width = 1000, Height = 750;
    private const float FontSize = 13, Margin = 40, LegendWidth = 130, Top = 50;

    private static readonly double[] s_scales = [1, 1.4, 2, 2.8, 4];

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
        {
            points = [.. points.SelectMany(x => new[] { x, 0 })];
        }

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
            Box?[] labels = LabelPlacement.Place(Pixels(area), Sizes(), area);
            Labels = labels.Count(label => label is not null);
            if (Labels == _words.Count || scale == s_scales[^1])
            {
                Plot plot = Draw(labels, area, new PixelPadding(Margin, right, Margin, Top));
                byte[] picture = plot.GetImageBytes(width, height, ImageFormat.Png);
                AtomicFile.Write(path, stream => stream.Write(picture));
                return;
            }
        }
    }

    private (double Least, double Span) Range(int axis)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        for (int i = axis; i < _points.Length; i += 2)
        {
            least = Math.Min(least, _points[i]);
            most = Math.Max(most, _points[i]);
        }

        double span = Math.Max(most - least, 1e-12), margin = 0.04 * span;
        return (least - margin, span + (2 * margin));
    }

    private (float X, float Y)[] Pixels(Box area)
    {
        (double leastX, double spanX) = Range(0);
        (double leastY, double spanY) = Range(1);
        (float X, float Y)[] pixels = new (float, float)[_words.Count];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (
                area.Left + (float)((_points[2 * i] - leastX) / spanX * area.Width),
                area.Bottom - (float)((_points[(2 * i) + 1] - leastY) / spanY * area.Height));
        }

        return pixels;
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
            sizes[i] = (measured.Width, measured.Height);
        }

        return sizes;
    }

    private Plot Draw(Box?[] labels, Box area, PixelPadding padding)
    {
        (double leastX, double spanX) = Range(0);
        (double leastY, double spanY) = Range(1);
        Plot plot = new();
        plot.Title(_title);
        plot.HideGrid();
        plot.Layout.Fixed(padding);
        plot.Axes.SetLimits(leastX, leastX + spanX, leastY, leastY + spanY);
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
                {
                    AddLabel(plot, _words[i], box, area, color);
                }
            }
        }

        if (_groupOf is not null)
        {
            plot.ShowLegend(Edge.Right);
        }

        return plot;
    }

    private void AddLabel(Plot plot, string word, Box box, Box area, Color color)
    {
        (double leastX, double spanX) = Range(0);
        (double leastY, double spanY) = Range(1);
        Text text = plot.Add.Text(word, leastX + ((box.Left - area.Left) / area.Width * spanX),
            leastY + ((area.Bottom - box.Top) / area.Height * spanY));
        text.LabelAlignment = Alignment.UpperLeft;
        text.LabelFontSize = FontSize;
        text.LabelFontColor = _groupOf is null ? Colors.Black : color.Darken(0.3);
    }

    // Neighbouring numbers have hues far apart, and every other is darker.
    private Color ColorOf(int number, int count) => _groupOf is null
        ? Colors.C0
        : Color.FromHSL((float)(number * 8 % count) / count, 0.75f, number % 2 == 0 ? 0.35f : 0.5f);
}
