using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Phrases;

/// <summary>
/// How a pair of words a, b is scored. n(x) is a count, N the number of known words of the corpus, V the size of its
/// vocabulary.
/// </summary>
public enum PhraseScoring
{
    /// <summary>
    /// (n(ab) - MinCount) * N / (n(a) * n(b)): about how many times more often than by chance. Source: Mikolov et al.,
    /// "Distributed representations of words and phrases and their compositionality", 2013; word2phrase.c.
    /// </summary>
    TotalWords,

    /// <summary>(n(ab) - MinCount) * V / (n(a) * n(b)): the same order of pairs, with gensim's scale.</summary>
    VocabularySize,

    /// <summary>
    /// ln(p(ab) / (p(a) * p(b))) / -ln p(ab), with p(x) = n(x) / N: -1 never together, 0 by chance, 1 always together.
    /// Source: Bouma, "Normalized (pointwise) mutual information in collocation extraction", 2009.
    /// </summary>
    Npmi,
}

/// <summary>What <see cref="PhraseModel.Learn"/> takes for a phrase.</summary>
public sealed record PhraseOptions
{
    /// <summary>Words that connect the two words of an English phrase: state of affairs, rock and roll.</summary>
    public static IReadOnlyList<string> EnglishConnectors { get; } =
        ["a", "an", "the", "of", "in", "on", "at", "by", "to", "for", "from", "with", "without", "and", "or"];

    /// <summary>Pairs with fewer occurrences are no phrases; also what two of the scores subtract.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public long MinCount
    {
        get;
        init
        {
            if (value < 1)
                Throw.OptionOutside(nameof(PhraseOptions), nameof(MinCount), value, "1 or more");
            field = value;
        }
    } = 5;

    /// <summary>How pairs are scored.</summary>
    public PhraseScoring Scoring { get; init; } = PhraseScoring.TotalWords;

    /// <summary>A pair whose score is greater is a phrase. Null: 10, or 0.5 for Npmi.</summary>
    /// <exception cref="ArgumentOutOfRangeException">NaN or infinite.</exception>
    public double? Threshold
    {
        get;
        init
        {
            if (value is { } number && !double.IsFinite(number))
                Throw.OptionOutside(nameof(PhraseOptions), nameof(Threshold), number, "a finite number");
            field = value;
        }
    }

    /// <summary>Stands between the words of a phrase.</summary>
    /// <exception cref="ArgumentException">It holds white space.</exception>
    public string Delimiter
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Any(char.IsWhiteSpace))
                Throw.PhraseWhiteSpace(nameof(Delimiter), value);
            field = value;
        }
    } = "_";

    /// <summary>
    /// Words that may stand in the middle of a phrase, up to three of them in a row, and neither begin nor end one: the
    /// count of a pair is then that of its two ends with just those words between. Empty: all words are alike.
    /// </summary>
    /// <exception cref="ArgumentException">More than 1,000, or one is null, empty or holds white space.</exception>
    public IReadOnlyList<string> Connectors
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count > PhraseWords.MaxConnectors)
                Throw.PhraseConnectors(nameof(Connectors), value.Count, PhraseWords.MaxConnectors);
            foreach (string word in value)
            {
                if (string.IsNullOrEmpty(word) || word.Any(char.IsWhiteSpace))
                    Throw.PhraseWhiteSpace(nameof(Connectors), word);
            }

            field = value;
        }
    } = [];

    /// <summary>
    /// Bounds the memory for counting: when more than that many different pairs are there, the rarest quarter or more
    /// is forgotten, and counting goes on (<see cref="PhraseModel.PrunedCount"/>). About 70 bytes a pair.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxPairs
    {
        get;
        init
        {
            if (value < 1)
                Throw.OptionOutside(nameof(PhraseOptions), nameof(MaxPairs), value, "1 or more");
            field = value;
        }
    } = 10_000_000;

    internal double EffectiveThreshold
    {
        get
        {
            double threshold = Threshold ?? (Scoring == PhraseScoring.Npmi ? 0.5 : 10);
            if (Scoring == PhraseScoring.Npmi && !(threshold is >= -1 and <= 1))
                Throw.OptionOutside(nameof(PhraseOptions), nameof(Threshold), threshold, "-1 to 1 for Npmi");
            return threshold;
        }
    }
}
