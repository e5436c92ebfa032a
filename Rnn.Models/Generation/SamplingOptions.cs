using System;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Generation;

/// <summary>
/// How <see cref="TextSampler"/> chooses, in this order:
/// <list type="number">
/// <item><see cref="RepetitionPenalty"/> lowers the logits of recent tokens;</item>
/// <item><see cref="Temperature"/> divides all logits, and p = softmax(logits / Temperature);</item>
/// <item><see cref="TopK"/>, then <see cref="TopP"/>, then <see cref="MinP"/> leave only the most probable of the tokens
/// that the one before left;</item>
/// <item>one of those that are left is drawn in proportion to p.</item>
/// </list>
/// Every default changes nothing: together they are the model's own distribution.
/// </summary>
public sealed record SamplingOptions
{
    private const double MostPenalty = 1000;
    private const int MostWindow = 65_536;

    /// <summary>Always the most probable token: Temperature 0.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>
    /// Divides the logits; 1 by default. Below 1 the text is more predictable, above 1 more varied; 0 always takes the
    /// most probable token, whatever TopK, TopP and MinP are.
    /// </summary>
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

    /// <summary>Only this many most probable tokens may be chosen; 0, the default, is all.</summary>
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
    /// this may be chosen (it has at least one token); 1, the default, is all.
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

    /// <summary>
    /// Only tokens with p &gt;= MinP * (the largest p), after Temperature, may be chosen: where the model is sure, few,
    /// where it is not, many. In 0 .. 1; 0, the default, is all, 1 the most probable token and its equals. Usual: 0.05
    /// to 0.1. Source: Nguyen et al., "Turning up the heat: min-p sampling for creative and coherent LLM outputs",
    /// arXiv:2407.01082, 2024, section 3.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 0, above 1, or NaN.</exception>
    public double MinP
    {
        get;
        init
        {
            if (!(value >= 0 && value <= 1))
                Throw.OptionOutside(nameof(SamplingOptions), nameof(MinP), value, "0 (all) to 1");
            field = value;
        }
    }

    /// <summary>
    /// The logit x of each token among the last <see cref="RepetitionWindow"/> becomes x / RepetitionPenalty where it is
    /// positive and x * RepetitionPenalty where it is negative, once, however often the token is among them. 1 to 1000;
    /// 1, the default, changes nothing, more repeats less. It also holds where the most probable token is taken.
    /// Source: Keskar et al., "CTRL", arXiv:1909.05858, 2019, section 4.1 (1.2 there), which divides every logit; a
    /// negative one is multiplied here, as in usual implementations, since dividing it would make its token more
    /// probable.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1, above 1000, or NaN.</exception>
    public double RepetitionPenalty
    {
        get;
        init
        {
            if (!(value >= 1 && value <= MostPenalty))
            {
                Throw.OptionOutside(nameof(SamplingOptions), nameof(RepetitionPenalty), value,
                    $"1 (none) to {MostPenalty}");
            }

            field = value;
        }
    } = 1;

    /// <summary>How many of the last tokens, read or written, RepetitionPenalty counts: 1 to 65,536; 64 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 or above 65,536.</exception>
    public int RepetitionWindow
    {
        get;
        init
        {
            if (value is < 1 or > MostWindow)
            {
                Throw.OptionOutside(nameof(SamplingOptions), nameof(RepetitionWindow), value,
                    $"1 to {MostWindow} tokens");
            }

            field = value;
        }
    } = 64;

    /// <summary>Whether no randomness is left: Temperature is 0.</summary>
    public bool IsGreedy => Temperature == 0;
}
