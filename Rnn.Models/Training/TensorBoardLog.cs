using System;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.TensorBoard;

namespace Rnn.Models.Training;

/// <summary>
/// What TensorBoard shows of a training run: curves of the loss, the gradient's norm, the learning rate and all that is
/// measured; at each measurement histograms of all weights and gradients; texts. A run that goes on writes a further
/// file in the same folder.
/// </summary>
public sealed class TensorBoardLog : IDisposable
{
    private readonly EventFileWriter _events;

    /// <summary>Begins a file in a folder, which is made where there is none.</summary>
    /// <param name="directory">What TensorBoard is given as --logdir, or a folder in it for each run.</param>
    /// <exception cref="System.IO.IOException">It can't be written.</exception>
    public TensorBoardLog(string directory) => _events = new EventFileWriter(directory);

    /// <summary>The file.</summary>
    public string Path => _events.Path;

    /// <summary>Whether histograms of weights and gradients are written; true by default. They read all of both.</summary>
    public bool Histograms { get; init; } = true;

    /// <summary>Steps between the points of curves, 1 or more; 1 by default. Measurements are always written.</summary>
    public int Every
    {
        get;
        init
        {
            Diagnostics.Throw.IfBelow(nameof(Every), value, 1);
            field = value;
        }
    } = 1;

    /// <summary>Writes a report, as it is made.</summary>
    /// <param name="trainer">Which made it.</param>
    /// <param name="report">Of a step or a measurement; others are not written.</param>
    /// <exception cref="System.IO.IOException">The disk is full, say.</exception>
    public void Report<TBatch>(Trainer<TBatch> trainer, in TrainingReport report)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        long step = report.Step;
        if (report.Event == TrainingEvent.Step && step % Every == 0)
        {
            _events.AddScalar("training/loss", step, report.Loss);
            _events.AddScalar("training/gradient norm", step, report.GradientNorm);
            _events.AddScalar("training/learning rate", step, report.LearningRate);
            _events.AddScalar("training/targets per second", step, report.ItemsPerSecond);
        }

        if (report.Event != TrainingEvent.Validation)
            return;

        foreach (Measure measure in report.Results.Measures)
            _events.AddScalar($"validation/{measure.Name}", step, report.Results[measure]);

        if (Histograms)
            AddHistograms(step, trainer.Parameters, trainer.Gradients);

        _events.Flush();
    }

    /// <summary>Writes a text, such as what a model generates by now.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="step">When.</param>
    /// <param name="text">What.</param>
    /// <exception cref="System.IO.IOException">The disk is full, say.</exception>
    public void AddText(string tag, long step, string text)
    {
        _events.AddText(tag, step, text);
        _events.Flush();
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _events.Dispose();

    private void AddHistograms(long step, ParameterBuffer parameters, GradientBuffer gradients)
    {
        foreach (ParameterSlot slot in parameters.Layout.Slots)
        {
            _events.AddHistogram($"weights/{slot.Name}", step, parameters[slot].Span);
            _events.AddHistogram($"gradients/{slot.Name}", step,
                slot.Storage == SlotStorage.Dense ? gradients[slot].Span : gradients.Rows(slot).Values.Span);
        }
    }
}
