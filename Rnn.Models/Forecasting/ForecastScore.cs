using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>
/// How good forecasts of many series, or of one from many origins, are together. As in the M4 competition and in
/// GluonTS, MASE, sMAPE, MAPE and MSIS are means over forecasts; ND and the quantile losses are sums over all steps of
/// all forecasts, divided by sum |y| over the same. Absolute errors are those of the median, squared ones of the mean,
/// which is what each is least for. A forecast without quantiles counts as one whose quantiles all are the mean.
/// </summary>
public sealed class ForecastScore
{
    private const double MsisAlpha = 0.05;

    private readonly IReadOnlyList<double> _levels = Forecast.DefaultLevels;
    private readonly double[] _quantileLosses;
    private readonly bool[] _hasLevel;
    private readonly long[] _within;
    private double _absolute, _squared, _truth, _smape;
    private double _mape, _mase, _msis;
    private int _mapeCount, _scaledCount;

    /// <summary>A score of no forecasts yet.</summary>
    /// <param name="season">m of MASE and MSIS, 1 or more: 24 of hours, 12 of months, 1 of years.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public ForecastScore(int season = 1)
    {
        Throw.IfBelow(nameof(season), season, 1);
        Season = season;
        _quantileLosses = new double[_levels.Count];
        _within = new long[_levels.Count];
        _hasLevel = [.. _levels.Select(_ => true)];
    }

    /// <summary>m.</summary>
    public int Season { get; }

    /// <summary>Number of forecasts.</summary>
    public int Count { get; private set; }

    /// <summary>Number of steps of all forecasts.</summary>
    public long Steps { get; private set; }

    /// <summary>sum |y - f|, of the median.</summary>
    public double AbsoluteError => _absolute;

    /// <summary>MAE, of the median.</summary>
    public double Mae => _absolute / Steps;

    /// <summary>MSE, of the mean.</summary>
    public double Mse => _squared / Steps;

    /// <summary>RMSE, of the mean.</summary>
    public double Rmse => Math.Sqrt(Mse);

    /// <summary>MAPE as a share, of the median; without steps whose truth is 0, NaN if there are no others.</summary>
    public double Mape => _mape / _mapeCount;

    /// <summary>sMAPE on GluonTS's scale, 0 to 2, of the median.</summary>
    public double Smape => _smape / Count;

    /// <summary>sMAPE on the M4 competition's scale, 0 to 200, of the median.</summary>
    public double SmapeM4 => 100 * Smape;

    /// <summary>MASE, of the median; NaN if no forecast has a scale.</summary>
    public double Mase => _mase / _scaledCount;

    /// <summary>Forecasts without a scale, which MASE and MSIS leave out: what came before repeats itself exactly, or
    /// is one value.</summary>
    public int Unscaled => Count - _scaledCount;

    /// <summary>ND, of the median.</summary>
    public double Nd => _absolute / _truth;

    /// <summary>MSIS of the intervals of 95%; NaN if a forecast with quantiles doesn't have their ends.</summary>
    public double Msis => Has(MsisAlpha / 2) && Has(1 - MsisAlpha / 2) ? _msis / _scaledCount : double.NaN;

    /// <summary>The mean of wQL over the levels 0.1, 0.2, ... 0.9, about the CRPS; NaN if a forecast with quantiles
    /// lacks one of them.</summary>
    public double MeanWql => Enumerable.Range(1, 9).Average(tenth => Wql(tenth / 10.0));

    /// <summary>wQL = sum of <see cref="ForecastMeasures.QuantileLoss"/> / sum |y|.</summary>
    /// <param name="level">One of <see cref="Forecast.DefaultLevels"/>.</param>
    /// <returns>NaN if a forecast with quantiles doesn't have this one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is none of them.</exception>
    public double Wql(double level)
    {
        int index = IndexOf(level, nameof(level));
        return _hasLevel[index] ? _quantileLosses[index] / _truth : double.NaN;
    }

    /// <summary>The share of steps within an interval.</summary>
    /// <param name="interval">0.2, 0.4, 0.6, 0.8, 0.9 or 0.95: from the quantile of (1 - interval) / 2 to that of (1 +
    /// interval) / 2.</param>
    /// <returns>NaN if a forecast with quantiles doesn't have these.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is none of them.</exception>
    public double Coverage(double interval)
    {
        int low = IndexOf((1 - interval) / 2, nameof(interval));
        return _hasLevel[low] && _hasLevel[_levels.Count - 1 - low] ? _within[low] / (double)Steps : double.NaN;
    }

    /// <summary>Adds a forecast.</summary>
    /// <param name="history">What it was made from: the scale's part. At least one value.</param>
    /// <param name="truth">[Horizon], what came; finite.</param>
    /// <param name="forecast">What was said.</param>
    /// <exception cref="ArgumentException">Lengths differ or are 0, or a value isn't finite.</exception>
    public void Add(ReadOnlySpan<double> history, ReadOnlySpan<double> truth, Forecast forecast)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        for (int h = 0; h < truth.Length; h++)
        {
            if (!double.IsFinite(truth[h]))
                Throw.MeasureNotFinite(h, truth[h]);
        }

        _absolute += ForecastMeasures.AbsoluteErrors(truth, forecast.Median);
        _squared += ForecastMeasures.MeanSquaredError(truth, forecast.Mean) * truth.Length;
        _smape += ForecastMeasures.SymmetricPercentageError(truth, forecast.Median);
        _truth += ForecastMeasures.AbsoluteSum(truth);
        Count++;
        Steps += truth.Length;
        double mape = ForecastMeasures.MeanAbsolutePercentageError(truth, forecast.Median);
        if (!double.IsNaN(mape))
        {
            _mape += mape;
            _mapeCount++;
        }

        AddQuantiles(truth, forecast);
        double scale = ForecastMeasures.SeasonalScale(history, Season);
        if (scale > 0)
        {
            _scaledCount++;
            _mase += ForecastMeasures.MeanAbsoluteScaledError(truth, forecast.Median, scale);
            _msis += ForecastMeasures.MeanScaledIntervalScore(truth, QuantileOf(forecast, MsisAlpha / 2),
                QuantileOf(forecast, 1 - MsisAlpha / 2), MsisAlpha, scale);
        }
    }

    /// <summary>The measures in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"MASE {Mase:F4}, sMAPE (0 to 200) {SmapeM4:F3}, MAPE {100 * Mape:F2}%, MAE {Mae:G5}, RMSE {Rmse:G5}, ") +
        FormattableString.Invariant(
            $"ND {Nd:F4}, mean wQL {MeanWql:F4}, MSIS {Msis:F2}, 80% cover {100 * Coverage(0.8):F1}% ") +
        $"({Count} forecasts)";

    private void AddQuantiles(ReadOnlySpan<double> truth, Forecast forecast)
    {
        for (int q = 0; q < _levels.Count; q++)
        {
            double level = _levels[q];
            _hasLevel[q] &= !forecast.HasQuantiles || forecast.Has(level);
            _quantileLosses[q] += ForecastMeasures.QuantileLoss(truth, QuantileOf(forecast, level), level);
            if (level < 0.5)
            {
                _within[q] += (long)Math.Round(truth.Length * ForecastMeasures.Coverage(truth,
                    QuantileOf(forecast, level), QuantileOf(forecast, 1 - level)));
            }
        }
    }

    // Where a quantile lacks, what is summed in its place isn't shown.
    private static ReadOnlySpan<double> QuantileOf(Forecast forecast, double level) =>
        forecast.Has(level) ? forecast.Quantile(level) : forecast.Mean;

    private bool Has(double level) => _hasLevel[IndexOf(level, nameof(level))];

    private int IndexOf(double level, string what)
    {
        for (int q = 0; q < _levels.Count; q++)
        {
            if (Math.Abs(_levels[q] - level) < 1e-9)
                return q;
        }

        Throw.MeasureLevel(what, level, _levels);
        return -1;
    }
}
