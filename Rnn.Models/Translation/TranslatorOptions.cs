using Rnn.Models.Diagnostics;
using Rnn.Models.Generation;

namespace Rnn.Models.Translation;

/// <summary>How a <see cref="Translator"/> looks for the best target.</summary>
public sealed record TranslatorOptions
{
    /// <summary>Targets that are followed side by side, at least 1, which is greedy; 5 by default.</summary>
    public int Width { get; init; } = 5;

    /// <summary>a of the score log p / ((5 + length) / 6)^a, 0 or more; 1 by default.</summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>What log p is divided by; <see cref="LengthNormalization.Wu"/> by default.</summary>
    public LengthNormalization Normalization { get; init; } = LengthNormalization.Wu;

    /// <summary>A target has at most this many tokens for each of its source, and <see cref="ExtraTokens"/> more; more
    /// than 0, 2 by default.</summary>
    public double TokensPerSourceToken { get; init; } = 2;

    /// <summary>See <see cref="TokensPerSourceToken"/>; 1 or more, 10 by default.</summary>
    public int ExtraTokens { get; init; } = 10;

    /// <summary>What becomes of unknown words; they are copied by default.</summary>
    public UnknownWords Unknown { get; init; }

    /// <summary>Sources that are translated side by side, at least 1; 32 by default. Results don't depend on
    /// it.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="System.ArgumentOutOfRangeException">Says which option, and what was expected.</exception>
    public void Check()
    {
        ToSearch(1).Check();
        if (!(TokensPerSourceToken > 0 && double.IsFinite(TokensPerSourceToken)))
            Throw.Outside(nameof(TokensPerSourceToken), TokensPerSourceToken, "more than 0, and finite");

        Throw.IfBelow(nameof(ExtraTokens), ExtraTokens, 1);
        Throw.IfUndefined(nameof(Unknown), Unknown);
        Throw.IfBelow(nameof(BatchSize), BatchSize, 1);
    }

    /// <summary>The search for targets of up to so many tokens.</summary>
    internal BeamSearchOptions ToSearch(int maxLength) => new()
    {
        Width = Width,
        MaxLength = maxLength,
        EndToken = Text.Parallel.TranslationVocabulary.End,
        LengthPenalty = LengthPenalty,
        Normalization = Normalization,
    };

    /// <summary>The most tokens of a target, its end counted.</summary>
    internal int MaxLength(int sourceTokens, int maxTokens) =>
        1 + (int)System.Math.Min(maxTokens, (TokensPerSourceToken * sourceTokens) + ExtraTokens);
}
