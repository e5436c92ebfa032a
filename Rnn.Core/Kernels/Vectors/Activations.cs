using System;
using System.Runtime.CompilerServices;

namespace Rnn.Core.Kernels.Vectors;

/// <summary>
/// exp, sigmoid, tanh and relu: as vector functions for fused kernels, and over spans. The span methods may work in
/// place (destination = x exactly; other overlaps are not allowed). Errors relative to the exact result are below 1e-7
/// (exp), 1.6e-7 (sigmoid) and 3.5e-7 (tanh) at every width. An element's bits don't depend on its position (design
/// decision D15).
/// </summary>
public static class Activations
{
    /// <summary>destination = e^x. Results below 1.7e-38 become 0, results above 3.4e38 +Inf; NaN stays NaN.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Exp(ReadOnlySpan<float> x, Span<float> destination) =>
        Pointwise.Map(x, destination, new ExpFunction(), nameof(Exp));

    /// <summary>destination = 1 / (1 + e^-x). sigmoid(+Inf) = 1; 0 from x = -88.8 down; NaN stays NaN.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> destination) =>
        Pointwise.Map(x, destination, new SigmoidFunction(), nameof(Sigmoid));

    /// <summary>dX = dY * y * (1 - y), with y = sigmoid(x).</summary>
    /// <param name="y">What Sigmoid gave. Read.</param>
    /// <param name="dY">As long as y. Read.</param>
    /// <param name="dX">As long as y; may be y or dY. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void SigmoidBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> dY, Span<float> dX) =>
        Pointwise.Map(y, dY, dX, new SigmoidBackwardFunction(), nameof(SigmoidBackward));

    /// <summary>
    /// destination = tanh(x). Odd, never beyond +-1, exactly +-1 at +-Inf, exactly x for tiny x (-0 too); NaN stays
    /// NaN.
    /// </summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Tanh(ReadOnlySpan<float> x, Span<float> destination) =>
        Pointwise.Map(x, destination, new TanhFunction(), nameof(Tanh));

    /// <summary>dX = dY * (1 - y*y), with y = tanh(x).</summary>
    /// <param name="y">What Tanh gave. Read.</param>
    /// <param name="dY">As long as y. Read.</param>
    /// <param name="dX">As long as y; may be y or dY. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void TanhBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> dY, Span<float> dX) =>
        Pointwise.Map(y, dY, dX, new TanhBackwardFunction(), nameof(TanhBackward));

    /// <summary>destination = max(0, x). NaN stays NaN.</summary>
    /// <param name="x">Any length. Read.</param>
    /// <param name="destination">As long as x. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Relu(ReadOnlySpan<float> x, Span<float> destination) =>
        Pointwise.Map(x, destination, new ReluFunction(), nameof(Relu));

    /// <summary>dX = dY where y &gt; 0, else 0, with y = relu(x).</summary>
    /// <param name="y">What Relu gave. Read.</param>
    /// <param name="dY">As long as y. Read.</param>
    /// <param name="dX">As long as y; may be y or dY. Overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void ReluBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> dY, Span<float> dX) =>
        Pointwise.Map(y, dY, dX, new ReluBackwardFunction(), nameof(ReluBackward));

    /// <summary>e^x = 2^n * e^r with n = round(x / ln 2), r = x - n*ln 2, |r| at most 0.347.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TSimd Exp<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        // Beyond these the result is 0 or +Inf anyway, and n stays in -126..128. NaN passes, being the second operand.
        x = TSimd.Max(TSimd.Create(-87.5f), TSimd.Min(TSimd.Create(89f), x));

        // Adding 1.5*2^23 rounds to an integer, in the low bits; the 126 makes them the exponent field of 2^(n-1).
        TSimd shift = TSimd.Create(12582912f + 126f);
        TSimd shifted = TSimd.MultiplyAdd(x, TSimd.Create(1.44269504f), shift);
        TSimd n = shifted - shift;

        // ln 2 in two parts; the first has 9 bits, so that n*0.693359375 is exact even without FMA.
        TSimd r = TSimd.MultiplyAdd(n, TSimd.Create(-0.693359375f), x);
        r = TSimd.MultiplyAdd(n, TSimd.Create(2.12194440e-4f), r);

        // 2*e^r = 2 + 2r + r^2*q(r). 2q was fitted by iteratively reweighted least squares (Lawson), minimising the
        // largest relative error of the whole on |r| <= ln(2)/2: 3.1e-9.
        TSimd p = TSimd.Create(2 * 0.0013814599f);
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(2 * 0.008368717f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(2 * 0.04166839f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(2 * 0.16666521f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(2 * 0.49999994f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(2f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(2f));

        // The factor is 2^(n-1), not 2^n: n = 128 (e^88.7 is still finite) would have no exponent field.
        return p * TSimd.LowBitsToExponent(shifted);
    }

    /// <summary>1 / (1 + e^-x). A true division: reciprocal estimates differ between processors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TSimd Sigmoid<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd one = TSimd.Create(1f);
        return one / (one + Exp(-x));
    }

    /// <summary>tanh(x) = x*P(x^2)/Q(x^2), cut to [-1, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TSimd Tanh<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>
    {
        // From |x| = 9.2 on, P/Q is held and x*P/Q rises beyond 1 with x: the cut below makes it exactly 1.
        TSimd u = TSimd.Min(TSimd.Create(85f), x * x);

        // P and Q were fitted by iteratively reweighted linearised least squares (Lawson with Sanathanan-Koerner
        // weights), minimising the largest relative error on 0 <= x <= 9: 2.1e-8. All terms are positive: none cancel.
        TSimd p = TSimd.Create(1.335455450444756e-08f);
        p = TSimd.MultiplyAdd(p, u, TSimd.Create(2.060900316544269e-05f));
        p = TSimd.MultiplyAdd(p, u, TSimd.Create(0.0034955832938899927f));
        p = TSimd.MultiplyAdd(p, u, TSimd.Create(0.1338102157996899f));
        p = TSimd.MultiplyAdd(p, u, TSimd.Create(1f));
        TSimd q = TSimd.Create(7.776513843930906e-07f);
        q = TSimd.MultiplyAdd(q, u, TSimd.Create(0.00032856269175955655f));
        q = TSimd.MultiplyAdd(q, u, TSimd.Create(0.02587696383473848f));
        q = TSimd.MultiplyAdd(q, u, TSimd.Create(0.46714337174313053f));
        q = TSimd.MultiplyAdd(q, u, TSimd.Create(1f));
        return TSimd.Max(TSimd.Create(-1f), TSimd.Min(TSimd.Create(1f), x * p / q));
    }

    /// <summary>max(0, x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TSimd Relu<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => TSimd.Max(TSimd.Zero, x);

    private readonly struct ExpFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd x)
            where TSimd : struct, ISimd<TSimd> => Exp(x);
    }

    private readonly struct SigmoidFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd x)
            where TSimd : struct, ISimd<TSimd> => Sigmoid(x);
    }

    private readonly struct SigmoidBackwardFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd y, TSimd dY)
            where TSimd : struct, ISimd<TSimd> => dY * (y * (TSimd.Create(1f) - y));
    }

    private readonly struct TanhFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd x)
            where TSimd : struct, ISimd<TSimd> => Tanh(x);
    }

    private readonly struct TanhBackwardFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd y, TSimd dY)
            where TSimd : struct, ISimd<TSimd> => dY * TSimd.MultiplyAdd(-y, y, TSimd.Create(1f));
    }

    private readonly struct ReluFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd x)
            where TSimd : struct, ISimd<TSimd> => Relu(x);
    }

    private readonly struct ReluBackwardFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Apply<TSimd>(TSimd y, TSimd dY)
            where TSimd : struct, ISimd<TSimd> =>
            TSimd.Select(TSimd.LessThan(TSimd.Zero, y), dY, TSimd.Zero);
    }
}
