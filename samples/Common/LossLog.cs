using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>
/// loss.csv: a row a step, on the disk before the next step begins, so that a killed process leaves all rows up to its
/// last checkpoint. A resumed run goes on after the row of its checkpoint; later rows are cut. The table is a
/// by-product: what goes wrong with it is a warning, and the run goes on.
/// </summary>
public sealed class LossLog : IProgress<TrainingReport>, IDisposable
{
    private readonly string _path;
    private readonly CsvTable _table;
    private readonly double?[] _notMeasured;
    private readonly double _secondsBefore;
    private FileStream? _file;
    private LossRow? _last;
    private long _lastStart;

    /// <summary>Begins or continues a file.</summary>
    /// <param name="path">The file. A damaged one is kept beside it.</param>
    /// <param name="unit">What is counted a second: "chars".</param>
    /// <param name="measures">What is measured, the loss first.</param>
    /// <param name="resumedStep">The steps that a resumed checkpoint has done; 0 begins anew.</param>
    public LossLog(string path, string unit, IReadOnlyList<Measure> measures, long resumedStep = 0)
    {
        _path = path;
        _notMeasured = new double?[measures.Count];
        _table = LossRow.Table(path, unit, measures);
        try
        {
            LossRow[] kept = resumedStep > 0 ? [.. ReadAll().Where(row => row.Step <= resumedStep)] : [];
            _last = kept.LastOrDefault();
            _secondsBefore = _last?.Seconds ?? 0;
            AtomicFile.Write(path, stream =>
            {
                stream.Write(_table.Header);
                foreach (LossRow row in kept)
                {
                    _lastStart = stream.Position;   // a validation may still change the last row
                    stream.Write(CsvTable.Line(row.Cells()));
                }
            });

            // Not to append only: a measurement that is still due changes the row of the checkpoint.
            _file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
            _file.Seek(0, SeekOrigin.End);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp(e);
        }
    }

    /// <inheritdoc/>
    public void Report(TrainingReport value)
    {
        if (value.Event == TrainingEvent.Step)
        {
            _last = new LossRow(value.Step, value.Epoch, Math.Round(value.Loss, 6), _notMeasured,
                Math.Round(value.GradientNorm, 6), value.LearningRate, Math.Round(value.ItemsPerSecond),
                Math.Round(_secondsBefore + value.Elapsed.TotalSeconds, 3));
            Write(_last, _file?.Length ?? 0);
        }
        else if (value.Event == TrainingEvent.Validation && _last?.Step == value.Step)
        {
            Measurements results = value.Results;
            _last = _last with
            {
                Measured = [.. results.Measures.Select(measure => (double?)Math.Round(results[measure], 6))],
            };
            Write(_last, _lastStart);   // instead of the one without
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file?.Dispose();

    /// <summary>All rows, once the file is closed; none where it couldn't be written.</summary>
    public IReadOnlyList<LossRow> Read() => _file is null ? [] : [.. ReadAll()];

    private IEnumerable<LossRow> ReadAll() => _table.Read().Select(LossRow.Parse).OfType<LossRow>();

    private void Write(LossRow row, long start)
    {
        if (_file is null)
            return;

        try
        {
            _file.SetLength(start);
            _file.Position = start;
            _lastStart = start;
            _file.Write(CsvTable.Line(row.Cells()));
        }
        catch (IOException e)
        {
            GiveUp(e);
        }
    }

    private void GiveUp(Exception e)
    {
        Screen.Warn($"Warning: {Path.GetFileName(_path)} is not written any more: {ErrorMessage.Sentence(e.Message)}");
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
        }

        _file = null;
    }
}
