using System.Collections.Generic;
using Rnn.Models.Generation;

namespace Rnn.Samples.Server;

/// <summary>POST /generate.</summary>
/// <param name="Prompt">What the text goes on from.</param>
/// <param name="Length">Characters (of a script: words and marks) to write.</param>
/// <param name="Temperature">See <see cref="SamplingOptions"/>, also for the next four.</param>
/// <param name="TopK">0: all.</param>
/// <param name="TopP">1: all.</param>
/// <param name="MinP">0: all.</param>
/// <param name="RepetitionPenalty">1: none.</param>
/// <param name="Seed">The same seed gives the same text; null: drawn, and told at the end.</param>
/// <param name="Stop">Texts that end the writing.</param>
internal sealed record GenerateRequest(string? Prompt, int Length = 400, double Temperature = 0.8, int TopK = 0, double TopP = 1,
    double MinP = 0, double RepetitionPenalty = 1, ulong? Seed = null, IReadOnlyList<string>? Stop = null)
{
    /// <summary>How each token is chosen.</summary>
    /// <exception cref="System.ArgumentException">One of them is out of range.</exception>
    public SamplingOptions Sampling => new()
    {
        Temperature = Temperature,
        TopK = TopK,
        TopP = TopP,
        MinP = MinP,
        RepetitionPenalty = RepetitionPenalty,
    };
}

/// <summary>POST /classify.</summary>
/// <param name="Texts">Any texts.</param>
internal sealed record ClassifyRequest(IReadOnlyList<string>? Texts);

/// <summary>POST /translate.</summary>
/// <param name="Texts">Sources.</param>
/// <param name="Width">Targets that are followed side by side; 1 is greedy.</param>
/// <param name="Alignment">Whether to say where the decoder looked.</param>
internal sealed record TranslateRequest(IReadOnlyList<string>? Texts, int Width = 5, bool Alignment = false);
