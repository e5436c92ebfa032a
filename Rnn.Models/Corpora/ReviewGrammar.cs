using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Corpora;

/// <summary>
/// Short film reviews whose side, positive or negative, is known, for models that judge a text. Counting words of praise
/// and blame is not enough: they are negated, near ("is not boring at all", "hardly funny") and far ("nobody in the
/// cinema found the plot boring"), contrasted ("although the music is warm, the plot is dull": the main clause decides,
/// and what follows "but"), expected and not found ("i expected a masterpiece and got a mess"), and stand among
/// sentences that say nothing. Every sentence that judges has the side of the review, and no text can be of both.
/// </summary>
/// <remarks>
/// What logistic regression reaches (learnt from 8,000 reviews, tested on 3,000 others): 70%
/// from words, 89% from words and pairs of words. Who reads the order of the words can reach 100%.
/// </remarks>
public static partial class ReviewGrammar
{
    /// <summary>Writes positive reviews, and none that is negative.</summary>
    public static ProbabilisticGrammar Positive { get; } = Parse("Good", "Bad");

    /// <summary>Writes negative reviews, and none that is positive.</summary>
    public static ProbabilisticGrammar Negative { get; } = Parse("Bad", "Good");

    /// <summary>
    /// Independent reviews of 10 to 70 words, lower-case, a positive one, a negative one and so on in turn. The same
    /// arguments give the same reviews on any machine; asked for more, the first ones stay.
    /// </summary>
    /// <param name="seed">Which reviews.</param>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="stream">Which independent reviews under that seed: 0 to train on, 1 to hold out, for instance.</param>
    /// <exception cref="ArgumentOutOfRangeException">count is negative.</exception>
    public static (string Text, bool IsPositive)[] Generate(ulong seed, int count, ulong stream = 0)
    {
        Throw.IfBelow(nameof(count), count, 0);
        Philox random = new(seed, stream);
        (string Text, bool IsPositive)[] reviews = new (string, bool)[count];
        for (int i = 0; i < count; i++)
        {
            bool isPositive = i % 2 == 0;
            reviews[i] = ((isPositive ? Positive : Negative).Generate(ref random, minimumLength: 1).Text, isPositive);
        }

        return reviews;
    }

    // The first rule is the start: the rules of this side come first.
    private static ProbabilisticGrammar Parse(string side, string other) => ProbabilisticGrammar.Parse(
        string.Join('\n', Of(side, other), Of(other, side), Rules));

    private static string Of(string side, string other) => Mirrored
        .Replace(".+", $".{side}", StringComparison.Ordinal)
        .Replace(".-", $".{other}", StringComparison.Ordinal);
}
