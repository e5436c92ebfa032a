using System;
using System.Collections.Generic;
using Rnn.Models.Diagnostics;
using Rnn.Models.Generation;
using Rnn.Models.LanguageModels;

namespace Rnn.Models.ScriptGeneration;

/// <summary>What a <see cref="ScriptGenerator"/> writes, and when it ends.</summary>
public sealed record ScriptGenerationOptions
{
    /// <summary>The most tokens (words, marks, line ends) to write, 0 or more; 200 by default.</summary>
    public int Length { get; init; } = 200;

    /// <summary>Ends the text after so many turns (of a text without blank lines: lines), 0 or more; 0 (the default) for
    /// any number.</summary>
    public int Turns { get; init; }

    /// <summary>How each token is chosen; by default in proportion to the model's own probabilities.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>The same seed gives the same text; 1 by default.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>A memory of the words that were read and written, mixed in; null (the default) for none.</summary>
    public ContinuousCacheOptions? Cache { get; init; }

    /// <summary>Who may speak, as the script names them, with or without the colon, in any case; empty (the default) for
    /// everybody.</summary>
    public IReadOnlyList<string> Speakers { get; init; } = [];

    /// <summary>Whether the token of unknown words may be written; false by default.</summary>
    public bool AllowUnknown { get; init; }

    /// <summary>Refuses what is out of range.</summary>
    /// <exception cref="ArgumentException">Says which option, and what was expected.</exception>
    public void Check()
    {
        Throw.IfBelow(nameof(Length), Length, 0);
        Throw.IfBelow(nameof(Turns), Turns, 0);
        ArgumentNullException.ThrowIfNull(Sampling);
        ArgumentNullException.ThrowIfNull(Speakers);
        Cache?.Check();
    }
}
