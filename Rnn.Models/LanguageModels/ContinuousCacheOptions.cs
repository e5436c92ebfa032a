using Rnn.Models.Diagnostics;

namespace Rnn.Models.LanguageModels;

/// <summary>
/// A memory of the words that were read, looked up by the state in which each came: p = (1 - Weight) * p(model) + Weight *
/// p(memory), p(memory) of a word in proportion to the sum of exp(Sharpness * h.h_i) over the last Window states h_i that it
/// followed. It is trained by nothing. Source: Grave, Joulin and Usunier 2017.
/// </summary>
public sealed record ContinuousCacheOptions
{
    /// <summary>How many of the last tokens are remembered, at least 1; 2,000 by default.</summary>
    public int Window { get; init; } = 2000;

    /// <summary>theta, 0 or more; 0.3 by default. 0 counts the words of the window, whatever the states.</summary>
    public double Sharpness { get; init; } = 0.3;

    /// <summary>lambda, the memory's share of the probability, 0 to 1; 0.1 by default.</summary>
    public double Weight { get; init; } = 0.1;

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="System.ArgumentOutOfRangeException">Says which option, and what was expected.</exception>
    public void Check()
    {
        Throw.IfBelow(nameof(Window), Window, 1);
        if (!(Sharpness >= 0 && double.IsFinite(Sharpness)))
            Throw.Outside(nameof(Sharpness), Sharpness, "0 or more, and finite");

        if (!(Weight >= 0 && Weight <= 1))
            Throw.Outside(nameof(Weight), Weight, "0 to 1");
    }
}
