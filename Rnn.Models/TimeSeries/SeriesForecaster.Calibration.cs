using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <content>How wide intervals are.</content>
public sealed partial class SeriesForecaster
{
    /// <summary>
    /// Chooses what the distances of all forecasts from their median are multiplied by (<see cref="SeriesModel.Spread"/>,
    /// the same for all models), so that intervals cover the held-out ends of the series as often as they promise:
    /// training knows its own errors best, and intervals are too narrow without. The factor is the conformal one of all
    /// pairs of levels, drawn towards 1 as far as it is uncertain (<see cref="IntervalWidths"/>).
    /// </summary>
    /// <param name="training">The series that the models were trained on, with HoldOut.</param>
    /// <returns>The factor, 1/3 to 3; 1 of counts, of levels without pairs, and where fewer than eight horizons that don't
    /// overlap are held out.</returns>
    /// <exception cref="ArgumentException">A series has other covariates than the models.</exception>
    /// <exception cref="InvalidOperationException">Fit wasn't called.</exception>
    public double Calibrate(IReadOnlyList<Series> training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (_models.Length == 0)
            Diagnostics.Throw.ForecasterNotFitted();

        SetSpread(1);
        SeriesOptions options = _models[0].Options;
        Series[] series = [.. training.Where(each => each.Length > options.Horizon + 1)];
        HeldOutEnds ends = HeldOutEnds.Of(training, options.Horizon);
        IntervalWidths widths = new(options.Levels);
        if (options.Output == SeriesOutput.NegativeBinomial || !widths.HasPairs
            || ends.Independent(series.Length) < IntervalWidths.Blocks)
        {
            return 1;
        }

        int windows = ends.Windows * series.Length;
        for (int w = 0; w < ends.Windows; w++)
        {
            int[] origins = [.. series.Select(each => ends.Origin(each.Length, w))];
            Forecast[] forecasts =
                Forecasts([.. series.Select((each, s) => each.Slice(0, origins[s]))], ends.Horizon, followsErrors: false);
            for (int s = 0; s < series.Length; s++)
            {
                int block = (int)((((long)w * series.Length) + s) * IntervalWidths.Blocks / windows);
                widths.Add(series[s].Values.Slice(origins[s], ends.Horizon), forecasts[s], block);
            }
        }

        SetSpread(widths.Factor());
        return _models[0].Spread;
    }

    // What a history's intervals are multiplied by, besides the spread: by its last horizons, as they would have been forecast.
    private double RecentFactor(Series history, int series, PreparedSeries[][] prepared, int horizon)
    {
        IntervalWidths widths = new(_models[0].Options.Levels);
        int count = Math.Min(_models[0].Options.RecentHorizons, (history.Length - 1) / horizon);
        if (count < IntervalWidths.Blocks || !widths.HasPairs)
            return 1;

        Window[] windows = [.. Enumerable.Range(1, count).Select(k => new Window(series, history.Length - (k * horizon), 1))];
        foreach ((int w, Forecast forecast) in QuantilesOf(prepared, windows, horizon).Index())
            widths.Add(history.Values.Slice(windows[w].Origin, horizon), forecast, w * IntervalWidths.Blocks / count);

        return widths.Factor();
    }

    private void SetSpread(double spread)
    {
        foreach (SeriesModel model in _models)
            model.Spread = spread;
    }
}
