using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rnn.Models.Text.Scores;

/// <summary>A BLEU score and what it is made of.</summary>
public sealed record BleuScore : TextScore
{
    internal BleuScore(double score, string signature, ReadOnlySpan<double> precisions, double brevityPenalty,
        long hypothesisLength, long referenceLength)
        : base("BLEU", score, signature)
    {
        Precisions = precisions.ToArray();
        BrevityPenalty = brevityPenalty;
        HypothesisLength = hypothesisLength;
        ReferenceLength = referenceLength;
    }

    /// <summary>The precision of each order, in percent, smoothed; 0 from the first order on that no hypothesis is long
    /// enough for.</summary>
    public IReadOnlyList<double> Precisions { get; }

    /// <summary>exp(1 - reference / hypothesis) for shorter hypotheses, else 1.</summary>
    public double BrevityPenalty { get; }

    /// <summary>Tokens of all hypotheses.</summary>
    public long HypothesisLength { get; }

    /// <summary>Tokens of the references, of each text that of nearest length.</summary>
    public long ReferenceLength { get; }

    /// <inheritdoc/>
    public override string Details => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join('/', Precisions.Select(p => p.ToString("F1", CultureInfo.InvariantCulture)))} (BP {BrevityPenalty:F3}, ") +
        $"lengths {HypothesisLength}/{ReferenceLength})";
}
