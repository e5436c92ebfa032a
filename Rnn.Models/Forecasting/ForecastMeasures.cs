using System;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>
/// How far a forecast is from what came, for one series: y is the truth, f the forecast, H the horizon, m the season.
/// <see cref="ForecastScore"/> puts many series together. All of them read [H], H at least 1, of both.
/// </summary>
public static class ForecastMeasures
{
    /// <summary>MAE = mean |y - f|.</summary>
    /// <param name="truth">[H].</param>
    /// <param name="forecast">[H].</param>
    /// <exception cref="ArgumentException">The lengths differ, or are 0.</exception>
    public static double MeanAbsoluteError(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast) =>
        AbsoluteErrors(truth, forecast) / truth.Length;

    /// <summary>MSE = mean (y - f)^2.</summary>
    /// <inheritdoc cref="MeanAbsoluteError"/>
    public static double MeanSquaredError(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast)
    {
        Check(truth, forecast);
        double sum = 0;
        for (int h = 0; h < truth.Length; h++)
            sum += (truth[h] - forecast[h]) * (truth[h] - forecast[h]);
        return sum / truth.Length;
    }

    /// <summary>RMSE, the root of <see cref="MeanSquaredError"/>.</summary>
    /// <inheritdoc cref="MeanAbsoluteError"/>
    public static double RootMeanSquaredError(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast) =>
        Math.Sqrt(MeanSquaredError(truth, forecast));

    /// <summary>
    /// MAPE = mean |y - f| / |y|, as a share: 0.05 is 5%. Steps where y is 0 have none and are left out; NaN if all
    /// are.
    /// </summary>
    /// <inheritdoc cref="MeanAbsoluteError"/>
    public static double MeanAbsolutePercentageError(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast)
    {
        Check(truth, forecast);
        double sum = 0;
        int count = 0;
        for (int h = 0; h < truth.Length; h++)
        {
            if (truth[h] != 0)
            {
                sum += Math.Abs((truth[h] - forecast[h]) / truth[h]);
                count++;
            }
        }

        return sum / count;
    }

    /// <summary>
    /// sMAPE = mean 2|y - f| / (|y| + |f|), 0 to 2: GluonTS's scale. A step where both are 0 is right. M4's is
    /// <see cref="SymmetricPercentageErrorM4"/>; others leave the 2 out.
    /// </summary>
    /// <inheritdoc cref="MeanAbsoluteError"/>
    public static double SymmetricPercentageError(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast)
    {
        Check(truth, forecast);
        double sum = 0;
        for (int h = 0; h < truth.Length; h++)
        {
            double size = Math.Abs(truth[h]) + Math.Abs(forecast[h]);
            sum += size == 0 ? 0 : 2 * Math.Abs(truth[h] - forecast[h]) / size;
        }

        return sum / truth.Length;
    }

    /// <summary>sMAPE = mean 200|y - f| / (|y| + |f|), 0 to 200: the M4 competition's scale.</summary>
    /// <inheritdoc cref="MeanAbsoluteError"/>
    public static double SymmetricPercentageErrorM4(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast) =>
        100 * SymmetricPercentageError(truth, forecast);

    /// <summary>ND = sum |y - f| / sum |y|. NaN or infinite where the truth is 0 throughout.</summary>
    /// <inheritdoc cref="MeanAbsoluteError"/>
    public static double NormalizedDeviation(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast) =>
        AbsoluteErrors(truth, forecast) / AbsoluteSum(truth);

    /// <summary>
    /// The scale of MASE and MSIS: mean over t above m of |y_t - y_(t-m)|, within the training part alone. A part of m
    /// values or fewer is taken with m = 1.
    /// </summary>
    /// <param name="training">What came before the horizon.</param>
    /// <param name="season">m, 1 or more.</param>
    /// <returns>0 where each season is as the one before; NaN of one value, which has no differences.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The season is less than 1.</exception>
    public static double SeasonalScale(ReadOnlySpan<double> training, int season)
    {
        Throw.IfBelow(nameof(season), season, 1);
        if (training.Length <= season)
            season = 1;
        double sum = 0;
        for (int t = season; t < training.Length; t++)
            sum += Math.Abs(training[t] - training[t - season]);
        return training.Length > season ? sum / (training.Length - season) : double.NaN;
    }

    /// <summary>
    /// MASE = MAE / scale. Source: Hyndman, Koehler, "Another look at measures of forecast accuracy", 2006.
    /// </summary>
    /// <param name="truth">[H].</param>
    /// <param name="forecast">[H].</param>
    /// <param name="scale">The <see cref="SeasonalScale"/> of the part before.</param>
    /// <returns>NaN or infinite where the scale is 0 or NaN.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or are 0.</exception>
    public static double MeanAbsoluteScaledError(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast,
        double scale) => MeanAbsoluteError(truth, forecast) / scale;

    /// <summary>
    /// 2 * sum |(f_q - y) * (1[y at or below f_q] - q)|: twice the pinball loss. Divided by sum |y| it is wQL.
    /// </summary>
    /// <param name="truth">[H].</param>
    /// <param name="quantile">[H], f_q.</param>
    /// <param name="level">q, above 0 and below 1.</param>
    /// <exception cref="ArgumentException">The lengths differ or are 0, or the level is out of range.</exception>
    public static double QuantileLoss(ReadOnlySpan<double> truth, ReadOnlySpan<double> quantile, double level)
    {
        Check(truth, quantile);
        if (!(level > 0 && level < 1))
            Throw.Outside(nameof(level), level, "above 0 and below 1");
        double sum = 0;
        for (int h = 0; h < truth.Length; h++)
        {
            double over = quantile[h] - truth[h];
            sum += over >= 0 ? over * (1 - level) : -over * level;
        }

        return 2 * sum;
    }

    /// <summary>wQL = <see cref="QuantileLoss"/> / sum |y|.</summary>
    /// <inheritdoc cref="QuantileLoss"/>
    public static double WeightedQuantileLoss(ReadOnlySpan<double> truth, ReadOnlySpan<double> quantile,
        double level) => QuantileLoss(truth, quantile, level) / AbsoluteSum(truth);

    /// <summary>
    /// MSIS = mean (high - low + 2/alpha * (what y is below low or above high)) / scale. Source: Gneiting, Raftery,
    /// "Strictly proper scoring rules, prediction, and estimation", 2007; scaled as in the M4 competition.
    /// </summary>
    /// <param name="truth">[H].</param>
    /// <param name="low">[H], the quantile of alpha / 2.</param>
    /// <param name="high">[H], that of 1 - alpha / 2.</param>
    /// <param name="alpha">What the interval may miss, above 0 and below 1; 0.05 of 95%.</param>
    /// <param name="scale">The <see cref="SeasonalScale"/> of the part before.</param>
    /// <exception cref="ArgumentException">The lengths differ or are 0, or alpha is out of range.</exception>
    public static double MeanScaledIntervalScore(ReadOnlySpan<double> truth, ReadOnlySpan<double> low,
        ReadOnlySpan<double> high, double alpha, double scale)
    {
        Check(truth, low);
        Check(truth, high);
        if (!(alpha > 0 && alpha < 1))
            Throw.Outside(nameof(alpha), alpha, "above 0 and below 1");
        double sum = 0;
        for (int h = 0; h < truth.Length; h++)
        {
            double outside = Math.Max(0, low[h] - truth[h]) + Math.Max(0, truth[h] - high[h]);
            sum += high[h] - low[h] + 2 / alpha * outside;
        }

        return sum / truth.Length / scale;
    }

    /// <summary>The share of steps whose y is within an interval, its ends included.</summary>
    /// <param name="truth">[H].</param>
    /// <param name="low">[H].</param>
    /// <param name="high">[H].</param>
    /// <exception cref="ArgumentException">The lengths differ, or are 0.</exception>
    public static double Coverage(ReadOnlySpan<double> truth, ReadOnlySpan<double> low, ReadOnlySpan<double> high)
    {
        Check(truth, low);
        Check(truth, high);
        int within = 0;
        for (int h = 0; h < truth.Length; h++)
            within += truth[h] >= low[h] && truth[h] <= high[h] ? 1 : 0;
        return (double)within / truth.Length;
    }

    /// <summary>sum |y - f|.</summary>
    internal static double AbsoluteErrors(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast)
    {
        Check(truth, forecast);
        double sum = 0;
        for (int h = 0; h < truth.Length; h++)
            sum += Math.Abs(truth[h] - forecast[h]);
        return sum;
    }

    /// <summary>sum |y|.</summary>
    internal static double AbsoluteSum(ReadOnlySpan<double> truth)
    {
        double sum = 0;
        foreach (double value in truth)
            sum += Math.Abs(value);
        return sum;
    }

    private static void Check(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast)
    {
        if (truth.IsEmpty || truth.Length != forecast.Length)
            Throw.MeasureSteps(truth.Length, forecast.Length);
    }
}
