using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <summary>
/// Forecasts of one <see cref="SeriesModel"/>, or of several that differ in their seeds: the mean of their quantiles,
/// or sample paths of each. Series and paths are computed in batches, with the same bits as one by one. Exact forecasts
/// need no network: a series that never changed goes on so, one that repeated itself exactly repeats itself, one that
/// grew by the same amount each step (or season) grows on; of one value, that value is the forecast. (Counts are never
/// certain.)
/// </summary>
public sealed partial class SeriesForecaster : IFittedForecaster
{
    private const int SeriesPerBatch = 64;

    private readonly SeriesOptions? _options;
    private readonly SeriesTrainingOptions _training = new();
    private readonly int _members = 1;
    private SeriesModel[] _models = [];

    /// <summary>A forecaster that learns by <see cref="Fit"/>.</summary>
    /// <param name="options">The shape of its models; null is the default.</param>
    /// <param name="training">How they are trained; null is the default.</param>
    /// <param name="members">Models, whose seeds are the training's and the next ones; 1 by default.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SeriesForecaster(SeriesOptions? options = null, SeriesTrainingOptions? training = null, int members = 1)
    {
        Throw.IfBelow(nameof(members), members, 1);
        _options = options ?? new SeriesOptions();
        _options.Check();
        _training = training ?? _training;
        _training.Check();
        _members = members;
    }

    /// <summary>A forecaster with models that were trained or loaded.</summary>
    /// <param name="models">One or more, with the same output, horizon, levels and recent horizons.</param>
    /// <exception cref="ArgumentException">There is none, or they predict different things.</exception>
    public SeriesForecaster(params IReadOnlyList<SeriesModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count == 0)
            Throw.NoSeries(nameof(models));

        SeriesOptions first = models[0].Options;
        foreach (SeriesModel model in models)
        {
            SeriesOptions other = model.Options;
            if (other.HasPaths != first.HasPaths || other.Horizon != first.Horizon
                || other.RecentHorizons != first.RecentHorizons || !other.Levels.SequenceEqual(first.Levels))
            {
                Throw.ModelsDiffer(nameof(models));
            }
        }

        _models = [.. models];
    }

    /// <inheritdoc/>
    public string Name { get; init; } = "recurrent network";

    /// <summary>Sample paths of each forecast, of all models together, where there are paths; 200 by default.</summary>
    public int Paths
    {
        get;
        init
        {
            Throw.IfBelow(nameof(Paths), value, 1);
            field = value;
        }
    } = 200;

    /// <summary>Of what is drawn for sample paths; 1 by default.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What it has learnt; none before Fit.</summary>
    public IReadOnlyList<SeriesModel> Models => _models;

    /// <summary>Trains the models. Where the ends of the series are held out (by default), what a model has learnt has
    /// the weight that forecasts them best (<see cref="SeriesModel.Shrink"/>): none, and it says what it
    /// said untrained. Then the spread is chosen (<see cref="Calibrate"/>); last, where it is asked for
    /// (<see cref="SeriesTrainingOptions.RefitOnAll"/>), they are trained once more, on all values.</summary>
    /// <inheritdoc/>
    public void Fit(IReadOnlyList<Series> training)
    {
        ArgumentNullException.ThrowIfNull(training);
        SeriesModel[] models = new SeriesModel[_models.Length > 0 ? _models.Length : _members];
        (long Steps, double Weight)[] chosen = new (long, double)[models.Length];
        for (int i = 0; i < models.Length; i++)
        {
            SeriesTrainingOptions own = TrainingOf(i);
            models[i] = new SeriesModel(training, _options ?? _models[i].Options, own.Seed);
            if (!models[i].HasTargets(training))
            {
                models[i].Shrink(training);   // whatever there is to learn is known: constants, straight lines
                continue;
            }

            long steps = models[i].Train(training, own).BestStep;
            if (_training.HoldOut)
                chosen[i] = (steps, models[i].Shrink(training));
        }

        _models = models;
        if (!_training.HoldOut)
            return;

        Calibrate(training);
        if (_training.RefitOnAll)
        {
            _models = [.. models.Select((model, i) => chosen[i] is { Steps: > 0, Weight: > 0 } best
                ? model.Refit(training, TrainingOf(i), best.Steps, best.Weight) : model)];
        }
    }

    private SeriesTrainingOptions TrainingOf(int index) => _training with { Seed = _training.Seed + (ulong)index };

    /// <inheritdoc/>
    public Forecast Forecast(Series history, int horizon) => ForecastAll([history], horizon)[0];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A series has other covariates than the models, or they aren't known for the
    /// horizon.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The models predict fewer steps.</exception>
    /// <exception cref="InvalidOperationException">Fit wasn't called.</exception>
    public IReadOnlyList<Forecast> ForecastAll(IReadOnlyList<Series> histories, int horizon)
    {
        ArgumentNullException.ThrowIfNull(histories);
        Throw.IfBelow(nameof(horizon), horizon, 1);
        if (_models.Length == 0)
            Throw.ForecasterNotFitted();

        SeriesOptions options = _models[0].Options;
        if (!options.HasPaths && horizon > options.Horizon)
            Throw.HorizonTooLong(horizon, options.Horizon);

        foreach (Series history in histories)
        {
            Covariate? known = history.Covariates.FirstOrDefault(covariate => covariate.Kind == CovariateKind.Known
                && covariate.Values.Length < history.Length + horizon);
            if (known is not null)
                Throw.CovariateTooShort(history.Name, known.Name, known.Values.Length - history.Length, horizon);
        }

        return Forecasts(histories, horizon, followsErrors: options.RecentHorizons > 0);
    }

    private Forecast[] Forecasts(IReadOnlyList<Series> histories, int horizon, bool followsErrors) => _models[0].Options.HasPaths
        ? ForecastPaths(histories, horizon)
        : ForecastQuantiles(histories, horizon, followsErrors);

    private Forecast[] ForecastQuantiles(IReadOnlyList<Series> histories, int horizon, bool followsErrors)
    {
        PreparedSeries[][] prepared = [.. _models.Select(model => histories.Select(model.Prepare).ToArray())];
        return QuantilesOf(prepared, [.. histories.Select((history, i) =>
            new Window(i, history.Length, followsErrors ? RecentFactor(history, i, prepared, horizon) : 1))], horizon);
    }

    private Forecast[] QuantilesOf(PreparedSeries[][] prepared, IReadOnlyList<Window> windows, int horizon)
    {
        IReadOnlyList<double> levels = _models[0].Options.Levels;
        double[][][] quantiles = new double[windows.Count][][];
        for (int i = 0; i < quantiles.Length; i++)
            quantiles[i] = [.. levels.Select(_ => new double[horizon])];

        foreach ((SeriesModel model, PreparedSeries[] series) in _models.Zip(prepared))
        {
            int most = Math.Min(SeriesPerBatch, windows.Count);
            BatchShape shape = new(most, model.Options.ContextSteps + horizon, horizon);
            SeriesPass pass = new(model, shape, TapeUse.Inference);
            for (int first = 0; first < windows.Count; first += most)
            {
                Window[] batch = [.. windows.Skip(first).Take(most)];
                AddQuantiles(model, pass, series, batch, horizon, quantiles.AsSpan(first, batch.Length));
            }
        }

        foreach (double[][] each in quantiles)
            Forecasting.Forecast.SortSteps(each);   // before the mean, which is the area beside them

        return [.. quantiles.Select(each => new Forecast(Mean(each, levels), levels, each))];
    }

    private void AddQuantiles(SeriesModel model, SeriesPass pass, PreparedSeries[] all, ReadOnlySpan<Window> windows, int horizon,
        ReadOnlySpan<double[][]> quantiles)
    {
        SeriesFeatures features = model.Features;
        SeriesOptions options = model.Options;
        int context = options.ContextSteps, steps = context + horizon, rows = windows.Length;
        int median = options.Levels.Index().First(level => level.Item == 0.5).Index;
        float[] inputs = new float[steps * rows * features.Count];
        int[] ids = new int[rows];
        WindowScale[] scales = new WindowScale[rows];
        for (int b = 0; b < rows; b++)
        {
            int origin = windows[b].Origin;
            PreparedSeries series = all[windows[b].Series];
            ids[b] = series.Id;
            scales[b] = features.Scale(series, origin);
            for (int i = Math.Max(0, context - origin); i < steps; i++)
            {
                features.Write(series, [], origin - context + i, origin, scales[b],
                    inputs.AsSpan(((i * rows) + b) * features.Count, features.Count));
            }
        }

        SeriesBatch batch = new(inputs, ids, default, default, default, steps, rows, context);
        MatrixView outputs = pass.Forward(batch, Mode.Inference);
        for (int b = 0; b < rows; b++)
        {
            int origin = windows[b].Origin;
            PreparedSeries series = all[windows[b].Series];
            double spread = model.Spread * windows[b].Factor;
            double highest = series.Values[..origin].Max();
            for (int h = 0; h < horizon; h++)
            {
                double anchor = features.Anchor(series, [], origin + h, origin, scales[b]);
                double unit = scales[b].Unit * features.Growth(series, origin + h, origin, scales[b]);
                ReadOnlySpan<float> row = outputs.Row((h * rows) + b);
                for (int k = 0; k < row.Length; k++)
                {
                    double output = row[median] + (spread * (row[k] - row[median]));
                    double value = features.Restore(anchor + (unit * output), highest);
                    quantiles[b][k][h] += (options.NonNegative ? Math.Max(0, value) : value) / _models.Length;
                }
            }
        }
    }

    // The mean of a distribution whose quantile function is linear between the levels, and level beyond them.
    private static double[] Mean(double[][] quantiles, IReadOnlyList<double> levels)
    {
        double[] mean = new double[quantiles[0].Length];
        for (int h = 0; h < mean.Length; h++)
        {
            mean[h] = (levels[0] * quantiles[0][h]) + ((1 - levels[^1]) * quantiles[^1][h]);
            for (int k = 1; k < quantiles.Length; k++)
                mean[h] += (levels[k] - levels[k - 1]) * (quantiles[k][h] + quantiles[k - 1][h]) / 2;
        }

        return mean;
    }

    /// <summary>What is forecast: a series from an origin on.</summary>
    /// <param name="Series">Its number.</param>
    /// <param name="Origin">The values before it are known.</param>
    /// <param name="Factor">What its intervals are made wider by.</param>
    private readonly record struct Window(int Series, int Origin, double Factor);
}
