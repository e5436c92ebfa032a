using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>
/// The baselines that need no fit. Naive: every step is as the last value. Seasonal naive: as the last value one or
/// more whole seasons before it. With drift: either, and the mean change of a step from the first value to the last,
/// for each step. A history shorter than a season has none. Quantiles are normal, with the deviation of the residuals
/// y_t - y_(t-m), m being the season, times sqrt(k) (with drift sqrt(k (1 + k m / (T - m)))) in the k-th season ahead:
/// Hyndman, Athanasopoulos, "Forecasting: principles and practice", 3rd ed. 2021, section 5.5.
/// </summary>
public sealed class NaiveForecaster : IForecaster
{
    private readonly IReadOnlyList<double> _levels;

    /// <summary>Naive, seasonal naive, or one of both with drift.</summary>
    /// <param name="season">m: 1 is the naive forecast; 24 of hours, 12 of months.</param>
    /// <param name="drift">Whether the mean change is added.</param>
    /// <param name="levels">Of the quantiles; null is <see cref="Forecast.DefaultLevels"/>, an empty list gives points
    /// alone.</param>
    /// <exception cref="ArgumentException">The season is less than 1, or the levels are none.</exception>
    public NaiveForecaster(int season = 1, bool drift = false, IReadOnlyList<double>? levels = null)
    {
        Throw.IfBelow(nameof(season), season, 1);
        Season = season;
        Drift = drift;
        _levels = NormalQuantiles.Levels(levels);
        Name = (Season > 1 ? "seasonal naive" : "naive") + (Drift ? " with drift" : "");
    }

    /// <summary>m.</summary>
    public int Season { get; }

    /// <summary>Whether the mean change is added.</summary>
    public bool Drift { get; }

    /// <inheritdoc/>
    public string Name { get; init; }

    /// <inheritdoc/>
    public Forecast Forecast(Series history, int horizon)
    {
        NormalQuantiles.CheckRequest(history, horizon);
        ReadOnlySpan<double> y = history.Values;
        int season = y.Length < Season ? 1 : Season;
        double slope = Drift && y.Length > 1 ? (y[^1] - y[0]) / (y.Length - 1) : 0;
        double sigma = Sigma(y, season, slope);
        double[] mean = new double[horizon], deviations = new double[horizon];
        for (int h = 0; h < horizon; h++)
        {
            int seasons = h / season + 1;
            mean[h] = y[y.Length - season + h % season] + slope * (h + 1);
            double drift = Drift && y.Length > season ? (double)seasons * season / (y.Length - season) : 0;
            deviations[h] = sigma * Math.Sqrt(seasons * (1 + drift));
        }

        return NormalQuantiles.Around(mean, deviations, _levels);
    }

    // The mean change of a season is known only with drift; a season's worth of residuals is needed in any case.
    private static double Sigma(ReadOnlySpan<double> y, int season, double slope)
    {
        double sum = 0;
        for (int t = season; t < y.Length; t++)
        {
            double residual = y[t] - y[t - season] - slope * season;
            sum += residual * residual;
        }

        return y.Length > season ? Math.Sqrt(sum / (y.Length - season)) : 0;
    }
}
