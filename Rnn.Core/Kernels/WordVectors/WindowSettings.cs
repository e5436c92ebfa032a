using System;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>What a window of words is, what is drawn for it, and how much of the text is one step. See
/// Word2Vec.md.</summary>
internal sealed class WindowSettings
{
    /// <summary>Most parts of a batch.</summary>
    public const int MostParts = 16;

    /// <summary>Most contexts of a part, of those that are learnt from one by one.</summary>
    public const int MostPartContexts = 10;

    /// <summary>Most dot products of a batch: 16 windows of 6 contexts and 6 targets.</summary>
    public const int MostDots = 576;

    private const double UsualTargets = 8;      // of a window; with more, fewer dot products
    private const int LeastPartContexts = 4;    // a part of so many has fewer dot products than that
    private const double MostRepeats = 16;      // expected dot products of a batch with one negative
    private const double UsualRate = 0.025;
    private const double UsualGain = 2, LeastGain = 0.5;   // of either side, see MostGain
    private const double UsualShare = 0.25;                // of the noise; of one word, in ordinary texts less
    private const double MostRepeatedRate = 0.5;           // rate times expected targets that are one row
    private const double MostRateInOrder = 0.25;

    /// <summary>A window has 1 .. Reach words on each side, drawn for each.</summary>
    public required int Reach { get; init; }

    /// <summary>K, negatives for a window.</summary>
    public required int Negatives { get; init; }

    /// <summary>Whether a window's contexts are averaged to one (CBOW), or each is learnt from (skip-gram).</summary>
    public required bool Average { get; init; }

    /// <summary>[V]: an occurrence of the word is kept if 32 random bits are at most this.</summary>
    public required uint[] KeepThresholds { get; init; }

    /// <summary>What negatives are drawn from.</summary>
    public required AliasTable Noise { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>J, targets of a window, rounded up to an even number.</summary>
    public int Targets => (Negatives + 2) / 2 * 2;

    /// <summary>Most rows that a part multiplies with its targets.</summary>
    public int MostPartRows => Average ? 1 : MostPartContexts;

    /// <summary>Most words around the centre of a part.</summary>
    public int MostPartWords => Average ? 2 * Reach : MostPartContexts;

    /// <summary>Most parts of a window.</summary>
    public int MostWindowParts => Average ? 1
        : MayBeInOrder ? 2 * Reach
        : ((2 * Reach) + LeastPartContexts - 1) / LeastPartContexts;

    /// <summary>Whether one word is more than a quarter of the noise, which it is in no ordinary text.</summary>
    public bool HasLargeShare => Noise.LargestShare > UsualShare;

    /// <summary>Whether there is a rate at which pairs are taken in order.</summary>
    public bool MayBeInOrder => IsInOrder((float)MostRateInOrder);

    /// <summary>
    /// Dot products of a batch: so few that a row is seldom in more than a text's usual number of them. 576, less in
    /// proportion with more than 8 targets and with rates above 0.025, and at most 16 with one negative.
    /// </summary>
    /// <param name="rate">The learning rate.</param>
    public int BatchDots(float rate)
    {
        double most = Math.Min(MostDots * Math.Min(1, UsualTargets / Targets), MostRepeats / Noise.LargestShare);
        return (int)(rate > UsualRate ? most * (UsualRate / rate) : most);
    }

    /// <summary>
    /// M, the bound of a and b (<see cref="WindowDamping"/>): min(2, 1/(2p)), p the largest probability of the noise;
    /// CBOW: 2. With p near 1 a part's targets are one row, the sums are as parallel as in the worst case, and a + b
    /// must not be above 1, the limit with a delay of one batch. Up to p = 1/4, in any ordinary text, M is 2.
    /// </summary>
    public float MostGain => Average ? (float)UsualGain : (float)Math.Min(UsualGain, LeastGain / Noise.LargestShare);

    /// <summary>
    /// Whether word2vec's own order is kept (<see cref="WindowOrder"/>): one word is more than a quarter of the noise,
    /// p, and its row is among a window's targets so often that r*p*(K + 1) is above 1/2. Beyond a rate of 0.25 that
    /// order is itself unstable, and sums are damped instead.
    /// </summary>
    /// <param name="rate">r, the learning rate.</param>
    public bool IsInOrder(float rate) => HasLargeShare && rate <= MostRateInOrder
        && rate * Noise.LargestShare * (Negatives + 1) > MostRepeatedRate;

    /// <summary>Most contexts of a part of a window.</summary>
    /// <param name="batchDots">Dot products of a batch.</param>
    public int PartContexts(int batchDots) =>
        Average ? 2 * Reach : Math.Clamp(batchDots / Targets, LeastPartContexts, MostPartContexts);
}
