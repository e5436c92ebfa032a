using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <summary>
/// By what factor the distances of quantiles from the median should have been larger, so that intervals had covered what
/// they promise. For each pair of levels, q and 1 - q, it is the quantile 1 - 2q of |y - median| / |quantile - median| on
/// the side where y is (conformal prediction: Romano, Patterson and Candes 2019); f is their geometric mean. It is drawn
/// towards 1 as its error says, after James and Stein: log f * max(0, 1 - (e / log f)^2), with the e of eight blocks of
/// forecasts, each left out in turn (jackknife).
/// </summary>
internal sealed class IntervalWidths
{
    /// <summary>Blocks of forecasts that are left out together, and so the fewest forecasts that say anything.</summary>
    public const int Blocks = 8;

    private const double Least = 1.0 / 3, Most = 3;

    private readonly (double Low, double High)[] _pairs;
    private readonly List<double>[][] _ratios;   // of each block, of each pair

    /// <summary>Of forecasts with these levels.</summary>
    public IntervalWidths(IReadOnlyList<double> levels)
    {
        _pairs = [.. levels.Where(level => level < 0.5)
            .Select(level => (Low: level, High: levels.FirstOrDefault(other => Math.Abs(1 - level - other) < 1e-9)))
            .Where(pair => pair.High > 0)];
        _ratios = [.. Enumerable.Range(0, Blocks).Select(_ => _pairs.Select(_ => new List<double>()).ToArray())];
    }

    /// <summary>Whether there is an interval at all.</summary>
    public bool HasPairs => _pairs.Length > 0;

    /// <summary>Adds a forecast and what came.</summary>
    /// <param name="truth">[H].</param>
    /// <param name="forecast">Of H steps.</param>
    /// <param name="block">0 to Blocks - 1.</param>
    public void Add(ReadOnlySpan<double> truth, Forecast forecast, int block)
    {
        for (int p = 0; p < _pairs.Length; p++)
        {
            ReadOnlySpan<double> low = forecast.Quantile(_pairs[p].Low), high = forecast.Quantile(_pairs[p].High);
            for (int h = 0; h < truth.Length; h++)
            {
                double error = truth[h] - forecast.Median[h];
                double width = error > 0 ? high[h] - forecast.Median[h] : forecast.Median[h] - low[h];
                if (high[h] > low[h])   // else it is certain
                    _ratios[block][p].Add(width > 0 ? Math.Abs(error) / width : error == 0 ? 0 : double.MaxValue);
            }
        }
    }

    /// <summary>The factor, 1/3 to 3.</summary>
    public double Factor()
    {
        double all = LogFactor(-1), error = 0;
        double[] without = [.. Enumerable.Range(0, Blocks).Select(LogFactor)];
        foreach (double one in without)
            error += (one - without.Average()) * (one - without.Average()) * (Blocks - 1) / Blocks;

        double shrunk = all == 0 ? 0 : all * Math.Max(0, 1 - (error / (all * all)));
        return Math.Clamp(Math.Exp(shrunk), Least, Most);
    }

    // Of all blocks but one. 0 where nothing is uncertain.
    private double LogFactor(int left)
    {
        double sum = 0;
        for (int p = 0; p < _pairs.Length; p++)
        {
            double[] sorted = [.. _ratios.Where((_, block) => block != left).SelectMany(block => block[p]).Order()];
            if (sorted.Length == 0)
                return 0;

            double factor = Forecast.SortedQuantile(sorted, 1 - (2 * _pairs[p].Low));
            sum += Math.Log(Math.Clamp(factor, Least, Most));
        }

        return sum / _pairs.Length;
    }
}
