using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>
/// A step as a linear function of the last values, of those one and two seasons before it, and of covariates, by ridge
/// regression; values are taken relative to their series' mean and mean change. Each series that was fitted has its
/// function, known by its name, or all have one (<see cref="LinearAutoregressionOptions.Together"/>); a history of
/// another name is fitted when it is asked for. Quantiles are normal, with the deviation of the residuals (a function a
/// step), or of what shocks leave at each step (one that is continued). Where rows are too few for a function a step,
/// one is continued; where they are for that, the last value is.
/// </summary>
public sealed class LinearAutoregression : IFittedForecaster
{
    private const int LeastLags = 4;
    private const int MostLags = 48;
    private const int LeastRows = 3;
    private const int RowsPerInput = 2;

    private readonly LinearAutoregressionOptions _options;
    private readonly IReadOnlyList<double> _levels;
    private readonly Lock _lock = new();
    private Dictionary<string, Functions> _fitted = [];
    private Functions? _together;

    /// <summary>A linear autoregression.</summary>
    /// <param name="options">Null is the default.</param>
    /// <param name="levels">Of the quantiles; null is <see cref="Forecast.DefaultLevels"/>, an empty list gives points
    /// alone.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the levels are none.</exception>
    public LinearAutoregression(LinearAutoregressionOptions? options = null, IReadOnlyList<double>? levels = null)
    {
        _options = options ?? new LinearAutoregressionOptions();
        _options.Check();
        _levels = NormalQuantiles.Levels(levels);
        Name = _options.Direct ? "linear autoregression" : "linear autoregression (recursive)";
    }

    /// <inheritdoc/>
    public string Name { get; init; }

    /// <summary>Keeps these series: they are read when a step is first asked for.</summary>
    /// <param name="training">At least one. Their names differ; or, together, all have covariates of the same names and
    /// kinds.</param>
    /// <exception cref="ArgumentException">That is not so.</exception>
    public void Fit(IReadOnlyList<Series> training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.Count == 0)
            Throw.NoTrainingSeries(Name);
        Dictionary<string, Functions> fitted = [];
        Functions? together = null;
        if (_options.Together)
        {
            together = new Functions(Inputs(training[0], training.Max(series => series.Length)), [.. training]);
            foreach (Series series in training)
                together.Inputs.Check(Name, series, 0);
        }
        else
        {
            foreach (Series series in training)
            {
                if (!fitted.TryAdd(series.Name, Own(series)))
                    Throw.SeriesTwice(Name, series.Name);
            }
        }

        lock (_lock)
            (_fitted, _together) = (fitted, together);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Known covariates end before the horizon, or covariates aren't those of the
    /// fit.</exception>
    public Forecast Forecast(Series history, int horizon)
    {
        NormalQuantiles.CheckRequest(history, horizon);
        lock (_lock)
        {
            Functions functions = _together ?? _fitted.GetValueOrDefault(history.Name) ?? Own(history);
            functions.Inputs.Check(Name, history, horizon);
            SeriesScale scale = SeriesScale.Of(history.Values);
            double[] mean = new double[horizon], deviations = new double[horizon];
            return (_options.Direct && Direct(functions, history, scale, mean, deviations))
                || Recursive(functions, history, scale, mean, deviations)
                ? NormalQuantiles.Around(mean, deviations, _levels)
                : new NaiveForecaster(levels: _levels).Forecast(history, horizon);
        }
    }

    private bool Direct(Functions functions, Series history, SeriesScale scale, double[] mean, double[] deviations)
    {
        AutoregressionInputs inputs = functions.Inputs;
        double[] scaled = scale.Apply(history.Values), x = new double[inputs.Count];
        Bounds bounds = Bounds.Of(scaled);
        for (int h = 0; h < mean.Length; h++)
        {
            RidgeSolution? solution = functions.Solution(h + 1, _options.Ridge);
            if (solution is null || solution.Rows < RowsPerInput * inputs.Count)
                return false;
            inputs.Fill(history, scaled, history.Length, h + 1, x);
            mean[h] = scale.Undo(bounds.Keep(h, solution.Apply(x)));
            deviations[h] = scale.Size * solution.Deviation;
        }

        return true;
    }

    private bool Recursive(Functions functions, Series history, SeriesScale scale, double[] mean, double[] deviations)
    {
        AutoregressionInputs inputs = functions.Inputs;
        RidgeSolution? solution = functions.Solution(1, _options.Ridge);
        if (solution is null || solution.Rows < LeastRows)
            return false;
        double[] past = scale.Apply(history.Values);
        Bounds bounds = Bounds.Of(past);
        double[] Path(int shockedStep, double shock)
        {
            double[] scaled = new double[past.Length + mean.Length], x = new double[inputs.Count];
            past.CopyTo(scaled, 0);
            for (int t = past.Length; t < scaled.Length; t++)
            {
                inputs.Fill(history, scaled, t, 1, x);
                int h = t - past.Length;
                scaled[t] = bounds.Keep(h, solution.Apply(x)) + (h == shockedStep ? shock : 0);
            }

            return scaled[past.Length..];
        }

        double[] path = Path(-1, 0);
        double[] spread = NormalQuantiles.Deviations(path, solution.Deviation, step => Path(step, solution.Deviation));
        for (int h = 0; h < mean.Length; h++)
        {
            mean[h] = scale.Undo(path[h]);
            deviations[h] = scale.Size * spread[h];
        }

        return true;
    }

    private AutoregressionInputs Inputs(Series first, int longest)
    {
        int lags = _options.Lags > 0 ? _options.Lags
            : Math.Clamp(_options.Seasons.Count > 0 ? _options.Seasons[0] : 0, LeastLags, MostLags);
        return new AutoregressionInputs(Math.Max(1, Math.Min(lags, (longest - 1) / 3)), _options.Seasons
            .Where(season => 3 * season <= longest), _options.Covariates ? first.Covariates : []);
    }

    private Functions Own(Series series) => new(Inputs(series, series.Length), [series]);

    // Roots beyond 1, which a short history may give, mustn't run away: three ranges beyond what was seen, and further
    // by two for each length of the history, as a line needs.
    private readonly record struct Bounds(double Low, double High, int Length)
    {
        public static Bounds Of(double[] scaled) => new(scaled.Min(), scaled.Max(), scaled.Length);

        public double Keep(int h, double value)
        {
            double room = (High - Low) * (3 + 2 * (h + 1.0) / Length);
            return Math.Clamp(value, Low - room, High + room);
        }
    }

    /// <summary>What was fitted to the same series: a function for each number of steps ahead that was asked
    /// for.</summary>
    private sealed class Functions(AutoregressionInputs inputs, IReadOnlyList<Series> training)
    {
        private readonly Dictionary<int, RidgeSolution?> _solutions = [];

        public AutoregressionInputs Inputs => inputs;

        public RidgeSolution? Solution(int ahead, double ridge)
        {
            if (_solutions.TryGetValue(ahead, out RidgeSolution? known))
                return known;
            RidgeRegression regression = new(inputs.Count);
            double[] x = new double[inputs.Count];
            foreach (Series series in training)
            {
                double[] scaled = SeriesScale.Of(series.Values).Apply(series.Values);
                for (int end = inputs.Reach(ahead); end + ahead <= series.Length; end++)
                {
                    inputs.Fill(series, scaled, end, ahead, x);
                    regression.Add(x, scaled[end + ahead - 1]);
                }
            }

            RidgeSolution? solution = regression.Rows == 0 ? null : regression.Solve(ridge);
            _solutions[ahead] = solution;
            return solution;
        }
    }
}
