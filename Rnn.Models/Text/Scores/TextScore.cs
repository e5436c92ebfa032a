using System.Globalization;

namespace Rnn.Models.Text.Scores;

/// <summary>How near texts are to those that were expected.</summary>
/// <param name="Name">Of the measure: BLEU, chrF2.</param>
/// <param name="Score">0 to 100, more is better.</param>
/// <param name="Signature">How it was computed: scores with the same signature can be compared, those of sacreBLEU with
/// it too.</param>
public record TextScore(string Name, double Score, string Signature)
{
    /// <summary>What the score is made of; may be empty.</summary>
    public virtual string Details => "";

    /// <summary>BLEU 48.53 83.3/63.6/... (BP 1.000, lengths 16/16), and the signature: a line to quote.</summary>
    public sealed override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name} {Score:F2}{(Details.Length > 0 ? $" {Details}" : "")} {Signature}");
}
