using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsvHelper;
using Rnn.Core.Serialization;
using Rnn.Models.Training;

namespace Rnn.Samples.Common;

/// <summary>
/// loss.csv: a row a step, on the disk before the next step begins, so that a killed process leaves all rows up to its
/// last checkpoint. A resumed run goes on after the row of its checkpoint; later rows are cut.
/// </summary>
public sealed class LossLog : IProgress<TrainingReport>, IDisposable
{
    private static readonly CsvWriterOptions s_format = new() { NewLine = "\n" };

    // A row torn by a crash is left out.
    private static readonly CsvReaderOptions s_tolerant = new()
    {
        FieldCountMismatch = CsvFieldCountHandling.Skip,
        OnRecordError = _ => true,
    };

    private readonly FileStream _file;
    private readonly CsvWriter _csv;
    private readonly double _secondsBefore;
    private LossRow? _last;
    private long _lastStart;

    /// <summary>Begins or continues a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resumedStep">The steps that a resumed checkpoint has done; 0 begins anew.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public LossLog(string path, long resumedStep = 0)
    {
        List<LossRow> kept = resumedStep > 0 && File.Exists(path)
            ? Read(path).Where(row => row.Step <= resumedStep).ToList()
            : [];
        _last = kept.LastOrDefault();
        _secondsBefore = _last?.Seconds ?? 0;
        AtomicFile.Write(path, stream =>
        {
            using CsvWriter csv = CsvWriter.Create(stream, s_format, leaveOpen: true);
            csv.WriteHeader<LossRow>();
            foreach (LossRow row in kept.SkipLast(1))
            {
                csv.WriteRecord(row);
            }
        });
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _csv = CsvWriter.Create(_file, s_format);
        if (_last is not null)
        {
            Append(_last);   // kept back above, since a validation may still change it
        }
    }

    /// <summary>All rows of a file.</summary>
    public static List<LossRow> Read(string path)
    {
        using CsvReader csv = CsvReader.FromFile(path, s_tolerant);
        return csv.GetRecords<LossRow>().ToList();
    }

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
            _file.SetLength(_lastStart);
            Append(_last with { ValidationLoss = Math.Round(value.ValidationLoss, 6) });
        }
    }

    public void Dispose() => _csv.Dispose();

    private void Append(LossRow row)
    {
        _lastStart = _file.Length;
        _csv.WriteRecord(row);
        _csv.Flush();
        _last = row;
    }
}
