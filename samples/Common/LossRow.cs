using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>A step of a training run, as loss.csv keeps it.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean training loss of the step.</param>
/// <param name="Measured">The validation loss, and then what else is measured, after this step; null if it wasn't.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="LearningRate">Of the step.</param>
/// <param name="PerSecond">Mean since the run began or was resumed, without validation.</param>
/// <param name="Seconds">Since the run began, without the time between an interruption and its resumption.</param>
public sealed record LossRow(long Step, int Epoch, double Loss, IReadOnlyList<double?> Measured, double GradientNorm,
    double LearningRate, double PerSecond, double Seconds)
{
    /// <summary>The table of such rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unit">What is counted a second: "chars".</param>
    /// <param name="measures">What is measured, the loss first.</param>
    public static CsvTable Table(string path, string unit, IReadOnlyList<Measure> measures) => new(path,
    [
        "step", "epoch", "loss", .. measures.Select(measure => "validation_" + measure.Name.Replace(' ', '_')),
        "gradient_norm", "learning_rate", unit + "_per_second", "seconds",
    ]);

    /// <summary>A row that <see cref="Cells"/> made.</summary>
    public static LossRow? Parse(double?[] cells) => cells is
        [{ } step, { } epoch, { } loss, .. double?[] measured, { } norm, { } rate, { } perSecond, { } seconds]
        ? new LossRow((long)step, (int)epoch, loss, measured, norm, rate, perSecond, seconds)
        : null;

    /// <summary>A value a column.</summary>
    public IEnumerable<double?> Cells() =>
        [Step, Epoch, Loss, .. Measured, GradientNorm, LearningRate, PerSecond, Seconds];
}
