using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>
/// Exponential smoothing after Holt and Winters, with additive errors: without a trend, with one, or with one that is
/// damped; without a season, or with summands or factors; by default the form with the least AICc. Parameters have
/// least squares of one-step errors. Quantiles are normal, of what shocks of the residuals' deviation leave at each
/// step. A constant, and a straight line, go on as they are. Source: Hyndman, Koehler, Ord, Snyder, "Forecasting with
/// exponential smoothing", 2008.
/// </summary>
public sealed class SmoothingForecaster : IForecaster
{
    private const int MostValues = 2000;
    private const int MostSeasons = 8;

    private readonly IReadOnlyList<double> _levels;
    private readonly SmoothingTrend _trend;
    private readonly SmoothingSeason _seasonal;

    /// <summary>Exponential smoothing. Of a long history the last 2,000 values are read, or eight seasons if they are
    /// more.</summary>
    /// <param name="season">m; 1 is none.</param>
    /// <param name="trend">How a trend goes on.</param>
    /// <param name="seasonal">How the season is combined with the level.</param>
    /// <param name="levels">Of the quantiles; null is <see cref="Forecast.DefaultLevels"/>, an empty list gives points
    /// alone.</param>
    /// <exception cref="ArgumentException">The season is less than 1, or an argument is none.</exception>
    public SmoothingForecaster(int season = 1, SmoothingTrend trend = SmoothingTrend.Automatic,
        SmoothingSeason seasonal = SmoothingSeason.Automatic, IReadOnlyList<double>? levels = null)
    {
        Throw.IfBelow(nameof(season), season, 1);
        Throw.IfUndefined(nameof(trend), trend);
        Throw.IfUndefined(nameof(seasonal), seasonal);
        Season = season;
        _trend = trend;
        _seasonal = seasonal;
        _levels = NormalQuantiles.Levels(levels);
    }

    /// <summary>m.</summary>
    public int Season { get; }

    /// <inheritdoc/>
    public string Name { get; init; } = "exponential smoothing";

    /// <inheritdoc/>
    public Forecast Forecast(Series history, int horizon)
    {
        NormalQuantiles.CheckRequest(history, horizon);
        Smoothing smoothing = Smooth(history.Values, horizon);
        return NormalQuantiles.Around(smoothing.Mean, smoothing.Deviations, _levels);
    }

    /// <summary>The form that is chosen, fitted to values and continued.</summary>
    /// <param name="values">[T], at least one; of many the last are read, and <see cref="Smoothing.Fitted"/> is
    /// theirs.</param>
    /// <param name="horizon">H.</param>
    internal Smoothing Smooth(ReadOnlySpan<double> values, int horizon)
    {
        double[] y = values[Math.Max(0, values.Length - Math.Max(MostValues, MostSeasons * Season))..].ToArray();
        if (IsLine(y))
        {
            double slope = y.Length > 1 ? (y[^1] - y[0]) / (y.Length - 1) : 0;
            double[] line = new double[horizon];
            for (int h = 0; h < horizon; h++)
                line[h] = y[^1] + slope * (h + 1);
            return new Smoothing(y, line, new double[horizon]);
        }

        SmoothingModel? best = null;
        foreach (SmoothingSeason season in Seasons(y))
        {
            foreach (SmoothingTrend trend in Trends())
            {
                SmoothingModel model = SmoothingModel.Fit(y, trend, season, Season);
                if (best is null || model.Criterion < best.Criterion)
                    best = model;
            }
        }

        return best!.Continue(horizon);
    }

    // 1, 2, 3: a fit of more parameters than values would find anything. A constant has no errors to be fitted to.
    private static bool IsLine(double[] y)
    {
        double slope = y.Length > 1 ? (y[^1] - y[0]) / (y.Length - 1) : 0, size = 0;
        foreach (double value in y)
            size = Math.Max(size, Math.Abs(value));
        for (int t = 0; t < y.Length; t++)
        {
            if (Math.Abs(y[t] - (y[0] + slope * t)) > 1e-12 * size)
                return false;
        }

        // Two values always are one.
        return y.Length != 2 || slope == 0;
    }

    private IEnumerable<SmoothingSeason> Seasons(double[] y)
    {
        if (_seasonal == SmoothingSeason.None || !Seasonality.Fits(y.Length, Season))
            return [SmoothingSeason.None];
        bool factors = Seasonality.IsPositive(y);
        return _seasonal switch
        {
            SmoothingSeason.Automatic => factors
                ? [SmoothingSeason.None, SmoothingSeason.Additive, SmoothingSeason.Multiplicative]
                : [SmoothingSeason.None, SmoothingSeason.Additive],
            SmoothingSeason.Multiplicative when factors => [SmoothingSeason.Multiplicative],
            _ => [SmoothingSeason.Additive],
        };
    }

    // The first stands where no form has a criterion: the simplest.
    private IEnumerable<SmoothingTrend> Trends() => _trend == SmoothingTrend.Automatic
        ? [SmoothingTrend.None, SmoothingTrend.Additive, SmoothingTrend.Damped]
        : [_trend];
}
