using System;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Models.TimeSeries;

/// <summary>Draws from the distributions that a <see cref="SeriesModel"/> predicts.</summary>
internal static class DistributionSampler
{
    // A Poisson distribution of this mean is drawn exactly; one beyond is normal but for its being whole.
    private const double MostCounted = 1000;
    private const double PieceOfMean = 30;   // exp(-30) is a double like others

    /// <summary>Student's t with location 0 and scale 1: a normal number divided by the root of a mean
    /// square.</summary>
    /// <param name="freedom">More than 0.</param>
    /// <param name="random">Moves on.</param>
    public static double StudentT(double freedom, ref Philox random)
    {
        double normal = random.NextNormal();
        return normal / Math.Sqrt(Gamma(freedom / 2, ref random) * 2 / freedom);
    }

    /// <summary>A count whose mean is drawn from a gamma distribution.</summary>
    /// <param name="mean">0 or more.</param>
    /// <param name="dispersion">More than 0: the variance is mean + dispersion*mean^2.</param>
    /// <param name="random">Moves on.</param>
    public static double NegativeBinomial(double mean, double dispersion, ref Philox random) =>
        Poisson(Gamma(1 / dispersion, ref random) * dispersion * mean, ref random);

    /// <summary>A gamma distribution with scale 1. Source: Marsaglia and Tsang 2000.</summary>
    /// <param name="shape">More than 0.</param>
    /// <param name="random">Moves on.</param>
    public static double Gamma(double shape, ref Philox random)
    {
        if (shape < 1)
            return Gamma(shape + 1, ref random) * Math.Pow(1 - random.NextDouble(), 1 / shape);

        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextNormal(), v = 1 + (c * x);
            if (v <= 0)
                continue;

            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
                return d * v;
        }
    }

    /// <summary>A Poisson distribution: how many uniform numbers it takes for their product to fall below exp(-mean),
    /// piece by piece of the mean.</summary>
    private static double Poisson(double mean, ref Philox random)
    {
        if (mean > MostCounted)
            return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * random.NextNormal())));

        double count = 0;
        for (double left = mean; left > 0; left -= PieceOfMean)
        {
            double end = Math.Exp(-Math.Min(left, PieceOfMean));
            for (double product = 1 - random.NextDouble(); product > end; product *= 1 - random.NextDouble())
                count++;
        }

        return count;
    }
}
