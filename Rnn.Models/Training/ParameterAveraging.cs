using System;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Training;

/// <summary>
/// From when on a trainer averages the parameters of its steps, and how each weighs. Training itself goes on from the last
/// step's; what is measured, kept as the best, and left in the model is the average. One object serves any number of
/// runs.
/// </summary>
public sealed class ParameterAveraging
{
    private readonly long _firstStep;
    private readonly int _firstEpoch;
    private readonly double _decay;

    private ParameterAveraging(string description, long firstStep = 0, int firstEpoch = 0, int patience = 0,
        double decay = 1)
    {
        Description = description;
        _firstStep = firstStep;
        _firstEpoch = firstEpoch;
        Patience = patience;
        _decay = decay;
    }

    /// <summary>Its kind and settings: a run resumes only where this text is the same.</summary>
    public string Description { get; }

    /// <summary>Measurements that are passed over before the best one that counts; 0 where they don't decide.</summary>
    internal int Patience { get; }

    /// <summary>The mean of the parameters after a step and after every later one.</summary>
    /// <param name="step">The first that counts, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is below 1.</exception>
    public static ParameterAveraging FromStep(long step)
    {
        Throw.IfBelow(nameof(step), step, 1);
        return new(FormattableString.Invariant($"from step={step}"), firstStep: step);
    }

    /// <summary>The mean of the parameters after every step of an epoch and of later ones.</summary>
    /// <param name="epoch">The first whose steps count, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is below 1.</exception>
    public static ParameterAveraging FromEpoch(int epoch)
    {
        Throw.IfBelow(nameof(epoch), epoch, 1);
        return new(FormattableString.Invariant($"from epoch={epoch}"), firstEpoch: epoch);
    }

    /// <summary>
    /// Of all steps, each weighing decay times what the next does, and together 1: near the first ones there is no pull
    /// towards zeros or initial values.
    /// </summary>
    /// <param name="decay">More than 0, less than 1: 0.999 is about the last thousand steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is out of range.</exception>
    public static ParameterAveraging Exponential(double decay)
    {
        if (!(decay is > 0 and < 1))
            Throw.Outside(nameof(decay), decay, "more than 0 and less than 1");

        return new(FormattableString.Invariant($"exponential decay={decay}"), firstStep: 1, decay: decay);
    }

    /// <summary>
    /// NT-ASGD: the mean from the step on after which the decisive measure was, for the first time, worse than the best
    /// measurement that is more than <paramref name="patience"/> measurements old. That step counts, as in the paper. Only
    /// measurements at the ends of periods are looked at; it needs validation batches.
    /// Source: Merity, Keskar and Socher 2018, Algorithm 1, as its authors' program has it.
    /// </summary>
    /// <param name="patience">The newest measurements that are not compared with (the paper's n), 1 or more; 5 by
    /// default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The patience is below 1.</exception>
    public static ParameterAveraging NonMonotone(int patience = 5)
    {
        Throw.IfBelow(nameof(patience), patience, 1);
        return new(FormattableString.Invariant($"non-monotone patience={patience}"), patience: patience);
    }

    /// <summary>Its description.</summary>
    public override string ToString() => Description;

    /// <summary>The step after which it begins; long.MaxValue where measurements decide.</summary>
    internal long FirstStep(long stepsPerEpoch) =>
        _firstEpoch > 0 ? ((_firstEpoch - 1) * stepsPerEpoch) + 1 : _firstStep > 0 ? _firstStep : long.MaxValue;

    internal ParameterAverage CreateAverage(ParameterLayout layout) => new(layout, _decay);
}
