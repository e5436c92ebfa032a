using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <content>How wide intervals are.</content>
public sealed partial class SeriesForecaster
{
    private const int Blocks = 8;
    private const double LeastSpread = 1.0 / 3, MostSpread = 3;

    /// <summary>
    /// Chooses what the distances of all forecasts from their median are multiplied by (<see cref="SeriesModel.Spread"/>,
    /// the same for all models), so that intervals cover the held-out ends of the series as often as they promise:
    /// training knows its own errors best, and intervals are too narrow without. For each pair of levels, q and 1 - q,
    /// that factor is the quantile 1 - 2q of |y - median| / |quantile - median| on the side where y is (conformal
    /// prediction: Romano, Patterson and Candes 2019); f is their geometric mean. It is drawn towards 1 as its error says,
    /// after James and Stein: log f * max(0, 1 - (e / log f)^2), with the e of eight blocks of windows, each left out in
    /// turn (jackknife).
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
        (double Low, double High)[] pairs = [.. options.Levels.Where(level => level < 0.5)
            .Select(level => (level, options.Levels.FirstOrDefault(other => Math.Abs(1 - level - other) < 1e-9)))
            .Where(pair => pair.Item2 > 0)];
        if (options.Output == SeriesOutput.NegativeBinomial || pairs.Length == 0
            || ends.Independent(series.Length) < Blocks)
        {
            return 1;
        }

        // Ratios by window: those of one block are left out together.
        List<double>[][] ratios =
            [.. Enumerable.Range(0, Blocks).Select(_ => pairs.Select(_ => new List<double>()).ToArray())];
        int windows = ends.Windows * series.Length;
        for (int w = 0; w < ends.Windows; w++)
        {
            int[] origins = [.. series.Select(each => ends.Origin(each.Length, w))];
            IReadOnlyList<Forecast> forecasts =
                ForecastAll([.. series.Select((each, s) => each.Slice(0, origins[s]))], ends.Horizon);
            for (int s = 0; s < series.Length; s++)
            {
                int block = (int)((((long)w * series.Length) + s) * Blocks / windows);
                AddRatios(series[s].Values.Slice(origins[s], ends.Horizon), forecasts[s], pairs, ratios[block]);
            }
        }

        double all = LogFactor(ratios, -1, pairs), error = 0;
        double[] without = [.. Enumerable.Range(0, Blocks).Select(block => LogFactor(ratios, block, pairs))];
        foreach (double one in without)
            error += (one - without.Average()) * (one - without.Average()) * (Blocks - 1) / Blocks;

        double shrunk = all == 0 ? 0 : all * Math.Max(0, 1 - (error / (all * all)));
        SetSpread(Math.Clamp(Math.Exp(shrunk), LeastSpread, MostSpread));
        return _models[0].Spread;
    }

    private static void AddRatios(ReadOnlySpan<double> truth, Forecast forecast, (double Low, double High)[] pairs,
        List<double>[] ratios)
    {
        for (int p = 0; p < pairs.Length; p++)
        {
            ReadOnlySpan<double> low = forecast.Quantile(pairs[p].Low), high = forecast.Quantile(pairs[p].High);
            for (int h = 0; h < truth.Length; h++)
            {
                double error = truth[h] - forecast.Median[h];
                double width = error > 0 ? high[h] - forecast.Median[h] : forecast.Median[h] - low[h];
                if (high[h] > low[h])   // else it is certain
                    ratios[p].Add(width > 0 ? Math.Abs(error) / width : error == 0 ? 0 : double.MaxValue);
            }
        }
    }

    // Of all blocks but one. 0 where nothing is uncertain, or nothing is ever missed or covered.
    private static double LogFactor(List<double>[][] ratios, int left, (double Low, double High)[] pairs)
    {
        double sum = 0;
        for (int p = 0; p < pairs.Length; p++)
        {
            double[] sorted = [.. ratios.Where((_, block) => block != left).SelectMany(block => block[p]).Order()];
            if (sorted.Length == 0)
                return 0;

            double factor = Forecasting.Forecast.SortedQuantile(sorted, 1 - (2 * pairs[p].Low));
            sum += Math.Log(Math.Clamp(factor, LeastSpread, MostSpread));
        }

        return sum / pairs.Length;
    }

    private void SetSpread(double spread)
    {
        foreach (SeriesModel model in _models)
            model.Spread = spread;
    }
}
