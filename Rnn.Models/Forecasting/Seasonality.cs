using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>The season of a series: which it has, and what it is by classical decomposition.</summary>
public static class Seasonality
{
    private const int LongestSeason = 400, LastValues = 2000, MostSeries = 200;
    private const double LeastPeak = 0.2, PeakDeviations = 4, NearPeak = 0.9;

    /// <summary>
    /// The seasons of a series, from autocorrelations r of its changes over its last 2,000 values: from step to step (a
    /// trend, or a level that wanders, has none there), and once a season is found, over that season. Where the distance of
    /// its times is known: those of minute, hour, day, week and year that are 2 to 400 steps, and whose r is above 0 and
    /// significant as in the M4 competition's benchmarks. Where it is not: the first lag with a peak of r, 0.2 and
    /// 4/sqrt(T) at least, that is nearly as high (0.9) as the highest. Three seasons are needed.
    /// </summary>
    /// <param name="series">Any.</param>
    /// <returns>Numbers of steps, ascending; empty if there is none.</returns>
    public static IReadOnlyList<int> Find(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        ReadOnlySpan<double> y = series.Values[Math.Max(0, series.Length - LastValues)..];
        int most = Math.Min(LongestSeason, y.Length / 3);
        double[] r = OfChanges(y, 1, most);
        List<int> found = [];
        if (series.Step is not TimeStep step)
        {
            int season = FirstPeak(r, y.Length);
            if (season > 1 && r[season] > Limit(r, season, y.Length))
                found.Add(season);
            return found;
        }

        foreach (int season in OfCalendar(step).Where(season => season <= most))
        {
            if (r[season] <= Limit(r, season, y.Length))
                continue;
            found.Add(season);
            r = OfChanges(y, season, most);
        }

        return found;
    }

    /// <summary>The seasons that more than half of some series have, of the first 200.</summary>
    /// <param name="series">At least one.</param>
    /// <returns>Numbers of steps, ascending; empty if there is none.</returns>
    /// <exception cref="ArgumentException">There is no series.</exception>
    public static IReadOnlyList<int> Find(IReadOnlyList<Series> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0)
            Throw.NoTrainingSeries(nameof(Seasonality));
        Series[] some = [.. series.Take(MostSeries)];
        return [.. some.SelectMany(Find).GroupBy(season => season).Where(group => 2 * group.Count() > some.Length)
            .Select(group => group.Key).Order()];
    }

    /// <summary>Whether a decomposition is possible: two whole seasons.</summary>
    internal static bool Fits(int length, int season) => season > 1 && length >= 2 * season;

    /// <summary>
    /// Whether the autocorrelation at the season's lag is significant at 10% (two-sided), as the M4 competition's
    /// benchmarks ask: |r_m| above 1.645 * sqrt((1 + 2 * sum over i below m of r_i^2) / T).
    /// </summary>
    internal static bool IsThere(ReadOnlySpan<double> y, int season)
    {
        if (!Fits(y.Length, season) || y.Length < 3 * season)
            return false;
        double[] r = Autocorrelations(y, season);
        return Math.Abs(r[season]) > Limit(r, season, y.Length);
    }

    /// <summary>[season], the factors (mean 1) or summands (mean 0) of the steps t % season: what is left of each step
    /// beside a centred moving mean of one season, averaged over the seasons.</summary>
    /// <param name="y">Two seasons or more; all above 0 for factors.</param>
    /// <param name="season">2 or more.</param>
    /// <param name="multiplicative">Factors, not summands.</param>
    internal static double[] Indices(ReadOnlySpan<double> y, int season, bool multiplicative)
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
    internal static (double Level, double Slope) Line(ReadOnlySpan<double> y)
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
    internal static bool IsPositive(ReadOnlySpan<double> y)
    {
        foreach (double value in y)
        {
            if (!(value > 0))
                return false;
        }

        return true;
    }

    // r[0] to r[most]; of a constant all are 0.
    private static double[] Autocorrelations(ReadOnlySpan<double> y, int most)
    {
        double[] r = new double[most + 1];
        double mean = 0, variance = 0;
        foreach (double value in y)
            mean += value / y.Length;
        foreach (double value in y)
            variance += (value - mean) * (value - mean);
        for (int lag = 0; lag <= most && variance > 0; lag++)
        {
            double sum = 0;
            for (int t = lag; t < y.Length; t++)
                sum += (y[t] - mean) * (y[t - lag] - mean);
            r[lag] = sum / variance;
        }

        return r;
    }

    private static double Limit(double[] r, int season, int length)
    {
        double squares = 0;
        for (int lag = 1; lag < season; lag++)
            squares += r[lag] * r[lag];
        return 1.645 * Math.Sqrt((1 + 2 * squares) / length);
    }

    private static double[] OfChanges(ReadOnlySpan<double> y, int season, int most)
    {
        double[] changes = new double[y.Length - season];
        for (int t = 0; t < changes.Length; t++)
            changes[t] = y[t + season] - y[t];
        return Autocorrelations(changes, most);
    }

    private static IEnumerable<int> OfCalendar(TimeStep step)
    {
        IEnumerable<double> seasons = step.Months > 0
            ? [12.0 / step.Months]
            : ((TimeSpan[])[TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(7)])
                .Select(span => span / step.Span)
                .Append(Math.Floor(TimeSpan.FromDays(365.25) / step.Span));   // 365 days, 52 weeks
        return seasons.Where(season => season is >= 2 and <= LongestSeason && season == Math.Floor(season))
            .Select(season => (int)season).Distinct();
    }

    // 1 where there is none.
    private static int FirstPeak(double[] r, int length)
    {
        double least = Math.Max(LeastPeak, PeakDeviations / Math.Sqrt(length));
        int[] peaks = [.. Enumerable.Range(2, Math.Max(0, r.Length - 3))
            .Where(lag => r[lag] >= least && r[lag] > r[lag - 1] && r[lag] >= r[lag + 1])];
        return peaks.Length == 0 ? 1 : peaks.First(lag => r[lag] >= NearPeak * peaks.Max(peak => r[peak]));
    }
}
