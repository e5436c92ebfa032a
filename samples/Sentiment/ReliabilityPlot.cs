using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Models.Classification;
using ScottPlot;
using ScottPlot.Plottables;

namespace Rnn.Samples.Sentiment;

/// <summary>reliability.png: how often texts are what a classifier says with some probability.</summary>
internal static class ReliabilityPlot
{
    /// <summary>Its name in the folder of a run.</summary>
    public const string FileName = "reliability.png";

    private const int Width = 700, Height = 700;

    /// <summary>Draws the picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="positive">What the probability is of.</param>
    /// <param name="judgements">A line each.</param>
    public static void Save(string path, string positive, IReadOnlyList<Judgement> judgements)
    {
        Plot plot = new();
        plot.Title("What was said, and what was so", size: 18);
        plot.XLabel($"probability of {positive}, mean of a tenth");
        plot.YLabel($"share of texts that are {positive}");
        LinePlot ideal = plot.Add.Line(0, 0, 1, 1);
        ideal.LinePattern = LinePattern.Dashed;
        ideal.LineColor = Colors.Gray;
        ideal.MarkerSize = 0;
        for (int i = 0; i < judgements.Count; i++)
        {
            ReliabilityBin[] bins = [.. judgements[i].Report.Reliability.Where(bin => bin.Count > 0)];
            Scatter line = plot.Add.Scatter(bins.Select(bin => bin.MeanProbability).ToArray(),
                bins.Select(bin => bin.Share).ToArray(), Colors.Category10[i % 10]);
            line.LegendText = judgements[i].Name;
            line.LineWidth = 2;
        }

        plot.ShowLegend(Alignment.UpperLeft);
        plot.Axes.SetLimits(-0.02, 1.02, -0.02, 1.02);
        byte[] picture = plot.GetImageBytes(Width, Height, ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(picture));
    }
}
