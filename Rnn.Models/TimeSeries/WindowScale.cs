using System;

namespace Rnn.Models.TimeSeries;

/// <summary>Where a window's values lie, and how far they vary, computed from what is before its origin.</summary>
/// <param name="Center">What is subtracted from a value.</param>
/// <param name="Spread">What it is divided by then; 0 where all are equal.</param>
/// <param name="Unit">The unit of targets: Spread, or the size of differences. 0 where all differences are equal: there
/// the anchor is the forecast.</param>
/// <param name="Difference">Of what differences are predicted, in steps; 0 for values.</param>
/// <param name="Drift">What all differences are, where they are equal; else 0.</param>
internal readonly record struct WindowScale(double Center, double Spread, double Unit, int Difference, double Drift)
{
    // What is left of a difference of equal numbers, such as 0.3 - 0.1 - 0.2.
    private const double Negligible = 1e-9;

    /// <summary>Of the values before an origin. Where there are fewer than a season, differences are those of
    /// neighbours.</summary>
    /// <param name="z">[T], values.</param>
    /// <param name="origin">1 to T.</param>
    /// <param name="most">How many of them are looked at.</param>
    /// <param name="difference">Of what differences are predicted, in steps; 0 for values.</param>
    /// <param name="scaling">How.</param>
    /// <param name="isCounts">Whether they are counts, which may be 0 for long.</param>
    public static WindowScale Of(ReadOnlySpan<double> z, int origin, int most, int difference, SeriesScaling scaling,
        bool isCounts)
    {
        ReadOnlySpan<double> past = z[Math.Max(0, origin - most)..origin];
        double sum = 0, size = 0, low = past[0], high = past[0];
        foreach (double value in past)
        {
            sum += value;
            size += Math.Abs(value);
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        double mean = sum / past.Length;
        size /= past.Length;
        if (isCounts)
        {
            double counts = scaling == SeriesScaling.None ? 1 : 1 + size;
            return new WindowScale(0, counts, counts, 0, 0);
        }

        int lag = difference == 0 || origin > difference ? difference : 1;
        bool isConstant = high - low <= Negligible * size;
        bool isCentered = isConstant || scaling == SeriesScaling.Standard || (scaling == SeriesScaling.Mean && lag > 0);
        double center = isConstant ? past[^1] : isCentered && scaling != SeriesScaling.None ? mean : 0;
        double spread = isConstant ? 0 : Size(past, center, scaling);
        if (lag == 0)
            return new WindowScale(center, spread, spread, 0, 0);

        ReadOnlySpan<double> seasons = z[Math.Max(0, origin - Math.Max(most, 2 * lag))..origin];
        if (SameDifference(seasons, 1, Negligible * size) is double step)
            return new WindowScale(center, spread, 0, lag, step * lag);

        // The last differences that there are.
        int first = Math.Max(lag, origin - most), count = origin - first;
        if (count == 0)
            return new WindowScale(center, spread, 0, lag, 0);

        if (SameDifference(z[(first - lag)..origin], lag, Negligible * size) is double each)
            return new WindowScale(center, spread, 0, lag, each);

        double unit = 0;
        for (int t = first; t < origin; t++)
        {
            double d = z[t] - z[t - lag];
            unit += scaling == SeriesScaling.Standard ? d * d : Math.Abs(d);
        }

        unit /= count;
        return new WindowScale(center, spread, scaling switch
        {
            SeriesScaling.None => 1,
            SeriesScaling.Standard => Math.Sqrt(unit),
            _ => unit,
        }, lag, 0);
    }

    /// <summary>What all differences from the value so many steps before are, 0 if that is nearly nothing; null if they
    /// differ, or there is only one that is not 0.</summary>
    private static double? SameDifference(ReadOnlySpan<double> z, int lag, double tolerance)
    {
        double low = double.MaxValue, high = double.MinValue;
        for (int t = lag; t < z.Length; t++)
            (low, high) = (Math.Min(low, z[t] - z[t - lag]), Math.Max(high, z[t] - z[t - lag]));

        if (z.Length <= lag || high - low > tolerance)
            return null;

        return Math.Abs(low) <= tolerance ? 0 : z.Length > lag + 1 ? low + ((high - low) / 2) : null;
    }

    private static double Size(ReadOnlySpan<double> past, double center, SeriesScaling scaling)
    {
        if (scaling == SeriesScaling.None)
            return 1;

        double sum = 0;
        foreach (double value in past)
            sum += scaling == SeriesScaling.Standard ? (value - center) * (value - center) : Math.Abs(value - center);

        return scaling == SeriesScaling.Standard ? Math.Sqrt(sum / past.Length) : sum / past.Length;
    }
}
