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
    private readonly double _secondsBefore;
    private FileStream? _file;
    private LossRow? _last;
    private long _lastStart;

    /// <summary>Begins or continues a file.</summary>
    /// <param name="path">The file. A damaged one is kept beside it.</param>
    /// <param name="resumedStep">The steps that a resumed checkpoint has done; 0 begins anew.</param>
    public LossLog(string path, long resumedStep = 0)
    {
        _path = path;
        try
        {
            List<LossRow> kept = resumedStep > 0
                ? [.. CsvTable.ReadOrSetAside<LossRow>(path).Where(row => row.Step <= resumedStep)]
                : [];
            _last = kept.LastOrDefault();
            _secondsBefore = _last?.Seconds ?? 0;
            AtomicFile.Write(path, stream =>
            {
                stream.Write(CsvTable.Header<LossRow>());
                foreach (LossRow row in kept)
                {
                    _lastStart = stream.Position;   // a validation may still change the last row
                    stream.Write(CsvTable.Line(row));
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

    /// <summary>All rows of a file that can be read; none if there is no file.</summary>
    public static List<LossRow> Read(string path) => CsvTable.Read<LossRow>(path);

    /// <inheritdoc/>
    public void Report(TrainingReport value)
    {
        if (value.Event == TrainingEvent.Step)
        {
            Append(new LossRow
            {
                Step = value.Step,
                Epoch = value.Epoch,
                Loss = Math.Round(value.Loss, 6),
                GradientNorm = Math.Round(value.GradientNorm, 6),
                LearningRate = value.LearningRate,
                CharactersPerSecond = Math.Round(value.ItemsPerSecond),
                Seconds = Math.Round(_secondsBefore + value.Elapsed.TotalSeconds, 3),
            });
        }
        else if (value.Event == TrainingEvent.Validation && _last?.Step == value.Step)
        {
            Append(_last with { ValidationLoss = Math.Round(value.ValidationLoss, 6) }, insteadOfLast: true);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file?.Dispose();

    private void Append(LossRow row, bool insteadOfLast = false)
    {
        _last = row;
        if (_file is null)
            return;

        try
        {
            if (insteadOfLast)
            {
                _file.SetLength(_lastStart);
                _file.Position = _lastStart;
            }

            _lastStart = _file.Length;
            _file.Write(CsvTable.Line(row));
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
