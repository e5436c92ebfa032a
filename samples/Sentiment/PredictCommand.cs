using System;
using System.CommandLine;
using System.Linq;
using Rnn.Models.Sentiment;
using Rnn.Samples.Common;
using static System.FormattableString;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Sentiment;

/// <summary>Says what models think of texts: one on the command line, a file's lines, or what is typed.</summary>
internal static class PredictCommand
{
    private static readonly Argument<string[]> s_texts = new("TEXT")
    {
        Description = "The text; none, and no --text: each line that is typed.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> s_file =
        Text("--text", "FILE", "A file with a text a line; - is standard input.");

    private static readonly Option<string> s_encoding = Encoding();

    public static Command Create()
    {
        Command command = new("predict", "Says which class texts belong to, and how sure that is.");
        Models.Option.AddTo(command);
        command.Add(s_texts);
        command.AddAll(s_file, s_encoding);
        command.AddHelp(() => SampleCommand.Examples(
            ("predict \"a quiet film that stays with you\"", "what the newest run's models think of it"),
            ("predict --text reviews.txt", "a line for each line: class, probability, text"),
            ("predict", "asks for texts, one a line, until an empty one")));
        command.AddCheck(parsed => parsed.GetValue(s_file) is not null && parsed.GetValue(s_texts) is { Length: > 0 }
            ? "Give a text or --text FILE, not both."
            : null);
        command.SetAction(Run);
        return command;
    }

    /// <summary>The lines of a file; what follows the last line feed is one if there is anything.</summary>
    public static string[] Lines(string path, string encoding)
    {
        string text = TextFiles.Read(path, encoding);
        return (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
    }

    private static int Run(ParseResult parsed)
    {
        (SentimentEnsemble models, Baseline? baseline) = Models.Load(parsed);
        if (parsed.GetValue(s_file) is { } file)
        {
            string[] lines = Lines(file, parsed.GetValue(s_encoding)!);
            SentimentPrediction[] predictions = models.Predict(lines);
            for (int i = 0; i < lines.Length; i++)
            {
                Console.WriteLine(Invariant($"{predictions[i].Class}\t{predictions[i].Probability:F4}\t{lines[i]}"));
                if (predictions[i].UnknownWords == predictions[i].Words)
                    Screen.Warn(Invariant($"Line {i + 1} has no word that the model knows: what is said of it means nothing."));
            }

            return 0;
        }

        if (parsed.GetValue(s_texts) is { Length: > 0 } words)
        {
            Console.WriteLine(Describe(models, baseline, string.Join(' ', words)));
            return 0;
        }

        Converse(models, baseline);
        return 0;
    }

    private static void Converse(SentimentEnsemble models, Baseline? baseline)
    {
        bool isPerson = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        if (isPerson)
            Console.WriteLine("Type a text, and the model says what it thinks of it; an empty line ends.");

        while (true)
        {
            Console.Write(isPerson ? "> " : "");
            string? line = Console.ReadLine();
            if (string.IsNullOrWhiteSpace(line))
                return;

            Console.WriteLine(Describe(models, baseline, line));
            if (isPerson && models.Models[0].Options.EmbeddingSize > 0)
                Explanations.Show(models.Models[0].Explain(line));
        }
    }

    // The answer of all together, and beside it that of the linear classifier alone.
    private static string Describe(SentimentEnsemble models, Baseline? baseline, string text)
    {
        SentimentPrediction prediction = models.Predict(text);
        string words = prediction.UnknownWords == 0 ? ""
            : prediction.UnknownWords == prediction.Words
                ? " (the model knows none of its words: this is what it says of any such text)"
                : Invariant($" ({prediction.UnknownWords} of {prediction.Words} words unknown)");
        double[] linear = baseline?.Predict([text]) ?? [];
        int best = Array.IndexOf(linear, linear.DefaultIfEmpty().Max());
        return Invariant($"{prediction.Class}, p = {prediction.Probability:F4}{words}")
            + (best < 0 ? "" : Invariant($"; linear alone: {models.Classes[best]}, p = {linear[best]:F4}"));
    }
}
