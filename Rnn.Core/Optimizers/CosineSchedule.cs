using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Optimizers;

/// <summary>
/// Linear warm-up, then half a cosine. step below warmup W: rate * (step+1)/W. Then, up to step S:
/// minimum + (rate - minimum) * (1 + cos(pi * (step-W)/(S-W))) / 2. From step S on: minimum. With W = 0 PyTorch's
/// CosineAnnealingLR with T_max S. Source: Loshchilov and Hutter 2017, equation 5.
/// </summary>
public sealed class CosineSchedule : LearningRateSchedule
{
    private readonly double _rate;
    private readonly long _steps;
    private readonly long _warmup;
    private readonly double _minimum;

    /// <summary>Rises to the rate, then falls to the minimum.</summary>
    /// <param name="rate">The largest rate, 0 or more.</param>
    /// <param name="steps">S, all steps of the training, warm-up included; more than warmup.</param>
    /// <param name="warmup">W in steps, 0, the default, or more.</param>
    /// <param name="minimum">The last rate, 0, the default, to rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public CosineSchedule(double rate, long steps, long warmup = 0, double minimum = 0)
        : base(FormattableString.Invariant($"cosine rate={rate} steps={steps} warmup={warmup} minimum={minimum}"))
    {
        CheckRate(nameof(rate), rate);
        if (warmup < 0)
            Throw.OutOfRange(nameof(warmup), warmup, "0 or more");

        if (steps <= warmup)
            Throw.OutOfRange(nameof(steps), steps, $"more than the {warmup} of the warm-up");

        if (!(minimum >= 0 && minimum <= rate))
            Throw.OutOfRange(nameof(minimum), minimum, FormattableString.Invariant($"0 to the rate, {rate}"));

        _rate = rate;
        _steps = steps;
        _warmup = warmup;
        _minimum = minimum;
    }

    /// <inheritdoc/>
    protected override double Rate(long step)
    {
        if (step < _warmup)
            return _rate * (step + 1) / _warmup;

        double done = Math.Min(1, (double)(step - _warmup) / (_steps - _warmup));
        return _minimum + ((_rate - _minimum) * (1 + Math.Cos(Math.PI * done)) / 2);
    }
}
