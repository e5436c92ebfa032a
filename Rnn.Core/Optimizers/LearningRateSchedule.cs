using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Optimizers;

/// <summary>
/// The learning rate of every step. All but <see cref="ReduceOnPlateau"/> are functions of the step alone: resuming
/// needs nothing but the step's number.
/// </summary>
public abstract class LearningRateSchedule
{
    /// <summary>A schedule; write one of your own by overriding <see cref="Rate"/>.</summary>
    /// <param name="description">Its kind and all its settings: a run resumes only where this text is the
    /// same.</param>
    protected LearningRateSchedule(string description)
    {
        ArgumentException.ThrowIfNullOrEmpty(description);
        Description = description;
    }

    /// <summary>The schedule and its settings as text; equal text, equal rates.</summary>
    public string Description { get; }

    /// <summary>The rate of a step.</summary>
    /// <param name="step">0 is the first step, which is the optimiser's StepCount before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double RateAt(long step)
    {
        if (step < 0)
            Throw.OutOfRange(nameof(step), step, "0 or more");

        return Rate(step);
    }

    /// <summary>Another schedule of the same settings and state, which goes its own way from here on.</summary>
    public LearningRateSchedule Clone() => (LearningRateSchedule)MemberwiseClone();

    /// <summary>Tells the schedule a validation loss. Only <see cref="ReduceOnPlateau"/> listens.</summary>
    public virtual void Observe(double validationLoss)
    {
    }

    /// <summary>What a checkpoint keeps besides the step's number: a few finite numbers, mostly none.</summary>
    public virtual double[] GetState() => [];

    /// <summary>Takes up what <see cref="GetState"/> gave.</summary>
    /// <exception cref="ArgumentException">The state is another schedule's.</exception>
    public virtual void SetState(ReadOnlySpan<double> state)
    {
        if (state.Length != 0)
            Throw.ScheduleState(GetType().Name, 0, state.Length);
    }

    /// <summary>The rate of a step: a function of the step and of what <see cref="GetState"/> gives.</summary>
    /// <param name="step">0 or more.</param>
    protected abstract double Rate(long step);

    private protected static void CheckRate(string what, double value)
    {
        if (!(value >= 0 && double.IsFinite(value)))
            Throw.OutOfRange(what, value, "0 or more, and finite");
    }

    private protected static void CheckFactor(string what, double value)
    {
        if (!(value > 0 && value <= 1))
            Throw.OutOfRange(what, value, "more than 0 and at most 1");
    }
}
