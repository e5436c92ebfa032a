using System.Collections.Generic;

namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>How many analogy questions were answered rightly, by section and together.</summary>
public sealed record WordAnalogiesResult
{
    /// <summary>Each section, in the order of the file.</summary>
    public required IReadOnlyList<WordAnalogyScore> Sections { get; init; }

    /// <summary>All sections that aren't about grammar.</summary>
    public required WordAnalogyScore Semantic { get; init; }

    /// <summary>All sections about grammar.</summary>
    public required WordAnalogyScore Syntactic { get; init; }

    /// <summary>All sections.</summary>
    public required WordAnalogyScore Total { get; init; }
}
