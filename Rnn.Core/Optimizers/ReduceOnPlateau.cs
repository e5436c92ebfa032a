using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Optimizers;

/// <summary>
/// Multiplies the rate by factor whenever more than patience observations in a row brought no loss below
/// best - threshold*|best|: PyTorch's ReduceLROnPlateau (mode min, threshold_mode rel) for losses of 0 or more. A loss
/// of NaN is no improvement. Before the first observation any loss is one.
/// </summary>
public sealed class ReduceOnPlateau : LearningRateSchedule
{
    private const double NothingYet = double.MaxValue;

    private readonly double _firstRate;
    private readonly double _factor;
    private readonly int _patience;
    private readonly double _threshold;
    private readonly double _minimum;

    /// <summary>Nothing observed yet.</summary>
    /// <param name="rate">The first rate, 0 or more.</param>
    /// <param name="factor">More than 0, at most 1; 0.1 by default.</param>
    /// <param name="patience">Observations without improvement that are tolerated, 0 or more; 10 by
    /// default.</param>
    /// <param name="threshold">By what share a loss must be lower to count as better, 0 or more, less than 1; 1e-4 by
    /// default.</param>
    /// <param name="minimum">The rate doesn't fall below it; 0, the default, to rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public ReduceOnPlateau(double rate, double factor = 0.1, int patience = 10, double threshold = 1e-4,
        double minimum = 0)
        : base(FormattableString.Invariant(
            $"plateau rate={rate} factor={factor} patience={patience} threshold={threshold} minimum={minimum}"))
    {
        CheckRate(nameof(rate), rate);
        CheckFactor(nameof(factor), factor);
        if (patience < 0)
            Throw.OutOfRange(nameof(patience), patience, "0 or more");

        if (!(threshold >= 0 && threshold < 1))
            Throw.OutOfRange(nameof(threshold), threshold, "0 or more and less than 1");

        if (!(minimum >= 0 && minimum <= rate))
            Throw.OutOfRange(nameof(minimum), minimum, FormattableString.Invariant($"0 to the rate, {rate}"));

        _firstRate = rate;
        _factor = factor;
        _patience = patience;
        _threshold = threshold;
        _minimum = minimum;
        CurrentRate = rate;
    }

    /// <summary>The rate of the next step.</summary>
    public double CurrentRate { get; private set; }

    /// <summary>The lowest loss that counted as better; double.MaxValue before the first.</summary>
    public double Best { get; private set; } = NothingYet;

    /// <summary>Observations since the last improvement or reduction.</summary>
    public int WithoutImprovement { get; private set; }

    /// <inheritdoc/>
    public override void Observe(double validationLoss)
    {
        if (validationLoss < (Best == NothingYet ? double.PositiveInfinity : Best - (_threshold * Math.Abs(Best))))
        {
            Best = validationLoss;
            WithoutImprovement = 0;
        }
        else if (++WithoutImprovement > _patience)
        {
            CurrentRate = Math.Max(_minimum, CurrentRate * _factor);
            WithoutImprovement = 0;
        }
    }

    /// <summary>CurrentRate, Best, WithoutImprovement.</summary>
    public override double[] GetState() => [CurrentRate, Best, WithoutImprovement];

    /// <inheritdoc/>
    public override void SetState(ReadOnlySpan<double> state)
    {
        if (state.Length != 3)
            Throw.ScheduleState(nameof(ReduceOnPlateau), 3, state.Length);

        if (!(state[0] >= 0 && state[0] <= _firstRate))
            Throw.OutOfRange(nameof(state), state[0], FormattableString.Invariant($"a rate of 0 to {_firstRate}"));

        if (!double.IsFinite(state[1]) || !(state[2] >= 0 && state[2] <= int.MaxValue))
        {
            double wrong = state[double.IsFinite(state[1]) ? 2 : 1];
            Throw.OutOfRange(nameof(state), wrong, "finite numbers, and a count of 0 or more");
        }

        CurrentRate = state[0];
        Best = state[1];
        WithoutImprovement = (int)state[2];
    }

    /// <inheritdoc/>
    protected override double Rate(long step) => CurrentRate;
}
