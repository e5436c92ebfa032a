using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;

namespace Rnn.Core.Optimizers;

/// <summary>
/// Limits gradients before a step. Both ways return the norm before clipping; a norm that is NaN or infinite is
/// returned, not hidden, and the gradients are left alone, so that the caller can stop and look. Source: Pascanu,
/// Mikolov and Bengio 2013, algorithm 1.
/// </summary>
public static class GradientClipping
{
    /// <summary>If norm is more than maxNorm, g *= maxNorm / (norm + 1e-6), as PyTorch does.</summary>
    /// <param name="g">All gradients, touched rows included. Scaled in place.</param>
    /// <param name="maxNorm">More than 0.</param>
    /// <returns>The Euclidean norm over all trainable slots before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">maxNorm is not more than 0.</exception>
    public static double ByGlobalNorm(GradientBuffer g, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(g);
        if (!(maxNorm > 0))
            Throw.NotPositive(nameof(maxNorm), maxNorm);

        double norm = g.Norm();
        if (norm > maxNorm && double.IsFinite(norm))
            g.Scale((float)(maxNorm / (norm + 1e-6)));

        return norm;
    }

    /// <summary>Every element is limited to [-limit, limit].</summary>
    /// <param name="g">All gradients, touched rows included. Limited in place.</param>
    /// <param name="limit">More than 0.</param>
    /// <returns>The Euclidean norm over all trainable slots before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">limit is not more than 0.</exception>
    public static double ByValue(GradientBuffer g, float limit)
    {
        ArgumentNullException.ThrowIfNull(g);
        if (!(limit > 0))
            Throw.NotPositive(nameof(limit), limit);

        double norm = g.Norm();
        if (double.IsFinite(norm))
            g.Clip(limit);

        return norm;
    }
}
