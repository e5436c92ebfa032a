using System;
using Rnn.Models.Diagnostics;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <summary>
/// What a <see cref="SeriesModel"/> reads at each step of a window, in training and in forecasts alike. Step t predicts
/// value t. It is told: the value before, if it is known; each lag; how far beyond the origin it is; covariates. In a
/// window whose horizon is predicted at once, nothing from the origin on is known, and a lag that reaches there goes
/// back to the last known value of its phase. Where differences are predicted, everything is also told relative to the
/// anchor, the value from which they count: a forecast then doesn't depend on the level.
/// </summary>
internal sealed class SeriesFeatures
{
    // Of an input, in units: beyond it a network only saturates.
    private const double Limit = 10;

    // Values that smoothing without a season is fitted to.
    private const int LeastSmoothed = 8;

    // Values of a series that is smoothed from each origin: more are minutes.
    private const int MostSmoothed = 2000;

    private readonly bool _isDirect, _isLogarithm, _isCounts, _grows, _isSmoothed, _isRelative;
    private readonly int _context, _horizon, _difference, _season;
    private readonly int[] _lags;
    private readonly SeriesScaling _scaling;
    private readonly SeriesCovariate[] _covariates;

    public SeriesFeatures(SeriesOptions options, SeriesCovariate[] covariates)
    {
        _isDirect = !options.HasPaths;
        _isLogarithm = options.Logarithm;
        _isCounts = options.Output == SeriesOutput.NegativeBinomial;
        _context = options.ContextSteps;
        _horizon = options.Horizon;
        _difference = options.Difference;
        _grows = options.Growth && _difference > 0;
        _season = options.Season;
        _isSmoothed = options.Anchor == SeriesAnchor.Smoothing;
        _isRelative = _difference > 0 || _isSmoothed;
        _lags = options.LagSteps;
        _scaling = options.Scaling;
        _covariates = covariates;
        Count = 2 + (_isDirect ? 1 : 0) + (_isRelative ? 3 : 0) + _lags.Length + covariates.Length;
    }

    /// <summary>F, numbers of a step's input.</summary>
    public int Count { get; }

    /// <summary>The least origin of a window that teaches anything: smoothing needs two seasons to know one.</summary>
    public int LeastOrigin => _isSmoothed ? Math.Max(LeastSmoothed, 2 * _season) : 1;

    /// <summary>The least origin of a window that reads no padding, if the series is long enough.</summary>
    public int FullOrigin => _context + _difference;

    /// <summary>Values and covariates of a series in the model's units.</summary>
    /// <exception cref="ArgumentException">A value is out of range, or the covariates are not the model's.</exception>
    public PreparedSeries Prepare(Series series, int id)
    {
        double[] values = series.Values.ToArray();
        for (int t = 0; t < values.Length && (_isLogarithm || _isCounts); t++)
        {
            if (_isCounts && !(values[t] >= 0 && double.IsInteger(values[t])))
                Throw.NoCount(series.Name, t, TimeOf(series, t), values[t]);

            if (_isLogarithm && values[t] < 0)
                Throw.NoLogarithm(series.Name, t, TimeOf(series, t), values[t]);

            values[t] = _isLogarithm ? Math.Log(1 + values[t]) : values[t];
        }

        Covariate[] found = SeriesCovariate.Find(_covariates, series);
        float[][] covariates = new float[found.Length][];
        for (int k = 0; k < found.Length; k++)
        {
            covariates[k] = Array.ConvertAll(found[k].Values.ToArray(),
                value => (float)Clip((value - _covariates[k].Mean) / _covariates[k].Deviation));
        }

        if (_isSmoothed && values.Length > MostSmoothed)
            Throw.TooLongToSmooth(series.Name, values.Length, MostSmoothed);

        return new PreparedSeries(series.Name, id, values, covariates,
            _grows ? new SeriesGrowth(values, _difference) : null,
            _isSmoothed ? new SmoothedAnchors(values, _season, _horizon) : null);
    }

    /// <summary>From the model's units to those of the series; with logarithms nothing is below 0.</summary>
    /// <param name="z">A value.</param>
    /// <param name="highest">Of the history, in the model's units: a logarithm that is far above it would
    /// overflow.</param>
    public double Restore(double z, double highest) =>
        _isLogarithm ? Math.Exp(Math.Clamp(z, 0, highest + 5)) - 1 : z;

    /// <summary>The scale of a window.</summary>
    public WindowScale Scale(PreparedSeries series, int origin) => series.Smoothed is { } smoothed
        ? WindowScale.Of(series.Values, origin, _context, 1, _scaling, _isCounts) with { Unit = smoothed.Deviation(0, origin) }
        : WindowScale.Of(series.Values, origin, _context, _difference, _scaling, _isCounts, series.Growth?.Before(origin) ?? 0);

    /// <summary>The value that what is predicted for step t counts from.</summary>
    /// <param name="series">The series.</param>
    /// <param name="path">What was drawn after its values.</param>
    /// <param name="t">The step, 0 or more.</param>
    /// <param name="origin">Of the window.</param>
    /// <param name="scale">Of the window.</param>
    public double Anchor(PreparedSeries series, ReadOnlySpan<double> path, int t, int origin, in WindowScale scale) =>
        series.Smoothed is { } smoothed ? smoothed.Mean(t, origin)
        : _difference == 0 ? scale.Center : AnchorBefore(series, path, t, Known(t, origin), scale);

    /// <summary>
    /// What the unit of a window grows by at step t: the root of the seasons between the value and its anchor, as sums
    /// of so many independent differences grow. 1 where values are predicted, and in sample paths, whose anchor is
    /// always one season before. As the deviations of smoothing, where that is the anchor.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="t">The step, 0 or more.</param>
    /// <param name="origin">Of the window.</param>
    /// <param name="scale">Of the window.</param>
    public double Growth(PreparedSeries series, int t, int origin, in WindowScale scale)
    {
        if (series.Smoothed is { } smoothed)
            return scale.Unit > 0 ? smoothed.Deviation(t, origin) / scale.Unit : 1;

        int lag = scale.Difference;
        return lag == 0 ? 1 : Math.Sqrt((t - Back(t, lag, Known(t, origin))) / lag);
    }

    /// <summary>The inputs of step t.</summary>
    /// <param name="series">The series.</param>
    /// <param name="path">What was drawn after its values.</param>
    /// <param name="t">The step, 0 or more.</param>
    /// <param name="origin">Of the window.</param>
    /// <param name="scale">Of the window.</param>
    /// <param name="inputs">[F]. Overwritten.</param>
    public void Write(PreparedSeries series, ReadOnlySpan<double> path, int t, int origin, in WindowScale scale,
        Span<float> inputs)
    {
        int known = Known(t, origin), i = 0;   // what is before it is known
        double perSpread = scale.Spread > 0 ? 1 / scale.Spread : 0, perUnit = scale.Unit > 0 ? 1 / scale.Unit : 0;
        double anchor = Anchor(series, path, t, origin, scale);
        bool isBefore = t > 0 && t - 1 < known;
        double before = isBefore ? Value(series, path, t - 1) : 0;
        inputs[i++] = isBefore ? 1 : 0;
        inputs[i++] = isBefore ? Input((before - scale.Center) * perSpread) : 0;
        if (_isDirect)
            inputs[i++] = t < origin ? 0 : (t - origin + 1f) / _horizon;

        if (_isRelative)
        {
            inputs[i++] = isBefore ? Input((before - Before(series, path, t - 1, origin, scale)) * perUnit) : 0;
            inputs[i++] = Input((anchor - scale.Center) * perSpread);
            inputs[i++] = scale.Unit > 0 && scale.Spread > 0 ? Input(Math.Log(scale.Unit / scale.Spread)) : 0;
        }

        foreach (int lag in _lags)
        {
            int at = Back(t, lag, known);
            inputs[i++] = at < 0 ? 0
                : _isRelative ? Input((Value(series, path, at) - anchor) * perUnit)
                : Input((Value(series, path, at) - scale.Center) * perSpread);
        }

        for (int k = 0; k < _covariates.Length; k++)
        {
            float[] values = series.Covariates[k];
            int at = _covariates[k].Kind == CovariateKind.Known ? t : t - 1 < origin ? t - 1 : -1;
            inputs[i++] = at >= 0 && at < values.Length ? values[at] : 0;
        }
    }

    // The anchor of a value that is known.
    private static double Before(PreparedSeries series, ReadOnlySpan<double> path, int t, int origin, in WindowScale scale) =>
        series.Smoothed is { } smoothed ? smoothed.Mean(t, origin) : AnchorBefore(series, path, t, t, scale);

    /// <summary>A step's number, one or several lags back, where the value is known.</summary>
    private static int Back(int t, int lag, int known)
    {
        int at = t - lag;
        return at < known ? at : at - (lag * (((at - known) / lag) + 1));
    }

    private static double Value(PreparedSeries series, ReadOnlySpan<double> path, int t) =>
        t < series.Values.Length ? series.Values[t] : path[t - series.Values.Length];

    private static DateTime? TimeOf(Series series, int t) => series.Times.IsEmpty ? null : series.Times[t];

    private static double Clip(double x) => Math.Clamp(x, -Limit, Limit);

    private static float Input(double x) => (float)Clip(x);

    private int Known(int t, int origin) => _isDirect ? Math.Min(t, origin) : t;

    private static double AnchorBefore(PreparedSeries series, ReadOnlySpan<double> path, int t, int known,
        in WindowScale scale)
    {
        int lag = scale.Difference, at = Back(t, lag, known);
        if (at < 0)
        {
            at = known - 1;   // no season yet: the last value
            return at < 0 ? scale.Center : Value(series, path, at);
        }

        return Value(series, path, at) + (scale.Drift * ((t - at) / lag));
    }
}

/// <summary>A series in a model's units.</summary>
/// <param name="Name">Of the series.</param>
/// <param name="Id">Which series of the model it is; 0 is unknown.</param>
/// <param name="Values">[T].</param>
/// <param name="Covariates">Of each covariate of the model, [T] or more.</param>
/// <param name="Growth">What anchors grow by; null: nothing.</param>
/// <param name="Smoothed">What anchors are; null: values of the series.</param>
internal sealed record PreparedSeries(string Name, int Id, double[] Values, float[][] Covariates, SeriesGrowth? Growth,
    SmoothedAnchors? Smoothed);
