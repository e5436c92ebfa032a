using System.CommandLine;
using Rnn.Models.Generation;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Common;

/// <summary>The options of drawing what a model writes, and the seed.</summary>
/// <param name="tokens">What is drawn: "characters".</param>
/// <param name="token">One of it.</param>
public sealed class SamplingChoices(string tokens, string token)
{
    private readonly Option<double?> _temperature = Number("--temperature",
        "Below 1 is more predictable, above 1 more varied, 0 takes the most probable [default: 1].", 0, 1000);

    private readonly Option<int?> _topK =
        Whole("--top-k", $"Only the K most probable {tokens}; 0 is all [default: 0].", 0);

    private readonly Option<double?> _topP =
        Fraction("--top-p", $"Only the most probable {tokens} that hold this share [default: 1].");

    private readonly Option<double?> _minP = Number("--min-p",
        $"Only {tokens} at least this share as probable as the most probable one [default: 0].", 0, 1);

    private readonly Option<double?> _repetitionPenalty = Number("--repetition-penalty",
        $"Above 1, {tokens} among the last 64 are less probable [default: 1].", 1, 1000);

    private readonly Option<bool> _greedy = Flag("--greedy", $"Always the most probable {token}.");

    private readonly Option<ulong?> _seed = Seed();

    /// <summary>All of them.</summary>
    public Option[] All => [_temperature, _topK, _topP, _minP, _repetitionPenalty, _greedy, _seed];

    /// <summary>What the command line says.</summary>
    public SamplingOptions Of(ParseResult parsed) => new()
    {
        Temperature = parsed.GetValue(_greedy) ? 0 : parsed.GetValue(_temperature) ?? 1,
        TopK = parsed.GetValue(_topK) ?? 0,
        TopP = parsed.GetValue(_topP) ?? 1,
        MinP = parsed.GetValue(_minP) ?? 0,
        RepetitionPenalty = parsed.GetValue(_repetitionPenalty) ?? 1,
    };

    /// <summary>The seed, 1 if none was given.</summary>
    public ulong SeedOf(ParseResult parsed) => parsed.GetValue(_seed) ?? 1;

    /// <summary>Says which option would be ignored where nothing is drawn; null if none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="others">Options of the sample's own that draws alone make sense of.</param>
    public string? Ignored(ParseResult parsed, params Option[] others)
    {
        Option[] random = [_topK, _topP, _minP, _seed, .. others];
        return parsed.GetValue(_greedy) && parsed.FirstGiven([_temperature, .. random]) is { } first
                ? $"--greedy takes the most probable {token}: {first} would be ignored. Leave one of them out."
            : parsed.GetValue(_temperature) == 0 && parsed.FirstGiven(random) is { } second
                ? $"--temperature 0 takes the most probable {token}: {second} would be ignored. Leave one of them out."
            : null;
    }
}
