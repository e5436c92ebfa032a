using System;
using System.Collections.Generic;
using System.Linq;

namespace Rnn.Models.Classification;

/// <summary>An n-gram and what it says.</summary>
/// <param name="Words">1 to MaxN words, in order.</param>
/// <param name="Count">How often it counts in the text: 1 where presence counts, and of n-grams of no text.</param>
/// <param name="Weight">What one occurrence adds to the score: above 0 it speaks for the class.</param>
public sealed record NGramWeight(IReadOnlyList<string> Words, int Count, float Weight)
{
    /// <summary>What it adds to the text's score.</summary>
    public double Contribution => (double)Count * Weight;

    /// <summary>The words with spaces between.</summary>
    public string Text => string.Join(' ', Words);

    /// <summary>Whether words, count and weight are the same.</summary>
    public bool Equals(NGramWeight? other) => other is not null && Count == other.Count
        && Weight.Equals(other.Weight) && Words.SequenceEqual(other.Words);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Text, Count, Weight);

    /// <summary>As in <c>not good: -0.31</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Text}: {Contribution:G3}");
}
