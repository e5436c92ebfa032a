using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
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
        bool isHeldOut = options.HoldOut && CanHoldOut(training);
        SeriesWindows windows = TrainingWindows(training, options.BatchSize,
            checked(options.StepsPerEpoch * options.BatchesPerStep), options.Seed, isHeldOut);
        SeriesWindows? last = isHeldOut ? HeldOutWindows(training, Math.Max(options.BatchSize, EvaluationBatch)) : null;
        RunIdentity identity = new RunIdentity()
            .AddData<double>("values", windows.AllValues(), "values")
            .AddData<float>("covariate values", windows.AllCovariates(), "values")
            .Add("series names", string.Join('\n', SeriesNames))
            .Add("covariates", SeriesCovariate.Write(_covariates));
        return CreateTrainer(windows, last, options, identity);
    }

    /// <summary>Windows drawn from series.</summary>
    /// <param name="series">With the model's covariates.</param>
    /// <param name="batchSize">Rows of a batch, 1 or more.</param>
    /// <param name="count">Batches of an epoch, 1 or more.</param>
    /// <param name="seed">Of what is drawn; 1 by default.</param>
    /// <param name="holdOut">Whether no window reads what <see cref="HeldOutWindows"/> measure; false by default.</param>
    /// <exception cref="ArgumentException">No series is long enough, or one has other covariates.</exception>
    public SeriesWindows TrainingWindows(IReadOnlyList<Series> series, int batchSize, int count, ulong seed = 1,
        bool holdOut = false)
    {
        ArgumentNullException.ThrowIfNull(series);
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        Throw.IfBelow(nameof(count), count, 1);
        return new SeriesWindows(this, series, batchSize, count, holdOut ? HeldOutEnds.Of(series, Options.Horizon) : null, seed);
    }

    /// <summary>The windows by which training chooses, series by series: that of the last horizon, and where there are
    /// fewer than 32 series some before it, which overlap. What is shorter is left out.</summary>
    /// <param name="series">With the model's covariates.</param>
    /// <param name="batchSize">Rows of a batch, 1 or more.</param>
    /// <exception cref="ArgumentException">No series is long enough, or one has other covariates.</exception>
    public SeriesWindows HeldOutWindows(IReadOnlyList<Series> series, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(series);
        Throw.IfBelow(nameof(batchSize), batchSize, 1);
        return new SeriesWindows(this, series, batchSize, 0, HeldOutEnds.Of(series, Options.Horizon), seed: null);
    }

    /// <summary>
    /// Draws what it predicts towards what it would say untrained (<see cref="SeriesAnchor"/>): the outputs become
    /// w * learnt + (1 - w) * untrained, with the least w of 0, 1/4, 1/2, 3/4 and 1 whose loss on the held-out windows is
    /// within one standard error of the best one's (which is taken as if windows that overlap were independent). What was
    /// learnt from few values is seldom worth all of its weight.
    /// Source: Breiman, Friedman, Olshen and Stone 1984, 3.4.3 (the rule of one standard error).
    /// </summary>
    /// <param name="training">The series that it was trained on, with HoldOut.</param>
    /// <returns>w; 0 where no series is long enough to tell.</returns>
    /// <exception cref="ArgumentException">One has other covariates.</exception>
    public double Shrink(IReadOnlyList<Series> training)
    {
        ArgumentNullException.ThrowIfNull(training);
        ParameterSlot[] slots = OutputSlots;
        float[][] learnt = ValuesOf(slots);
        if (!CanHoldOut(training))
        {
            Interpolate(slots, learnt, 0);
            return 0;
        }

        SeriesWindows windows = HeldOutWindows(training, 1);
        Pass<SeriesBatch> pass = CreatePass(windows.Most, TapeUse.Inference);
        double[][] losses = new double[ShrinkSteps + 1][];
        for (int k = 0; k <= ShrinkSteps; k++)
        {
            Interpolate(slots, learnt, k / (float)ShrinkSteps);
            losses[k] = Losses(pass, windows);
        }

        double[] best = losses.MinBy(each => each.Sum())!;
        int chosen = Array.FindIndex(losses, each => IsNoWorse(each, best));
        Interpolate(slots, learnt, chosen / (float)ShrinkSteps);
        return chosen / (double)ShrinkSteps;
    }

    /// <summary>
    /// A model of the same shape that is trained on all values of the series, those included that were held out to choose
    /// by, with what they have chosen for this one: as many steps, from the initial values of the same seed; w of what was
    /// learnt (<see cref="Shrink"/>); the same spread. Nothing is left to measure it by.
    /// </summary>
    /// <param name="training">The series that this one was trained on.</param>
    /// <param name="options">How it was trained; the seed is that of its initial values, too.</param>
    /// <param name="steps">1 or more: <see cref="TrainingResult.BestStep"/>.</param>
    /// <param name="weight">w, 0 to 1.</param>
    /// <param name="progress">Receives a report for every step.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">An argument is out of range, or a series has other covariates.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled: a model with fewer steps is no use.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite, or losses have grown.</exception>
    public SeriesModel Refit(IReadOnlyList<Series> training, SeriesTrainingOptions options, long steps, double weight,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        Throw.IfBelow(nameof(steps), steps, 1);
        if (!(weight is >= 0 and <= 1))
            Throw.Outside(nameof(weight), weight, "0 to 1");

        SeriesModel model = new(training, Options, options.Seed) { Spread = Spread };
        model.Train(training, options with { HoldOut = false, MaxSteps = steps, CheckpointPath = null }, progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        ParameterSlot[] slots = model.OutputSlots;
        model.Interpolate(slots, model.ValuesOf(slots), (float)weight);
        return model;
    }

    // What the output is made by, the bias last.
    private ParameterSlot[] OutputSlots => [Output.Weights, Skip.Weights, Output.Bias!.Value];

    private float[][] ValuesOf(ParameterSlot[] slots) => [.. slots.Select(slot => Parameters[slot].Span.ToArray())];

    // Untrained, weights are 0 but for what was drawn to begin with, and the last of the slots is a bias.
    private void Interpolate(ParameterSlot[] slots, float[][] learnt, float weight)
    {
        float[] untrained = InitialOutput(Options);
        ParameterWriter writer = Parameters.BeginWrite();
        for (int k = 0; k < slots.Length; k++)
        {
            Span<float> values = writer[slots[k]].Span;
            for (int i = 0; i < values.Length; i++)
                values[i] = (weight * learnt[k][i]) + (k == slots.Length - 1 ? (1 - weight) * untrained[i] : 0);
        }
    }

    // With something left to learn from.
    private bool CanHoldOut(IReadOnlyList<Series> training)
    {
        int steps = HeldOutEnds.Of(training, Options.Horizon).Steps;
        return training.Any(series => series.Length > steps + Features.LeastOrigin);
    }

    // The mean loss of each window.
    private static double[] Losses(Pass<SeriesBatch> pass, SeriesWindows windows)
    {
        Measurements results = new(pass.Measures);
        double[] losses = new double[windows.Count];
        for (int i = 0; i < losses.Length; i++)
        {
            LossSum sum = pass.Evaluate(windows.Get(0, i), results);
            losses[i] = sum.Count == 0 ? 0 : double.IsFinite(sum.Mean) ? sum.Mean : float.MaxValue;
        }

        return losses;
    }

    // Whether the mean difference is at most its standard error.
    private static bool IsNoWorse(double[] losses, double[] best)
    {
        double mean = 0, squares = 0;
        for (int i = 0; i < losses.Length; i++)
            mean += (losses[i] - best[i]) / losses.Length;

        for (int i = 0; i < losses.Length; i++)
            squares += (losses[i] - best[i] - mean) * (losses[i] - best[i] - mean);

        return mean <= Math.Sqrt(squares / ((double)losses.Length * Math.Max(1, losses.Length - 1)));
    }

    /// <summary>Whether there is anything to learn: a window of these series with a target that counts. There is none
    /// where all of them are constants, longer straight lines, or single values.</summary>
    /// <param name="series">With the model's covariates.</param>
    /// <exception cref="ArgumentException">One has other covariates.</exception>
    public bool HasTargets(IReadOnlyList<Series> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (!series.Any(each => each.Length > Features.LeastOrigin))
            return false;

        SeriesWindows windows = TrainingWindows(series, EvaluationBatch, 16, holdOut: CanHoldOut(series));
        return Enumerable.Range(0, windows.Count).Any(index => windows.Targets(0, index) > 0);
    }
}
