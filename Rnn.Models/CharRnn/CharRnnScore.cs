using System;
using System.Collections.Generic;
using System.Text;

namespace Rnn.Models.CharRnn;

/// <summary>How probable a text is under a model, character by character.</summary>
public sealed class CharRnnScore
{
    internal CharRnnScore(IReadOnlyList<Rune> characters, IReadOnlyList<double> logProbabilities)
    {
        Characters = characters;
        LogProbabilities = logProbabilities;
        foreach (double logProbability in logProbabilities)
            Sum += logProbability;
    }

    /// <summary>The characters that were predicted, in order.</summary>
    public IReadOnlyList<Rune> Characters { get; }

    /// <summary>ln p of each of them, given all before it; 0 or less, in nats.</summary>
    public IReadOnlyList<double> LogProbabilities { get; }

    /// <summary>Sum of the LogProbabilities: ln p of the text, in nats; 0 where nothing was predicted.</summary>
    public double Sum { get; }

    /// <summary>-Sum / number of characters: the mean cross-entropy. NaN where nothing was predicted.</summary>
    public double NatsPerCharacter => -Sum / Characters.Count;

    /// <summary>Nats per character divided by ln 2.</summary>
    public double BitsPerCharacter => NatsPerCharacter / Math.Log(2);

    /// <summary>exp(nats per character): 1 for a text that the model knows for certain, V for one that it guesses
    /// at.</summary>
    public double Perplexity => Math.Exp(NatsPerCharacter);
}
