using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Core.Kernels.Heads;

/// <summary>
/// Minus the logarithm of a target's probability (density) under a distribution whose parameters are a row of outputs,
/// and the gradient of these. Chunks depend on shapes alone and their sums, in double, are added in order (D11). Rows
/// of weight 0 are passed over; their gradient is 0. Arguments were checked by the caller.
/// </summary>
internal static unsafe class LikelihoodKernels
{
    private const int RowsPerChunk = 256;
    private const double HalfLogOfTwoPi = 0.91893853320467274178;

    /// <summary>The sum of w * -log N(y; a, (least + softplus(b))^2) with (a, b) a row of x.</summary>
    /// <param name="x">[N, 2]. Read.</param>
    /// <param name="y">[N]. Read.</param>
    /// <param name="w">[N], weights, or empty: all 1. Read.</param>
    /// <param name="least">Of the standard deviation.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dX.</param>
    /// <param name="dX">[N, 2] or empty; may be x. Overwritten.</param>
    public static double Normal(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> w, double least,
        float scale, Span<float> dX) => Run(x, y, w, [], new NormalTerm { Least = least }, scale, dX);

    /// <summary>The same of Student's t with location a, scale least + softplus(b), 2 + softplus(c) degrees of
    /// freedom; x is [N, 3].</summary>
    /// <inheritdoc cref="Normal"/>
    public static double StudentT(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> w, double least,
        float scale, Span<float> dX) => Run(x, y, w, [], new StudentTTerm { Least = least }, scale, dX);

    /// <summary>The same of the negative binomial with mean s*m(a) and dispersion d(b)/sqrt(s), s the row's
    /// scale.</summary>
    /// <param name="x">[N, 2]. Read.</param>
    /// <param name="y">[N], counts. Read.</param>
    /// <param name="w">[N], weights, or empty: all 1. Read.</param>
    /// <param name="scales">[N], s, or empty: all 1. Read.</param>
    /// <param name="scale">What the loss is multiplied with. Only in dX.</param>
    /// <param name="dX">[N, 2] or empty; may be x. Overwritten.</param>
    public static double NegativeBinomial(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> w,
        ReadOnlySpan<float> scales, float scale, Span<float> dX) =>
        Run(x, y, w, scales, default(NegativeBinomialTerm), scale, dX);

    /// <summary>log(1 + exp(x)); x where that is all of it, so that nothing overflows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>The mean of a negative binomial distribution of scale s.</summary>
    public static double CountMean(double a, double s) => s * (NegativeBinomialTerm.LeastMean + Softplus(a));

    /// <summary>Its dispersion: the variance is mean + dispersion*mean^2.</summary>
    public static double CountDispersion(double b, double s) =>
        (NegativeBinomialTerm.LeastDispersion + Softplus(b)) / Math.Sqrt(s);

    private static double Run<TTerm>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> w,
        ReadOnlySpan<float> scales, TTerm term, float scale, Span<float> dX)
        where TTerm : unmanaged, ITerm
    {
        fixed (float* px = x, py = y, pw = w, ps = scales, pd = dX)
        {
            RowJob<TTerm> job = new()
            {
                X = px,
                Y = py,
                W = pw,
                S = ps,
                Rows = y.Length,
                Term = term,
                Scale = scale,
                DX = pd,
            };
            return OrderedSum.Run(job, (y.Length + RowsPerChunk - 1) / RowsPerChunk, 64L * y.Length);
        }
    }

    /// <summary>The derivative of Softplus.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sigmoid(double x)
    {
        double e = Math.Exp(-Math.Abs(x));   // never more than 1: no overflow
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /// <summary>A distribution. A struct, so that the JIT compiles one loop for each.</summary>
    private interface ITerm
    {
        /// <summary>Outputs of a row.</summary>
        static abstract int Columns { get; }

        /// <summary>The loss of a row x with target y and scale s; d receives its derivatives by x.</summary>
        double At(float* x, double y, double s, double* d);
    }

    private struct NormalTerm : ITerm
    {
        public double Least;

        public static int Columns => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly double At(float* x, double y, double s, double* d)
        {
            double sigma = Least + Softplus(x[1]), z = (y - x[0]) / sigma;
            d[0] = -z / sigma;
            d[1] = (1 - (z * z)) / sigma * Sigmoid(x[1]);
            return Math.Log(sigma) + (0.5 * z * z) + HalfLogOfTwoPi;
        }
    }

    private struct StudentTTerm : ITerm
    {
        public double Least;

        public static int Columns => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly double At(float* x, double y, double s, double* d)
        {
            double sigma = Least + Softplus(x[1]), nu = 2 + Softplus(x[2]);
            double z = (y - x[0]) / sigma, u = z * z / nu, log = Math.Log(1 + u);
            double pull = (nu + 1) / (nu * (1 + u));   // 1 for a normal distribution, 0 far outside
            d[0] = -pull * z / sigma;
            d[1] = (1 - (pull * z * z)) / sigma * Sigmoid(x[1]);
            double dNu = GammaFunctions.Digamma(nu / 2) - GammaFunctions.Digamma((nu + 1) / 2) + (1 / nu) + log
                - (pull * u);
            d[2] = 0.5 * dNu * Sigmoid(x[2]);
            return GammaFunctions.LogGamma(nu / 2) - GammaFunctions.LogGamma((nu + 1) / 2)
                + (0.5 * Math.Log(nu * Math.PI)) + Math.Log(sigma) + (0.5 * (nu + 1) * log);
        }
    }

    private struct NegativeBinomialTerm : ITerm
    {
        public const double LeastMean = 1e-6, LeastDispersion = 1e-3;

        public static int Columns => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly double At(float* x, double y, double s, double* d)
        {
            double mean = CountMean(x[0], s), alpha = CountDispersion(x[1], s), r = 1 / alpha;
            double am = alpha * mean, log = Math.Log(1 + am);
            d[0] = (mean - y) / (mean * (1 + am)) * s * Sigmoid(x[0]);
            double dAlpha = (r * (mean - y) / (1 + am))
                - (r * r * (GammaFunctions.Digamma(r) - GammaFunctions.Digamma(y + r) + log));
            d[1] = dAlpha / Math.Sqrt(s) * Sigmoid(x[1]);
            return GammaFunctions.LogGamma(r) + GammaFunctions.LogGamma(y + 1) - GammaFunctions.LogGamma(y + r)
                + ((r + y) * log) - (y * Math.Log(am));
        }
    }

    // In double, a row at a time: a loss has few rows beside the products of the layer before it.
    private struct RowJob<TTerm> : ISumJob
        where TTerm : unmanaged, ITerm
    {
        public float* X, Y, W, S, DX;
        public int Rows;
        public TTerm Term;
        public float Scale;

        public readonly double Run(int chunk)
        {
            double sum = 0;
            double* d = stackalloc double[3];
            int columns = TTerm.Columns, end = (int)Math.Min(Rows, ((long)chunk + 1) * RowsPerChunk);
            for (int row = chunk * RowsPerChunk; row < end; row++)
            {
                long at = (long)row * columns;
                double w = W == null ? 1 : W[row];
                if (w == 0)
                {
                    if (DX != null)
                        new Span<float>(DX + at, columns).Clear();

                    continue;
                }

                sum += w * Term.At(X + at, Y[row], S == null ? 1 : S[row], d);
                if (DX == null)
                    continue;

                for (int k = 0; k < columns; k++)
                    DX[at + k] = (float)(Scale * w * d[k]);
            }

            return sum;
        }
    }
}
