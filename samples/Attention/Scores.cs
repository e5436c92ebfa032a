using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Text.Scores;
using Rnn.Models.Translation;
using Rnn.Samples.Common;

namespace Rnn.Samples.Attention;

/// <summary>How good translations of held-out sources are.</summary>
/// <param name="Name">Of the system.</param>
/// <param name="Exact">The share that equals the reference.</param>
/// <param name="Tokens">The share of tokens that are right, place by place.</param>
/// <param name="Bleu">Of all sentences together.</param>
/// <param name="ChrF">Of all sentences together.</param>
/// <param name="PerSecond">Sentences a second.</param>
internal sealed record Scores(string Name, double Exact, double Tokens, TextScore Bleu, TextScore ChrF, double PerSecond)
{
    private const int WarmUp = 64;

    /// <summary>Translates the sources and compares.</summary>
    /// <param name="translator">The system.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="pairs">One or more.</param>
    /// <param name="cancellation">Ends it.</param>
    public static (Scores Scores, IReadOnlyList<TranslatedText> Texts) Of(Translator translator, string name, ParallelText pairs,
        CancellationToken cancellation)
    {
        // Compiled, and its memory taken, before the clock starts.
        translator.TranslateAll([.. pairs.Take(WarmUp).Select(pair => pair.Source)], null, cancellation);
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<TranslatedText> texts = Screen.WithBar(bar =>
        {
            if (bar is not null)
                (bar.Description, bar.MaxValue) = (name, pairs.Count);

            return translator.TranslateAll([.. pairs.Select(pair => pair.Source)],
                bar is null ? null : new Reporter(done => bar.Value = done), cancellation);
        });
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        bool lower = translator.Model.Options.Target.LowerCase;
        string[] written = [.. texts.Select(text => text.Text)];
        string[] expected = [.. pairs.Select(pair => pair.Target)];
        double exact = SequenceAccuracy.OfSequences<char>([.. written.Select(Cased)], [.. expected.Select(Cased)]);
        double tokens = SequenceAccuracy.OfTokens<string>([.. texts.Select(text => text.Tokens)],
            [.. expected.Select(translator.Model.Target.Tokenize)]);
        return (new Scores(name, exact, tokens, new Bleu(new() { LowerCase = lower }).Corpus(written, expected),
            new ChrF(new() { LowerCase = lower }).Corpus(written, expected), pairs.Count / seconds), texts);

        string Cased(string text) => lower ? text.ToLowerInvariant() : text;
    }

    /// <summary>A line a system, and how the scores are defined.</summary>
    public static string Table(IReadOnlyList<Scores> all, string title) => TextTable.Format(
    [
        [title, "exact", "tokens", "BLEU", "chrF", "sentences/s"],
        .. all.Select(one => new[]
        {
            one.Name, Percent(one.Exact), Percent(one.Tokens), Number(one.Bleu.Score), Number(one.ChrF.Score),
            one.PerSecond.ToString("F0", CultureInfo.InvariantCulture),
        }),
    ]) + $"\nBLEU {all[0].Bleu.Signature}, chrF {all[0].ChrF.Signature}";

    /// <summary>What summary.json holds.</summary>
    public object ForSummary() => new
    {
        Name,
        Exact,
        Tokens,
        Bleu = Bleu.Score,
        ChrF = ChrF.Score,
        BleuSignature = Bleu.Signature,
        ChrFSignature = ChrF.Signature,
        SentencesPerSecond = PerSecond,
    };

    private static string Percent(double share) => (100 * share).ToString("F2", CultureInfo.InvariantCulture) + "%";

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private sealed class Reporter(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
