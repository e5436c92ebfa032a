using System;

namespace Rnn.Models.CharRnn;

/// <summary>The loss of a text under a model.</summary>
/// <param name="Sum">Sum of -log p over the characters, in nats.</param>
/// <param name="Characters">How many characters were predicted: all but the first, and but the unknown ones.</param>
/// <param name="Unknown">How many characters were left out, since the vocabulary lacks them.</param>
public readonly record struct CharRnnEvaluation(double Sum, long Characters, long Unknown = 0)
{
    /// <summary>Nats per character: the mean cross-entropy.</summary>
    public double NatsPerCharacter => Sum / Characters;

    /// <summary>Bits per character: nats divided by ln 2.</summary>
    public double BitsPerCharacter => NatsPerCharacter / Math.Log(2);

    /// <summary>exp(nats per character).</summary>
    public double Perplexity => Math.Exp(NatsPerCharacter);
}
