using Rnn.Core.Diagnostics;

namespace Rnn.Core.Layers;

/// <summary>Whether a Forward trains (dropout on) or infers, and what keys its randomness.</summary>
public readonly record struct Mode
{
    /// <summary>Bits of a step's number: the rest of a random stream's number names the layer.</summary>
    internal const int StepBits = 40;

    private Mode(bool isTraining, ulong seed, ulong step)
    {
        IsTraining = isTraining;
        Seed = seed;
        Step = step;
    }

    /// <summary>No dropout.</summary>
    public static Mode Inference => default;

    /// <summary>Whether dropout is on.</summary>
    public bool IsTraining { get; }

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; }

    /// <summary>The number of the training step: the same seed and step give the same masks.</summary>
    public ulong Step { get; }

    /// <summary>Dropout on, its masks a function of seed and step.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The number of the step, below 2^40.</param>
    /// <exception cref="System.ArgumentOutOfRangeException">The step is 2^40 or more.</exception>
    public static Mode Training(ulong seed, ulong step)
    {
        if (step >= 1UL << StepBits)
            Throw.OutOfRange(nameof(step), step, "below 2^40");

        return new Mode(true, seed, step);
    }
}
