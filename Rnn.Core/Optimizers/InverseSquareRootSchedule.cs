using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Optimizers;

/// <summary>
/// Linear warm-up, then a fall with the square root of the step: rate * min((step+1)/W, sqrt(W/(step+1))). It depends
/// on no number of steps, so that a run may be made longer. With rate = E^-0.5 * W^-0.5 that of the Transformer.
/// Source: Vaswani et al. 2017, section 5.3.
/// </summary>
public sealed class InverseSquareRootSchedule : LearningRateSchedule
{
    private readonly double _rate;
    private readonly long _warmup;

    /// <summary>Rises to the rate in the steps of the warm-up, then falls.</summary>
    /// <param name="rate">The largest rate, 0 or more.</param>
    /// <param name="warmup">W in steps, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public InverseSquareRootSchedule(double rate, long warmup)
        : base(FormattableString.Invariant($"inverse square root rate={rate} warmup={warmup}"))
    {
        CheckRate(nameof(rate), rate);
        if (warmup < 1)
            Throw.OutOfRange(nameof(warmup), warmup, "1 or more");

        _rate = rate;
        _warmup = warmup;
    }

    /// <inheritdoc/>
    protected override double Rate(long step) =>
        _rate * Math.Min((step + 1.0) / _warmup, Math.Sqrt(_warmup / (step + 1.0)));
}
