namespace Rnn.Models.CharRnn;

/// <summary>A text that <see cref="CharRnnModel.Search"/> found.</summary>
/// <param name="Text">Without the prime.</param>
/// <param name="LogProbability">ln p of all its characters together, after the prime.</param>
/// <param name="Score">LogProbability / length^a: what texts are compared by.</param>
/// <param name="IsEnded">Whether the symbol that ends a text came; else it was cut at the greatest length.</param>
public sealed record CharRnnFoundText(string Text, double LogProbability, double Score, bool IsEnded);
