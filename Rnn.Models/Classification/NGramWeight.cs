using System.Collections.Generic;

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

    /// <summary>As in <c>not good: -0.31</c>.</summary>
    public override string ToString() => System.FormattableString.Invariant($"{Text}: {Contribution:G3}");
}
