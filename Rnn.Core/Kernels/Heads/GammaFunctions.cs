using System;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// The logarithm of the gamma function and its derivative, for arguments above 0. Arguments below 10 are moved up by
/// Gamma(x+1) = x*Gamma(x); above it Stirling's series, whose terms left out are below 1e-15 there. Source: Abramowitz
/// and Stegun 1964, 6.1.40 and 6.3.18.
/// </summary>
internal static class GammaFunctions
{
    private const double LeastArgument = 10;
    private const double HalfLogOfTwoPi = 0.91893853320467274178;

    /// <summary>log Gamma(x).</summary>
    public static double LogGamma(double x)
    {
        double product = 1;
        for (; x < LeastArgument; x++)
            product *= x;   // ten factors at most: neither too large nor too small for a double

        double i = 1 / x, i2 = i * i;
        double series = i * ((1.0 / 12) - (i2 * ((1.0 / 360) - (i2 * ((1.0 / 1260) - (i2 * ((1.0 / 1680)
            - (i2 * ((1.0 / 1188) - (i2 * (691.0 / 360360)))))))))));
        return ((x - 0.5) * Math.Log(x)) - x + HalfLogOfTwoPi + series - Math.Log(product);
    }

    /// <summary>psi(x), the derivative of log Gamma(x).</summary>
    public static double Digamma(double x)
    {
        double sum = 0;
        for (; x < LeastArgument; x++)
            sum += 1 / x;

        double i2 = 1 / (x * x);
        double series = i2 * ((1.0 / 12) - (i2 * ((1.0 / 120) - (i2 * ((1.0 / 252) - (i2 * ((1.0 / 240)
            - (i2 * ((1.0 / 132) - (i2 * (691.0 / 32760)))))))))));
        return Math.Log(x) - (0.5 / x) - series - sum;
    }
}
