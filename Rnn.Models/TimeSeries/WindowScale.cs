using System;
using System.Buffers;

namespace Rnn.Models.TimeSeries;

/// <summary>Where a window's values lie, and how far they vary, computed from what is before its origin.</summary>
/// <param name="Center">What is subtracted from a value.</param>
/// <param name="Spread">What it is divided by then; 0 where all are equal.</param>
/// <param name="Unit">The unit of targets: Spread, or the size of differences. 0 where all differences are equal: there
/// the anchor is the forecast.</param>
/// <param name="Difference">Of what differences are predicted, in steps; 0 for values.</param>
/// <param name="Drift">What all differences are, where they are equal; else what the series is known to grow by.</param>
internal readonly record struct WindowScale(double Center, double Spread, double Unit, int Difference, double Drift)
{
    // What is left of a difference of equal numbers, such as 0.3 - 0.1 - 0.2.
    private const double Negligible = 1e-9;

    // So many times the median is too large: one such value in a window would make all others look small.
    private const double Outlier = 8;

    private const int MostOnStack = 512;

    /// <summary>Of the last values before an origin; of all of them where the last are equal, lie on a line or repeat
    /// themselves: only what has never been otherwise has a unit of 0. Where there are fewer than a season, differences
    /// are those of neighbours.</summary>
    /// <param name="z">[T], values.</param>
    /// <param name="origin">1 to T.</param>
    /// <param name="most">How many of them are looked at.</param>
    /// <param name="difference">Of what differences are predicted, in steps; 0 for values.</param>
    /// <param name="scaling">How.</param>
    /// <param name="isCounts">Whether they are counts, which may be 0 for long.</param>
    /// <param name="growth">What such differences are expected to be; 0 (the default) for nothing.</param>
    public static WindowScale Of(ReadOnlySpan<double> z, int origin, int most, int difference, SeriesScaling scaling,
        bool isCounts, double growth = 0)
    {
        WindowScale recent = OfRecent(z, origin, most, difference, scaling, isCounts, growth);
        return recent.Unit > 0 || origin <= most ? recent : OfRecent(z, origin, origin, difference, scaling, isCounts, growth);
    }

    private static WindowScale OfRecent(ReadOnlySpan<double> z, int origin, int most, int difference,
        SeriesScaling scaling, bool isCounts, double growth)
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
        double spread = isConstant ? 0 : Size(past, 0, center, scaling);
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

        double drift = lag == difference ? growth : 0;
        return new WindowScale(center, spread, Size(z[(first - lag)..origin], lag, drift, scaling), lag, drift);
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

    /// <summary>The mean size of values (lag 0), or of differences, around a center; a few that are far larger than the
    /// others count as if they were not so large.</summary>
    private static double Size(ReadOnlySpan<double> z, int lag, double center, SeriesScaling scaling)
    {
        if (scaling == SeriesScaling.None)
            return 1;

        int count = z.Length - lag;
        double[]? rented = count > MostOnStack ? ArrayPool<double>.Shared.Rent(count) : null;
        Span<double> sizes = (rented ?? stackalloc double[MostOnStack])[..count];
        for (int i = 0; i < count; i++)
            sizes[i] = Math.Abs((lag == 0 ? z[i] : z[i + lag] - z[i]) - center);

        sizes.Sort();
        double most = sizes[count / 2] > 0 ? Outlier * sizes[count / 2] : double.MaxValue, sum = 0;
        foreach (double size in sizes)
        {
            double counted = Math.Min(size, most);
            sum += scaling == SeriesScaling.Standard ? counted * counted : counted;
        }

        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);

        return scaling == SeriesScaling.Standard ? Math.Sqrt(sum / count) : sum / count;
    }
}
