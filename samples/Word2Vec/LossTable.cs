using System;
using System.Collections.Generic;
using System.Linq;
using CsvHelper;
using Rnn.Core.Serialization;
using Rnn.Models.Training;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>A moment of a training run, as loss.csv keeps it.</summary>
[CsvRecord]
internal sealed partial record LossMoment
{
    [CsvColumn("epoch")]
    public int Epoch { get; init; }

    /// <summary>Done of the whole run, 0 to 1.</summary>
    [CsvColumn("done")]
    public double Done { get; init; }

    /// <summary>Mean of the epoch so far, nats.</summary>
    [CsvColumn("loss")]
    public double Loss { get; init; }

    [CsvColumn("learning_rate")]
    public double LearningRate { get; init; }

    /// <summary>Words of the text a second since the run began or went on; in the lesson's way pairs.</summary>
    [CsvColumn("per_second")]
    public double PerSecond { get; init; }

    /// <summary>Of training, without the time between an interruption and its resumption.</summary>
    [CsvColumn("seconds")]
    public double Seconds { get; init; }
}

/// <summary>
/// loss.csv: a moment for each hundredth of the run, and each epoch's end. Written when the model is, so that the two
/// belong together.
/// </summary>
internal sealed class LossTable : IProgress<Word2VecProgress>, IProgress<TrainingReport>
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "loss.csv";

    private const int Moments = 100;

    private readonly RunFolder _folder;
    private readonly List<LossMoment> _rows;
    private double _secondsBefore;

    /// <summary>Begins a table, or goes on with the one in the file.</summary>
    /// <param name="folder">The folder of the file.</param>
    /// <param name="resumedAt">Rows beyond this part of the run are cut; 0 begins anew.</param>
    public LossTable(RunFolder folder, double resumedAt = 0)
    {
        _folder = folder;
        _rows = [];
        if (resumedAt > 0)
            _rows.AddRange(CsvTable.ReadOrSetAside<LossMoment>(folder.PathOf(FileName)).TakeWhile(row => row.Done <= resumedAt));

        Rest();
    }

    /// <summary>Of training, over all resumptions.</summary>
    public double Seconds => _rows.LastOrDefault()?.Seconds ?? 0;

    /// <summary>The next reports count their time from 0 again.</summary>
    public void Rest() => _secondsBefore = Seconds;

    /// <inheritdoc/>
    public void Report(Word2VecProgress value) => Add(value.Fraction, value.IsEpochEnd, value.Epoch, value.Loss,
        value.LearningRate, value.RawWordsPerSecond, value.Elapsed);

    /// <inheritdoc/>
    public void Report(TrainingReport value)
    {
        if (value.Event == TrainingEvent.Step)
        {
            Add(value.Step / (double)value.TotalSteps, value.Step == value.TotalSteps, value.Epoch, value.EpochLoss,
                value.LearningRate, value.ItemsPerSecond, value.Elapsed);
        }
    }

    /// <summary>The mean loss of each part of the run, by epochs done: the table holds the means of epochs so
    /// far.</summary>
    /// <param name="epochs">Of the whole run.</param>
    public LossCurve Curve(int epochs)
    {
        const double Shortest = 0.3 / Moments;   // of the run; the difference of shorter parts is rounding
        List<double> at = [], losses = [];
        double before = 0, sum = 0;
        int epoch = 0;
        foreach (LossMoment row in _rows)
        {
            double done = (row.Done * epochs) - (row.Epoch - 1);
            if (row.Epoch != epoch)
                (epoch, before, sum) = (row.Epoch, 0, 0);

            if (done - before >= Shortest * epochs)
            {
                at.Add(row.Done * epochs);
                losses.Add(((done * row.Loss) - sum) / (done - before));
                (before, sum) = (done, done * row.Loss);
            }
        }

        return new LossCurve("training", [.. at], [.. losses], IsNoisy: true);
    }

    /// <summary>Writes the file; a by-product, so a failure is a warning.</summary>
    public void Save() => _folder.TryWrite(FileName, path => AtomicFile.Write(path, stream =>
    {
        stream.Write(CsvTable.Header<LossMoment>());
        foreach (LossMoment row in _rows)
            stream.Write(CsvTable.Line(row));
    }));

    private void Add(double done, bool isDue, int epoch, double loss, double rate, double perSecond, TimeSpan elapsed)
    {
        double last = _rows.Count == 0 ? 0 : _rows[^1].Done;
        if (isDue || Math.Floor(done * Moments) > Math.Floor(last * Moments))
        {
            _rows.Add(new LossMoment
            {
                Epoch = epoch,
                Done = Math.Round(done, 6),
                Loss = Math.Round(loss, 6),
                LearningRate = Math.Round(rate, 8),
                PerSecond = Math.Round(perSecond),
                Seconds = Math.Round(_secondsBefore + elapsed.TotalSeconds, 3),
            });
        }
    }
}
