using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Optimizers;

/// <summary>
/// rate for the first steps, then falling by a factor with the first step after them and with that of every period from
/// there on. Where the first steps are one period: rate * factor^floor(step / period), PyTorch's StepLR. With a period of
/// one epoch and more of them first it is that of Zaremba, Sutskever and Vinyals 2014.
/// </summary>
public sealed class StepSchedule : LearningRateSchedule
{
    private readonly double _rate;
    private readonly long _period;
    private readonly double _factor;
    private readonly long _first;

    /// <summary>Falls by a factor at the end of every period.</summary>
    /// <param name="rate">Of the first period, 0 or more.</param>
    /// <param name="period">In steps, 1 or more; for epochs, times the steps of an epoch.</param>
    /// <param name="factor">More than 0, at most 1; 0.1 by default.</param>
    /// <param name="first">Steps before it falls for the first time; 0, the default, for one period.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public StepSchedule(double rate, long period, double factor = 0.1, long first = 0)
        : base(FormattableString.Invariant($"step rate={rate} period={period} factor={factor}")
            + (first == 0 ? "" : FormattableString.Invariant($" first={first}")))
    {
        CheckRate(nameof(rate), rate);
        CheckFactor(nameof(factor), factor);
        if (period <= 0)
            Throw.NotPositive(nameof(period), period);

        if (first < 0)
            Throw.OutOfRange(nameof(first), first, "0 (one period) or more");

        _rate = rate;
        _period = period;
        _factor = factor;
        _first = first == 0 ? period : first;
    }

    /// <inheritdoc/>
    protected override double Rate(long step) =>
        step < _first ? _rate : _rate * Math.Pow(_factor, ((step - _first) / _period) + 1);
}
