using System;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text;

/// <summary>
/// How <see cref="TextSampler"/> chooses: softmax(logits / Temperature), cut to the TopK most probable tokens, cut
/// again to the most probable ones that hold TopP of what is left. The default is the model's own distribution.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>Always the most probable token: Temperature 0.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>Divides the logits: below 1 is bolder, above 1 more varied, 0 always takes the most probable.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, NaN or infinite.</exception>
    public double Temperature
    {
        get;
        init
        {
            if (!(value >= 0 && double.IsFinite(value)))
            {
                Throw.OptionOutside(nameof(SamplingOptions), nameof(Temperature), value,
                    "0 (greedy) or a number above it");
            }

            field = value;
        }
    } = 1;

    /// <summary>Only this many most probable tokens may be chosen; 0 is all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int TopK
    {
        get;
        init
        {
            if (value < 0)
                Throw.OptionOutside(nameof(SamplingOptions), nameof(TopK), value, "0 (all) or a number of tokens");
            field = value;
        }
    }

    /// <summary>
    /// Only the smallest set of most probable tokens whose probabilities, after Temperature and TopK, sum to at least
    /// this may be chosen (it has at least one token); 1 is all.
    /// Source: Holtzman et al., "The curious case of neural text degeneration", ICLR 2020.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0, above 1, or NaN.</exception>
    public double TopP
    {
        get;
        init
        {
            if (!(value > 0 && value <= 1))
                Throw.OptionOutside(nameof(SamplingOptions), nameof(TopP), value, "more than 0 and at most 1 (all)");
            field = value;
        }
    } = 1;

    /// <summary>Whether no randomness is left: Temperature is 0.</summary>
    public bool IsGreedy => Temperature == 0;
}
