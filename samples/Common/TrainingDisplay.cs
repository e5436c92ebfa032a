using System;
using Rnn.Models.Training;
using Spectre.Console;
using static System.FormattableString;

namespace Rnn.Samples.Common;

/// <summary>
/// A training run on the screen: on a terminal a bar that is drawn again and again, otherwise (a file, a pipe) plain
/// lines, one every few seconds and one at each measurement.
/// </summary>
public sealed class TrainingDisplay : IProgress<TrainingReport>
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan s_lineEvery = TimeSpan.FromSeconds(5);

    private readonly ProgressTask? _bar;
    private readonly string _unit;
    private TimeSpan _shown = TimeSpan.FromDays(-1);
    private TrainingReport? _last;

    private TrainingDisplay(ProgressTask? bar, string unit)
    {
        _bar = bar;
        _unit = unit;
    }

    /// <summary>Shows a run while it works.</summary>
    /// <param name="unit">What is counted a second: "chars".</param>
    /// <param name="work">The run; it reports to the display.</param>
    public static T Run<T>(string unit, Func<TrainingDisplay, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        TrainingReport? last = null;
        T result = Screen.WithBar(bar =>
        {
            TrainingDisplay display = new(bar, unit);
            T done = work(display);
            last = bar is null ? null : display._last;
            return done;
        });
        if (last is { } report)
            Screen.Show(Line(report, unit));   // the bar is gone; how the run ended stays

        return result;
    }

    /// <inheritdoc/>
    public void Report(TrainingReport value)
    {
        _last = value;
        bool due = value.Event == TrainingEvent.Validation || (_bar is null
            ? value.Elapsed - _shown >= s_lineEvery
            : value.Elapsed - _shown >= s_refresh || value.Step == value.TotalSteps);
        if (value.Event == TrainingEvent.Checkpoint || !due)
            return;

        _shown = value.Elapsed;
        if (_bar is null)
        {
            Screen.Show(Line(value, _unit));
            return;
        }

        _bar.MaxValue = value.TotalSteps;
        _bar.Value = value.Step;
        _bar.Description = Markup.Escape(ShortLine(value));
    }

    private static string Line(in TrainingReport r, string unit)
    {
        string validation = double.IsNaN(r.ValidationLoss) ? "" : Invariant($"  validation {r.ValidationLoss:F4}");
        return Invariant($"epoch {r.Epoch}/{r.TotalEpochs}  step {r.Step}/{r.TotalSteps}  loss {r.EpochLoss:F4}")
            + Invariant($"{validation}  {r.ItemsPerSecond:F0} {unit}/s  {r.Remaining:hh\\:mm\\:ss} left");
    }

    // Short enough for 80 columns together with the bar; the bar says what the step's number would.
    private string ShortLine(in TrainingReport r)
    {
        string validation = double.IsNaN(r.ValidationLoss) ? "" : Invariant($" val {r.ValidationLoss:F3}");
        return Invariant($"epoch {r.Epoch}/{r.TotalEpochs} loss {r.EpochLoss:F3}{validation} ")
            + Invariant($"{r.ItemsPerSecond / 1000:F1}k {_unit}/s {r.Remaining:h\\:mm\\:ss} left");
    }
}
