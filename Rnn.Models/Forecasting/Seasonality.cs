using System;

namespace Rnn.Models.Forecasting;

/// <summary>The season of a series by classical decomposition: what is left of each step beside a centred moving mean
/// of one season, averaged over the seasons.</summary>
internal static class Seasonality
{
    /// <summary>Whether a decomposition is possible: two whole seasons.</summary>
    public static bool Fits(int length, int season) => season > 1 && length >= 2 * season;

    /// <summary>
    /// Whether the autocorrelation at the season's lag is significant at 10% (two-sided), as the M4 competition's
    /// benchmarks ask: |r_m| above 1.645 * sqrt((1 + 2 * sum over i below m of r_i^2) / T).
    /// </summary>
    public static bool IsThere(ReadOnlySpan<double> y, int season)
    {
        if (!Fits(y.Length, season) || y.Length < 3 * season)
            return false;
        double mean = 0, variance = 0, squares = 0;
        foreach (double value in y)
            mean += value / y.Length;
        foreach (double value in y)
            variance += (value - mean) * (value - mean);
        if (variance == 0)
            return false;
        for (int lag = 1; ; lag++)
        {
            double sum = 0;
            for (int t = lag; t < y.Length; t++)
                sum += (y[t] - mean) * (y[t - lag] - mean);
            double r = sum / variance;
            if (lag == season)
                return Math.Abs(r) > 1.645 * Math.Sqrt((1 + 2 * squares) / y.Length);
            squares += r * r;
        }
    }

    /// <summary>[season], the factors (mean 1) or summands (mean 0) of the steps t % season.</summary>
    /// <param name="y">Two seasons or more; all above 0 for factors.</param>
    /// <param name="season">2 or more.</param>
    /// <param name="multiplicative">Factors, not summands.</param>
    public static double[] Indices(ReadOnlySpan<double> y, int season, bool multiplicative)
    {
        double[] sums = new double[season];
        int[] counts = new int[season];
        int half = season / 2;
        for (int t = half; t + half < y.Length; t++)
        {
            // An even season has no middle: its first and last step count half.
            double mean = 0;
            for (int i = t - half; i <= t + half; i++)
                mean += y[i] * (season % 2 == 0 && (i == t - half || i == t + half) ? 0.5 : 1);
            mean /= season;
            sums[t % season] += multiplicative ? y[t] / mean : y[t] - mean;
            counts[t % season]++;
        }

        double all = 0;
        for (int s = 0; s < season; s++)
            all += (sums[s] /= Math.Max(1, counts[s])) / season;
        for (int s = 0; s < season; s++)
            sums[s] = multiplicative ? sums[s] / all : sums[s] - all;
        return sums;
    }

    /// <summary>Level at step 0 and change of a step, by least squares.</summary>
    public static (double Level, double Slope) Line(ReadOnlySpan<double> y)
    {
        double middle = 0.5 * (y.Length - 1), mean = 0, product = 0, square = 0;
        foreach (double value in y)
            mean += value / y.Length;
        for (int t = 0; t < y.Length; t++)
        {
            product += (t - middle) * (y[t] - mean);
            square += (t - middle) * (t - middle);
        }

        double slope = square > 0 ? product / square : 0;
        return (mean - slope * middle, slope);
    }

    /// <summary>The least of all values is above 0.</summary>
    public static bool IsPositive(ReadOnlySpan<double> y)
    {
        foreach (double value in y)
        {
            if (!(value > 0))
                return false;
        }

        return true;
    }
}
