using System;

namespace Rnn.Core.Optimizers;

/// <summary>rate, always.</summary>
public sealed class ConstantSchedule : LearningRateSchedule
{
    private readonly double _rate;

    /// <summary>One rate for all steps.</summary>
    /// <param name="rate">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite.</exception>
    public ConstantSchedule(double rate)
        : base(FormattableString.Invariant($"constant rate={rate}"))
    {
        CheckRate(nameof(rate), rate);
        _rate = rate;
    }

    /// <inheritdoc/>
    protected override double Rate(long step) => _rate;
}
