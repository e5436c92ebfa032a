using System;

namespace Rnn.Core.Kernels;

/// <summary>What a window of words is, and what is drawn for it.</summary>
internal sealed class WindowSettings
{
    private const int MostBatchLength = 16;
    private const int WordsPerWindow = 64;

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

    /// <summary>
    /// Most windows of a batch: 16, fewer for less than 1024 words, whose rows would be in many windows of a batch, and
    /// plain descent with gradients that old would diverge.
    /// </summary>
    public int BatchLength => Math.Clamp(Noise.Count / WordsPerWindow, 1, MostBatchLength);

    /// <summary>J, targets of a window, rounded up to an even number.</summary>
    public int Targets => (Negatives + 2) / 2 * 2;

    /// <summary>Most rows that a window multiplies with its targets.</summary>
    public int MostContexts => Average ? 1 : 2 * Reach;
}
