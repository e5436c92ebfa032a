using System;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Models.Corpora;

/// <summary>
/// Little English-like stories whose best possible loss is known. They have what a character model must learn beyond
/// spelling: verbs that agree with a subject across clauses ("the foxes that the old miller feeds near the bridge
/// sleep"), pronouns that agree with it ("the queen ... because she loses her lantern"), verbs that choose their
/// objects, marks that the first word decides ("Does ...?", "How ...!", "If ..., ..."), and quotes in quotes in quotes.
/// Every text has exactly one derivation, so <see cref="ProbabilisticGrammar.LogProbability"/> is that of the text.
/// </summary>
/// <remarks>
/// A text is an endless sequence of stories; each is an independent draw and ends with an empty line. Held-out text
/// made of whole stories therefore has a well-defined best loss: -LogProbability(text) / text.Length.
/// </remarks>
public static partial class StoryGrammar
{
    /// <summary>The grammar: some 340 words, and names without end, in some 60 rules.</summary>
    public static ProbabilisticGrammar Grammar { get; } = ProbabilisticGrammar.Parse(Rules);

    /// <summary>Whole stories; the same arguments give the same text on any machine.</summary>
    /// <param name="seed">Which text.</param>
    /// <param name="minimumLength">Characters, 0 or more. The last story is finished: the text may be longer.</param>
    /// <param name="stream">Which independent text under that seed: 0 to train on, 1 to hold out, for instance.</param>
    /// <returns>The text, and its log-probability in nats as the generator counted it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">minimumLength is negative.</exception>
    public static (string Text, double LogProbability) Generate(ulong seed, int minimumLength, ulong stream = 0)
    {
        Philox random = new(seed, stream);
        return Grammar.Generate(ref random, minimumLength);
    }
}
