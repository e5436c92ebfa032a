using System.Runtime.CompilerServices;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// gelu(x) = x*Phi(x), Phi the normal distribution, by its exact definition and not the approximation with tanh. Errors
/// of Phi are below 2e-7, relative to Phi on the side where it is small. Source: Hendrycks and Gimpel 2016, "Gaussian
/// Error Linear Units".
/// </summary>
internal static class Gelu
{
    /// <summary>x*Phi(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Value<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => x * Distribution(x, Bell(x));

    /// <summary>Its derivative, Phi(x) + x*phi(x) with phi(x) = exp(-x^2/2)/sqrt(2*pi).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Derivative<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd bell = Bell(x);
        return TSimd.MultiplyAdd(x * bell, TSimd.Create(0.39894228f), Distribution(x, bell));
    }

    /// <summary>exp(-x^2/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Bell<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => Activations.Exp(x * x * TSimd.Create(-0.5f));

    /// <summary>Phi(x): with z = |x|/sqrt(2) and t = 1/(1 + 0.4z), erfc(z)/2 = t*P(t)*exp(-z^2)/2 is that of
    /// -|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Distribution<TSimd>(TSimd x, TSimd bell)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd one = TSimd.Create(1f);
        TSimd t = one / TSimd.MultiplyAdd(TSimd.Abs(x), TSimd.Create(0.4f * 0.70710678f), one);

        // P was fitted by iteratively reweighted least squares (Lawson), minimising the largest relative error for z in
        // 0 .. 9.5: 5.8e-8. The factor 1/2 is in the coefficients.
        TSimd p = TSimd.Create(0.5f * 0.04026360509944586f);
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.5f * -0.1354536402057285f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.5f * 0.07380891612556825f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.5f * 0.09976462027389439f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.5f * 0.07148596083980563f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.5f * 0.19697184106754498f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.5f * 0.20095648643752168f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.5f * 0.22657598451734912f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Create(0.5f * 0.22562628301893217f));
        TSimd below = p * t * bell;
        return TSimd.Select(TSimd.LessThan(x, TSimd.Zero), below, one - below);
    }
}
