using System;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>
/// From the dot products of a batch of windows to the factors of its update, and its loss. With y = +1 for the true
/// target, -1 for a negative: loss = -log sigmoid(y*dot) = log(1 + e^(-y*dot)); factor = rate * y * sigmoid(-y*dot),
/// which is -rate times the derivative by dot. y = 0 fills up groups and counts nothing.
/// </summary>
internal static unsafe class WindowGradients
{
    private const float Limit = 80;             // e^80 and its reciprocal are normal floats
    private const int VectorsPerMantissa = 60;  // 2^61 a lane, 2^976 sixteen lanes together: no overflow in double

    /// <summary>
    /// g[i] = share[i] * rate * y[i] * sigmoid(-y[i] * dot[i]), dot[i] = sum over the parts, in order.
    /// </summary>
    /// <param name="parts">S addresses of [count]: the dot products over each shard's columns. Read.</param>
    /// <param name="shards">S.</param>
    /// <param name="y">[count]. Read.</param>
    /// <param name="count">How many dot products.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="shares">[count], 0 to 1, or null: all 1. Read.</param>
    /// <param name="g">[count]. Overwritten.</param>
    /// <param name="withLoss">Whether to sum the losses.</param>
    /// <returns>
    /// The sum of the losses, or 0; each to about 1e-7, relative where it is more than 1. Not finite if a dot product
    /// isn't.
    /// </returns>
    public static double Run<TSimd>(
        float** parts, int shards, float* y, int count, float rate, float* shares, float* g, bool withLoss)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd exponents = TSimd.Zero, mantissas = TSimd.Create(1f), beyond = TSimd.Zero;
        int vectors = 0;
        for (int i = 0; i < count; i += TSimd.Count)
        {
            int n = Math.Min(TSimd.Count, count - i);
            bool isWhole = n == TSimd.Count;
            TSimd dot = isWhole ? TSimd.Load(parts[0] + i) : TSimd.Load(parts[0] + i, n);
            for (int s = 1; s < shards; s++)
                dot += isWhole ? TSimd.Load(parts[s] + i) : TSimd.Load(parts[s] + i, n);

            TSimd sign = isWhole ? TSimd.Load(y + i) : TSimd.Load(y + i, n);
            TSimd z = -(sign * dot), most = TSimd.Min(TSimd.Create(Limit), z);
            TSimd e = Activations.Exp(TSimd.Max(TSimd.Create(-Limit), most));
            TSimd sum = TSimd.Create(1f) + e;
            TSimd factor = sign * TSimd.Create(rate) * (e / sum);
            if (shares != null)
                factor *= isWhole ? TSimd.Load(shares + i) : TSimd.Load(shares + i, n);

            if (isWhole)
                factor.Store(g + i);
            else
                factor.Store(g + i, n);

            if (withLoss)
            {
                // log(1 + e) = exponent*log 2 + log mantissa; mantissas are multiplied up, and one logarithm taken.
                // What z has beyond the limit comes on top, and so does NaN, whose exponent and mantissa are numbers.
                beyond += z - most;
                sum = TSimd.MultiplyAdd(sign * sign, e, TSimd.Create(1f));
                exponents += TSimd.Exponent(sum);
                mantissas *= TSimd.Mantissa(sum);
                if (++vectors % VectorsPerMantissa == 0)
                {
                    exponents += TSimd.Exponent(mantissas);
                    mantissas = TSimd.Mantissa(mantissas);
                }
            }
        }

        return withLoss ? Logarithm(exponents, mantissas) + Sum(beyond) : 0;
    }

    private static double Logarithm<TSimd>(TSimd exponents, TSimd mantissas)
        where TSimd : struct, ISimd<TSimd>
    {
        float* lanes = stackalloc float[2 * TSimd.Count];
        exponents.Store(lanes);
        mantissas.Store(lanes + TSimd.Count);
        double twos = 0, product = 1;
        for (int i = 0; i < TSimd.Count; i++)
        {
            twos += lanes[i];
            product *= lanes[TSimd.Count + i];
        }

        return (twos * Math.Log(2)) + Math.Log(product);
    }

    private static double Sum<TSimd>(TSimd values)
        where TSimd : struct, ISimd<TSimd>
    {
        float* lanes = stackalloc float[TSimd.Count];
        values.Store(lanes);
        double sum = 0;
        for (int i = 0; i < TSimd.Count; i++)
            sum += lanes[i];

        return sum;
    }
}
