using System;

namespace Rnn.Core.Optimizers;

/// <summary>rate * factor^step: PyTorch's ExponentialLR.</summary>
public sealed class ExponentialSchedule : LearningRateSchedule
{
    private readonly double _rate;
    private readonly double _factor;

    /// <summary>Falls by a factor every step.</summary>
    /// <param name="rate">Of the first step, 0 or more.</param>
    /// <param name="factor">More than 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public ExponentialSchedule(double rate, double factor)
        : base(FormattableString.Invariant($"exponential rate={rate} factor={factor}"))
    {
        CheckRate(nameof(rate), rate);
        CheckFactor(nameof(factor), factor);
        _rate = rate;
        _factor = factor;
    }

    /// <inheritdoc/>
    protected override double Rate(long step) => _rate * Math.Pow(_factor, step);
}
