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
                Forecasts([.. series.Select((each, s) => each.Slice(0, origins[s]))], ends.Horizon, recent: 0);
            for (int s = 0; s < series.Length; s++)
            {
                int block = (int)((((long)w * series.Length) + s) * IntervalWidths.Blocks / windows);
                widths.Add(series[s].Values.Slice(origins[s], ends.Horizon), forecasts[s], block);
            }
        }

        SetSpread(widths.Factor());
        return _models[0].Spread;
    }

    // Of each history by its last horizons, as they would have been forecast: so many, and eight at least.
    private double[] RecentFactors(IReadOnlyList<Series> histories, PreparedSeries[][] prepared, int horizon, int recent)
    {
        List<Window> windows = [];
        foreach ((int i, Series history) in histories.Index())
        {
            int count = Math.Min(recent, (history.Length - 1) / horizon);
            for (int k = count; k > 0 && count >= IntervalWidths.Blocks; k--)
                windows.Add(new Window(i, history.Length - (k * horizon), 1));
        }

        Forecast[] forecasts = QuantilesOf(prepared, windows, horizon);
        double[] factors = new double[histories.Count];
        factors.AsSpan().Fill(1);
        foreach (var ofOne in windows.Zip(forecasts).GroupBy(pair => pair.First.Series))
        {
            IntervalWidths widths = new(_models[0].Options.Levels);
            (Window Window, Forecast Forecast)[] all = [.. ofOne];
            for (int w = 0; w < all.Length; w++)
            {
                widths.Add(histories[ofOne.Key].Values.Slice(all[w].Window.Origin, horizon), all[w].Forecast,
                    w * IntervalWidths.Blocks / all.Length);
            }

            factors[ofOne.Key] = widths.HasPairs ? widths.Factor() : 1;
        }

        return factors;
    }

    private void SetSpread(double spread)
    {
        foreach (SeriesModel model in _models)
            model.Spread = spread;
    }
}
