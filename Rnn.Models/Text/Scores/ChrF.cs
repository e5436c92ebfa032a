using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Scores;

/// <summary>
/// chrF = 100 * (1 + beta^2)*P*R / (beta^2*P + R): P the share of the hypotheses' n-grams of characters that are in the
/// references, R that of the references' which are in the hypotheses, each the mean over those orders of which both
/// have any; counts over the whole corpus, of several references those of the best. sacreBLEU's numbers, with its
/// signature. Any number of threads may use one. Source: Popovic, "chrF: character n-gram F-score for automatic MT
/// evaluation", WMT 2015.
/// </summary>
public sealed class ChrF
{
    /// <summary>A measure.</summary>
    /// <param name="options">How; null is the default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ChrF(ChrFOptions? options = null)
    {
        Options = options ?? new ChrFOptions();
        if (Options.MaxOrder is < 1 or > NGramTable.MaxOrder)
            Throw.OptionOutside(nameof(ChrFOptions), nameof(ChrFOptions.MaxOrder), Options.MaxOrder, $"1 to {NGramTable.MaxOrder}");
        if (!(Options.Beta > 0 && double.IsFinite(Options.Beta)))
            Throw.OptionOutside(nameof(ChrFOptions), nameof(ChrFOptions.Beta), Options.Beta, "more than 0");
    }

    /// <summary>How it is computed.</summary>
    public ChrFOptions Options { get; }

    /// <summary>The score of a corpus with one reference a text.</summary>
    /// <param name="hypotheses">N texts, one or more; one may be empty.</param>
    /// <param name="references">[N].</param>
    /// <exception cref="ArgumentNullException">A list or a text is null.</exception>
    /// <exception cref="ArgumentException">There is no text, or another number of references.</exception>
    public TextScore Corpus(IReadOnlyList<string> hypotheses, IReadOnlyList<string> references) =>
        Corpus(hypotheses, [references]);

    /// <summary>The score of a corpus with several references a text.</summary>
    /// <param name="hypotheses">N texts, one or more; one may be empty.</param>
    /// <param name="references">[R, N]: R lists, each with one reference for every text.</param>
    /// <exception cref="ArgumentNullException">A list or a text is null.</exception>
    /// <exception cref="ArgumentException">There is no text or no reference, or a list has another number of
    /// them.</exception>
    public TextScore Corpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ScoredText.Check(nameof(ChrF), hypotheses, references);
        NGramOverlap overlap = new(Options.MaxOrder);
        List<int> hypothesis = [], reference = [];
        Counts sum = new(Options.MaxOrder), best = new(Options.MaxOrder), tried = new(Options.MaxOrder);
        for (int i = 0; i < hypotheses.Count; i++)
        {
            Read(hypotheses[i], hypothesis);
            double most = -1;
            foreach (IReadOnlyList<string> list in references)
            {
                Read(list[i], reference);
                tried.Clear();
                overlap.Clear();
                overlap.AddReference(CollectionsMarshal.AsSpan(reference));
                overlap.Match(CollectionsMarshal.AsSpan(hypothesis), tried.Matches);
                NGramOverlap.AddTotals(hypothesis.Count, tried.Hypothesis);
                NGramOverlap.AddTotals(reference.Count, tried.Reference);
                for (int n = 0; n < tried.Reference.Length; n++)
                {
                    if (tried.Reference[n] == 0)   // what the reference can't have counts against nobody
                        tried.Hypothesis[n] = 0;
                }

                double score = Score(tried);
                if (score > most)
                {
                    most = score;
                    (best, tried) = (tried, best);
                }
            }

            sum.Add(best);
        }

        return new TextScore(string.Create(CultureInfo.InvariantCulture, $"chrF{Options.Beta}"), Score(sum),
            Signature(references.Count));
    }

    /// <summary>The score of one text.</summary>
    /// <param name="hypothesis">The text; may be empty.</param>
    /// <param name="references">One or more.</param>
    /// <exception cref="ArgumentNullException">The list or a text is null.</exception>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public TextScore Sentence(string hypothesis, params IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        return Corpus([hypothesis], ScoredText.Lists(references));
    }

    /// <summary>How scores are computed, in sacreBLEU's words: nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no.</summary>
    /// <param name="references">References of each text.</param>
    public string Signature(int references = 1) => string.Create(CultureInfo.InvariantCulture,
        $"nrefs:{references}|case:{(Options.LowerCase ? "lc" : "mixed")}|eff:yes|nc:{Options.MaxOrder}|nw:0|") +
        $"space:{(Options.Blanks ? "yes" : "no")}";

    private void Read(string text, List<int> symbols)
    {
        ArgumentNullException.ThrowIfNull(text);
        symbols.Clear();
        foreach (Rune rune in (Options.LowerCase ? text.ToLowerInvariant() : text).EnumerateRunes())
        {
            if (Options.Blanks || !rune.IsBmp || !ScoredText.IsBlank((char)rune.Value))
                symbols.Add(rune.Value);
        }
    }

    private double Score(Counts counts)
    {
        (double precision, double recall) = (0, 0);
        int orders = 0;
        for (int i = 0; i < Options.MaxOrder; i++)
        {
            if (counts.Hypothesis[i] == 0 || counts.Reference[i] == 0)
                continue;
            precision += counts.Matches[i] / (double)counts.Hypothesis[i];
            recall += counts.Matches[i] / (double)counts.Reference[i];
            orders++;
        }

        if (precision == 0)   // of the same matches as recall
            return 0;
        precision /= orders;
        recall /= orders;
        double weight = Options.Beta * Options.Beta;
        return 100 * (1 + weight) * precision * recall / ((weight * precision) + recall);
    }

    // N-grams of each order: in both, in the hypothesis, in the reference.
    private sealed class Counts(int orders)
    {
        public readonly long[] Matches = new long[orders], Hypothesis = new long[orders], Reference = new long[orders];

        public void Clear()
        {
            Matches.AsSpan().Clear();
            Hypothesis.AsSpan().Clear();
            Reference.AsSpan().Clear();
        }

        public void Add(Counts other)
        {
            for (int i = 0; i < Matches.Length; i++)
            {
                Matches[i] += other.Matches[i];
                Hypothesis[i] += other.Hypothesis[i];
                Reference[i] += other.Reference[i];
            }
        }
    }
}
