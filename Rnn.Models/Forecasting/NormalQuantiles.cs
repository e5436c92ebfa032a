using System;
using System.Collections.Generic;
using System.Linq;
using MathNet.Numerics.Distributions;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Forecasting;

/// <summary>Quantiles of a baseline: normal, with the deviation that its residuals have.</summary>
internal static class NormalQuantiles
{
    /// <summary>A forecast whose step h is normal with mean[h] and deviations[h].</summary>
    public static Forecast Around(double[] mean, double[] deviations, IReadOnlyList<double> levels) =>
        new(mean, levels, [.. levels.Select(level =>
        {
            double z = Normal.InvCDF(0, 1, level);
            return mean.Select((value, h) => value + z * deviations[h]).ToArray();
        })]);

    /// <summary>
    /// The deviations that shocks of one deviation at each step leave at the later ones, by differences of paths:
    /// sqrt(sum over i up to h of (f(h, shock at i) - f(h))^2). Exact for models that are linear in the shocks.
    /// </summary>
    /// <param name="mean">[H], the path without shocks.</param>
    /// <param name="sigma">The deviation of one step.</param>
    /// <param name="shocked">The path [H] with a shock of <paramref name="sigma"/> at a step; what is before the step
    /// isn't read.</param>
    public static double[] Deviations(double[] mean, double sigma, Func<int, double[]> shocked)
    {
        double[] squares = new double[mean.Length];
        if (sigma > 0)
        {
            for (int i = 0; i < mean.Length; i++)
            {
                double[] path = shocked(i);
                for (int h = i; h < mean.Length; h++)
                    squares[h] += (path[h] - mean[h]) * (path[h] - mean[h]);
            }
        }

        return [.. squares.Select(Math.Sqrt)];
    }

    /// <summary>The levels that a baseline was given, checked; the default ones for null.</summary>
    public static IReadOnlyList<double> Levels(IReadOnlyList<double>? levels)
    {
        Forecast.CheckLevels(levels ??= Forecast.DefaultLevels);
        return [.. levels];
    }

    /// <summary>What every baseline is asked with.</summary>
    public static void CheckRequest(Series history, int horizon)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (horizon < 1)
            Throw.Outside(nameof(horizon), horizon, "1 or more");
    }
}
