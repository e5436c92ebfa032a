using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>A moment of a training run, as loss.csv keeps it.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Done">Of the whole run, 0 to 1.</param>
/// <param name="Loss">Mean of the epoch so far, nats.</param>
/// <param name="LearningRate">Of the moment.</param>
/// <param name="PerSecond">Words of the text a second since the run began or went on.</param>
/// <param name="Seconds">Of training, without the time between an interruption and its resumption.</param>
internal sealed record LossMoment(int Epoch, double Done, double Loss, double LearningRate, double PerSecond,
    double Seconds);

/// <summary>
/// loss.csv: a moment for each hundredth of the run, and each epoch's end. Written when the model is, so that the two
/// belong together.
/// </summary>
internal sealed class LossTable : IProgress<Word2VecProgress>
{
    private const int Moments = 100;

    private readonly RunFolder _folder;
    private readonly CsvTable _table;
    private readonly List<LossMoment> _rows = [];
    private double _secondsBefore;

    /// <summary>Begins a table, or goes on with the one in the file.</summary>
    /// <param name="folder">The folder of the file.</param>
    /// <param name="goesOn">Whether to go on.</param>
    public LossTable(RunFolder folder, bool goesOn)
    {
        _folder = folder;
        _table = new CsvTable(folder.PathOf(RunFiles.LossTable),
            "epoch", "done", "loss", "learning_rate", "per_second", "seconds");
        foreach (double?[] row in goesOn ? _table.Read() : [])
        {
            if (row is [{ } epoch, { } done, { } loss, { } rate, { } perSecond, { } seconds])
                _rows.Add(new LossMoment((int)epoch, done, loss, rate, perSecond, seconds));
        }

        Rest();
    }

    /// <summary>Of training, over all resumptions.</summary>
    public double Seconds => _rows.LastOrDefault()?.Seconds ?? 0;

    /// <summary>The next reports count their time from 0 again.</summary>
    public void Rest() => _secondsBefore = Seconds;

    /// <inheritdoc/>
    public void Report(Word2VecProgress value)
    {
        double last = _rows.Count == 0 ? 0 : _rows[^1].Done;
        if (value.IsEpochEnd || Math.Floor(value.Fraction * Moments) > Math.Floor(last * Moments))
        {
            _rows.Add(new LossMoment(value.Epoch, Math.Round(value.Fraction, 6), Math.Round(value.Loss, 6),
                Math.Round(value.LearningRate, 8), Math.Round(value.RawWordsPerSecond),
                Math.Round(_secondsBefore + value.Elapsed.TotalSeconds, 3)));
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
    public void Save() => _folder.TryWrite(RunFiles.LossTable, path => AtomicFile.Write(path, stream =>
    {
        stream.Write(_table.Header);
        foreach (LossMoment row in _rows)
        {
            stream.Write(CsvTable.Line(
                [row.Epoch, row.Done, row.Loss, row.LearningRate, row.PerSecond, row.Seconds]));
        }
    }));
}
