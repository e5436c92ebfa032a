namespace Rnn.Models.ScriptGeneration;

/// <summary>A text that a search found.</summary>
/// <param name="Text">What follows the prime.</param>
/// <param name="LogProbability">ln p of its tokens, in nats.</param>
/// <param name="Score">What it was ranked by: LogProbability / tokens^LengthPenalty.</param>
/// <param name="IsEnded">Whether its last token is the end token; else it was cut.</param>
public sealed record FoundScript(string Text, double LogProbability, double Score, bool IsEnded);
