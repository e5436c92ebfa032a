using System;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Core.Tensors;
using Rnn.Models.TimeSeries;
using Rnn.Models.Training;
using Rnn.Samples.Common;
using ScottPlot;
using ScottPlot.Plottables;
using static System.FormattableString;

namespace Rnn.Samples.TimeSeries;

/// <summary>The lesson: a simple RNN learns to say the next point of a sine, in 75 steps.</summary>
internal static class Sine
{
    /// <summary>The name of its picture in the folder of a run.</summary>
    public const string FileName = "sine.png";

    private const int Continued = 60;

    /// <summary>Trains, says how near it comes, and draws it.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="seed">Of the weights.</param>
    public static void Run(RunFolder folder, ulong seed)
    {
        SequenceRegressor model = new(seed: seed);
        TrainingResult result = SineLesson.CreateTrainer(model).Run();

        // The window after those of the training: what follows each of its points.
        const int steps = SineLesson.WindowSteps;
        float[] x = [.. Enumerable.Range(0, steps + 1).Select(i => (float)SineLesson.Point(SineLesson.Windows, i))];
        float[] told = new float[steps], alone = new float[Continued];
        model.Predict(new ReadOnlyMatrixView(x.AsSpan(0, steps), steps, 1), new MatrixView(told, steps, 1));
        model.Continue(new ReadOnlyMatrixView(x.AsSpan(0, steps), steps, 1), new MatrixView(alone, Continued, 1));
        double error = Enumerable.Range(0, steps).Average(i => Math.Pow(told[i] - x[i + 1], 2));
        Screen.Show(Invariant($"The sine lesson: a simple RNN of 32 units, {result.Steps} steps. Loss of the last: {result.Loss:F5}; ")
            + Invariant($"mean squared error of the next window: {error:F5} (a sine's mean square is 0.5)."));
        folder.TryWrite(FileName, path => Draw(path, x, told, alone));
    }

    private static void Draw(string path, float[] x, float[] told, float[] alone)
    {
        int steps = told.Length;
        Plot plot = new();
        plot.Title("The sine lesson: what follows each point", size: 18);
        plot.XLabel("step");
        plot.YLabel("value");
        Add(plot, "input", 0, [.. x.Take(steps).Select(value => (double)value)], LinePattern.Solid);
        Add(plot, "truth", 1, [.. Enumerable.Range(1, steps + alone.Length)
            .Select(i => Math.Sin((SineLesson.Windows + ((double)i / steps)) * Math.PI))], LinePattern.Dotted);
        Add(plot, "prediction", 1, [.. told.Select(value => (double)value)], LinePattern.Solid);
        Add(plot, "prediction, its own predictions being the input", steps, [.. alone.Select(value => (double)value)], LinePattern.Dashed);
        plot.Axes.SetLimitsY(-1.2, 1.7);
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.ShowLegend(Alignment.UpperLeft);
        byte[] picture = plot.GetImageBytes(1000, 500, ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(picture));
    }

    private static void Add(Plot plot, string name, int first, double[] values, LinePattern pattern)
    {
        Scatter line = plot.Add.Scatter([.. Enumerable.Range(first, values.Length).Select(i => (double)i)], values);
        line.MarkerSize = 4;
        line.LinePattern = pattern;
        line.LegendText = name;
    }
}
