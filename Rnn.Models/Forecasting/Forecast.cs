using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>How a series is expected to go on: a mean for each of the next steps, and quantiles where they are
/// known.</summary>
public sealed class Forecast
{
    private const double SameLevel = 1e-9;

    private readonly double[] _mean;
    private readonly double[] _levels;
    private readonly double[][] _quantiles;

    /// <summary>A forecast without quantiles: a point for each step.</summary>
    /// <param name="mean">[Horizon], at least one, finite. Copied.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public Forecast(ReadOnlySpan<double> mean) : this(mean, [], [])
    {
    }

    /// <summary>
    /// A forecast with quantiles. Those of one step are put in order where they cross, which makes their pinball loss
    /// no worse: Chernozhukov, Fernandez-Val, Galichon, "Quantile and probability curves without crossing", 2010.
    /// </summary>
    /// <param name="mean">[Horizon], at least one, finite. Copied.</param>
    /// <param name="levels">[Q], ascending, above 0 and below 1.</param>
    /// <param name="quantiles">[Q][Horizon], finite: quantiles[i][h] is at or above the value of step h with
    /// probability levels[i]. Copied.</param>
    /// <exception cref="ArgumentException">One of these is not so.</exception>
    public Forecast(ReadOnlySpan<double> mean, IReadOnlyList<double> levels, double[][] quantiles)
    {
        ArgumentNullException.ThrowIfNull(levels);
        ArgumentNullException.ThrowIfNull(quantiles);
        if (mean.IsEmpty)
            Throw.ForecastEmpty(nameof(mean));
        CheckFinite("the mean", mean);
        CheckLevels(levels);
        if (quantiles.Length != levels.Count)
            Throw.ForecastQuantiles(nameof(quantiles), quantiles.Length, levels.Count);
        for (int i = 0; i < quantiles.Length; i++)
        {
            if (quantiles[i]?.Length != mean.Length)
                Throw.ForecastSteps(nameof(quantiles), i, quantiles[i]?.Length ?? 0, mean.Length);
            CheckFinite(FormattableString.Invariant($"quantile {levels[i]}"), quantiles[i]);
        }

        _mean = mean.ToArray();
        _levels = [.. levels];
        _quantiles = [.. quantiles.Select(quantile => (double[])quantile.Clone())];
        SortSteps(_quantiles);
    }

    /// <summary>0.025, 0.05, 0.1, 0.2, ... 0.9, 0.95, 0.975: the deciles, and the ends of the intervals of 80, 90 and
    /// 95%.</summary>
    public static IReadOnlyList<double> DefaultLevels { get; } =
        Array.AsReadOnly([0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975]);

    /// <summary>Number of steps.</summary>
    public int Horizon => _mean.Length;

    /// <summary>[Horizon].</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>[Horizon], the quantile of level 0.5; the mean, if that is not there.</summary>
    public ReadOnlySpan<double> Median => Has(0.5) ? Quantile(0.5) : _mean;

    /// <summary>The levels of the quantiles, ascending; empty if there are none.</summary>
    public ReadOnlySpan<double> Levels => _levels;

    /// <summary>Whether there are any quantiles.</summary>
    public bool HasQuantiles => _levels.Length > 0;

    /// <summary>The mean and the quantiles of paths that were drawn; a quantile between two paths is
    /// interpolated.</summary>
    /// <param name="paths">[N][Horizon], at least one, finite. Read.</param>
    /// <param name="levels">Ascending, above 0 and below 1; null is <see cref="DefaultLevels"/>.</param>
    /// <exception cref="ArgumentException">One of these is not so.</exception>
    public static Forecast FromPaths(double[][] paths, IReadOnlyList<double>? levels = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        levels ??= DefaultLevels;
        if (paths.Length == 0 || paths[0] is null or [])
            Throw.ForecastEmpty(nameof(paths));
        int horizon = paths[0].Length;
        for (int i = 0; i < paths.Length; i++)
        {
            if (paths[i]?.Length != horizon)
                Throw.ForecastSteps(nameof(paths), i, paths[i]?.Length ?? 0, horizon);
            CheckFinite($"path {i}", paths[i]);
        }

        double[] mean = new double[horizon];
        double[][] quantiles = [.. levels.Select(_ => new double[horizon])];
        double[] step = new double[paths.Length];
        for (int h = 0; h < horizon; h++)
        {
            for (int i = 0; i < paths.Length; i++)
                step[i] = paths[i][h];
            Array.Sort(step);

            // From the smallest up, so that the order of the paths doesn't matter; equal ones have their value as mean.
            double over = 0;
            foreach (double value in step)
                over += value - step[0];
            mean[h] = step[0] + over / step.Length;
            for (int q = 0; q < quantiles.Length; q++)
                quantiles[q][h] = SortedQuantile(step, levels[q]);
        }

        return new Forecast(mean, levels, quantiles);
    }

    /// <summary>Whether there is a quantile of that level.</summary>
    /// <param name="level">Above 0 and below 1.</param>
    public bool Has(double level) => IndexOf(level) >= 0;

    /// <summary>[Horizon], what the value of each step is below with probability <paramref name="level"/>.</summary>
    /// <param name="level">One of <see cref="Levels"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none of them.</exception>
    public ReadOnlySpan<double> Quantile(double level)
    {
        int index = IndexOf(level);
        if (index < 0)
            Throw.ForecastLevel(nameof(level), level, _levels);
        return _quantiles[index];
    }

    /// <summary>The same forecast with nothing below a bound, for what can't be: counts below 0.</summary>
    /// <param name="low">Finite.</param>
    public Forecast AtLeast(double low)
    {
        if (!double.IsFinite(low))
            Throw.Outside(nameof(low), low, "a finite number");
        return new Forecast([.. _mean.Select(value => Math.Max(low, value))], _levels,
            [.. _quantiles.Select(quantile => quantile.Select(value => Math.Max(low, value)).ToArray())]);
    }

    internal static void CheckLevels(IReadOnlyList<double> levels)
    {
        for (int i = 0; i < levels.Count; i++)
        {
            if (!(levels[i] > 0 && levels[i] < 1) || (i > 0 && levels[i] <= levels[i - 1]))
                Throw.ForecastLevels(nameof(levels), i, levels[i]);
        }
    }

    /// <summary>Between the two neighbours of place level * (n - 1).</summary>
    internal static double SortedQuantile(ReadOnlySpan<double> sorted, double level)
    {
        double place = level * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length
            ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below])
            : sorted[^1];
    }

    /// <summary>Puts the quantiles of each step in order.</summary>
    /// <param name="quantiles">[Q][Horizon]. Overwritten.</param>
    internal static void SortSteps(double[][] quantiles)
    {
        double[] step = new double[quantiles.Length];
        for (int h = 0; quantiles.Length > 0 && h < quantiles[0].Length; h++)
        {
            for (int q = 0; q < step.Length; q++)
                step[q] = quantiles[q][h];
            Array.Sort(step);
            for (int q = 0; q < step.Length; q++)
                quantiles[q][h] = step[q];
        }
    }

    private static void CheckFinite(string what, ReadOnlySpan<double> values)
    {
        for (int h = 0; h < values.Length; h++)
        {
            if (!double.IsFinite(values[h]))
                Throw.ForecastNotFinite(what, h, values[h]);
        }
    }

    private int IndexOf(double level) => Array.FindIndex(_levels, known => Math.Abs(known - level) < SameLevel);
}
