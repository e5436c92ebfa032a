using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;

namespace Rnn.Samples.TimeSeries;

/// <summary>What stands beside every result.</summary>
internal static class Baselines
{
    /// <summary>Naive, drift, seasonal naive, Theta, exponential smoothing, and linear autoregression, which reads the same
    /// covariates as a network.</summary>
    /// <param name="season">Steps of a season; 1: none.</param>
    /// <param name="longSeason">Steps of a longer one; 0: none.</param>
    public static IReadOnlyList<IForecaster> Of(int season, int longSeason)
    {
        int[] seasons = [.. ((int[])[season, longSeason]).Where(steps => steps > 1).Distinct()];
        return
        [
            new NaiveForecaster(),
            new NaiveForecaster(drift: true),
            .. seasons.Select(steps => new NaiveForecaster(steps)
            {
                Name = FormattableString.Invariant($"seasonal naive, {steps} steps"),
            }),
            new ThetaForecaster(season),
            new SmoothingForecaster(season),
            new LinearAutoregression(new LinearAutoregressionOptions { Seasons = seasons }),
        ];
    }
}
