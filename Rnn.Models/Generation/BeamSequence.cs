using System.Collections.Generic;

namespace Rnn.Models.Generation;

/// <summary>A sequence that <see cref="BeamSearch"/> found.</summary>
/// <param name="Tokens">All of them, the one that ends it included.</param>
/// <param name="LogProbability">ln p of all tokens together, after what the model had read.</param>
/// <param name="Score">LogProbability divided as the options say: what sequences are compared by.</param>
/// <param name="IsEnded">Whether the end token came; else it was cut at the greatest length.</param>
public sealed record BeamSequence(IReadOnlyList<int> Tokens, double LogProbability, double Score, bool IsEnded);
