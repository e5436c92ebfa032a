using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Models.Diagnostics;
using Rnn.Models.Forecasting;
using Rnn.Models.Training;

namespace Rnn.Models.TimeSeries;

/// <content>How it is trained.</content>
public sealed partial class SeriesModel
{
    /// <summary>Trains on series.</summary>
    /// <param name="training">With the model's covariates; known ones as long as the series, at least.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="progress">Receives a report for every step and measurement.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">No series is long enough, or one has other covariates.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite, or losses have grown.</exception>
    public TrainingResult Train(IReadOnlyList<Series> training, SeriesTrainingOptions? options = null,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellation = default) =>
        CreateTrainer(training, options).Run(progress, cancellation);

    /// <summary>The trainer of series, for those who resume from a checkpoint or watch its steps.</summary>
    /// <inheritdoc cref="Train"/>
    public Trainer<SeriesBatch> CreateTrainer(IReadOnlyList<Series> training, SeriesTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        options ??= new SeriesTrainingOptions();
        options.Check();
        bool isHeldOut = options.HoldOut && training.Any(series => series.Length > Options.Horizon + 1);
        SeriesWindows windows = TrainingWindows(training, options.BatchSize,
            checked(options.StepsPerEpoch * options.BatchesPerStep), options.Seed, isHeldOut);
        SeriesWindows? last = isHeldOut ? LastWindows(training, Math.Max(options.BatchSize, EvaluationBatch)) : null;
        RunIdentity identity = new RunIdentity()
            .AddData<double>("values", windows.AllValues(), "values")
            .Add("series names", string.Join('\n', SeriesNames))
            .Add("covariates", SeriesCovariate.Write(_covariates));
        return CreateTrainer(windows, last, options, identity);
    }

    /// <summary>Windows drawn from series.</summary>
    /// <param name="series">With the model's covariates.</param>
    /// <param name="batchSize">Rows of a batch, 1 or more.</param>
    /// <param name="count">Batches of an epoch, 1 or more.</param>
    /// <param name="seed">Of what is drawn; 1 by default.</param>
    /// <param name="holdOut">Whether no window reads the last horizon of a series; false by default.</param>
    /// <exception cref="ArgumentException">No series is long enough, or one has other covariates.</exception>
    public SeriesWindows TrainingWindows(IReadOnlyList<Series> series, int batchSize, int count, ulong seed = 1,
        bool holdOut = false)
    {
        ArgumentNullException.ThrowIfNull(series);
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        Throw.IfBelow(nameof(count), count, 1);
        return new SeriesWindows(this, series, batchSize, count, holdOut ? Options.Horizon : 0, seed);
    }

    /// <summary>Of each series the window whose horizon is its last, in order; what is shorter is left out.</summary>
    /// <param name="series">With the model's covariates.</param>
    /// <param name="batchSize">Rows of a batch, 1 or more.</param>
    /// <exception cref="ArgumentException">No series is long enough, or one has other covariates.</exception>
    public SeriesWindows LastWindows(IReadOnlyList<Series> series, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(series);
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        return new SeriesWindows(this, series, batchSize, 0, 0, seed: null);
    }

    /// <summary>The mean loss of the last horizon of each series, by which training with HoldOut chooses; 0 where no
    /// series is long enough.</summary>
    /// <param name="series">With the model's covariates.</param>
    /// <exception cref="ArgumentException">One has other covariates.</exception>
    public double EndLoss(IReadOnlyList<Series> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (!series.Any(each => each.Length > Options.Horizon + 1))
            return 0;

        SeriesWindows windows = LastWindows(series, EvaluationBatch);
        Pass<SeriesBatch> pass = CreatePass(windows.Most, TapeUse.Inference);
        Measurements results = new(pass.Measures);
        LossSum sum = default;
        for (int i = 0; i < windows.Count; i++)
            sum += pass.Evaluate(windows.Get(0, i), results);

        return sum.Count > 0 ? sum.Mean : 0;
    }

    /// <summary>Whether there is anything to learn: a window of these series with a target that counts. There is none
    /// where all of them are constants, longer straight lines, or single values.</summary>
    /// <param name="series">With the model's covariates.</param>
    /// <exception cref="ArgumentException">One has other covariates.</exception>
    public bool HasTargets(IReadOnlyList<Series> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (!series.Any(each => each.Length >= 2))
            return false;

        SeriesWindows windows = TrainingWindows(series, EvaluationBatch, 16);
        return Enumerable.Range(0, windows.Count).Any(index => windows.Targets(0, index) > 0);
    }
}
