using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Optimizers;

/// <summary>rate * factor^floor(step / period): PyTorch's StepLR.</summary>
public sealed class StepSchedule : LearningRateSchedule
{
    private readonly double _rate;
    private readonly long _period;
    private readonly double _factor;

    /// <summary>Falls by a factor at the end of every period.</summary>
    /// <param name="rate">Of the first period, 0 or more.</param>
    /// <param name="period">In steps, 1 or more; for epochs, times the steps of an epoch.</param>
    /// <param name="factor">More than 0, at most 1; 0.1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public StepSchedule(double rate, long period, double factor = 0.1)
        : base(FormattableString.Invariant($"step rate={rate} period={period} factor={factor}"))
    {
        CheckRate(nameof(rate), rate);
        CheckFactor(nameof(factor), factor);
        if (period <= 0)
            Throw.NotPositive(nameof(period), period);

        _rate = rate;
        _period = period;
        _factor = factor;
    }

    /// <inheritdoc/>
    protected override double Rate(long step) => _rate * Math.Pow(_factor, step / _period);
}
