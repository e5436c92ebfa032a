using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Core.Serialization;
using Rnn.Models.Sentiment;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Sentiment;

/// <summary>Shows which words moved a model's score.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string[]> s_texts = new("TEXT")
    {
        Description = "The text.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> s_file =
        Text("--text", "FILE", "A file with a text a line; - is standard input.");

    private static readonly Option<string> s_encoding = Encoding();

    private static readonly Option<string?> s_class =
        Text("--class", "NAME", "The class that is explained [default: the second of two, or else what is predicted].");

    private static readonly Option<int?> s_steps = Whole("--steps",
        "Points of integrated gradients; 1 is gradient times input [default: 32].", 1, 10_000);

    private static readonly Option<string?> s_html = Text("--html", "FILE", "Writes a page of HTML, too.");

    public static Command Create()
    {
        Command command = new("explain", "Shows which words of a text moved a model's score, and how far.");
        Models.Option.AddTo(command);
        command.Add(s_texts);
        command.AddAll(s_file, s_encoding, s_class, s_steps, s_html);
        command.AddHelp(() => SampleCommand.Examples(
            ("explain \"not a bad film at all\"", "the newest run's first model"),
            ("explain --text reviews.txt --html reviews.html", "a page with a coloured text for each line")));
        command.AddCheck(parsed => (parsed.GetValue(s_file) is not null) == (parsed.GetValue(s_texts) is { Length: > 0 })
            ? "Give a text, or --text FILE."
            : null);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string file = Models.Option.FileOf(parsed);
        SentimentModel model = SentimentModel.Load(file);
        if (model.Options.EmbeddingSize == 0)
            throw new InvalidDataException($"'{file}' reads words one-hot: there are no vectors whose contribution could be found.");

        int label = -1;
        if (parsed.GetValue(s_class) is { } name)
        {
            label = model.Classes.ToList().IndexOf(name);
            if (label < 0)
                throw new InvalidDataException($"--class is '{name}'; the model's classes are {string.Join(", ", model.Classes)}.");
        }

        string[] texts = parsed.GetValue(s_file) is { } path
            ? PredictCommand.Lines(path, parsed.GetValue(s_encoding)!)
            : [string.Join(' ', parsed.GetValue(s_texts)!)];
        string? html = parsed.GetValue(s_html);
        if (html is not null && AtomicFile.IsSame(file, html))
            throw new IOException($"--html '{html}' is the model itself: name another file.");

        List<(SentimentExplanation, string?)> all = [];
        foreach (string text in texts)
        {
            SentimentExplanation explanation = model.Explain(text, label, parsed.GetValue(s_steps) ?? 32);
            Explanations.Show(explanation);
            all.Add((explanation, null));
        }

        if (html is not null)
        {
            Explanations.Save(html, all);
            Screen.Show($"\nPage saved as {html}");
        }

        return 0;
    }
}
