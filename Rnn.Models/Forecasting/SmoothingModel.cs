using System;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Rnn.Models.Forecasting;

/// <summary>
/// One form of exponential smoothing, fitted to one series: level l, change b, season s.
/// <code>
/// f = (l + phi*b) + s                e = y - f
/// l = l + phi*b + alpha*e            b = phi*b + beta*e           s = s + gamma*e
/// </code>
/// or with a season of factors
/// <code>
/// f = (l + phi*b) * s                e = y - f
/// l = l + phi*b + alpha*e/s          b = phi*b + beta*e/s         s = s + gamma*e/(l + phi*b)
/// </code>
/// with beta up to alpha and gamma up to 1 - alpha. The parameters, l and b before the first step have least squares of
/// e (simplex search of Nelder and Mead); the first season is that of the decomposition.
/// </summary>
internal sealed class SmoothingModel
{
    private const int MostIterations = 2000;
    private const double Tolerance = 1e-6;

    // A level that is divided by is kept from 0 by this share of the mean.
    private const double LeastLevel = 0.01;

    private readonly double[] _y;
    private readonly bool _trend, _damped, _factors;
    private readonly int _season;
    private readonly double[] _firstSeason;
    private readonly double _firstLevel, _firstSlope, _unit, _floor;
    private double[] _best = [];
    private double _least = double.PositiveInfinity;

    private SmoothingModel(double[] y, SmoothingTrend trend, SmoothingSeason season, int period)
    {
        _y = y;
        _trend = trend != SmoothingTrend.None;
        _damped = trend == SmoothingTrend.Damped;
        _factors = season == SmoothingSeason.Multiplicative;
        _season = season == SmoothingSeason.None ? 1 : period;
        _firstSeason = _season > 1 ? Seasonality.Indices(y, _season, _factors) : [0];
        double[] flat = (double[])y.Clone();
        double mean = 0;
        for (int t = 0; t < y.Length; t++)
        {
            double index = _firstSeason[t % _season];
            flat[t] = _factors ? y[t] / index : y[t] - index;
            mean += Math.Abs(flat[t]) / y.Length;
        }

        // Near the beginning, where the level starts from.
        (double level, double slope) = Seasonality.Line(flat.AsSpan(0, Math.Min(y.Length, Math.Max(10, 2 * _season))));
        _firstSlope = _trend ? slope : 0;
        _firstLevel = level - _firstSlope;
        _floor = LeastLevel * mean;
        double change = 0;
        for (int t = 1; t < y.Length; t++)
            change += Math.Abs(flat[t] - flat[t - 1]) / (y.Length - 1);
        _unit = Math.Max(change, 1e-9 * mean);
        if (!(_unit > 0))
            _unit = 1;
    }

    /// <summary>alpha, beta, phi, gamma, sigma, l and b: those that the form has.</summary>
    public int Parameters => 3 + (_trend ? 2 : 0) + (_damped ? 1 : 0) + (_season > 1 ? _season : 0);

    /// <summary>T * log(SSE / T) + 2k + 2k(k + 1) / (T - k - 1); infinite where T is no more than k + 1.</summary>
    public double Criterion
    {
        get
        {
            int n = _y.Length, k = Parameters;
            return n <= k + 1 ? double.PositiveInfinity : n * _least + 2 * k + 2.0 * k * (k + 1) / (n - k - 1);
        }
    }

    /// <summary>The fitted form.</summary>
    /// <param name="y">At least two values, and two seasons if there is one; above 0 for factors.</param>
    /// <param name="trend">Not automatic.</param>
    /// <param name="season">Not automatic.</param>
    /// <param name="period">m.</param>
    public static SmoothingModel Fit(double[] y, SmoothingTrend trend, SmoothingSeason season, int period)
    {
        SmoothingModel model = new(y, trend, season, period);
        model.Search();
        return model;
    }

    /// <summary>What each step was expected to be by those before it, the next steps, and their deviations.</summary>
    public Smoothing Continue(int horizon)
    {
        double[] fitted = new double[_y.Length];
        State end = Run(_best, out double squares, fitted);
        double sigma = Math.Sqrt(squares / Math.Max(1, _y.Length - Math.Min(Parameters, _y.Length / 2)));
        double[] mean = Path(end, horizon, -1, 0);
        return new Smoothing(fitted, mean, NormalQuantiles.Deviations(mean, sigma, step => Path(end, horizon, step, sigma)));
    }

    private static double Squash(double x) => 1 / (1 + Math.Exp(-x));

    private void Search()
    {
        double[] start = new double[3 + (_trend ? 2 : 0) + (_damped ? 1 : 0)];
        start[0] = -0.8;   // alpha about 0.3
        start[1] = _season > 1 ? -2 : 0;
        if (_trend)
            start[3] = -2;
        IObjectiveFunction objective = ObjectiveFunction.Value(point => Loss(point.AsArray()));
        _best = start;   // if no point has a finite loss
        Loss(start);
        try
        {
            // From where it ended, once more: a simplex can shrink before it has arrived.
            for (int i = 0; i < 2; i++)
            {
                NelderMeadSimplex.Minimum(objective, Vector<double>.Build.DenseOfArray(_best),
                    Vector<double>.Build.Dense(_best.Length, 0.5), Tolerance, MostIterations);
            }
        }
        catch (MaximumIterationsException)
        {
            // The best point so far is as good as any.
        }
    }

    private double Loss(double[] point)
    {
        Run(point, out double squares);
        double loss = Math.Log(squares / _y.Length + 1e-18 * _unit * _unit);
        if (!double.IsFinite(loss))
            return 1e6;
        if (loss < _least)
            (_best, _least) = ((double[])point.Clone(), loss);
        return loss;
    }

    private State Run(double[] point, out double squares, Span<double> fitted = default)
    {
        State state = new(this, point);
        squares = 0;
        for (int t = 0; t < _y.Length; t++)
        {
            double next = state.Next(t), error = _y[t] - next;
            if (!fitted.IsEmpty)
                fitted[t] = next;
            squares += error * error;
            state.Learn(t, error);
        }

        return state;
    }

    private double[] Path(State end, int horizon, int shockedStep, double shock)
    {
        State state = end.Copy();
        double[] path = new double[horizon];
        for (int h = 0; h < horizon; h++)
        {
            double error = h == shockedStep ? shock : 0;
            path[h] = state.Next(_y.Length + h) + error;
            state.Learn(_y.Length + h, error);
        }

        return path;
    }

    private sealed class State
    {
        private readonly SmoothingModel _model;
        private readonly double _alpha, _beta, _gamma, _phi;
        private double _level, _slope;
        private double[] _season;

        public State(SmoothingModel model, double[] point)
        {
            _model = model;
            _alpha = 0.9999 * Squash(point[0]);
            _gamma = model._season > 1 ? (1 - _alpha) * Squash(point[1]) : 0;
            _level = model._firstLevel + point[2] * model._unit;
            _beta = model._trend ? _alpha * Squash(point[3]) : 0;
            _slope = model._trend ? model._firstSlope + 0.1 * point[4] * model._unit : 0;
            _phi = model._damped ? 0.8 + 0.18 * Squash(point[5]) : 1;
            _season = (double[])model._firstSeason.Clone();
        }

        public State Copy()
        {
            State copy = (State)MemberwiseClone();
            copy._season = (double[])_season.Clone();
            return copy;
        }

        public double Next(int t)
        {
            double flat = _level + _phi * _slope, season = _season[t % _season.Length];
            return _model._factors ? flat * season : flat + season;
        }

        public void Learn(int t, double error)
        {
            ref double season = ref _season[t % _season.Length];
            double before = _level + _phi * _slope, share = error;
            if (_model._factors)
            {
                share = error / Math.Max(season, LeastLevel);
                season = Math.Max(LeastLevel, season + _gamma * error / Math.Max(before, _model._floor));
            }
            else if (_season.Length > 1)
            {
                season += _gamma * error;
            }

            _level = before + _alpha * share;
            _slope = _phi * _slope + _beta * share;
        }
    }
}

/// <summary>A series that was smoothed.</summary>
/// <param name="Fitted">[T], what each step was expected to be by those before it.</param>
/// <param name="Mean">[H], the next steps.</param>
/// <param name="Deviations">[H], theirs; 0 where the series is a constant or a straight line.</param>
internal readonly record struct Smoothing(double[] Fitted, double[] Mean, double[] Deviations);
