using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>
/// Rolling origins: forecasts from several places in the known past, compared with what came. A forecaster sees the
/// values before an origin alone, past covariates as far, and known covariates beyond.
/// </summary>
public static class Backtest
{
    /// <summary>Measures forecasters side by side.</summary>
    /// <param name="forecasters">At least one, with names that differ; those with a fit are fitted here.</param>
    /// <param name="series">At least one.</param>
    /// <param name="options">Where the origins are.</param>
    /// <returns>A row for each forecaster.</returns>
    /// <exception cref="ArgumentException">Nothing is there to measure, a name is there twice, an option is out of
    /// range, or a series has no whole horizon after its first origin.</exception>
    public static BacktestResult Run(IReadOnlyList<IForecaster> forecasters, IReadOnlyList<Series> series,
        BacktestOptions options)
    {
        ArgumentNullException.ThrowIfNull(forecasters);
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (forecasters.Count == 0 || series.Count == 0)
            Throw.NothingToBacktest(forecasters.Count, series.Count);
        if (forecasters.GroupBy(forecaster => forecaster.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            Throw.ForecasterTwice(twice.Key);
        int[] first = [.. series.Select(one => FirstOrigin(one, options))];
        return new BacktestResult(
            [.. forecasters.Select(one => new BacktestRow(one.Name, Measure(one, series, first, options)))]);
    }

    private static ForecastScore Measure(IForecaster forecaster, IReadOnlyList<Series> series, int[] first,
        BacktestOptions options)
    {
        ForecastScore score = new(options.Season);
        int step = options.Step > 0 ? options.Step : options.Horizon;
        for (int round = 0; ; round++)
        {
            // The n-th origin of every series that has one: forecast at once, and fitted on the same.
            int[] now = [.. Enumerable.Range(0, series.Count)
                .Where(s => first[s] + (long)round * step + options.Horizon <= series[s].Length)];
            if (now.Length == 0)
                return score;
            Series[] histories = [.. now.Select(s => series[s].Slice(0, first[s] + round * step))];
            if (forecaster is IFittedForecaster fitted && (round == 0 || options.Refit))
                fitted.Fit(histories);
            IReadOnlyList<Forecast> forecasts = forecaster.ForecastAll(histories, options.Horizon);
            if (forecasts.Count != now.Length || forecasts.Any(forecast => forecast.Horizon != options.Horizon))
                Throw.ForecastsOfOther(forecaster.Name, forecasts.Count, now.Length, options.Horizon);
            for (int i = 0; i < now.Length; i++)
            {
                score.Add(histories[i].Values,
                    series[now[i]].Values.Slice(histories[i].Length, options.Horizon), forecasts[i]);
            }
        }
    }

    private static int FirstOrigin(Series series, BacktestOptions options)
    {
        int first = (options.FirstOrigin ?? ^options.Horizon).GetOffset(series.Length);
        if (first < 1 || first + options.Horizon > series.Length)
            Throw.BacktestOrigin(series.Name, first, options.Horizon, series.Length);
        return first;
    }
}
