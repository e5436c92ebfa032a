using System;
using Rnn.Models.Training;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>Tells file and screen about each step, and shows now and then what the model writes by then.</summary>
/// <param name="log">loss.csv.</param>
/// <param name="display">The screen.</param>
/// <param name="write">Writes a little text.</param>
internal sealed class LearningReport(LossLog log, TrainingDisplay display, Func<string> write)
    : IProgress<TrainingReport>
{
    private static readonly TimeSpan s_textEvery = TimeSpan.FromSeconds(10);

    private TimeSpan _lastText;

    /// <inheritdoc/>
    public void Report(TrainingReport value)
    {
        log.Report(value);
        display.Report(value);
        if (value.Event == TrainingEvent.Validation && value.Elapsed - _lastText >= s_textEvery)
        {
            _lastText = value.Elapsed;
            Screen.ShowText(FormattableString.Invariant(
                $"What it writes after step {value.Step}, validation loss {value.ValidationLoss:F4}"), write());
        }
    }
}
