using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using Rnn.Core.Serialization;
using Rnn.Models.Sentiment;
using Rnn.Samples.Common;
using Spectre.Console;
using static System.FormattableString;

namespace Rnn.Samples.Sentiment;

/// <summary>Texts whose words are coloured by what they add to a score: on the terminal, and as a page of HTML.</summary>
internal static class Explanations
{
    /// <summary>The page's name in the folder of a run.</summary>
    public const string FileName = "explanations.html";

    private const int Strongest = 6;

    /// <summary>Shows one: words in colours on a terminal, the strongest of them anywhere.</summary>
    /// <param name="explanation">What to show.</param>
    /// <param name="truth">The text's class, if it is known.</param>
    public static void Show(SentimentExplanation explanation, string? truth = null)
    {
        Screen.Show($"\n{Heading(explanation, truth)}");
        if (Screen.IsTerminal)
        {
            AnsiConsole.MarkupLine(Pieces(explanation, piece => piece.Color is { } color
                ? $"[black on {color}]{Markup.Escape(piece.Text)}[/]"
                : Markup.Escape(piece.Text)));
        }
        else
        {
            Screen.Show(Screen.Wrap(explanation.Text.Trim(), Screen.Width));
        }

        Screen.Show(Invariant($"  for:     {Ranked(explanation, 1)}\n  against: {Ranked(explanation, -1)}"));
    }

    /// <summary>Writes a page that needs no other file.</summary>
    public static void Save(string path, IReadOnlyList<(SentimentExplanation Explanation, string? Truth)> explanations)
    {
        StringBuilder html = new();
        html.Append("""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>What moved the score</title><style>
            body { font: 16px/1.7 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
            body { color: #222; background: #fff; }
            span { border-radius: .2em; padding: .1em 0; } h2 { font-size: 1rem; margin: 2rem 0 .3rem; } p { margin: 0; }
            </style></head><body><h1>What moved the score</h1>
            <p>Green words raise the score of the class that is explained, red ones lower it; hold the pointer over a word for its
            contribution in nats and its share of the pooled vector.</p>

            """);
        foreach ((SentimentExplanation explanation, string? truth) in explanations)
        {
            html.Append("<h2>").Append(WebUtility.HtmlEncode(Heading(explanation, truth))).Append("</h2>\n<p>");
            html.Append(Pieces(explanation, piece => piece.Color is { } color
                ? Invariant($"<span style=\"background:{color}\" title=\"{piece.Word!.Value.Contribution:+0.000;-0.000} nats, ")
                    + Invariant($"{100 * piece.Word!.Value.Weight:F1}%\">{WebUtility.HtmlEncode(piece.Text)}</span>")
                : WebUtility.HtmlEncode(piece.Text)));
            html.Append("</p>\n");
        }

        html.Append("</body></html>\n");
        byte[] bytes = Encoding.UTF8.GetBytes(html.ToString());
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private static string Heading(SentimentExplanation explanation, string? truth)
    {
        SentimentPrediction prediction = explanation.Prediction;
        return Invariant($"{prediction.Class}, p = {prediction.Probability:F3}")
            + (truth is null ? "" : truth == prediction.Class ? " (right)" : $" (wrong: it is {truth})")
            + (prediction.UnknownWords > 0 ? Invariant($"; {prediction.UnknownWords} of {prediction.Words} words unknown") : "");
    }

    // The words that add most, or take most away.
    private static string Ranked(SentimentExplanation explanation, int sign)
    {
        IEnumerable<string> words = explanation.Words.Where(word => sign * word.Contribution > 0)
            .OrderByDescending(word => sign * word.Contribution).Take(Strongest)
            .Select(word => word.Word + word.Contribution.ToString(" +0.00; -0.00", CultureInfo.InvariantCulture));
        return string.Join(", ", words);
    }

    // The text in pieces: words with their colours, and what stands between them.
    private static string Pieces(SentimentExplanation explanation, Func<Piece, string> show)
    {
        double most = Math.Max(1e-9, explanation.Words.Select(word => Math.Abs(word.Contribution)).DefaultIfEmpty().Max());
        StringBuilder result = new();
        int at = 0;
        foreach (ExplainedWord word in explanation.Words)
        {
            Append(explanation.Text[at..word.Start], null, null);
            string color = Color(word.Contribution / most);
            Append(explanation.Text.Substring(word.Start, word.Length), color, word);
            at = word.Start + word.Length;
        }

        Append(explanation.Text[at..], null, null);
        return result.ToString();

        void Append(string text, string? color, ExplainedWord? word)
        {
            if (text.Length > 0)
                result.Append(show(new Piece(text, color, word)));
        }
    }

    // White where a word adds nothing, to green and to red.
    private static string Color(double share)
    {
        int other = 255 - (int)(170 * Math.Min(1, Math.Abs(share)));
        return share >= 0 ? Invariant($"#{other:x2}ff{other:x2}") : Invariant($"#ff{other:x2}{other:x2}");
    }

    private readonly record struct Piece(string Text, string? Color, ExplainedWord? Word);
}
