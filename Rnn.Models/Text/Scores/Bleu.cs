using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Scores;

/// <summary>
/// BLEU = 100 * BP * exp(mean over orders n of ln p_n), p_n = n-grams that are in a reference too / n-grams,
/// BP = min(1, exp(1 - reference length / hypothesis length)), all counts over the whole corpus: sacreBLEU's numbers,
/// with its signature. Any number of threads may use one. Source: Papineni et al., "BLEU: a method for automatic
/// evaluation of machine translation", ACL 2002; Post, "A call for clarity in reporting BLEU scores", WMT 2018.
/// </summary>
public sealed class Bleu
{
    private const int StandardOrder = 4;

    /// <summary>A measure.</summary>
    /// <param name="options">How; null is the default.</param>
    /// <exception cref="ArgumentException">A smoothing value is given to a smoothing that has none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range, or a choice none of those there
    /// are.</exception>
    public Bleu(BleuOptions? options = null)
    {
        Options = options ?? new BleuOptions();
        Throw.IfUndefined(nameof(BleuOptions.Tokenizer), Options.Tokenizer);
        Throw.IfUndefined(nameof(BleuOptions.Smoothing), Options.Smoothing);
        if (Options.MaxOrder is < 1 or > NGramTable.MaxOrder)
            Throw.OptionOutside(nameof(BleuOptions), nameof(BleuOptions.MaxOrder), Options.MaxOrder, $"1 to {NGramTable.MaxOrder}");
        if (Options.SmoothingValue is { } value)
        {
            if (Options.Smoothing is not (BleuSmoothing.Floor or BleuSmoothing.Add))
                Throw.NoSmoothingValue(nameof(BleuOptions.SmoothingValue), $"{Options.Smoothing}");
            if (!(value > 0 && double.IsFinite(value)))
                Throw.OptionOutside(nameof(BleuOptions), nameof(BleuOptions.SmoothingValue), value, "more than 0");
        }
    }

    /// <summary>How it is computed.</summary>
    public BleuOptions Options { get; }

    private double SmoothingValue => Options.SmoothingValue ?? (Options.Smoothing == BleuSmoothing.Floor ? 0.1 : 1);

    /// <summary>The score of a corpus with one reference a text.</summary>
    /// <param name="hypotheses">N texts, one or more; one may be empty.</param>
    /// <param name="references">[N].</param>
    /// <exception cref="ArgumentNullException">A list or a text is null.</exception>
    /// <exception cref="ArgumentException">There is no text, or another number of references.</exception>
    public BleuScore Corpus(IReadOnlyList<string> hypotheses, IReadOnlyList<string> references) =>
        Corpus(hypotheses, [references]);

    /// <summary>The score of a corpus with several references a text.</summary>
    /// <param name="hypotheses">N texts, one or more; one may be empty.</param>
    /// <param name="references">[R, N]: R lists, each with one reference for every text.</param>
    /// <exception cref="ArgumentNullException">A list or a text is null.</exception>
    /// <exception cref="ArgumentException">There is no text or no reference, or a list has another number of
    /// them.</exception>
    public BleuScore Corpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ScoredText.Check(nameof(Bleu), hypotheses, references);
        return Measure(hypotheses, references, Options.EffectiveOrder);
    }

    /// <summary>The score of one text: rough, and always by those orders alone that the text is long enough
    /// for.</summary>
    /// <param name="hypothesis">The text; may be empty.</param>
    /// <param name="references">One or more.</param>
    /// <exception cref="ArgumentNullException">The list or a text is null.</exception>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public BleuScore Sentence(string hypothesis, params IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        string[][] lists = ScoredText.Lists(references);
        ScoredText.Check(nameof(Bleu), [hypothesis], lists);
        return Measure([hypothesis], lists, hasEffectiveOrder: true);
    }

    /// <summary>The score of counts that were added up elsewhere.</summary>
    /// <param name="matches">[MaxOrder]: n-grams of the hypotheses that are in a reference.</param>
    /// <param name="totals">[MaxOrder]: n-grams of the hypotheses.</param>
    /// <param name="hypothesisLength">Tokens of the hypotheses.</param>
    /// <param name="referenceLength">Tokens of the references, of each text that of nearest length.</param>
    /// <param name="references">References of each text, 1 by default: for the signature.</param>
    /// <exception cref="ArgumentException">There are other orders than MaxOrder.</exception>
    public BleuScore FromCounts(ReadOnlySpan<long> matches, ReadOnlySpan<long> totals, long hypothesisLength,
        long referenceLength, int references = 1)
    {
        if (matches.Length != Options.MaxOrder || totals.Length != Options.MaxOrder)
            Throw.OrderCounts(nameof(matches), matches.Length, totals.Length, Options.MaxOrder);
        return Score(matches, totals, hypothesisLength, referenceLength, references, Options.EffectiveOrder);
    }

    /// <summary>How scores are computed, in sacreBLEU's words: nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp.</summary>
    /// <param name="references">References of each text.</param>
    public string Signature(int references = 1) => Signature(references, Options.EffectiveOrder);

    private string Signature(int references, bool hasEffectiveOrder)
    {
        string smoothing = Options.Smoothing switch
        {
            BleuSmoothing.Exponential => "exp",
            BleuSmoothing.Floor => string.Create(CultureInfo.InvariantCulture, $"floor[{SmoothingValue:F2}]"),
            BleuSmoothing.Add => string.Create(CultureInfo.InvariantCulture, $"add-k[{SmoothingValue:F2}]"),
            _ => "none",
        };
        string tokenizer = Options.Tokenizer switch
        {
            BleuTokenizer.Standard => "13a",
            BleuTokenizer.Characters => "char",
            _ => "none",
        };
        return $"nrefs:{references}|case:{(Options.LowerCase ? "lc" : "mixed")}|eff:{(hasEffectiveOrder ? "yes" : "no")}|" +
            $"tok:{tokenizer}|smooth:{smoothing}{(Options.MaxOrder == StandardOrder ? "" : $"|order:{Options.MaxOrder}")}";
    }

    private BleuScore Measure(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references,
        bool hasEffectiveOrder)
    {
        BleuTokens tokens = new(Options);
        NGramOverlap overlap = new(Options.MaxOrder);
        List<int> ids = [];
        long[] matches = new long[Options.MaxOrder], totals = new long[Options.MaxOrder];
        (long hypothesisLength, long referenceLength) = (0, 0);
        int[] lengths = new int[references.Count];
        for (int i = 0; i < hypotheses.Count; i++)
        {
            overlap.Clear();
            for (int r = 0; r < lengths.Length; r++)
            {
                tokens.Read(references[r][i], ids);
                overlap.AddReference(CollectionsMarshal.AsSpan(ids));
                lengths[r] = ids.Count;
            }

            tokens.Read(hypotheses[i], ids);
            overlap.Match(CollectionsMarshal.AsSpan(ids), matches);
            NGramOverlap.AddTotals(ids.Count, totals);
            hypothesisLength += ids.Count;
            referenceLength += Nearest(lengths, ids.Count);
        }

        return Score(matches, totals, hypothesisLength, referenceLength, lengths.Length, hasEffectiveOrder);
    }

    // Of equally near ones the shorter.
    private static int Nearest(ReadOnlySpan<int> lengths, int length)
    {
        int nearest = lengths[0];
        foreach (int other in lengths)
        {
            int difference = Math.Abs(other - length) - Math.Abs(nearest - length);
            if (difference < 0 || (difference == 0 && other < nearest))
                nearest = other;
        }

        return nearest;
    }

    private BleuScore Score(ReadOnlySpan<long> matches, ReadOnlySpan<long> totals, long hypothesisLength,
        long referenceLength, int references, bool hasEffectiveOrder)
    {
        double penalty = hypothesisLength >= referenceLength ? 1
            : hypothesisLength == 0 ? 0 : Math.Exp(1 - ((double)referenceLength / hypothesisLength));
        Span<double> precisions = stackalloc double[Options.MaxOrder];
        precisions.Clear();
        double score = 0;
        if (matches.ContainsAnyExcept(0))
        {
            int orders = Precisions(matches, totals, precisions, out double logarithms);
            score = penalty * Math.Exp(logarithms / (hasEffectiveOrder ? orders : Options.MaxOrder));
            if (orders < Options.MaxOrder && !hasEffectiveOrder)
                score = 0;   // of no n-gram, none is right
        }

        return new BleuScore(score, Signature(references, hasEffectiveOrder), precisions, penalty, hypothesisLength,
            referenceLength);
    }

    // The orders that have n-grams, and the sum of the logarithms of their precisions in percent.
    private int Precisions(ReadOnlySpan<long> matches, ReadOnlySpan<long> totals, Span<double> precisions,
        out double logarithms)
    {
        int order = 0;
        double half = 1;
        logarithms = 0;
        for (; order < precisions.Length; order++)
        {
            double added = Options.Smoothing == BleuSmoothing.Add && order > 0 ? SmoothingValue : 0;
            (double matched, double total) = (matches[order] + added, totals[order] + added);
            if (total == 0)
                break;
            if (matched == 0 && Options.Smoothing == BleuSmoothing.Exponential)
                matched = half /= 2;
            else if (matched == 0 && Options.Smoothing == BleuSmoothing.Floor)
                matched = SmoothingValue;
            precisions[order] = 100 * matched / total;
            logarithms += Math.Log(precisions[order]);
        }

        return order;
    }
}
