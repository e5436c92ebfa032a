using System;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Generation;

/// <summary>How <see cref="BeamSearch"/> looks for the most probable sequence.</summary>
public sealed record BeamSearchOptions
{
    /// <summary>Sequences that are followed side by side, at least 1; 5 by default. 1 always takes the most probable
    /// token.</summary>
    public int Width { get; init; } = 5;

    /// <summary>The most tokens of a sequence, at least 1; 100 by default.</summary>
    public int MaxLength { get; init; } = 100;

    /// <summary>The token that ends a sequence, and counts as part of it; null (the default): all have MaxLength
    /// tokens.</summary>
    public int? EndToken { get; init; }

    /// <summary>
    /// a of the score log p / length^a, 0 or more; 1 (the default) is the mean log p of a token, which doesn't favour
    /// short sequences as 0 does. See <see cref="Normalization"/> for the other divisor.
    /// </summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>What a sequence's log p is divided by; <see cref="LengthNormalization.Power"/> by default.</summary>
    public LengthNormalization Normalization { get; init; }

    /// <summary>What log p of a sequence of so many tokens is divided by.</summary>
    internal double Divisor(int length) =>
        Math.Pow(Normalization == LengthNormalization.Wu ? (5.0 + length) / 6 : length, LengthPenalty);

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Says which option, and what was expected.</exception>
    public void Check()
    {
        Throw.IfBelow(nameof(Width), Width, 1);
        Throw.IfBelow(nameof(MaxLength), MaxLength, 1);
        if (EndToken is { } end)
            Throw.IfBelow(nameof(EndToken), end, 0);

        if (!(LengthPenalty >= 0 && double.IsFinite(LengthPenalty)))
            Throw.Outside(nameof(LengthPenalty), LengthPenalty, "0 or more, and finite");

        Throw.IfUndefined(nameof(Normalization), Normalization);
    }
}
