namespace Rnn.Core.Layers;

/// <summary>Whether a Forward trains (dropout on) or infers, and what keys its randomness.</summary>
public readonly record struct Mode
{
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
    public static Mode Training(ulong seed, ulong step) => new(true, seed, step);
}
