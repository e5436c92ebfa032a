using System;
using System.Linq;
using Rnn.Models.Training;
using static System.FormattableString;

namespace Rnn.Samples.Common;

/// <summary>A training run on the screen; without a terminal, a line at each measurement too.</summary>
/// <param name="display">The screen.</param>
/// <param name="unit">What is counted a second: "chars".</param>
internal sealed class TrainingDisplay(LiveDisplay display, string unit) : IProgress<TrainingReport>
{
    private TrainingReport? _last;

    /// <summary>How the run ended, where a bar is gone that said so.</summary>
    public string? LastLine => display.HasBar && _last is { } report ? Line(report) : null;

    /// <inheritdoc/>
    public void Report(TrainingReport value)
    {
        if (value.Event == TrainingEvent.Checkpoint)
            return;

        bool isDue = _last is null || value.Event == TrainingEvent.Validation
            || (display.HasBar && value.Step == value.TotalSteps);
        _last = value;
        display.Show(value.Step / (double)value.TotalSteps, () => display.HasBar ? ShortLine(value) : Line(value),
            isDue ? TimeSpan.Zero : null);
    }

    private string Line(TrainingReport r) =>
        Invariant($"epoch {r.Epoch}/{r.TotalEpochs}  step {r.Step}/{r.TotalSteps}  loss {r.EpochLoss:F4}")
        + $"{Measured(r, "  validation", "F4")}  "
        + Invariant($"{r.ItemsPerSecond:F0} {unit}/s  {r.Remaining:hh\\:mm\\:ss} left");

    // Short enough for 80 columns together with the bar; the bar says what the step's number would.
    private string ShortLine(TrainingReport r) =>
        Invariant($"epoch {r.Epoch}/{r.TotalEpochs} loss {r.EpochLoss:F3}{Measured(r, " val", "F3")} ")
        + Invariant($"{r.ItemsPerSecond / 1000:F1}k {unit}/s {r.Remaining:h\\:mm\\:ss} left");

    // The loss first, the others by name.
    private static string Measured(TrainingReport r, string loss, string format) => string.Concat(
        r.Results.Measures.Where(measure => !double.IsNaN(r.Results[measure])).Select(measure =>
            (measure == Measure.Loss ? $"{loss} " : $" {measure.Name} ")
            + r.Results[measure].ToString(format, System.Globalization.CultureInfo.InvariantCulture)));
}
