using System;

namespace Rnn.Models.LanguageModels;

/// <summary>How well a text was predicted.</summary>
/// <param name="Sum">Sum of -log p over the tokens, in nats.</param>
/// <param name="Tokens">How many tokens were predicted.</param>
public readonly record struct LanguageModelEvaluation(double Sum, long Tokens)
{
    /// <summary>Nats per token: the mean cross-entropy.</summary>
    public double NatsPerToken => Sum / Tokens;

    /// <summary>exp(nats per token): 1 for a text that the model knows for certain, V for one that it guesses at.</summary>
    public double Perplexity => Math.Exp(NatsPerToken);
}
